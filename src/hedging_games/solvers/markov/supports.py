"""All stationary equilibria at a point, randomisation included, support by support (`mixed`)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from hedging_games.algebra.checking import Check
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.markov.mixed import MOST_SUPPORTS, Mixed, Place, is_covered, mixed, support_count
from hedging_games.solvers.markov.stationary import MOST_EQUILIBRIA, circles

CONTINUA: Final = (
    "where a player is indifferent whatever it does, there are infinitely many equilibria, of which one is listed"
)
UNFOLLOWED: Final = "equations of randomisation that do not give one unknown after the other were not followed"


MOST_OPEN_SUPPORTS: Final = 60
"""The same with parameters open, where unknowns are rational functions."""


def is_small(game: MarkovGame, most: int = MOST_SUPPORTS) -> bool:
    """Whether randomisation can be followed support by support: no circle of states has more than ``most`` combinations."""
    return all(is_covered(stage.form) for stage in game.stages) and all(
        support_count(game, circle) <= most for circle in circles(game)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    values: dict[tuple[int, int], Any]
    probabilities: dict[Place, Any]


def propose(game: MarkovGame, check: Check) -> tuple[list[tuple[MixedProfile, ...]], tuple[str, ...]]:
    """Strategies for every state, one tuple for each equilibrium of an exact game without a horizon; and why there may be more (nothing,
    if these are all).

    Raises CouldNotFinish if there are too many, or time runs out.
    """
    from sympy import QQ

    found = [_Partial({}, {})]
    notes: dict[str, None] = {}
    for circle in circles(game):
        here = []
        for before in found:
            for one in mixed(game, circle, before.values, QQ, check):
                if not _stands(one):
                    continue
                if not one.is_followed:
                    notes[UNFOLLOWED] = None
                    continue
                if one.has_free:
                    notes[CONTINUA] = None
                here.append(_with(before, one))
        found = here
        if len(found) > MOST_EQUILIBRIA:
            what = (
                f"there are more than {MOST_EQUILIBRIA:,} equilibria in the states {game.states[circle[0]]} and later"
            )
            raise could_not_finish("size", what, "ask for pure-markov-perfect, or change payoffs that tie")
    return [_profiles(game, partial) for partial in found], tuple(notes)


def _stands(one: Mixed) -> bool:
    """Whether nothing that is known speaks against it."""
    return (
        all(value == 0 for value in one.must_vanish)
        and all(p > 0 for p in one.must_be_positive)
        and all(gain <= 0 for *_, gain in one.must_not_gain)
        and all(min(corners) <= 0 for corners in one.some_at_most_zero)
    )


def _with(before: _Partial, one: Mixed) -> _Partial:
    values = {key: Fraction(int(v.numerator), int(v.denominator)) for key, v in one.values.items()}
    odds = {place: Fraction(int(p.numerator), int(p.denominator)) for place, p in one.probabilities.items()}
    return _Partial(before.values | values, before.probabilities | odds)


def _profiles(game: MarkovGame, partial: _Partial) -> tuple[MixedProfile, ...]:
    profiles = []
    for state, stage in enumerate(game.stages):
        probabilities = stage.arithmetic.zeros((stage.form.slot_count,))
        for s, information_set in enumerate(stage.form.information_sets):
            if information_set.player != CHANCE:
                for slot in stage.form.slots(s):
                    probabilities[slot] = partial.probabilities[state, slot]
        profiles.append(MixedProfile(stage.form, probabilities))
    return tuple(profiles)
