"""Where an event is played in every equilibrium, mixed or not, since whoever misses it would do better to take what is assured.

In an equilibrium nobody who moves first expects to gain by some one action, whatever is played instead of it. So the gains of all of them by one
action each sum up to nothing more than 0, on average over what is played. Where on every path without the event, as far as such paths may be played, they
sum up to more than 0, there is no equilibrium without it. No probabilities need be known for that, and so no supports either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction, holds_at, negation
from hedging_games.algebra.polynomials import terms_of, value_at
from hedging_games.analysis.conditions.played import likely
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, are_complete, is_covered, leaf_of
from hedging_games.analysis.conditions.ties.paths import after_first

Profile = tuple[int, ...]
"""What those who move first do, by slots."""


def assured(setting: Setting, check: Check) -> Formula | None:
    """Where the event is played in every subgame-perfect equilibrium, as far as that follows from what the first movers can assure themselves of.

    The action that each is held to is the one that assures most at the baseline. None where it is not one move of players or several at once that comes first,
    or what follows may have no bound (see `paths`).
    """
    form = setting.game.form
    first = form.stages[-1]
    movers = [form.information_sets[s].player for s in first.sets]
    if not is_covered(form) or not are_complete(form, form.stages[:-1]) or min(movers) < 0:
        return None
    leaves = dict(zip(first.leaves.tolist(), after_first(setting, check), strict=True))
    order = [*first.sets]
    paths = {
        tuple(sorted(slots, key=lambda slot: order.index(int(form.set_of_slot[slot])))): leaves[leaf]
        for slots, leaf in leaf_of(form, first).items()
    }
    safe = [_safest(setting, paths, k, mover) for k, mover in enumerate(movers)]
    missed = []
    for profile, here in paths.items():
        check()
        turned = [k for k, action in enumerate(profile) if action != safe[k]]
        instead = [paths[(*profile[:k], safe[k], *profile[k + 1 :])] for k in turned]
        missed += [_bears(setting, path, [movers[k] for k in turned], instead) for path in here]
    return negation(disjunction(missed))


def _bears(setting: Setting, path: Outcome, players: Sequence[int], instead: Sequence[Sequence[Outcome]]) -> Formula:
    """Where a path may be played that misses the event, and the gains of some players by their safe actions may sum up to 0 or less."""
    cases = []
    for others in product(*instead):
        gains = sum(
            (other.worth[i] - path.worth[i] for i, other in zip(players, others, strict=True)), setting.functions.zero
        )
        cases.append(conjunction([*(other.formula for other in others), setting.compare(gains, "<=")]))
    return conjunction([path.formula, negation(likely(setting, path)), disjunction(cases)])


def _safest(setting: Setting, paths: Mapping[Profile, Sequence[Outcome]], k: int, player: int) -> int:
    """The action that assures a player most at the baseline, the first one of several."""

    def worths(action: int) -> Iterator[Fraction]:
        for profile, here in paths.items():
            if profile[k] == action:
                yield from (_value(o.worth[player], setting.near) for o in here if holds_at(o.formula, setting.near))

    actions = dict.fromkeys(profile[k] for profile in paths)
    return max(actions, key=lambda action: min(worths(action)))


def _value(worth: Any, point: Sequence[Fraction]) -> Fraction:
    top, bottom = (value_at(terms_of(part), point) for part in (worth.numer, worth.denom))
    value: Fraction = top / bottom
    return value
