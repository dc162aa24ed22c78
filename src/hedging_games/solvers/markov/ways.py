"""What can be played in a game of one period by pure strategies: its ways, and those that are subgame perfect.

A *way* is what is played on the path of a pure profile: one terminal history, or where chance moves one for each of its branches.
Backward induction with every tie: at each stage of the form every pure profile is followed, with every way to go on after the leaves
on its path. A leaf off the path that one player alone can reach is worth to this player the least of the ways to go on that are
subgame perfect there, for no other player can reach it alone: that is the sharpest threat, and the only one that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias

from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game

Path: TypeAlias = tuple[tuple[int, Any], ...]
"""Terminal histories, by their position among the terminals, with their probabilities."""

MOST_PROFILES: Final = 20_000
"""Pure profiles of one stage that are followed."""

MOST_WAYS: Final = 20_000
"""Ways to go on from one history that are followed."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is played from a history on: the ``path``, what it is ``worth`` to each player, and the ``slots`` taken, those off the path
    (the threats) included.
    """

    path: Path
    worth: tuple[Any, ...]
    slots: tuple[int, ...]


def perfect_ways(game: Game, check: Callable[[], None]) -> list[Way]:
    """All paths of pure subgame-perfect equilibria of an exact game, each with strategies that support it.

    Raises CouldNotFinish if there are too many, or time runs out.
    """
    return _ways(game, check, perfect=True)


def all_paths(game: Game, check: Callable[[], None]) -> list[Path]:
    """The paths of all pure profiles, whatever they are worth. Errors as of `perfect_ways`."""
    return [way.path for way in _ways(game, check, perfect=False)]


def _ways(game: Game, check: Callable[[], None], *, perfect: bool) -> list[Way]:
    found = {
        int(history): [Way(((z, game.arithmetic.number(1)),), tuple(game.payoffs[:, z]), ())]
        for z, history in enumerate(game.form.terminals)
    }
    for stage in game.form.stages:
        check()
        here: dict[Path, Way] = {}
        inside = _StageOf(game, stage, [found.pop(leaf) for leaf in stage.leaves.tolist()])
        for way in inside.ways(check, perfect=perfect):
            here.setdefault(way.path, way)
            if len(here) > MOST_WAYS:
                raise could_not_finish("size", f"more than {MOST_WAYS:,} ways to play", "use fewer grid levels")
        found[stage.root] = list(here.values())
    return found[0]


class _StageOf:
    """A stage with the ways to go on from each of its leaves."""

    def __init__(self, game: Game, stage: Stage, after: Sequence[list[Way]]) -> None:
        form = game.form
        self.game = game
        self.after = after
        self.sets = [s for s in stage.sets if form.information_sets[s].player != CHANCE]
        self.owner = {slot: form.information_sets[s].player for s in self.sets for slot in form.slots(s)}
        self.taken = [_slots_to(form, stage.root, leaf) for leaf in stage.leaves.tolist()]
        one = game.arithmetic.number(1)
        self.odds = []
        for slots in self.taken:
            odds = one
            for slot in slots:
                odds = odds if slot in self.owner else odds * game.chance[slot]
            self.odds.append(odds)
        self.needed = [{slot for slot in slots if slot in self.owner} for slots in self.taken]

    def ways(self, check: Callable[[], None], *, perfect: bool) -> Iterator[Way]:
        """The ways of every profile, or of those that nobody gains by leaving alone."""
        choices = [self.game.form.slots(s) for s in self.sets]
        count = 1
        for slots in choices:
            count *= len(slots)
        if count > MOST_PROFILES:
            raise could_not_finish("size", f"a stage has {count:,} pure profiles", "use fewer grid levels or decisions")
        for profile in product(*choices):
            check()
            on_path = self.reached(profile)
            rest = [ways[:1] if k not in on_path else ways for k, ways in enumerate(self.after)]
            if perfect and all(rest):
                rest = [ways if k in on_path else [self.threat(k, profile)] for k, ways in enumerate(rest)]
            for going in product(*rest):
                if not perfect or self.is_kept(profile, on_path, going):
                    yield self.played(profile, on_path, going)

    def is_kept(self, profile: tuple[int, ...], on_path: Sequence[int], going: Sequence[Way]) -> bool:
        """Whether no player's other plan is worth more to it."""
        form = self.game.form
        for player in sorted(set(self.owner.values())):
            now = self.expected(player, on_path, going)
            options = [
                form.slots(s) if self.owner[taken] == player else (taken,)
                for s, taken in zip(self.sets, profile, strict=True)
            ]
            if any(self.expected(player, self.reached(other), going) > now for other in product(*options)):
                return False
        return True

    def reached(self, profile: Sequence[int]) -> tuple[int, ...]:
        """The leaves on the path of a profile."""
        chosen = set(profile)
        return tuple(k for k, needed in enumerate(self.needed) if needed <= chosen and self.odds[k] != 0)

    def threat(self, leaf: int, profile: Sequence[int]) -> Way:
        """How play goes on after a leaf off the path: worst for the player who alone can lead there."""
        others = {self.owner[slot] for slot in self.needed[leaf] - set(profile)}
        ways = self.after[leaf]
        if len(others) != 1:
            return ways[0]
        (player,) = others
        return min(ways, key=lambda way: way.worth[player])

    def played(self, profile: tuple[int, ...], on_path: Sequence[int], going: Sequence[Way]) -> Way:
        """The way of a profile."""
        path: dict[int, Any] = {}
        for k in on_path:
            for z, p in going[k].path:
                path[z] = self.odds[k] * p
        worth = tuple(self.expected(player, on_path, going) for player in range(len(self.game.players)))
        slots = (*profile, *(slot for way in going for slot in way.slots))
        return Way(tuple(sorted(path.items())), worth, slots)

    def expected(self, player: int, leaves: Sequence[int], going: Sequence[Way]) -> Any:
        """What leaves are worth to a player."""
        return sum((self.odds[k] * going[k].worth[player] for k in leaves), self.game.arithmetic.number(0))


def _slots_to(form: Form, root: int, leaf: int) -> list[int]:
    """The slots taken from one history to another."""
    slots: list[int] = []
    while leaf != root:
        slots.append(int(form.last_slot[leaf]))
        leaf = int(form.parent[leaf])
    return slots
