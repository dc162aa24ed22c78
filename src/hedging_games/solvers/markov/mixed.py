"""Stationary equilibria in which somebody may randomise, support by support, where unknowns can be removed one after the other.

The unknowns are what play is worth in the states of a circle, and the probabilities of the actions of a support. What a history is worth is
a polynomial in them, and so are the equations: a state is worth what its period is, and whoever randomises is indifferent. Mostly an
indifference pins down what the future is worth, that what another one's lottery has to be, and so on: an equation in which some unknown
stands alone, with a number before it, removes this unknown, until all are known. The same is done with parameters open, a number then being
a rational function of them.

Where an equation is left without unknowns it says for which parameters alone the support can be that of an equilibrium: a *tie*. What is
left with unknowns that no equation removes (irrational probabilities, continua) is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from math import prod
from typing import Any, Final, TypeAlias

from hedging_games.algebra.checking import Check
from hedging_games.games.form import CHANCE, TERMINAL, Form, Stage
from hedging_games.games.markov import MarkovGame

MOST_SUPPORTS: Final = 3_000
"""Combinations of supports in a circle of states that are looked at."""

MOST_FREE: Final = 4
"""Probabilities left open whose corners are looked at."""

Support: TypeAlias = tuple[int, ...]
"""The slots that are taken with positive probability at an information set."""

Place: TypeAlias = tuple[int, int]
"""A state and the number of an information set, or of a slot, there."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """A way to play in the states of a circle: the ``supports`` by information set, and what is known once unknowns are removed.

    ``is_followed`` : whether all is known that counts: what play is worth, and what every action is worth. ``values`` : player and state
    to what play is worth. ``probabilities`` : state and slot to probability; one that nothing depends on is that of a fair lottery
    (``has_free``). ``must_vanish`` : what has to be zero. ``must_be_positive`` : the probabilities that have to be. ``must_not_gain`` :
    by information set the action that is taken, another one, and how much more that is worth, which has to be no more than zero.
    ``some_at_most_zero`` : numbers of which one has to be no more than zero, since what they are the corners of has to be somewhere.
    Of what is not followed these are the conditions that are known anyway. ``divisors`` : what was divided by, where parameters are open:
    where one of these is zero nothing is said. ``leaves_open`` : where all is known but for one lottery between two actions, and every
    other action gains by its probability's first power at most: each such gain at the probability zero, and what is added up to one.
    """

    supports: dict[Place, Support]
    is_followed: bool
    has_free: bool
    values: dict[tuple[int, int], Any]
    probabilities: dict[Place, Any]
    must_vanish: tuple[Any, ...]
    must_be_positive: tuple[Any, ...]
    must_not_gain: tuple[tuple[Place, int, int, Any], ...]
    some_at_most_zero: tuple[tuple[Any, ...], ...]
    divisors: tuple[Any, ...]
    leaves_open: tuple[tuple[Any, Any], ...] | None = None


def is_covered(form: Form) -> bool:
    """Whether every stage of a period is a single decision, a move of chance, or moves at once of players who all choose."""
    for stage in form.stages:
        sets = [form.information_sets[s] for s in stage.sets]
        if len(stage.sets) == 1 and len(stage.inner) == 1:
            continue
        lengths = {len(_slots_to(form, stage.root, leaf)) for leaf in stage.leaves.tolist()}
        if lengths != {len(sets)} or any(s.player == CHANCE for s in sets):
            return False
    return True


def support_count(game: MarkovGame, circle: Sequence[int]) -> int:
    """How many combinations of supports there are in a circle."""
    return prod(2 ** len(form.slots(s)) - 1 for form, s in _sets(game, circle))


def _sets(game: MarkovGame, circle: Sequence[int]) -> Iterator[tuple[Form, int]]:
    for state in circle:
        form = game.stages[state].form
        yield from ((form, s) for s, i in enumerate(form.information_sets) if i.player != CHANCE)


def mixed(
    game: MarkovGame, circle: Sequence[int], known: Mapping[tuple[int, int], Any], domain: Any, check: Check
) -> Iterator[Mixed]:
    """Every combination of supports in a circle of states, with its unknowns removed where that can be done.

    ``known`` : player and state to what play is worth in the states that the circle leads to. ``domain`` : sympy's domain of the game's
    numbers.
    """
    places = [
        (state, s)
        for state in circle
        for s, i in enumerate(game.stages[state].form.information_sets)
        if i.player != CHANCE
    ]
    options = [_supports(game.stages[state].form.slots(s)) for state, s in places]
    for chosen in product(*options):
        check()
        yield _System(game, circle, known, domain, dict(zip(places, chosen, strict=True))).solved()


def _supports(slots: range) -> list[Support]:
    sizes = range(1, len(slots) + 1)
    return list(chain.from_iterable(combinations(slots, size) for size in sizes))


class _System:
    """The equations of a combination of supports."""

    def __init__(
        self,
        game: MarkovGame,
        circle: Sequence[int],
        known: Mapping[tuple[int, int], Any],
        domain: Any,
        supports: dict[Place, Support],
    ) -> None:
        from sympy.polys.rings import ring

        self.game = game
        self.circle = circle
        self.supports = supports
        self.domain = domain
        valued = [(i, s) for i in range(len(game.players)) for s in circle]
        mixing = [
            (state, slot) for (state, _), support in supports.items() if len(support) > 1 for slot in support[:-1]
        ]
        names = [f"v{k}" for k in range(len(valued))] + [f"p{k}" for k in range(len(mixing))]
        self.first_probability = len(valued)
        self.ring, *generators = ring(names, domain)
        self.values: dict[tuple[int, int], Any] = {key: self.number(value) for key, value in known.items()}
        self.values |= dict(zip(valued, generators, strict=False))
        self.probabilities = self._probabilities(dict(zip(mixing, generators[len(valued) :], strict=True)))
        self.worth: dict[tuple[int, int], list[Any]] = {}
        self.actions: dict[Place, dict[int, Any]] = {}

    def number(self, value: Any) -> Any:
        """A number of the game as a constant polynomial."""
        return self.ring.ground_new(self.domain.convert(value))

    def _probabilities(self, free: dict[Place, Any]) -> dict[Place, Any]:
        found: dict[Place, Any] = {}
        one = self.ring.one
        for (state, s), support in self.supports.items():
            for slot in self.game.stages[state].form.slots(s):
                found[state, slot] = self.ring.zero
            for slot in support[:-1]:
                found[state, slot] = free[state, slot]
            found[state, support[-1]] = one - sum((free[state, slot] for slot in support[:-1]), self.ring.zero)
        return found

    def odds(self, state: int, slot: int) -> Any:
        """How likely an action is."""
        stage = self.game.stages[state]
        return (
            self.number(stage.chance[slot])
            if stage.form.player_of_slot[slot] == CHANCE
            else self.probabilities[state, slot]
        )

    def history_worth(self, state: int, history: int) -> list[Any]:
        """By player what the root of a stage, or the end, of a state's period is worth.

        To a player who decides at the stage it is worth what any action of the support is: the shortest of these polynomials is taken.
        """
        if (state, history) not in self.worth:
            form = self.game.stages[state].form
            players = range(len(self.game.players))
            if form.decided_at[history] == TERMINAL:
                z = form.terminals.tolist().index(history)
                found = [self._terminal_worth(state, z, i) for i in players]
            else:
                stage = next(stage for stage in form.stages if stage.root == history)
                found = [self._expected(state, stage, i) for i in players]
                for s in stage.sets:
                    if (player := form.information_sets[s].player) != CHANCE:
                        actions = self.action_worth(state, s)
                        found[player] = min((actions[slot] for slot in self.supports[state, s]), key=_length)
            self.worth[state, history] = found
        return self.worth[state, history]

    def _expected(self, state: int, stage: Stage, player: int) -> Any:
        form = self.game.stages[state].form
        found = self.ring.zero
        for leaf in stage.leaves.tolist():
            p = prod((self.odds(state, slot) for slot in _slots_to(form, stage.root, leaf)), start=self.ring.one)
            if p:
                found += p * self.history_worth(state, leaf)[player]
        return found

    def _terminal_worth(self, state: int, z: int, player: int) -> Any:
        later = self.ring.zero
        for t, q in enumerate(self.game.moves[state][z]):
            if q != 0:
                later += self.number(q) * self.values[player, t]
        return (
            self.number(self.game.stages[state].payoffs[player, z]) + self.number(self.game.discounts[player]) * later
        )

    def action_worth(self, state: int, s: int) -> dict[int, Any]:
        """What each action of an information set is worth to the player who takes it, the others at its stage moving as they do."""
        if (state, s) not in self.actions:
            form = self.game.stages[state].form
            player = form.information_sets[s].player
            stage = next(stage for stage in form.stages if s in stage.sets)
            found = dict.fromkeys(form.slots(s), self.ring.zero)
            for leaf in stage.leaves.tolist():
                slots = _slots_to(form, stage.root, leaf)
                own = next(slot for slot in slots if slot in found)
                p = prod((self.odds(state, slot) for slot in slots if slot != own), start=self.ring.one)
                if p:
                    found[own] += p * self.history_worth(state, leaf)[player]
            self.actions[state, s] = found
        return self.actions[state, s]

    def solved(self) -> Mixed:
        """What is known once unknowns are removed."""
        game = self.game
        actions = {place: self.action_worth(*place) for place in self.supports}
        players = range(len(game.players))
        equations = [self.values[i, state] - self.history_worth(state, 0)[i] for state in self.circle for i in players]
        for place, support in self.supports.items():
            equations += [actions[place][support[0]] - actions[place][slot] for slot in support[1:]]
        known, waiting, divisors = _removed(equations)
        values = {(i, state): _put(self.values[i, state], known) for i in players for state in self.circle}
        gains = [
            (place, support[0], slot, _put(worth - actions[place][support[0]], known))
            for place, support in self.supports.items()
            for slot, worth in actions[place].items()
            if slot not in support
        ]
        drawn = {
            (state, slot): _put(self.probabilities[state, slot], known)
            for (state, _), support in self.supports.items()
            for slot in (support if len(support) > 1 else ())
        }
        free = {place for place, p in drawn.items() if not p.is_ground}
        left = [e for e in waiting if not e.is_ground]
        rest = [*values.values(), *(gain for *_, gain in gains)]
        return Mixed(
            self.supports,
            not left and all(value.is_ground for value in rest) and _are_whole(self.supports, free),
            bool(free),
            {key: _constant(value) for key, value in values.items() if value.is_ground},
            self._numbers(drawn, free),
            tuple(_constant(e) for e in waiting if e.is_ground),
            tuple(_constant(p) for place, p in drawn.items() if place not in free),
            tuple((place, taken, other, _constant(gain)) for place, taken, other, gain in gains if gain.is_ground),
            tuple(self._corners([gain for *_, gain in gains if not gain.is_ground], left)),
            tuple(divisors),
            None if left else self._left_open(drawn, free, [*values.values()], [gain for *_, gain in gains]),
        )

    def _left_open(
        self, drawn: dict[Place, Any], free: set[Place], values: Sequence[Any], gains: Sequence[Any]
    ) -> tuple[tuple[Any, Any], ...] | None:
        """What others gain by the probability of a lottery between two actions, where nothing else is open."""
        unknown = [p for place, p in drawn.items() if place in free and p.is_generator]
        if len(free) != 2 or len(unknown) != 1 or not _are_whole(self.supports, free):
            return None
        (p,) = unknown
        place = self.ring.gens.index(p)
        powers = [powers for polynomial in (*values, *gains) for powers in polynomial.monoms()]
        if any(power for one in powers for k, power in enumerate(one) if k != place):
            return None
        open_ = [gain for gain in gains if not gain.is_ground]
        if any(gain.degree(p) > 1 for gain in open_):
            return None
        return tuple((gain.coeff(1), gain.coeff(p)) for gain in open_)

    def _corners(self, gains: Sequence[Any], equations: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The corners of what has to be at most zero somewhere, where it is multi-affine in probabilities alone."""
        for polynomial in (*gains, *equations, *(-equation for equation in equations)):
            powers = [max(column) for column in zip(*polynomial.monoms(), strict=True)]
            used = [k for k, power in enumerate(powers) if power]
            if used and used[0] >= self.first_probability and max(powers) == 1 and len(used) <= MOST_FREE:
                ends = (self.ring.zero, self.ring.one)
                yield tuple(
                    _constant(_put(polynomial, dict(zip(used, corner, strict=True))))
                    for corner in product(ends, repeat=len(used))
                )

    def _numbers(self, drawn: dict[Place, Any], free: set[Place]) -> dict[Place, Any]:
        """All probabilities; where nothing depends on them, those of a fair lottery."""
        found: dict[Place, Any] = {}
        for (state, s), support in self.supports.items():
            fair = self.domain.one / self.domain.convert(len(support))
            for slot in self.game.stages[state].form.slots(s):
                place = (state, slot)
                if slot not in support:
                    found[place] = self.domain.zero
                elif len(support) == 1:
                    found[place] = self.domain.one
                else:
                    found[place] = fair if place in free else _constant(drawn[place])
        return found


def _are_whole(supports: dict[Place, Support], free: set[Place]) -> bool:
    """Whether the probabilities that nothing depends on are all those of their lotteries."""
    lotteries = [{(state, slot) for slot in own} for (state, _), own in supports.items() if len(own) > 1]
    return all(len(own & free) in (0, len(own)) for own in lotteries)


def _removed(equations: Sequence[Any]) -> tuple[dict[int, Any], list[Any], list[Any]]:
    """Unknowns, by number, as polynomials in those that are left; the equations that are left; what was divided by."""
    known: dict[int, Any] = {}
    divisors: dict[Any, None] = {}
    waiting = [equation for equation in equations if equation]
    while step := next(filter(None, map(_alone, waiting)), None):
        index, value, slope = step
        divisors[slope] = None
        known = {k: _put(v, {index: value}) for k, v in known.items()} | {index: value}
        waiting = [e for e in (_put(equation, {index: value}) for equation in waiting) if e]
    return known, waiting, list(divisors)


def _alone(equation: Any) -> tuple[int, Any, Any] | None:
    """An unknown that an equation gives, by its number, as a polynomial in the others, and the number before it."""
    degrees = [0] * equation.ring.ngens
    for powers in equation.monoms():
        for k, power in enumerate(powers):
            if power:
                degrees[k] = max(degrees[k], sum(powers))
    for k, degree in enumerate(degrees):
        if degree == 1:
            x = equation.ring.gens[k]
            slope = equation.coeff(x)
            return k, x - equation.quo_ground(slope), slope
    return None


def _length(polynomial: Any) -> tuple[int, int]:
    """How long a polynomial is: by its degree, then by its terms."""
    return max(map(sum, polynomial.monoms()), default=0), len(polynomial)


def _put(polynomial: Any, known: dict[Any, Any]) -> Any:
    """A polynomial with some unknowns replaced."""
    pairs = [(polynomial.ring.gens[k], value) for k, value in known.items()]
    return polynomial.compose(pairs) if pairs else polynomial


def _constant(polynomial: Any) -> Any:
    """A constant polynomial as a number of the domain."""
    assert polynomial.is_ground
    return polynomial.coeff(1)


def _slots_to(form: Form, root: int, leaf: int) -> list[int]:
    """The slots taken from one history to another."""
    slots: list[int] = []
    while leaf != root:
        slots.append(int(form.last_slot[leaf]))
        leaf = int(form.parent[leaf])
    return slots
