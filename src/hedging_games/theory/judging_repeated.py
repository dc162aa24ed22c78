"""The judge of tit for tat and its like: is a strategy a best reply to automata? Computed from the definition; no solver calls it.

Where the others follow an automaton, a player alone faces a decision problem whose states are those of the automaton: by discounting, some
rule that looks at the state alone is best, and improving state by state finds it (Howard 1960).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hedging_games.games.form import CHANCE
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile
from hedging_games.games.values import terminal_probabilities
from hedging_games.theory.equilibria import Certificate
from hedging_games.theory.judging_markov import worth


def judged_start(game: MarkovGame, profiles: Sequence[MixedProfile]) -> Certificate:
    """What anybody gains at the start by another strategy against the automata of the others, who have one information set
    each or are myopic.
    """
    now = worth(game, profiles)[:, game.start]
    gains = [best_worth(game, profiles, player)[game.start] - now[player] for player in range(len(game.players))]
    return Certificate(exact=True, largest_gain=max(gains))


def best_worth(game: MarkovGame, profiles: Sequence[MixedProfile], player: int) -> Any:
    """Shape (states,): the most that play from each state on can be worth to a player, the others doing what they do there."""
    rule = list(profiles)
    while True:
        values = worth(game, rule)[player]
        improved = False
        for state, stage in enumerate(game.stages):
            later = game.discounts[player] * (game.moves[state] @ values)
            paid = stage.payoffs[player] + later
            best = paid @ terminal_probabilities(stage, rule[state].probabilities)
            for s, information_set in enumerate(stage.form.information_sets):
                if information_set.player not in {player} - {CHANCE}:
                    continue
                for slot in stage.form.slots(s):
                    other = _instead(rule[state], s, slot)
                    gained = paid @ terminal_probabilities(stage, other.probabilities)
                    if gained > best:
                        rule[state], best, improved = other, gained, True
        if not improved:
            return values


def _instead(profile: MixedProfile, s: int, slot: int) -> MixedProfile:
    probabilities = profile.probabilities.copy()
    for k in profile.form.slots(s):
        probabilities[k] = probabilities[k] * 0
    probabilities[slot] = probabilities[slot] + 1
    return MixedProfile(profile.form, probabilities)
