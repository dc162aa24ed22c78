"""Claims proved, refuted with a counterexample that is solved again, or true under a condition.

A claim about how a region moves with a parameter speaks of pairs of points that differ in that parameter alone: the event
played before must be played after. Either the region at the one value is proved to lie in the region at the
other, or a pair where it does not is found; and then both points are solved by solvers that know nothing of regions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from hedging_games.algebra.inequalities.covering import Answer, included
from hedging_games.algebra.inequalities.system import System
from hedging_games.analysis.claims.doubled import Doubled, rational
from hedging_games.analysis.conditions.formula import Formula, conjunction, systems
from hedging_games.analysis.conditions.question import condition, outcomes_of
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.solve import solve
from hedging_games.errors import HedgingGamesError, did_you_mean, input_error
from hedging_games.model.declarations import Claim
from hedging_games.model.model import Model

Judgement = Literal["proved", "refuted", "conditional", "undecided"]
Check = Callable[[], None]

OPEN = "neither a proof nor a counterexample was found"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a claim.

    ``condition`` : where it holds, if the verdict is conditional. ``counterexample`` : points, by parameter, at which it fails
    (before and after, for a claim about a movement). ``why`` : how the verdict was reached, or what stood in its way.
    """

    model: str
    claim: Claim
    verdict: Judgement
    condition: str = ""
    counterexample: tuple[Mapping[str, Fraction], ...] = ()
    why: str = ""


def examine(model: Model, check: Check = lambda: None) -> tuple[Finding, ...]:
    """Every claim of a model, over its declared ranges and assumptions."""
    return tuple(_examined(model, claim, check) for claim in model.claims)


def _examined(model: Model, claim: Claim, check: Check) -> Finding:
    try:
        if claim.compare is not None:
            return Finding(model.name, claim, "undecided", why="comparisons of two models are not examined")
        if claim.region is not None:
            return _movement(model, claim, check)
        if claim.holds is not None:
            return _extent(model, claim, check)
        if claim.needs is not None:
            return _need(model, claim, check)
        if claim.payoff is not None:
            return _payoff(model, claim, check)
    except HedgingGamesError as problem:
        return Finding(model.name, claim, "undecided", why="; ".join(p.what for p in problem.problems))
    return Finding(model.name, claim, "undecided", why="the claim says nothing that can be examined")


def _subject(model: Model, claim: Claim) -> Model:
    """The model with the outcome that the claim speaks of as its event."""
    return model if claim.outcome is None else replace(model, hedge=claim.outcome)


def _region(model: Model, claim: Claim, check: Check) -> Region:
    return condition(_subject(model, claim), claim.among or "some", claim.concept, fixed=claim.at, check=check)


def _given(region: Region, claim: Claim) -> Formula:
    return conjunction(()) if claim.given is None else region.setting.condition(claim.given)


def _is_played(model: Model, claim: Claim, region: Region, point: Mapping[str, Fraction]) -> bool:
    """Whether the solver, which knows nothing of regions, finds the event played at a point."""
    found = solve(_subject(model, claim).at(**{**region.setting.fixed, **point}), region.concept)
    played = [equilibrium.hedge > 0 for equilibrium in found]
    return bool(played) and (any(played) if region.among == "some" else all(played))


def _confirmed(claim: Claim, *, agrees: bool) -> str:
    if not agrees:
        raise AssertionError(f"the solver does not confirm the counterexample to '{claim.says}'")
    return "confirmed by solving there"


# --- a region that moves ----------------------------------------------------------------------------------------------


def _movement(model: Model, claim: Claim, check: Check) -> Finding:
    region = _region(model, claim, check)
    grows = claim.region in ("widens", "never shrinks")
    notes = []
    for name in claim.with_:
        two = _doubled(region, name)
        answer = _keeps(two, region, claim, check, grows=grows)
        if answer.status == "refuted":
            pair = two.pair(answer)
            kept, lost = pair if grows else reversed(pair)
            agrees = _is_played(model, claim, region, kept) and not _is_played(model, claim, region, lost)
            why = _confirmed(claim, agrees=agrees)
            return Finding(model.name, claim, "refuted", counterexample=pair, why=why)
        if answer.status == "undecided":
            return Finding(model.name, claim, "undecided", why=f"{name}: {OPEN}")
        if claim.region in ("widens", "shrinks"):
            back = _keeps(two, region, claim, check, grows=not grows)
            if back.status == "proved":
                return Finding(model.name, claim, "refuted", why=f"the region does not change with {name} at all")
            known = back.status == "refuted"
            notes.append(f"{name}: it does {claim.region[:-1]} somewhere" if known else f"{name}: never the other way")
    return Finding(model.name, claim, "proved", why="; ".join(notes))


def _doubled(region: Region, name: str) -> Doubled:
    if name not in region.setting.names:
        raise input_error("claim", f"'{name}' is no open parameter", did_you_mean(name, region.setting.names))
    return Doubled(region.setting, name)


def _keeps(two: Doubled, region: Region, claim: Claim, check: Check, *, grows: bool) -> Answer:
    """Whether the event, played at one of two values, is played at the other: the larger one if the region ``grows``."""
    given = _given(region, claim)
    before, after = two.before(region.formula), two.after(region.formula)
    start, goal = (before, after) if grows else (after, before)
    ground = two.ground()
    domain = systems(conjunction([start, two.before(given), two.after(given)]), ground, check)
    return included(domain, systems(goal, ground, check), check_time=check)


# --- where an outcome holds -------------------------------------------------------------------------------------------


def _extent(model: Model, claim: Claim, check: Check) -> Finding:
    region = _region(model, claim, check)
    domain = systems(_given(region, claim), region.setting.whole, check)
    if claim.holds == "everywhere":
        return _everywhere(model, claim, region, domain, check)
    played = systems(conjunction([_given(region, claim), region.formula]), region.setting.whole, check)
    point = _some_point(region, played, check)
    if point is None:
        return Finding(model.name, claim, "refuted" if claim.holds == "somewhere" else "proved")
    why = _confirmed(claim, agrees=_is_played(model, claim, region, point))
    if claim.holds == "somewhere":
        return Finding(model.name, claim, "proved", why=f"{why}: {_point_text(point)}")
    return Finding(model.name, claim, "refuted", counterexample=(point,), why=why)


def _everywhere(model: Model, claim: Claim, region: Region, domain: list[System], check: Check) -> Finding:
    answer = included(domain, list(region.systems), check_time=check)
    if answer.status == "proved":
        return Finding(model.name, claim, "proved")
    if answer.status == "undecided":
        return Finding(model.name, claim, "undecided", why=OPEN)
    point = _named(region, answer)
    why = _confirmed(claim, agrees=not _is_played(model, claim, region, point))
    verdict: Judgement = "conditional" if region.cells else "refuted"
    return Finding(model.name, claim, verdict, _as_text(region), (point,), why)


def _some_point(region: Region, union: list[System], check: Check) -> dict[str, Fraction] | None:
    """A point of a union; None if it is empty. Raises an error if neither is shown."""
    answer = included(union, [], check_time=check)
    if answer.status == "undecided":
        raise input_error("claim", "whether the region is empty was not decided")
    return _named(region, answer) if answer.status == "refuted" else None


def _named(region: Region, answer: Answer) -> dict[str, Fraction]:
    assert answer.counterexample is not None
    return {name: rational(x) for name, x in zip(region.setting.names, answer.counterexample, strict=True)}


def _point_text(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())


def _as_text(region: Region) -> str:
    """The region in one line."""
    cells = [" and ".join(f"{e} {r} 0" for e, r, _ in cell.conditions()) or "always" for cell in region.cells]
    return cells[0] if len(cells) == 1 else " or ".join(f"({cell})" for cell in cells)


def _need(model: Model, claim: Claim, check: Check) -> Finding:
    """The outcome is played only where the condition holds."""
    assert claim.needs is not None
    region = _region(model, claim, check)
    needed = systems(region.setting.condition(claim.needs), region.setting.whole, check)
    answer = included(list(region.systems), needed, check_time=check)
    if answer.status == "refuted":
        point = _named(region, answer)
        why = _confirmed(claim, agrees=_is_played(model, claim, region, point))
        return Finding(model.name, claim, "refuted", counterexample=(point,), why=why)
    return Finding(model.name, claim, "proved" if answer.status == "proved" else "undecided")


# --- a payoff that moves ----------------------------------------------------------------------------------------------


def _payoff(model: Model, claim: Claim, check: Check) -> Finding:
    """Any equilibrium payoff at the smaller value against any at the larger one: the claim must hold for every pair."""
    region = _region(model, claim, check)
    player = region.setting.game.players.index(str(claim.payoff))
    listed = outcomes_of(region.setting, region.concept, check)
    for name in claim.with_:
        two = _doubled(region, name)
        ground = two.ground()
        against = two.falls if claim.moves in ("rises", "never falls") else two.rises
        for before in listed:
            for after in listed:
                broken = against(before.worth[player], after.worth[player])
                formula = conjunction([two.before(before.formula), two.after(after.formula), broken])
                answer = included(systems(formula, ground, check), [], check_time=check)
                if answer.status == "refuted":
                    return Finding(model.name, claim, "refuted", counterexample=two.pair(answer))
                if answer.status == "undecided":
                    return Finding(model.name, claim, "undecided", why=f"{name}: {OPEN}")
    return Finding(model.name, claim, "proved")
