"""A claim put to the solver where its file says that it is to be tried (key ``try``).

No condition is needed for that: so a claim is refuted, or a claim that something happens somewhere proved, of equilibria for which
none is derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from hedging_games.algebra.formulas.formula import holds_at
from hedging_games.analysis.claims.asked import CONFIRMED, Asked, listed_payoffs_break
from hedging_games.analysis.claims.doubled import Pair
from hedging_games.analysis.claims.finding import Finding, point_text
from hedging_games.errors import input_error
from hedging_games.model.declarations import Claim

_WAYS: Final[Mapping[str, tuple[bool, ...]]] = {
    "widens": (True,), "never shrinks": (True,), "shrinks": (False,), "never widens": (False,)
}  # fmt: skip


def ways(claim: Claim) -> tuple[bool, ...]:
    """Whether what is played at the smaller value has to be played at the larger one (True), or the other way round."""
    return _WAYS.get(str(claim.region), (True, False))


def kept_and_lost(pair: Pair, *, grows: bool) -> list[tuple[Mapping[str, Fraction], bool]]:
    """The two points of a counterexample, with whether the event is played there."""
    kept, lost = pair if grows else tuple(reversed(pair))
    return [(kept, True), (lost, False)]


def settled_where_tried(asked: Asked) -> Finding | None:
    """What solving says where the claim is to be tried; None where that leaves it open.

    Raises InputError for a place that the claim does not speak of.
    """
    claim = asked.claim
    if not claim.tried:
        return None
    if claim.region is not None or claim.payoff is not None:
        pair = _pair(asked)
        is_broken = _region_breaks(asked, pair) if claim.region is not None else _payoffs_break(asked, pair)
        return asked.finding("refuted", CONFIRMED, counterexample=pair) if is_broken else None
    return _at_a_point(asked)


def _pair(asked: Asked) -> Pair:
    first, second = _point(asked, 0), _point(asked, 1)
    if not all(
        name in asked.claim.with_ and first[name] < second[name] for name in first if first[name] != second[name]
    ):
        remedy = "give two values of the parameter that the claim is about, the smaller one first"
        raise input_error("claim", "what is tried is not what the claim says", remedy)
    return first, second


def _point(asked: Asked, k: int) -> dict[str, Fraction]:
    """The baseline with the values that are tried, of several the one of number k."""
    setting = asked.region.setting
    tried = {name: values[k % len(values)] for name, values in asked.claim.tried.items()}
    point = {**dict(zip(setting.names, setting.near, strict=True)), **tried}
    if not (setting.whole.contains(setting.point(point)) and holds_at(asked.given, setting.point(point))):
        what = f"the claim is to be tried where parameters are not: {point_text(point)}"
        raise input_error("claim", what, "try it within the ranges, the assumptions and the claim's own condition")
    return point


def _region_breaks(asked: Asked, pair: Pair) -> bool:
    cases = (kept_and_lost(pair, grows=grows) for grows in ways(asked.claim))
    return any(asked.is_played(kept) is True and asked.is_played(lost) is False for (kept, _), (lost, _) in cases)


def _payoffs_break(asked: Asked, pair: Pair) -> bool:
    first, second = (list(asked.solutions(point)) for point in pair)
    return listed_payoffs_break(asked.claim, first, second)


def _at_a_point(asked: Asked) -> Finding | None:
    """A claim about single points: one at which the outcome is not played breaks "everywhere", one at which it is, what else is said."""
    claim, point = asked.claim, _point(asked, 0)
    if claim.needs is not None and holds_at(
        asked.region.setting.condition(claim.needs), asked.region.setting.point(point)
    ):
        return None
    if asked.is_played(point) is not (claim.holds != "everywhere"):
        return None
    if claim.holds == "somewhere":
        return asked.finding("proved", f"{CONFIRMED}: {point_text(point)}")
    return asked.finding("refuted", CONFIRMED, counterexample=(point,))
