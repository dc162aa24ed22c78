"""What a profile of a signalling game tells about the sender's type."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.signalling import as_signalling

Kind = Literal["separating", "pooling", "semi-separating"]


def kind_of(game: Game, profile: MixedProfile) -> Kind | None:
    """Separating: every message sent tells the type. Pooling: no message tells anything. Semi-separating (hybrid): what
    lies between. None where the game is no signalling game or has but one possible type.
    """
    found = as_signalling(game)
    if found is None:
        return None
    possible = [t for t, p in enumerate(found.prior) if p > 0]
    if len(possible) < 2:
        return None
    odds = profile.probabilities
    sent = [[odds[m.senders[t]] if t in m.senders else Fraction(0) for t in possible] for m in found.messages]
    if all(sum(x > 0 for x in by_type) <= 1 for by_type in sent):
        return "separating"
    return "pooling" if all(x == by_type[0] for by_type in sent for x in by_type) else "semi-separating"
