"""Claims proved, refuted with a counterexample that is solved again, or true under a condition.

A claim about how a region moves with a parameter speaks of pairs of points that differ in that parameter alone: the event
played before must be played after. Either the region at the one value is proved to lie in the region at the
other, or a pair where it does not is found; and then both points are solved by solvers that know nothing of regions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.expressions.expression import Condition
from hedging_games.algebra.formulas.formula import Formula, conjunction
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.analysis.claims.doubled import Doubled, Pair, rational
from hedging_games.analysis.conditions.question import condition, outcomes_of
from hedging_games.analysis.conditions.region import Region, trust
from hedging_games.analysis.conditions.setting import setting_of
from hedging_games.analysis.solve import solve
from hedging_games.errors import HedgingGamesError, did_you_mean, input_error
from hedging_games.model.declarations import Claim
from hedging_games.model.model import Model
from hedging_games.theory.equilibria import Equilibria

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
    baseline: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def tested(self) -> str:
        """What was tested, in a few words."""
        claim = self.claim
        moved = ", ".join(claim.with_)
        subject = "the hedge" if claim.outcome is None else str(claim.outcome)
        if claim.region is not None:
            said = f"{subject}: the region {claim.region} with {moved}"
        elif claim.payoff is not None:
            said = f"the payoff of {claim.payoff} {claim.moves} with {moved}"
        elif claim.needs is not None:
            said = f"{subject} needs {claim.needs}"
        else:
            said = f"{subject} {claim.holds}"
        at = "".join(f", {name} = {value}" for name, value in claim.at.items())
        return said + (f" if {claim.given}" if claim.given is not None else "") + at

    def counterexample_text(self) -> str:
        """The points of the counterexample, by what differs from the baseline."""
        return " | ".join(self._differences(point) for point in self.counterexample)

    def _differences(self, point: Mapping[str, Fraction]) -> str:
        moved = {name: value for name, value in point.items() if value != self.baseline.get(name)}
        return _point_text(moved) or "the baseline"

    def __str__(self) -> str:
        lines = [f"{self.model}: {self.claim.says}", f"  tested: {self.tested}", f"  {self.verdict}"]
        lines[-1] += f" ({self.why})" if self.why else ""
        if self.condition:
            lines.append(f"  holds where {self.condition}")
        if self.counterexample:
            lines.append(f"  fails at {self.counterexample_text()}")
        return "\n".join(lines)


def examine(model: Model, check: Check = lambda: None) -> tuple[Finding, ...]:
    """Every claim of a model, over its declared ranges and assumptions."""
    baseline = {name: parameter.baseline for name, parameter in model.parameters.items()}
    return tuple(replace(_examined(model, claim, check), baseline=baseline) for claim in model.claims)


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
    """The model with the outcome that the claim speaks of as its event, without assumptions that its ``at`` contradicts."""
    subject = model if claim.outcome is None else replace(model, hedge=claim.outcome)
    if not claim.at:
        return subject
    kept = tuple(assumed for assumed in model.assumptions if _may_hold(model, claim, assumed))
    return replace(subject, assumptions=kept)


def _may_hold(model: Model, claim: Claim, assumed: Condition) -> bool:
    """Whether an assumption can hold at the values that a claim fixes, the other parameters anywhere in their ranges."""
    free = replace(model, assumptions=())
    setting = setting_of(free, claim.at)
    return find(setting.ground, setting.ground.number(setting.condition(assumed))).status != "nowhere"


def _region(model: Model, claim: Claim, check: Check) -> Region:
    return condition(_subject(model, claim), claim.among or "some", claim.concept, fixed=claim.at, check=check)


def _given(region: Region, claim: Claim) -> Formula:
    return conjunction(()) if claim.given is None else region.setting.condition(claim.given)


def _is_played(model: Model, claim: Claim, region: Region, point: Mapping[str, Fraction]) -> bool:
    """Whether the solver, which knows nothing of regions, finds the event played at a point."""
    played = [equilibrium.hedge > 0 for equilibrium in _solved(model, claim, region, point)]
    return bool(played) and (any(played) if region.among == "some" else all(played))


def _solved(model: Model, claim: Claim, region: Region, point: Mapping[str, Fraction]) -> Equilibria:
    return solve(_subject(model, claim).at(**{**region.setting.fixed, **point}), region.concept)


def _confirmed(claim: Claim, *, agrees: bool) -> str:
    if not agrees:
        raise AssertionError(f"the solver does not confirm the counterexample to '{claim.says}'")
    return "confirmed by solving there"


def _remarks(*remarks: str) -> str:
    return "; ".join(remark for remark in remarks if remark)


# --- a region that moves ----------------------------------------------------------------------------------------------


def _movement(model: Model, claim: Claim, check: Check) -> Finding:
    region = _region(model, claim, check)
    grows = claim.region in ("widens", "never shrinks")
    notes = []
    for name in claim.with_:
        two = _doubled(region, name)
        answer = _lost(two, region, claim, grows=grows)
        if answer.point is not None:
            pair = two.pair(answer.point)
            kept, lost = pair if grows else reversed(pair)
            agrees = _is_played(model, claim, region, kept) and not _is_played(model, claim, region, lost)
            why = _confirmed(claim, agrees=agrees)
            return Finding(model.name, claim, "refuted", counterexample=pair, why=why)
        if answer.status == "undecided":
            return Finding(model.name, claim, "undecided", why=f"{name}: {OPEN}")
        if answer.basis:
            notes.append(f"{name}: {answer.basis}")
        if claim.region in ("widens", "shrinks"):
            back = _lost(two, region, claim, grows=not grows)
            if back.status == "nowhere":
                unchanged = _remarks(f"the region does not change with {name} at all", answer.basis or back.basis)
                return Finding(model.name, claim, "refuted", why=unchanged)
            known = back.status == "somewhere"
            notes.append(f"{name}: it {claim.region} somewhere" if known else f"{name}: never the other way")
    return Finding(model.name, claim, "proved", why="; ".join(notes))


def _doubled(region: Region, name: str) -> Doubled:
    if name not in region.setting.names:
        raise input_error("claim", f"'{name}' is no open parameter", did_you_mean(name, region.setting.names))
    return Doubled(region.setting, name)


def _lost(two: Doubled, region: Region, claim: Claim, *, grows: bool) -> Found:
    """Where the event, played at one of two values, is not played at the other: the larger one if the region ``grows``."""
    ground = two.ground
    given = _given(region, claim)
    before, after = (ground.number(two.moved(region.formula, after=later)) for later in (False, True))
    start, goal = (before, after) if grows else (after, before)
    both = [ground.number(two.moved(given, after=later)) for later in (False, True)]
    return find(ground, ground.joined("all", [start, *both, ground.negated(goal)]), hard=True)


# --- where an outcome holds -------------------------------------------------------------------------------------------


def _extent(model: Model, claim: Claim, check: Check) -> Finding:
    region = _region(model, claim, check)
    ground = region.setting.ground
    given = ground.number(_given(region, claim))
    wanted = ground.negated(region.number) if claim.holds == "everywhere" else region.number
    found = find(ground, ground.joined("all", [given, wanted]), hard=True)
    if found.status == "undecided":
        return Finding(model.name, claim, "undecided", why=OPEN)
    if found.point is None:
        return Finding(model.name, claim, "refuted" if claim.holds == "somewhere" else "proved", why=found.basis)
    point = _named(region, found.point)
    played = claim.holds != "everywhere"
    why = _confirmed(claim, agrees=_is_played(model, claim, region, point) == played)
    if claim.holds == "somewhere":
        return Finding(model.name, claim, "proved", why=f"{why}: {_point_text(point)}")
    if claim.holds == "nowhere":
        return Finding(model.name, claim, "refuted", counterexample=(point,), why=why)
    if not region.cells:
        return Finding(model.name, claim, "refuted", counterexample=(point,), why=why)
    return Finding(model.name, claim, "conditional", _as_text(region), (point,), _remarks(why, *trust(region)))


def _named(region: Region, point: tuple[Number, ...]) -> dict[str, Fraction]:
    return {name: rational(x) for name, x in zip(region.setting.names, point, strict=True)}


def _point_text(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())


def _as_text(region: Region) -> str:
    """The region in one line; cells that ask for all that another one asks for, and more, are left out."""
    asked = [dict.fromkeys((e, r) for e, r, _ in cell.conditions()) for cell in region.cells]
    kept = [cell for k, cell in enumerate(asked) if not any(_absorbs(asked, k, other) for other in range(len(asked)))]
    cells = [" and ".join(f"{e} {r} 0" for e, r in cell) or "always" for cell in kept]
    if not region.is_listed:
        cells.append("further cells that were not listed within the limits")
    return cells[0] if len(cells) == 1 else " or ".join(f"({cell})" for cell in cells)


def _absorbs(asked: Sequence[Mapping[tuple[str, str], None]], cell: int, other: int) -> bool:
    """Whether a cell asks for everything that another asks for (of two that ask for the same, the first stays)."""

    def follows(within: int, wanted: int) -> bool:
        return all((e, r) in asked[within] or (r == ">=" and (e, ">") in asked[within]) for e, r in asked[wanted])

    return cell != other and follows(cell, other) and (other < cell or not follows(other, cell))


def _need(model: Model, claim: Claim, check: Check) -> Finding:
    """The outcome is played only where the condition holds."""
    assert claim.needs is not None
    region = _region(model, claim, check)
    ground = region.setting.ground
    missing = ground.negated(ground.number(region.setting.condition(claim.needs)))
    found = find(ground, ground.joined("all", [region.number, missing]), hard=True)
    if found.point is not None:
        point = _named(region, found.point)
        why = _confirmed(claim, agrees=_is_played(model, claim, region, point))
        return Finding(model.name, claim, "refuted", counterexample=(point,), why=why)
    return Finding(model.name, claim, "proved" if found.status == "nowhere" else "undecided", why=found.basis)


# --- a payoff that moves ----------------------------------------------------------------------------------------------


def _payoff(model: Model, claim: Claim, check: Check) -> Finding:
    """Any equilibrium payoff at the smaller value against any at the larger one: the claim must hold for every pair."""
    region = _region(model, claim, check)
    player = region.setting.game.players.index(str(claim.payoff))
    listed = outcomes_of(region.setting, region.concept, check)
    remarks: dict[str, None] = {}
    for name in claim.with_:
        two = _doubled(region, name)
        ground = two.ground
        against = two.falls if claim.moves in ("rises", "never falls") else two.rises
        given = [two.moved(_given(region, claim), after=later) for later in (False, True)]
        for before in listed:
            for after in listed:
                broken = against(before.worth[player], after.worth[player])
                both = [two.moved(before.formula, after=False), two.moved(after.formula, after=True), broken, *given]
                found = find(ground, ground.joined("all", [ground.number(part) for part in both]), hard=True)
                if found.point is not None:
                    pair = two.pair(found.point)
                    why = _confirmed(claim, agrees=_payoff_moves_back(model, claim, region, pair))
                    return Finding(model.name, claim, "refuted", counterexample=pair, why=why)
                if found.status == "undecided":
                    return Finding(model.name, claim, "undecided", why=f"{name}: {OPEN}")
                remarks[found.basis] = None
    return Finding(model.name, claim, "proved", why=_remarks(*remarks))


def _payoff_moves_back(model: Model, claim: Claim, region: Region, pair: Pair) -> bool:
    """Whether the solver, which knows nothing of regions, finds equilibria at the two points whose payoffs break the claim."""
    before, after = (
        [equilibrium.payoffs[str(claim.payoff)] for equilibrium in _solved(model, claim, region, point)]
        for point in pair
    )
    if not before or not after:
        return False
    falls = claim.moves in ("rises", "never falls")
    return bool(max(before) > min(after) if falls else min(before) < max(after))
