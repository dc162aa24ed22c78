"""Judging: the certificate of a candidate, computed from the definition alone. No solver calls this module."""

from __future__ import annotations

from typing import Any

from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.concepts import Concept
from hedging_games.theory.deviations import best_plan_gain, is_strict
from hedging_games.theory.equilibria import Certificate


def certify(game: Game, profile: MixedProfile, concept: Concept) -> tuple[Certificate, bool]:
    """The certificate of a profile and whether it is strict (every deviation loses).

    The largest gain is the maximum over players and the concept's scopes of `deviations.best_plan_gain`: exactly 0 for
    an equilibrium, positive otherwise. Exact where the game is.
    """
    probabilities = profile.probabilities
    _require_distributions(profile)
    largest: Any = game.arithmetic.number(0)
    strict = profile.is_pure
    information_sets = game.form.information_sets
    for scope in concept.scopes(game, probabilities):
        # Who decides nothing in a scope cannot deviate there.
        for player in sorted({information_sets[s].player for s in scope.sets} - {CHANCE}):
            largest = max(largest, best_plan_gain(game, probabilities, scope, player))
            strict = strict and is_strict(game, probabilities, scope, player)
    return Certificate(exact=game.arithmetic.name == "exact", largest_gain=largest), strict and largest == 0


def _require_distributions(profile: MixedProfile) -> None:
    """A profile's probabilities are distributions; a solver that proposes anything else has a defect."""
    form = profile.form
    for player in range(len(form.players)):
        for s in form.sets_of(player):
            here = [profile.probabilities[slot] for slot in form.slots(s)]
            if min(here) < 0 or sum(here) != 1:
                raise AssertionError(
                    f"the probabilities at '{form.information_sets[s].label}' are no distribution: {here}"
                )
