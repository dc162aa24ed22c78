"""Whether what a model says about play over time makes sense: its names first, then the game that it makes at its baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hedging_games.algebra.arithmetic import symbolic_arithmetic
from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.evaluation import evaluate
from hedging_games.algebra.expressions.expression import Expression, Formula, Name
from hedging_games.algebra.polynomials import terms_of
from hedging_games.errors import ExpressionError, InputError
from hedging_games.model.check_reached import check_reached
from hedging_games.model.declarations import Continuum, Course, Grid, Happening, PathEvent
from hedging_games.model.fields import Report
from hedging_games.model.names import Names, check_formula, mentioned_names

if TYPE_CHECKING:
    from hedging_games.model.model import Model

OverParameters = Callable[[Formula, str, str], None]
"""Reports what in a formula is not about parameters; with a topic, and what the formula is."""


def check_course_names(model: Model, names: Names, report: Report, over_parameters: OverParameters) -> None:
    """Names in what is said of play over time stand for something; nothing of it is said of a game that is played once."""
    if model.hedge is not None:
        _check_event(model.hedge, "hedge", report, over_time=model.is_over_time)
    for claim in model.claims:
        if claim.outcome is not None:
            _check_event(claim.outcome, "outcome", report, over_time=model.is_over_time)
    if model.course is None:
        _check_once(model, report)
        return
    for row in model.course.transitions:
        for formula in row.formulas:
            check_formula(formula, "next", names, report)
    _check_state(model, model.course, report)
    for formula, topic, what in _of_parameters(model.course):
        over_parameters(formula, topic, what)
    for decision in model.decisions.values():
        if isinstance(decision.choice, Continuum):
            what = f"'{decision.name}' is a continuous choice, which play over time does not cover"
            report.add("play", what, "make it a grid: add levels: 11", decision.where)


def _check_state(model: Model, course: Course, report: Report) -> None:
    for name, variable in course.state.items():
        if name in model.decisions:
            where = model.decisions[name].where
            report.add("name", f"'{name}' is a state variable and also a decision", "rename one of them", where)
        if course.sustained:
            what = "'sustained' is about a repeated game, and this one has a state"
            report.add("sustained", what, "remove one of the two", variable.where)


def _of_parameters(course: Course) -> Iterator[tuple[Formula, str, str]]:
    """The formulas that have to be about parameters, with their topics and what they are."""
    for name, variable in course.state.items():
        ends = variable.choice.formulas if isinstance(variable.choice, Grid) else ()
        yield from ((end, "state", f"the range of '{name}'") for end in ends)
    for name, value in course.start.items():
        if not isinstance(value, str):
            yield value, "start", f"the start of '{name}'"
    if course.horizon is not None:
        yield course.horizon, "horizon", "'horizon'"
    yield from ((discount, "discount", "a discount") for discount in dict.fromkeys(course.discounts.values()))


def _check_event(event: Happening, key: str, report: Report, *, over_time: bool) -> None:
    topic = "hedge" if key == "hedge" else "claim"
    if isinstance(event, PathEvent) and not over_time:
        said = f"'{key}' says '{event.when}', and this game is played once"
        report.add(topic, said, f"write {key}: {event.event}", event.where)
    if not isinstance(event, PathEvent) and over_time:
        said = f"'{key}' does not say in which periods, and this game is played over time"
        report.add(topic, said, f"write {key}: {{always: {event}}}, or never, reaches or first", event.where)


def _check_once(model: Model, report: Report) -> None:
    for player in model.players.values():
        if player.myopic:
            what = f"'{player.name}' is myopic, and this game is played once"
            report.add("player", what, "remove 'myopic'", player.where)
    for decision in model.decisions.values():
        if decision.even:
            what = f"'{decision.name}' has 'even', and this game is played once"
            report.add("play", what, "remove 'even': ties are followed whatever settles them", decision.where)


# --- the game ----------------------------------------------------------------------------------------------------------


def check_course(model: Model, baseline: Mapping[str, Fraction], report: Report) -> None:
    """Discounts stay below 1 wherever parameters are in their ranges; the game at the baseline is one; every value of the state,
    and every decision, comes up.
    """
    course = model.course
    assert course is not None
    try:
        if course.horizon is None:
            for discount in dict.fromkeys(course.discounts.values()):
                _check_discount(discount, model, report)
        if report.concerns_the_game:
            return
        model.periods(baseline)
        model.markov_at()
    except ExpressionError as error:
        report.add_all(error)
    except InputError as error:
        report.problems += error.problems
    else:
        check_reached(model, baseline, report)


def _check_discount(discount: Expression, model: Model, report: Report) -> None:
    values = _enclosed(discount, model)
    if values is None:
        report.add(
            "discount", f"'{discount}' compares parameters", "write a discount without comparisons", discount.where
        )
        return
    one_less, itself = values
    ranges = f"'{discount}'"
    if isinstance(discount, Name) and discount.name in model.parameters:
        ranges += f", whose range is {model.parameters[discount.name].range},"
    remedy = (
        f"give {discount} a range below 1, such as [1/2, 19/20]" if isinstance(discount, Name) else "let it be below 1"
    )
    if not one_less:
        report.add("discount", f"the discount {ranges} can be 1 or more", remedy, discount.where)
    elif not itself:
        report.add("discount", f"the discount {ranges} can be negative", "let it be from 0 to below 1", discount.where)


def _enclosed(discount: Expression, model: Model) -> tuple[bool, bool] | None:
    """Whether a discount is below 1, and whether it is never negative, all over the ranges; None if it is no rational function."""
    from hedging_games.algebra.rational_functions import function_field

    mentioned = mentioned_names([discount], model.names)
    names = [name for name in model.parameters if name in mentioned]
    domain, *generators = function_field(names or ["one"])
    try:
        value = evaluate(discount, model.scope(dict(zip(names, generators, strict=False))))
    except ExpressionError:
        return None
    ratio = symbolic_arithmetic(domain).number(value)
    box = tuple(_interval(model, name) for name in names) or (Interval(Fraction(0), Fraction(0)),)

    def sign(polynomial: Any) -> Any:
        return enclose(terms_of(polynomial), box)

    bottom = sign(ratio.denom)
    rest, top = sign(ratio.denom - ratio.numer), sign(ratio.numer)
    if bottom.positive:
        return rest.positive, top.nonnegative
    return bottom.negative and rest.negative, top.nonpositive


def _interval(model: Model, name: str) -> Interval:
    r = model.parameters[name].range
    return Interval(r.low, r.high, not r.low_open, not r.high_open)
