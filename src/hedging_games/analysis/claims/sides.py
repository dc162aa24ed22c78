"""What a verdict about some equilibrium says about every one, and the other way round.

An event is played in every equilibrium only where there is one, and so in some. Hence a proof of the *stronger* side of a claim is one of
the other side too, and a counterexample to the weaker side is one to the stronger. Of a region that moves neither side says
anything of the other: it may move in some equilibrium and not in every one.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.algebra.inequalities.volume import Share
from hedging_games.analysis.claims.finding import Finding, side_of
from hedging_games.model.declarations import Claim

OTHER: Final = {"some": "every", "every": "some"}

_STRONGER: Final = {"everywhere": "every", "somewhere": "every", "nowhere": "some"}


def stronger(claim: Claim) -> str | None:
    """The side of a claim of which a proof is one of the other side too; None if there is none."""
    if claim.region is not None:
        return None
    if claim.holds is not None:
        return _STRONGER[claim.holds]
    return "some" if claim.needs is not None else "every"


def opposite(claim: Claim) -> Claim:
    """The same sentence of the other of some and every equilibrium."""
    return replace(claim, among=OTHER[side_of(claim)])


def follows(own: Finding) -> Finding | None:
    """What became of the opposite of a claim, as far as what became of the claim itself says so; None where that is open."""
    claim = opposite(own.claim)
    decisive = {stronger(own.claim): "proved", OTHER.get(stronger(own.claim) or ""): "refuted"}
    if own.verdict != decisive.get(own.among):
        return None
    word = [BY_WORD] if BY_WORD in own.why else []
    return replace(
        own,
        claim=claim,
        among=str(claim.among),
        why="; ".join([f"as in {own.among} equilibrium", *word]),
        share=Share(Fraction(1)) if own.verdict == "proved" and own.share is not None else None,
    )
