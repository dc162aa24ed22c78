"""The share of the box in which a claim holds, point by point: given where it fails for sure, and where it fails at most.

The two are one unless equilibria were not followed. Then a share is told only if no point of the sample lies between them: what was not
followed is mostly ties, which fill nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction, negation
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.inequalities.volume import Share
from hedging_games.analysis.claims.finding import Finding
from hedging_games.analysis.shares import share_estimated, share_where
from hedging_games.errors import InputError


class Failing(NamedTuple):
    """Where a claim fails for sure, and where at most, whatever was not followed."""

    surely: Formula
    at_most: Formula


def failing_outside(
    inner: tuple[Formula | None, Formula | None], outer: tuple[Formula | None, Formula | None]
) -> Failing | None:
    """Where one region is not in another, for each where it is for sure and where at most; None where one of these is not known."""
    if inner[0] is None or inner[1] is None or outer[0] is None or outer[1] is None:
        return None
    surely = conjunction([inner[0], negation(outer[1])])
    if inner[0] is inner[1] and outer[0] is outer[1]:
        # One formula, not two that are alike: these take as long to compare as they are when written out.
        return Failing(surely, surely)
    return Failing(surely, conjunction([inner[1], negation(outer[0])]))


def any_failing(parts: list[Failing | None]) -> Failing | None:
    """Where one of some claims fails."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Failing(disjunction(p.surely for p in known), disjunction(p.at_most for p in known))


def with_share(
    finding: Finding, ground: Ground, given: Formula, failing: Callable[[], Failing | None], check: Check
) -> Finding:
    """The finding with the share of the box, under its assumptions and the claim's condition, in which the claim holds; without one
    where what was not followed may change it, or the condition leaves nothing that has a volume.
    """
    if finding.verdict == "proved":
        return replace(finding, share=Share(Fraction(1)))
    fails = failing()
    if fails is None:
        return finding
    try:
        if fails.surely != fails.at_most:
            between = conjunction([fails.at_most, negation(fails.surely)])
            if share_estimated(ground.whole, between, given, check).value > 0:
                return finding
        return replace(finding, share=share_where(ground, negation(fails.surely), given, check))
    except InputError:
        return finding
