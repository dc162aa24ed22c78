"""An oracle for subgame-perfect equilibria of small games in which ties abound, written from the definition alone.

A game is a nested structure (`Leaf`, `Decision`, `Chance`, `Stage`) with payoffs affine in one parameter w. A profile gives
every action of every decision a probability. It is subgame perfect if and only if nowhere, reached or not, an action is
worth more to the one who takes it than following the profile from there on (the one-shot deviation principle: Osborne and
Rubinstein 1994, lemma 98.2; at a `Stage` of two simultaneous moves it is the definition of a Nash equilibrium).
At a rational w these conditions are polynomial inequalities in the probabilities, and z3 decides them. Nothing here
is shared with a solver of the package: of the package's work only the format of model files is known.

Three parts do not rely on each other. `verdicts` and `range_of` ask z3. `judge` says of a given profile, play by play and in
exact numbers, what the best deviation is worth; every witness of z3 has to pass it. `grid_equilibria` finds equilibria
without z3, by backward induction with every tie broken in every way on a grid.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

PLAYERS = ("One", "Two", "Three")
WIDTH = Fraction(1, 1000)

Affine = tuple[Fraction, Fraction]
"""A constant and a slope: the number constant + slope·w."""
Event = tuple[tuple[str, str], ...]
"""Pairs of a decision and one of its actions; the event is that all of them are taken."""
Profile = dict[tuple[str, str], Any]
"""The probability of each action of each decision, in Fractions or, where z3 finds only those, algebraic numbers."""


# --- games -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """The end of a play: what each player gets."""

    payoffs: tuple[Affine, ...]


@dataclass(frozen=True)
class Decision:
    """One player moves and knows all that happened."""

    name: str
    player: int
    actions: tuple[str, ...]
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Chance:
    """Chance moves."""

    name: str
    actions: tuple[str, ...]
    odds: tuple[Fraction, ...]
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Stage:
    """Two players move at once, two actions each; ``children[i][j]`` follows the i-th of the first, the j-th of the second."""

    names: tuple[str, str]
    players: tuple[int, int]
    actions: tuple[tuple[str, str], tuple[str, str]]
    children: tuple[tuple[Node, Node], tuple[Node, Node]]


Node = Leaf | Decision | Chance | Stage


@dataclass(frozen=True)
class Tree:
    """A game: its players and where it begins. Names of decisions and of actions are unique."""

    players: tuple[str, ...]
    root: Node


def leaf(*payoffs: int | Fraction | tuple[int | Fraction, int | Fraction]) -> Leaf:
    """A leaf; a bare number is a payoff that does not depend on w, a pair is a constant and a slope."""
    pairs = [p if isinstance(p, tuple) else (p, 0) for p in payoffs]
    return Leaf(tuple((Fraction(c), Fraction(s)) for c, s in pairs))


def after(node: Node) -> list[tuple[tuple[tuple[str, str], ...], Node]]:
    """What may happen next at a node: the choices made (two of them at a stage) and where they lead."""
    if isinstance(node, Leaf):
        return []
    if isinstance(node, Stage):
        (first, second), (ours, theirs) = node.names, node.actions
        pairs = product(range(2), repeat=2)
        return [(((first, ours[i]), (second, theirs[j])), node.children[i][j]) for i, j in pairs]
    return [(((node.name, a),), child) for a, child in zip(node.actions, node.children, strict=True)]


def nodes(node: Node) -> Iterator[Node]:
    """A node and all that follow, each before those after it."""
    yield node
    for _, child in after(node):
        yield from nodes(child)


def plays(node: Node) -> Iterator[tuple[tuple[tuple[str, str], ...], Leaf]]:
    """All plays from a node on: the choices made, chance's included, and the leaf."""
    if isinstance(node, Leaf):
        yield (), node
    for choices, child in after(node):
        for later, end in plays(child):
            yield choices + later, end


def at(payoff: Affine, w: Fraction) -> Fraction:
    """The number that an affine expression is at w."""
    return payoff[0] + payoff[1] * w


# --- random games ------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Spot:
    """A place in a growing tree: what will stand there, and the spots that follow it."""

    kind: str = "leaf"
    spots: list[_Spot] = field(default_factory=list)


def random_tree(
    rng: random.Random,
    *,
    decisions: tuple[int, int] = (3, 7),
    chance: float = 0.3,
    stage: float = 0.25,
    three_actions: float = 0.15,
    sloped_leaves: float = 0.3,
    ties: float = 0.35,
) -> Tree:
    """A random tree with many ties.

    It has 3 to 7 decisions (a stage counts as two) and 2 or 3 players, all of whom move; payoffs are 0, 1 or 2, and at some leaves, at least
    one, ±w is added for some players. So some ties hold whatever w is, others only at certain w. With the probabilities
    given a chance move and a stage occur, anywhere in the tree, and all leaves right after a decision are worth the same to
    the one who takes it.
    """
    wanted = rng.randint(*decisions)
    kinds = ["decision"] * wanted
    if rng.random() < stage:
        kinds = ["stage"] + ["decision"] * (wanted - 2)
    if rng.random() < chance:
        kinds += ["chance"]
    rng.shuffle(kinds)
    root = _Spot()
    ends = [root]
    for kind in kinds:
        spot = ends.pop(rng.randrange(len(ends)))
        branches = 4 if kind == "stage" else 3 if kind == "decision" and rng.random() < three_actions else 2
        spot.kind, spot.spots = kind, [_Spot() for _ in range(branches)]
        ends += spot.spots
    players = rng.randint(2, 3)
    sloped = {spot for spot in ends if rng.random() < sloped_leaves} | {rng.choice(ends)}
    count = 0
    moving: set[int] = set()

    def number() -> int:
        nonlocal count
        count += 1
        return count

    def slopes(spot: _Spot) -> list[int]:
        if spot not in sloped:
            return [0] * players
        drawn = [rng.choice((-1, 0, 1)) for _ in range(players)]
        drawn[rng.randrange(players)] = rng.choice((-1, 1))
        return drawn

    def freeze(spot: _Spot) -> Node:
        if spot.kind == "leaf":
            return leaf(*((rng.randint(0, 2), slope) for slope in slopes(spot)))
        if spot.kind == "stage":
            i, j = number(), number()
            movers = rng.sample(range(players), 2)
            moving.update(movers)
            a, b, c, d = (freeze(child) for child in spot.spots)
            names = ((f"a{i}", f"b{i}"), (f"a{j}", f"b{j}"))
            return Stage((f"D{i}", f"D{j}"), (movers[0], movers[1]), names, ((a, b), (c, d)))
        i = number()
        actions = tuple(f"{letter}{i}" for letter in "abc"[: len(spot.spots)])
        if spot.kind == "chance":
            p = rng.choice((Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), Fraction(2, 3)))
            return Chance(f"D{i}", actions, (p, 1 - p), tuple(freeze(child) for child in spot.spots))
        mover = rng.randrange(players)
        moving.add(mover)
        children = tuple(freeze(child) for child in spot.spots)
        if rng.random() < ties:
            children = _level(children, mover)
        return Decision(f"D{i}", mover, actions, children)

    while True:
        count = 0
        moving.clear()
        frozen = freeze(root)
        if len(moving) == players:
            return Tree(PLAYERS[:players], frozen)


def _level(children: tuple[Node, ...], player: int) -> tuple[Node, ...]:
    """The same nodes, but all leaves among them are worth to the player what the first is."""
    worth = next((child.payoffs[player] for child in children if isinstance(child, Leaf)), None)
    if worth is None:
        return children
    return tuple(
        Leaf((*child.payoffs[:player], worth, *child.payoffs[player + 1 :])) if isinstance(child, Leaf) else child
        for child in children
    )


def random_event(rng: random.Random, tree: Tree) -> Event:
    """An action of a player, or two actions of one play."""
    by_chance = {node.name for node in nodes(tree.root) if isinstance(node, Chance)}
    paths = [[c for c in choices if c[0] not in by_chance] for choices, _ in plays(tree.root)]
    path = rng.choice([p for p in paths if p])
    chosen = set(rng.sample(path, min(len(path), rng.randint(1, 2))))
    return tuple(choice for choice in path if choice in chosen)


# --- model files -------------------------------------------------------------------------------------------------------


def _formula(payoff: Affine) -> str:
    constant, slope = payoff
    if not slope:
        return str(constant)
    size = "w" if abs(slope) == 1 else f"{abs(slope)}*w"
    if not constant:
        return size if slope > 0 else f"-{size}"
    return f"{constant} {'+' if slope > 0 else '-'} {size}"


def as_model_text(tree: Tree, event: Event, *, low: str = "0", high: str = "2") -> str:
    """The tree as a model file of the package, with the event as its hedge and w between ``low`` and ``high``.

    If no payoff depends on w, the file has no parameter.
    """
    lines = ["title: a tree with ties", f"players: [{', '.join(tree.players)}]"]
    if any(slope for node in nodes(tree.root) if isinstance(node, Leaf) for _, slope in node.payoffs):
        lines += ["parameters:", f"  w: {{baseline: 1, range: [{low}, {high}]}}"]
    lines.append("play:")

    def decision(name: str, by: str, actions: str, seen: tuple[str, ...], when: tuple[str, ...]) -> None:
        entry = f"by: {by}, actions: {actions}"
        if seen:
            entry += f", sees: [{', '.join(seen)}]"
        if when:
            entry += f", when: {' and '.join(when)}"
        lines.append(f"  {name}: {{{entry}}}")

    def visit(node: Node, seen: tuple[str, ...], when: tuple[str, ...]) -> None:
        if isinstance(node, Decision):
            decision(node.name, tree.players[node.player], f"[{', '.join(node.actions)}]", seen, when)
        elif isinstance(node, Chance):
            odds = ", ".join(f"{a}: {p}" for a, p in zip(node.actions, node.odds, strict=True))
            decision(node.name, "chance", f"{{{odds}}}", (), when)
        elif isinstance(node, Stage):
            for name, player, actions in zip(node.names, node.players, node.actions, strict=True):
                decision(name, tree.players[player], f"[{', '.join(actions)}]", seen, when)
        for choices, child in after(node):
            visit(child, seen + tuple(d for d, _ in choices), tuple(a for _, a in choices))

    visit(tree.root, (), ())
    lines += ["payoffs:", "  table:"]
    for choices, end in plays(tree.root):
        row = "".join(f", {name}: {_formula(p)}" for name, p in zip(tree.players, end.payoffs, strict=True))
        lines.append(f"    - {{at: {' and '.join(a for _, a in choices)}{row}}}")
    lines.append(f"hedge: {' and '.join(a for _, a in event)}")
    return "\n".join(lines) + "\n"


# --- the judge ---------------------------------------------------------------------------------------------------------


def _chance_of(tree: Tree) -> dict[tuple[str, str], Fraction]:
    moves = (node for node in nodes(tree.root) if isinstance(node, Chance))
    return {(m.name, a): p for m in moves for a, p in zip(m.actions, m.odds, strict=True)}


def _moves(tree: Tree) -> Iterator[tuple[Node, str, int, tuple[str, ...]]]:
    """Every decision: the node it is taken at, its name, who takes it, and the actions."""
    for node in nodes(tree.root):
        if isinstance(node, Decision):
            yield node, node.name, node.player, node.actions
        elif isinstance(node, Stage):
            for name, player, actions in zip(node.names, node.players, node.actions, strict=True):
                yield node, name, player, actions


def _worth(node: Node, player: int, w: Fraction, probabilities: Mapping[tuple[str, str], Any]) -> Any:
    """What a player expects from a node on: the sum over plays of the product of their probabilities and the payoff."""
    total: Any = Fraction(0)
    for choices, end in plays(node):
        weight: Any = Fraction(1)
        for choice in choices:
            weight = weight * probabilities[choice]
            if weight == 0:
                break
        else:
            total = total + weight * at(end.payoffs[player], w)
    return total


def payoff_of(tree: Tree, player: str, w: Fraction, profile: Profile) -> Any:
    """What a player expects from the whole game."""
    return _worth(tree.root, tree.players.index(player), w, profile | _chance_of(tree))


def probability_of(tree: Tree, event: Event, profile: Profile) -> Any:
    """The probability that all choices of the event are taken."""
    table = profile | _chance_of(tree)
    total: Any = Fraction(0)
    for choices, _ in plays(tree.root):
        if set(event) <= set(choices):
            weight: Any = Fraction(1)
            for choice in choices:
                weight = weight * table[choice]
            total = total + weight
    return total


def sign(number: Any) -> int:
    """The sign of a rational or an algebraic number, exactly."""
    if isinstance(number, int | Fraction):
        return (number > 0) - (number < 0)
    import sympy

    number = sympy.expand(number)  # With square roots only, zero comes out as 0 here.
    if number == 0:
        return 0
    near = number.evalf(60)
    if abs(near) > sympy.Float("1e-30"):
        return 1 if near > 0 else -1
    x = sympy.Symbol("x")
    if sympy.minimal_polynomial(number, x) == x:
        return 0
    return 1 if number.is_positive else -1


def judge(tree: Tree, w: Fraction, profile: Profile) -> Any:
    """What the best one-shot deviation anywhere in the tree is worth: 0 if and only if the profile is subgame perfect.

    The profile has to give every decision a probability distribution.
    """
    table = profile | _chance_of(tree)
    best: Any = Fraction(0)
    for node, name, player, actions in _moves(tree):
        shares = [profile[name, a] for a in actions]
        if any(sign(p) < 0 for p in shares) or sign(sum(shares) - 1) != 0:
            raise AssertionError(f"At {name} there is no probability distribution: {shares}.")
        here = _worth(node, player, w, table)
        for action in actions:
            instead = table | {(name, a): Fraction(int(a == action)) for a in actions}
            gain = _worth(node, player, w, instead) - here
            if sign(gain - best) > 0:
                best = gain
    return best


# --- z3 ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """Whether there is an equilibrium as asked (`None`: not decided), and one if there is."""

    verdict: bool | None
    witness: Profile | None = None


@dataclass(frozen=True)
class Verdicts:
    """Whether the event is played in some and in every subgame-perfect equilibrium; `None` where it is not decided."""

    some: bool | None
    every: bool | None
    playing: Profile | None
    avoiding: Profile | None


@dataclass(frozen=True)
class Range:
    """Where the infimum and the supremum over all subgame-perfect equilibria lie: two closed brackets."""

    low: tuple[Fraction, Fraction]
    high: tuple[Fraction, Fraction]


class Conditions:
    """The conditions of subgame perfection at one w, in the language of z3, and the questions that can be asked of them.

    With ``shorten`` a decision whose actions are worth different known numbers takes the best at once, before z3 sees it:
    a probability on a worse action would make the value smaller than the best action's. Without, z3 gets the bare definition.
    """

    def __init__(self, tree: Tree, event: Event, w: Fraction, *, seconds: float = 5, shorten: bool = True) -> None:
        import z3

        self.z3, self.tree, self.event, self.w = z3, tree, event, Fraction(w)
        self.seconds, self.shorten = seconds, shorten
        self.conditions: list[Any] = []
        self.unknowns: list[Any] = []
        self.mix: dict[tuple[str, str], Any] = {}
        self.queries = 0
        *values, self.probability = self._visit(tree.root, frozenset(event))
        self.payoffs = dict(zip(tree.players, values, strict=True))

    def _tidy(self, term: Any) -> Any:
        if isinstance(term, int | Fraction):
            return Fraction(term)
        plain = self.z3.simplify(term, som=True)
        return plain.as_fraction() if self.z3.is_rational_value(plain) else plain

    def _times(self, a: Any, b: Any) -> Any:
        if not isinstance(a, Fraction) and not isinstance(b, Fraction):
            return a * b
        number, other = (a, b) if isinstance(a, Fraction) else (b, a)
        if number in (0, 1) or isinstance(other, Fraction):
            return other * number if isinstance(other, Fraction) else other if number else Fraction(0)
        return self._term(number) * other

    def _term(self, number: Any) -> Any:
        if isinstance(number, int | Fraction):
            return self.z3.Q(Fraction(number).numerator, Fraction(number).denominator)
        return number

    def _plus(self, terms: Iterable[Any]) -> Any:
        known, total = Fraction(0), None
        for term in terms:
            if isinstance(term, Fraction):
                known += term
            else:
                total = term if total is None else total + term
        if total is None:
            return known
        return self._tidy(total + self._term(known))

    def _mean(self, weights: Iterable[Any], vectors: Iterable[list[Any]]) -> list[Any]:
        pairs = list(zip(weights, vectors, strict=True))
        return [self._plus(self._times(p, v[k]) for p, v in pairs) for k in range(len(self.tree.players) + 1)]

    def _distribution(self, name: str, actions: tuple[str, ...]) -> list[Any]:
        free = [self.z3.Real(f"{name}_{a}") for a in actions[1:]]
        self.unknowns += free
        shares = [self._plus([Fraction(1), *(-p for p in free)]), *free]
        self.conditions += [p >= 0 for p in shares]
        self.mix |= {(name, a): p for a, p in zip(actions, shares, strict=True)}
        return shares

    def _best_reply(self, worths: list[Any], value: Any) -> None:
        self.conditions += [self._term(worth) <= self._term(value) for worth in worths]

    def _visit(self, node: Node, event: frozenset[tuple[str, str]]) -> list[Any]:
        """The players' values and the event's probability from a node on; ``event`` is what is still to be chosen."""
        if isinstance(node, Leaf):
            return [*(at(p, self.w) for p in node.payoffs), Fraction(int(not event))]
        vectors = [self._visit(child, event - set(choices)) for choices, child in after(node)]
        if isinstance(node, Chance):
            return self._mean(node.odds, vectors)
        if isinstance(node, Decision):
            worths = [v[node.player] for v in vectors]
            if self.shorten and all(isinstance(x, Fraction) for x in worths) and worths.count(max(worths)) == 1:
                best = worths.index(max(worths))
                self.mix |= {(node.name, a): Fraction(int(k == best)) for k, a in enumerate(node.actions)}
                return vectors[best]
            values = self._mean(self._distribution(node.name, node.actions), vectors)
            self._best_reply(worths, values[node.player])
            return values
        first, second = (self._distribution(n, a) for n, a in zip(node.names, node.actions, strict=True))
        values = self._mean([self._times(p, q) for p in first for q in second], vectors)
        rows = [self._mean(second, vectors[2 * i : 2 * i + 2]) for i in range(2)]
        columns = [self._mean(first, vectors[j::2]) for j in range(2)]
        for player, options in zip(node.players, (rows, columns), strict=True):
            self._best_reply([v[player] for v in options], values[player])
        return values

    def ask(self, *further: Any) -> Answer:
        """Is there an equilibrium that also meets these conditions? What z3 shows is judged before it is believed."""
        z3 = self.z3
        wanted = [c for c in further if c is not True]
        if any(c is False for c in wanted):
            return Answer(verdict=False)
        self.queries += 1
        for solver in (z3.Tactic("qfnra-nlsat").solver(), z3.SolverFor("QF_NRA")):
            solver.set("timeout", int(self.seconds * 1000))
            solver.add(*self.conditions, *wanted)
            found = solver.check()
            if found == z3.unsat:
                return Answer(verdict=False)
            if found == z3.sat:
                return Answer(verdict=True, witness=self._witness(solver.model(), wanted))
        return Answer(verdict=None)

    def _witness(self, model: Any, wanted: list[Any]) -> Profile:
        model = self._with_rationals(model, wanted)
        profile = {choice: share for choice, share in self.mix.items() if isinstance(share, Fraction)}
        for _, name, _, actions in _moves(self.tree):
            if (name, actions[0]) in profile:
                continue
            shares = [self._number(model.eval(self.mix[name, a], model_completion=True)) for a in actions[1:]]
            profile |= {(name, a): p for a, p in zip(actions[1:], shares, strict=True)}
            profile[name, actions[0]] = 1 - sum(shares)
        gain = judge(self.tree, self.w, profile)
        if sign(gain) != 0:
            raise AssertionError(f"At w = {self.w} z3 shows a profile that can be improved by {gain}: {profile}.")
        return profile

    def _with_rationals(self, model: Any, wanted: list[Any]) -> Any:
        """A model with fewer irrational numbers, if one is to be had by moving them one by one to a number nearby."""
        z3 = self.z3
        fixed: list[Any] = []
        for unknown in self.unknowns:
            value = model.eval(unknown, model_completion=True)
            if z3.is_rational_value(value):
                continue
            near = value.approx(20).as_fraction().limit_denominator(24)
            solver = z3.Tactic("qfnra-nlsat").solver()
            solver.set("timeout", int(self.seconds * 1000))
            solver.add(*self.conditions, *wanted, *fixed, unknown == self._term(near))
            if solver.check() == z3.sat:
                model = solver.model()
                fixed.append(unknown == self._term(near))
        return model

    def _number(self, value: Any) -> Any:
        if self.z3.is_rational_value(value):
            return value.as_fraction()
        import sympy

        x = sympy.Symbol("x")
        coefficients = [c.as_fraction() for c in value.poly()]
        poly = sympy.Poly([sympy.Rational(c.numerator, c.denominator) for c in reversed(coefficients)], x)
        if poly.degree() == 2:
            a, b, c = poly.all_coeffs()
            half = sympy.sqrt(b**2 - 4 * a * c) / (2 * abs(a))
            return sympy.expand(-b / (2 * a) + (half if value.index() == 2 else -half))
        return sympy.CRootOf(poly, value.index() - 1)

    def playing(self) -> Answer:
        """An equilibrium in which the event has positive probability."""
        return self.ask(self.probability > 0)

    def avoiding(self) -> Answer:
        """An equilibrium in which the event has probability zero."""
        return self.ask(self.probability == 0)

    def quantity(self, what: str) -> Any:
        """The term for the event's probability or for a player's payoff."""
        return self.probability if what == "event" else self.payoffs[what]

    def value(self, what: str, profile: Profile) -> Any:
        """The same at a profile, by the judge's arithmetic."""
        if what == "event":
            return probability_of(self.tree, self.event, profile)
        return payoff_of(self.tree, what, self.w, profile)


def verdicts(tree: Tree, event: Event, w: Fraction, *, seconds: float = 5, shorten: bool = True) -> Verdicts:
    """Is the event played in some, and in every, subgame-perfect equilibrium at w? (An equilibrium always exists.)"""
    conditions = Conditions(tree, event, w, seconds=seconds, shorten=shorten)
    with_it, without = conditions.playing(), conditions.avoiding()
    every = None if without.verdict is None else not without.verdict
    return Verdicts(with_it.verdict, every, with_it.witness, without.witness)


def range_of(
    tree: Tree, w: Fraction, what: str, *, event: Event = (), seconds: float = 5, width: Fraction = WIDTH
) -> Range:
    """The infimum and the supremum, over all subgame-perfect equilibria at w, of the event's probability or a player's payoff.

    ``what`` is ``"event"`` or the name of a player. Each bracket is certainly right; it is at most ``width`` wide unless z3
    did not decide a query, and it is a point where the bound was found exactly.
    """
    conditions = Conditions(tree, event, w, seconds=seconds)
    high = _supremum(conditions, what, 1, width)
    low = _supremum(conditions, what, -1, width)
    return Range((-low[1], -low[0]), high)


def _supremum(conditions: Conditions, what: str, factor: int, width: Fraction) -> tuple[Fraction, Fraction]:
    """A bracket of the supremum of a quantity times 1 or -1: the lower end is surpassed or attained, the upper never passed."""
    term = conditions.quantity(what)
    if isinstance(term, Fraction):
        return factor * term, factor * term
    term = factor * term
    ends = [end for _, end in plays(conditions.tree.root)]
    k = None if what == "event" else conditions.tree.players.index(what)
    bounds = [Fraction(0), Fraction(1)] if k is None else [at(end.payoffs[k], conditions.w) for end in ends]
    lower, upper = min(factor * b for b in bounds), max(factor * b for b in bounds)

    def reach(level: Fraction, *, beyond: bool = False) -> Fraction | bool | None:
        """A level that some equilibrium reaches at or above the one asked for; False if none does, None if unknown."""
        answer = conditions.ask(term > conditions._term(level) if beyond else term >= conditions._term(level))
        if not answer.verdict:
            return answer.verdict
        assert answer.witness is not None
        value = factor * conditions.value(what, answer.witness)
        return max(value, level) if isinstance(value, Fraction) else level

    start = reach(lower)
    if start is None:
        return lower, upper
    lower = max(lower, Fraction(start))
    if isinstance(reach(upper), Fraction):
        return upper, upper
    while lower < upper:
        beyond = reach(lower, beyond=True)
        if beyond is False:
            return lower, lower
        if beyond is not None:
            lower = max(lower, Fraction(beyond))
        if upper - lower <= width:
            guess = simplest_between(lower, upper)
            if isinstance(reach(guess), Fraction) and reach(guess, beyond=True) is False:
                return guess, guess
            return lower, upper
        middle = simplest_between(lower + (upper - lower) / 3, upper - (upper - lower) / 3)
        found = reach(middle)
        if found is None:
            return lower, upper
        if found is False:
            upper = middle
        else:
            lower = max(lower, Fraction(found))
    return lower, upper


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator in a closed interval (a step in the tree of Stern and Brocot)."""
    if low > high:
        raise ValueError("The interval is empty.")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / simplest_between(1 / (high - below), 1 / (low - below))


# --- the grid ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GridEquilibrium:
    """An equilibrium found without z3: the players' payoffs, the event's probability, and the profile."""

    payoffs: tuple[Fraction, ...]
    probability: Fraction
    profile: Profile


@dataclass(frozen=True)
class Grid:
    """The equilibria found on a grid; ``unique`` if no tie occurred, so that the one found is the only one there is."""

    found: tuple[GridEquilibrium, ...]
    unique: bool


def grid_equilibria(
    tree: Tree, event: Event, w: Fraction, rng: random.Random, *, parts: int = 12, keep: int = 400
) -> Grid:
    """Equilibria of a tree without stages: backward induction in which every tie is broken in every way on a grid.

    At every node the continuations found are told apart by payoffs and by the probability of the event, at most ``keep`` of
    them are followed, and where the best actions tie, every mix of them in multiples of 1/``parts`` is another equilibrium.
    Where two actions tie, so is every mix that gives some player just what the player gets at some leaf: such mixes are
    where somebody who moved before begins to prefer another action.
    """
    ties = False
    ends = [end for _, end in plays(tree.root)]
    marks = [sorted({at(end.payoffs[k], w) for end in ends}) for k in range(len(tree.players))]

    def mixes(tied: list[GridEquilibrium]) -> list[tuple[Fraction, ...]]:
        shares = _shares(len(tied), parts)
        if len(tied) == 2:
            one, other = (e.payoffs for e in tied)
            for x, y, levels in zip(one, other, marks, strict=True):
                if x != y:
                    found = {(level - y) / (x - y) for level in levels}
                    shares += [(p, 1 - p) for p in found if 0 < p < 1]
        return list(dict.fromkeys(shares))

    def thin(found: Iterable[GridEquilibrium]) -> list[GridEquilibrium]:
        different = list({(e.payoffs, e.probability): e for e in found}.values())
        if len(different) <= keep:
            return different
        different.sort(key=lambda e: (e.probability, e.payoffs))
        return [different[0], *rng.sample(different[1:-1], keep - 2), different[-1]]

    def joint(weights: Iterable[Fraction], parts_of: Iterable[GridEquilibrium], own: Profile) -> GridEquilibrium:
        pairs = list(zip(weights, parts_of, strict=True))
        profile = dict(own)
        for _, e in pairs:
            profile |= e.profile
        payoffs = tuple(sum((p * e.payoffs[k] for p, e in pairs), Fraction(0)) for k in range(len(tree.players)))
        return GridEquilibrium(payoffs, sum((p * e.probability for p, e in pairs), Fraction(0)), profile)

    def together(below: list[list[GridEquilibrium]]) -> list[tuple[GridEquilibrium, ...]]:
        total = 1
        for some in below:
            total *= len(some)
        if total <= keep:
            return list(product(*below))
        return [tuple(rng.choice(some) for some in below) for _ in range(keep)]

    def visit(node: Node, event: frozenset[tuple[str, str]]) -> list[GridEquilibrium]:
        nonlocal ties
        if isinstance(node, Leaf):
            return [GridEquilibrium(tuple(at(p, w) for p in node.payoffs), Fraction(int(not event)), {})]
        if isinstance(node, Stage):
            raise TypeError("The grid is for trees in which one moves at a time.")
        below = together([visit(child, event - set(choices)) for choices, child in after(node)])
        if isinstance(node, Chance):
            return thin(joint(node.odds, continuations, {}) for continuations in below)
        found = []
        for continuations in below:
            worths = [e.payoffs[node.player] for e in continuations]
            best = [k for k, x in enumerate(worths) if x == max(worths)]
            ties = ties or len(best) > 1
            for shares in mixes([continuations[k] for k in best]):
                weights = [Fraction(0)] * len(worths)
                for k, share in zip(best, shares, strict=True):
                    weights[k] = share
                own = {(node.name, a): p for a, p in zip(node.actions, weights, strict=True)}
                found.append(joint(weights, continuations, own))
        return thin(found)

    found = visit(tree.root, frozenset(event))
    return Grid(tuple(found), unique=not ties)


def _shares(count: int, parts: int) -> list[tuple[Fraction, ...]]:
    """All ways to share 1 among ``count`` in multiples of 1/``parts``."""
    if count == 1:
        return [(Fraction(1),)]
    return [
        tuple(Fraction(k, parts) for k in (*steps, parts - sum(steps)))
        for steps in product(range(parts + 1), repeat=count - 1)
        if sum(steps) <= parts
    ]
