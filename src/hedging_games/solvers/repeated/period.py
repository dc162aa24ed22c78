"""The period of a repeated game: players choose at once, then chance and short-sighted players answer.

Who looks at the period alone (a *myopic* player) takes what is best there; ties are followed whichever way they are settled, and the
actions that are ``even`` are settled by a fair coin. The same code runs at a point and with parameters open: comparisons are formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from math import prod
from typing import Any, Final, NamedTuple, TypeAlias

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.markov import MarkovGame

Path: TypeAlias = tuple[tuple[int, Any], ...]
"""Terminal histories, by their position among the terminals, with their probabilities."""

MOST_PROFILES: Final = 2_000
"""Combinations of what the players choose at once."""

MOST_ENDS: Final = 2_000
"""Ways in which a period may go on after them."""


ORDER: Final = (
    "punishments are followed where those who look ahead choose at once, at the start of the period, and only chance and myopic players"
    " come after"
)
OTHER_CONCEPT: Final = ", or ask for pure-markov-perfect"


class Step(NamedTuple):
    """Why two numbers are compared: a player takes an action (a slot) and might take another one."""

    player: int
    slot: int
    other: int


Compare: TypeAlias = Callable[[Any, str, Any, Step], Formula]
"""Where a first number stands in a relation (``>=``, ``>``, ``==``) to a second one."""


@dataclass(frozen=True, slots=True)
class End:
    """How a period goes on from some history.

    ``path`` : how it ends. ``worth`` : what that pays, by player. ``formula`` : where nobody short-sighted would do otherwise. ``mixture`` :
    what is done at every later information set, as slots with their probabilities.
    """

    path: Path
    worth: tuple[Any, ...]
    formula: Formula
    mixture: tuple[tuple[int, Any], ...]


@dataclass(frozen=True, slots=True)
class Play:
    """What is played in a period: an action (a slot) of each player at its start, and how it goes on."""

    profile: tuple[int, ...]
    end: End

    @property
    def worth(self) -> tuple[Any, ...]:
        """What it pays in the period, by player."""
        return self.end.worth


class Period:
    """The period of a repeated game.

    Raises CouldNotFinish where it has another order of moves, or too many.
    """

    def __init__(self, game: MarkovGame, compare: Compare, check: Check) -> None:
        self.repeated = game
        self.game = game.stages[0]
        self.form = self.game.form
        self.compare = compare
        self.check = check
        self.sets = self._first_sets()
        self.movers = tuple(self.form.information_sets[s].player for s in self.sets)

    def _first_sets(self) -> tuple[int, ...]:
        """The information sets at the start of the period; none if somebody short-sighted alone begins."""
        form, short_sighted = self.form, {CHANCE, *self.repeated.myopic}
        if all(
            s.player in short_sighted and len(form.histories_of[k]) == 1 for k, s in enumerate(form.information_sets)
        ):
            return ()
        first = form.stages[-1]
        later = [s for s in range(len(form.information_sets)) if s not in first.sets]
        movers = [form.information_sets[s].player for s in first.sets]
        at_once = len(first.inner) == 1 or _is_shared(form, first.leaves.tolist(), first.root, len(first.sets))
        answer = all(form.information_sets[s].player in short_sighted for s in later)
        if CHANCE in movers or not at_once or not answer or len(set(movers)) < len(movers):
            remedy = "list their decisions first, without 'sees' and 'when'"
            raise could_not_finish("repeated", ORDER, remedy + ("" if self.repeated.myopic else OTHER_CONCEPT))
        self._refuse_hidden(later)
        for s in first.sets:
            if self._even(s):
                what = f"'{form.information_sets[s].label}' settles ties by a fair coin, and does not see what is chosen at once with it"
                raise could_not_finish("repeated", what, "add sees: all, or remove 'even'")
        count = prod(len(form.slots(s)) for s in first.sets)
        if count > MOST_PROFILES:
            raise could_not_finish("size", f"a period has {count:,} pure profiles", "use fewer grid levels")
        return tuple(sorted(first.sets))

    def _refuse_hidden(self, sets: Iterable[int]) -> None:
        for s in sets:
            if len(self.form.histories_of[s]) > 1:
                what = f"'{self.form.information_sets[s].label}' does not see all that happened before in the period"
                raise could_not_finish("repeated", what, "add sees: all to its decision")

    @cached_property
    def ends(self) -> dict[tuple[int, ...], list[End]]:
        """How the period may go on, by what is chosen at its start."""
        found = {}
        for profile in product(*(self.form.slots(s) for s in self.sets)):
            self.check()
            found[profile] = self._from(self._after(profile))
        return found

    @cached_property
    def plays(self) -> list[Play]:
        """All that can be played, whether or not anybody gains by leaving it."""
        return [Play(profile, end) for profile, ends in self.ends.items() for end in ends]

    def others(self, profile: tuple[int, ...], k: int) -> Iterator[tuple[int, ...]]:
        """The profiles in which the mover in place ``k`` alone does something else."""
        for slot in self.form.slots(self.sets[k]):
            if slot != profile[k]:
                yield (*profile[:k], slot, *profile[k + 1 :])

    def _after(self, profile: tuple[int, ...]) -> int:
        history = 0
        while self.form.decided_at[history] in self.sets:
            children = self.form.children[history]
            history = next(child for child in children if int(self.form.last_slot[child]) in profile)
        return history

    def _from(self, history: int) -> list[End]:
        form, one = self.form, self.game.arithmetic.number(1)
        s = int(form.decided_at[history])
        if s == TERMINAL:
            z = form.terminals.tolist().index(history)
            return [End(((z, one),), tuple(self.game.payoffs[:, z]), TRUE, ())]
        after = [self._from(child) for child in form.children[history]]
        if prod(map(len, after)) > MOST_ENDS:
            raise could_not_finish("size", f"more than {MOST_ENDS:,} ways to go on in a period", "use fewer actions")
        listed = chain.from_iterable(self._answers(s, plan) for plan in product(*after))
        return merged(end for end in listed if end.formula != FALSE)

    def _answers(self, s: int, plan: Sequence[End]) -> Iterator[End]:
        """What is done at an information set where it is known how every action goes on."""
        form = self.form
        slots = form.slots(s)
        if form.information_sets[s].player == CHANCE:
            yield self._mixed(plan, {k: self.game.chance[slot] for k, slot in enumerate(slots)}, TRUE, ())
            return
        coin = self._even(s)
        single = [(k,) for k in range(len(slots)) if k not in coin]
        for taken in chain(single, *(combinations(coin, n) for n in range(1, len(coin) + 1))):
            share = self.game.arithmetic.number(1) / len(taken)
            weights = dict.fromkeys(taken, share)
            own = tuple((slots[k], share) for k in taken)
            yield self._mixed(plan, weights, self._is_best(s, plan, taken, coin), own)

    def _even(self, s: int) -> tuple[int, ...]:
        information_set = self.form.information_sets[s]
        named = self.repeated.even.get(information_set.decision, ())
        return tuple(k for k, action in enumerate(information_set.actions) if action in named)

    def _is_best(self, s: int, plan: Sequence[End], taken: tuple[int, ...], coin: tuple[int, ...]) -> Formula:
        """Where exactly these of the ``even`` actions are best (or, of the others, where this one is among the best)."""
        player, slots = self.form.information_sets[s].player, self.form.slots(s)
        worth = [end.worth[player] for end in plan]
        first = taken[0]
        found = []
        for k in range(len(plan)):
            if k != first:
                strictly = ">" if first in coin and k in coin else ">="
                relation = "==" if k in taken else strictly
                found.append(self.compare(worth[first], relation, worth[k], Step(player, slots[first], slots[k])))
        return conjunction(found)

    def _mixed(
        self,
        plan: Sequence[End],
        weights: dict[int, Any],
        formula: Formula,
        own: tuple[tuple[int, Any], ...],
    ) -> End:
        zero = self.game.arithmetic.number(0)
        path: dict[int, Any] = {}
        for k, weight in weights.items():
            for z, p in plan[k].path:
                path[z] = path.get(z, zero) + weight * p
        players = range(len(self.game.players))
        return End(
            tuple(sorted(((z, p) for z, p in path.items() if p != 0), key=lambda item: item[0])),
            tuple(sum((weight * plan[k].worth[i] for k, weight in weights.items()), zero) for i in players),
            conjunction([*(end.formula for end in plan), formula]),
            (*own, *chain.from_iterable(end.mixture for end in plan)),
        )


def _is_shared(form: Form, leaves: Sequence[int], root: int, count: int) -> bool:
    """Whether every one of ``count`` information sets is met on the way to each leaf."""
    return all(len(form.path(leaf)) - len(form.path(root)) == count for leaf in leaves)


def merged(ends: Iterator[End]) -> list[End]:
    """Ends by the same path taken together: one stands where any of them does."""
    alike: dict[Path, list[End]] = {}
    for end in ends:
        alike.setdefault(end.path, []).append(end)
    return [
        End(same[0].path, same[0].worth, disjunction(end.formula for end in same), same[0].mixture)
        for same in alike.values()
    ]


def at_a_point(first: Any, relation: str, second: Any, _step: Step) -> Formula:
    """The comparison of exact numbers: true or false."""
    stands = first == second if relation == "==" else first > second or (relation == ">=" and first == second)
    return TRUE if stands else FALSE
