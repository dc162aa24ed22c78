"""Whether a model that could be read makes sense: its names first, then the game that it makes at its baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from hedging_games.algebra.evaluation import evaluate
from hedging_games.algebra.expressions.expression import Event, Formula, Name, names_in, walk
from hedging_games.algebra.expressions.size import Size, check_size
from hedging_games.errors import ExpressionError, InputError, Place, did_you_mean
from hedging_games.model.check_reached import check_reached
from hedging_games.model.check_time import check_course, check_course_names
from hedging_games.model.declarations import Claim, Continuum, Decision, Grid, Parameter, Table, happening_formula
from hedging_games.model.fields import Report
from hedging_games.model.names import (
    Names,
    check_clashes,
    check_formula,
    check_lets,
    decisions_in,
    lottery_formulas,
    mentioned_names,
)

if TYPE_CHECKING:
    from hedging_games.model.model import Model


def check_names(names: Names, places: Mapping[str, Place], model: Model, report: Report, *, whole: bool) -> None:
    """Every name in every formula stands for one thing, known where it is used, and every declared name is used.

    What is missing or not used is looked for only in a model that could be read as a ``whole``.
    """
    check_clashes(names, places, report)
    sizes = check_lets(names, places, report)
    for decision in model.decisions.values():
        _check_decision(decision, names, report)
    for formula in _payoff_formulas(model):
        check_formula(formula, "payoff", names, report)
    if model.hedge is not None:
        check_formula(happening_formula(model.hedge), "hedge", names, report)
    check_course_names(
        model, names, report, lambda formula, topic, what: _check_parameters_only(formula, topic, what, names, report)
    )
    for condition in model.assumptions:
        _check_parameters_only(condition, "assume", "an assumption", names, report)
    for claim in model.claims:
        _check_claim(claim, names, report)
    if whole:
        _check_use(names, places, model, report)
    for formula in [*model.formulas, *model.assumptions]:
        _check_size(formula, sizes, report)


def _payoff_formulas(model: Model) -> list[Formula]:
    if isinstance(model.payoffs, Table):
        return [formula for row in model.payoffs.rows for formula in (row.at, *row.payoffs.values())]
    return list(model.payoffs.values())


def _check_decision(decision: Decision, names: Names, report: Report) -> None:
    before = names.before(decision.name)
    if decision.when is not None:
        why = f"which does not come before '{decision.name}'"
        check_formula(decision.when, "play", names, report, allowed=before, why=why)
    for probability in lottery_formulas(decision):
        why = f"which does not come before '{decision.name}'"
        check_formula(probability, "play", names, report, allowed=before, why=why)
    if isinstance(decision.choice, Grid):
        for part in decision.choice.formulas:
            _check_parameters_only(part, "play", f"the grid of '{decision.name}'", names, report)
    if isinstance(decision.choice, Continuum):
        _check_ends(decision, names, report)
    _check_sees(decision, names, report)


def _check_ends(decision: Decision, names: Names, report: Report) -> None:
    """The ends of a continuous choice speak of what comes before it, and a player has to know them."""
    assert isinstance(decision.choice, Continuum)
    before = names.before(decision.name)
    for part in decision.choice.formulas:
        why = f"which does not come before '{decision.name}'"
        check_formula(part, "play", names, report, allowed=before, why=why)
        unseen = names.decisions_of([part]) & before - set(decision.sees)
        if decision.player is not None and unseen:
            first = next(name for name in names.decisions if name in unseen)
            what = f"the ends of '{decision.name}' depend on '{first}', which it does not see"
            remedy = f"add '{first}' to 'sees' of '{decision.name}'"
            report.add("play", what, remedy, part.where)


def _check_sees(decision: Decision, names: Names, report: Report) -> None:
    """What a player chose continuously is seen by every player who moves later, not at once with it."""
    if decision.player is None:
        return
    earlier = [names.decisions[name] for name in names.decisions if name in names.before(decision.name)]
    at_once = _numbers_at_once(decision, earlier)
    hidden = [
        d.name
        for d in earlier
        if isinstance(d.choice, Continuum) and d.player and d.name not in {*decision.sees, *at_once}
    ]
    if hidden:
        needed = [d.name for d in earlier if d.name in decision.sees or d.name in hidden]
        what = (
            f"'{decision.name}' does not see the continuous choice '{hidden[0]}', which has to be seen by whoever does not choose "
            "a number at once with it"
        )
        some = "" if len(needed) == len(earlier) else f", or sees: [{', '.join(needed)}]"
        report.add("play", what, f"write sees: all{some}; or make '{hidden[0]}' a grid: levels: 11", decision.where)


def _numbers_at_once(decision: Decision, earlier: Sequence[Decision]) -> set[str]:
    """The continuous choices of other players directly before one that are made at once with it: none sees another."""
    group = [decision]
    for before in reversed(earlier):
        is_number = all(isinstance(d.choice, Continuum) and d.player for d in (before, decision))
        is_known = any(before.name in later.sees or before.player == later.player for later in group)
        if not is_number or is_known or before.when != decision.when:
            break
        group.append(before)
    return {d.name for d in group[1:]}


def _check_claim(claim: Claim, names: Names, report: Report) -> None:
    if claim.outcome is not None:
        check_formula(happening_formula(claim.outcome), "claim", names, report)
    for condition in (claim.needs, claim.given):
        if condition is not None:
            _check_parameters_only(condition, "claim", "this condition of a claim", names, report)


def _check_parameters_only(formula: Formula, topic: str, what: str, names: Names, report: Report) -> None:
    """A formula over parameters and what is computed from them alone."""
    remedy = "use parameters and numbers only"
    for node in walk(formula):
        if isinstance(node, Event):
            if node.decision is None and node.action in names.parameters:
                hint = f"compare it: {node.action} > 0"
                report.add(topic, f"'{node.action}' is a number where a condition is expected", hint, node.where)
            else:
                report.add(topic, f"{what} speaks of the action '{node.key}'", remedy, node.where)
        elif isinstance(node, Name) and node.name not in names.parameters:
            word = node.name
            if word in names.lets:
                if decisions_in(word, names):
                    report.add(topic, f"{what} uses '{word}', which depends on what is chosen", remedy, node.where)
            elif word in names.decisions:
                kind = "state variable" if word in names.state else "decision"
                report.add(topic, f"{what} speaks of the {kind} '{word}'", remedy, node.where)
            else:
                known = [*names.parameters, *names.lets]
                report.add(topic, f"unknown name '{word}'", did_you_mean(word, known), node.where)


def _check_use(names: Names, places: Mapping[str, Place], model: Model, report: Report) -> None:
    numbers = [d.choice for d in names.decisions.values() if isinstance(d.choice, Grid | Continuum)]
    used = mentioned_names([*model.formulas, *(part for choice in numbers for part in choice.formulas)], names)
    assumed = mentioned_names(model.assumptions, names)
    meant = _meant(names, model)
    for parameter in names.parameters.values():
        if parameter.name not in used and parameter.name not in meant:
            only = "is used in 'assume' only" if parameter.name in assumed else "is never used"
            remedy = "use it in a payoff, a probability or an end of a choice, or remove it"
            near = did_you_mean(parameter.name, _of_other_files(parameter, names))
            remedy = near if near.startswith("did you mean") else remedy
            report.add("parameter", f"the parameter '{parameter.name}' {only}", remedy, parameter.where)
    for name in names.lets:
        if name not in used | assumed | meant:
            report.add("let", f"the named expression '{name}' is never used", "use it, or remove it", places.get(name))


def _of_other_files(parameter: Parameter, names: Names) -> list[str]:
    """Parameters that the model has from one that it extends."""
    here = parameter.where.file if parameter.where else ""
    return [other.name for other in names.parameters.values() if other.where and other.where.file != here]


def _meant(names: Names, model: Model) -> frozenset[str]:
    """The names that are probably meant where an unknown one is written: they are not called unused as well."""
    known = [*names.parameters, *names.lets, *names.numbers]
    mentioned = {name.name for formula in model.formulas for name in names_in(formula)}
    hints = {did_you_mean(word, known) for word in mentioned - set(known)}
    return frozenset(name for name in known if f"did you mean '{name}'?" in hints)


def _check_size(formula: Formula, sizes: Mapping[str, Size], report: Report) -> None:
    try:
        check_size(formula, sizes)
    except ExpressionError as error:
        report.add_all(error)


def check_model(model: Model, report: Report) -> None:
    """The game at the baseline and at every case; only for models whose parts could all be read.

    Raises CouldNotFinish if the model has too many histories.
    """
    if report.concerns_the_game:
        return
    baseline = model.point()
    report.problems += model.violated(baseline)
    for case in model.cases.values():
        for problem in model.violated({**baseline, **case.values}):
            remedy = f"change the case, or the assumption in line {problem.where.line if problem.where else '?'}"
            report.add("case", f"in the case '{case.name}' {problem.what}", remedy, case.where)
    if model.is_over_time:
        check_course(model, baseline, report)
    elif model.is_continuous:
        _check_continuous(model, baseline, report)
    else:
        _check_finite(model, baseline, report)


def _check_finite(model: Model, baseline: Mapping[str, Fraction], report: Report) -> None:
    """The game at the baseline is one, and every decision comes up."""
    try:
        model.unrolled(baseline)
        if not report.concerns_the_game:
            model.at()
    except ExpressionError as error:
        report.add_all(error)
        return
    except InputError as error:
        report.problems += error.problems
        return
    check_reached(model, baseline, report)


def _check_continuous(model: Model, baseline: Mapping[str, Fraction], report: Report) -> None:
    """Ends that depend on parameters only are in order at the baseline and in every case; what does not depend on the numbers
    chosen (probabilities, memory, rows of a table) is as it should be on the two ends.
    """
    fixed = [d for d in model.decisions.values() if isinstance(d.choice, Continuum)]
    moving = [d for d in fixed if isinstance(d.choice, Continuum) and model.names.decisions_of(d.choice.formulas)]
    try:
        for decision in fixed:
            if decision not in moving:
                _check_order(decision, model, baseline, report)
        if not report.concerns_the_game:
            if all(d.player is not None for d in fixed):
                model.tree_at()
            if not moving:
                model.on_grid(2).unrolled(baseline)
        draws = any(decision.player is None for decision in fixed)
        if not report.concerns_the_game and not (draws and moving):
            check_reached(model, baseline, report)
    except ExpressionError as error:
        report.add_all(error)
    except InputError as error:
        report.problems += error.problems


def _check_order(decision: Decision, model: Model, baseline: Mapping[str, Fraction], report: Report) -> None:
    """The lower end of a continuous choice is below the upper one."""
    choice = decision.choice
    assert isinstance(choice, Continuum)
    for case, point in {"": baseline, **{c.name: {**baseline, **c.values} for c in model.cases.values()}}.items():
        scope = model.scope(point)
        low, high = evaluate(choice.low, scope), evaluate(choice.high, scope)
        if low >= high:
            at = f"in the case '{case}'" if case else "at the baseline"
            what = f"the choice of '{decision.name}' goes from {low} to {high} {at}"
            where = model.cases[case].where if case else choice.low.where
            report.add("case" if case else "play", what, "write the smaller end first", where)
