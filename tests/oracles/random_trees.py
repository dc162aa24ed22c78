"""Random small trees with one continuous choice, and all that can be played in them, from the definition.

Before the choice there may be discrete decisions, moves at once and a move of chance; after it another discrete tree; everybody may move
several times. Payoffs have degree two at most in the number chosen and small coefficients, many of them 0 or equal, so that ties are the rule.

What can be played after a number is a finite game, solved at a sample of each interval on which nothing changes; `oracles.continuous.choose` then
says which numbers are chosen. Before that, outcomes are `Strand`s: what is worth w to a mover stands iff after every other
action something may be played that is worth no more. Along an open interval that may be less than w without being the least, so that the infimum
counts as a threat only where it is reached, and from above it otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

from oracles.continuous import (
    ONE,
    ZERO,
    Number,
    Place,
    Poly,
    Strand,
    add,
    between,
    choose,
    distinct,
    minus,
    peak,
    poly,
    roots,
    times,
    value,
)

Terms = dict[tuple[int, ...], Fraction]
"""A polynomial in the numbers x and y and the parameters p and q, by exponents."""

NAMES = ("x", "y", "p", "q")
NOTHING = (0, 0, 0, 0)


def written(terms: Terms) -> str:
    """A polynomial as the language has it."""
    parts = []
    for exponents, c in terms.items():
        powers = [f"{name}**{e}" if e > 1 else name for name, e in zip(NAMES, exponents, strict=True) if e]
        parts.append("*".join([f"({c})", *powers]))
    return " + ".join(parts) or "0"


def along(terms: Terms, point: Mapping[str, Fraction], free: str) -> Poly:
    """A polynomial in one number, the parameters and the other number being these."""
    by_power = [ZERO, ZERO, ZERO]
    for exponents, c in terms.items():
        power, scale = 0, ONE
        for name, e in zip(NAMES, exponents, strict=True):
            if name == free:
                power = e
            else:
                scale *= point.get(name, ZERO) ** e
        by_power[power] += scale * c
    return poly(*by_power)


# --- trees -------------------------------------------------------------------------------------------------------------


@dataclass
class End:
    worth: tuple[Terms, ...]


@dataclass
class Decide:
    name: str
    player: int
    nodes: dict[str, Node]


@dataclass
class Stage:
    names: tuple[str, ...]
    players: tuple[int, ...]
    actions: tuple[tuple[str, ...], ...]
    nodes: dict[tuple[str, ...], Node]


@dataclass
class Lot:
    name: str
    odds: dict[str, Fraction]
    nodes: dict[str, Node]


@dataclass
class Choose:
    name: str
    player: int
    low: Terms
    high: Terms
    node: Node


Node = End | Decide | Stage | Lot | Choose


@dataclass
class Tree:
    """A tree with the names of its parameters, and the event: one of some actions, and (if given) a number in a relation to another."""

    players: int
    parameters: tuple[str, ...]
    root: Node
    actions: tuple[str, ...]
    relation: str | None
    bar: Fraction
    number: str = "x"
    has_two: bool = False

    def happens(self, done: Sequence[Any], x: Number) -> bool:
        """Whether an outcome has the event: in some case of chance."""
        return any(self._happens(history, x) for history in histories(done))

    def _happens(self, history: Sequence[str], x: Number) -> bool:
        if self.actions and not any(action in self.actions for action in history):
            return False
        if self.relation is None:
            return True
        bar = self.bar
        found = {"<": x < bar, "<=": x <= bar, "==": x == bar, ">": x > bar, ">=": x >= bar}
        return self.number in history and found[self.relation]

    def text(self, baseline: Mapping[str, Fraction] | None = None) -> str:
        """The tree as a model file."""
        play: dict[str, tuple[str, list[str]]] = {}
        ends: list[tuple[list[str], End]] = []
        _write(self.root, [], [], play, ends, ("x", "y") if self.has_two else ("x",))
        early = _early(self.root)
        play = {name: play[name] for name in sorted(play, key=lambda n: early.get(n, 9))}
        lines = ["title: A random tree", f"players: [{', '.join(f'P{i}' for i in range(self.players))}]"]
        lines += ["parameters:"] if self.parameters else []
        for name in self.parameters:
            at = (baseline or {}).get(name, Fraction(1, 2))
            lines.append(f"  {name}: {{baseline: {at}, range: [0, 1]}}")
        lines.append("play:")
        for name, (what, whens) in play.items():
            when = "" if "" in whens else f", when: {' or '.join(f'({w})' for w in whens)}"
            lines.append(f"  {name}: {{{what}{when}}}")
        lines.append("payoffs:")
        for i in range(self.players):
            parts = [
                "*".join([*(f"[{step}]" for step in path), f"({written(end.worth[i])})"])
                for path, end in ends
                if end.worth[i]
            ]
            lines.append(f'  P{i}: "{" + ".join(parts) or "0"}"')
        event = [" or ".join(self._named(a) for a in self.actions)] if self.actions else []
        whens = play[self.number][1]
        if self.relation is not None:
            event.append(f"{self.number} {self.relation} {self.bar}")
            if "" not in whens:
                event.append(" or ".join(f"({w})" for w in whens))
        lines.append(f'hedge: "{" and ".join(f"({part})" for part in event)}"')
        return "\n".join(lines)

    @staticmethod
    def _named(action: str) -> str:
        return f"{action.rsplit('_', 1)[0]}.{action}"


def _movers(node: Node) -> set[int]:
    """Who moves in a tree."""
    match node:
        case End():
            return set()
        case Choose(_, player, _, _, inner):
            return {player, *_movers(inner)}
        case Lot(nodes=nodes):
            movers: set[int] = set()
        case Decide(_, player, nodes):
            movers = {player}
        case Stage(_, players, _, nodes):
            movers = set(players)
    return movers.union(*map(_movers, nodes.values()))


def _has_number(node: Node) -> bool:
    return isinstance(node, Choose) or (not isinstance(node, End) and any(map(_has_number, node.nodes.values())))


def _early(node: Node) -> dict[str, int]:
    """The moves after which a number may be chosen, and the numbers themselves: their order."""
    if isinstance(node, End) or not _has_number(node):
        return {}
    if isinstance(node, Choose):
        return {node.name: 1, **{name: at + 2 for name, at in _early(node.node).items()}}
    names = node.names if isinstance(node, Stage) else (node.name,)
    found = dict.fromkeys(names, 0)
    for inner in node.nodes.values():
        found |= _early(inner)
    return found


def _write(
    node: Node,
    path: list[str],
    seen: list[str],
    play: dict[str, tuple[str, list[str]]],
    ends: list[tuple[list[str], End]],
    numbers: Sequence[str],
) -> None:
    # Whoever does not move before a number has to see it, where it is chosen at all.
    later = _early(node)
    sees = ", ".join([*seen, *(name for name in numbers if name not in later and name not in seen)])

    def put(name: str, what: str) -> None:
        play.setdefault(name, (what, []))[1].append(" and ".join(path))

    match node:
        case End():
            ends.append((path, node))
        case Decide(name, player, nodes):
            put(name, f"by: P{player}, actions: [{', '.join(nodes)}], sees: [{sees}]")
            for action, inner in nodes.items():
                _write(inner, [*path, f"{name}.{action}"], [*seen, name], play, ends, numbers)
        case Stage(names, players, actions, nodes):
            for name, player, own in zip(names, players, actions, strict=True):
                put(name, f"by: P{player}, actions: [{', '.join(own)}], sees: [{sees}]")
            for taken, inner in nodes.items():
                steps = [f"{name}.{action}" for name, action in zip(names, taken, strict=True)]
                _write(inner, [*path, *steps], [*seen, *names], play, ends, numbers)
        case Lot(name, odds, nodes):
            put(name, f"by: chance, actions: {{{', '.join(f'{a}: {p}' for a, p in odds.items())}}}")
            for action, inner in nodes.items():
                _write(inner, [*path, f"{name}.{action}"], [*seen, name], play, ends, numbers)
        case Choose(name, player, low, high, inner):
            put(name, f"by: P{player}, actions: {{from: {written(low)}, to: {written(high)}}}, sees: all")
            _write(inner, path, [*seen, name], play, ends, numbers)


# --- random trees ------------------------------------------------------------------------------------------------------

SHAPES: tuple[tuple[int | Fraction, ...], ...] = (
    (0, 1), (0, -1), (1, -1), (-1, 2), (1, -2), (0, 1, -1), (0, -1, 1), (0, 0, -1), (0, 0, 1), (-1, 2, -1), (0, 2, -1),
    (1, -4, 4), (-1, 4, -4), (Fraction(1, 4), 0, -1), (0, 2), (-1, 1), (1, 0, -1),
)  # fmt: skip


REPLIES: tuple[Terms, ...] = tuple(
    {(i, j, 0, 0): Fraction(c) for (i, j), c in shape.items()}
    for shape in (
        {(0, 1): 1}, {(0, 1): -1}, {(1, 1): 2, (0, 1): -1}, {(1, 1): -2, (0, 1): 1}, {(0, 2): -1, (1, 1): 2, (2, 0): -1},
        {(0, 2): -1, (1, 1): 2}, {(0, 2): -1, (0, 1): 1}, {(0, 2): 1, (0, 1): -1}, {(1, 0): 1}, {(1, 0): -1}, {(1, 1): 1},
        {(1, 0): 1, (0, 1): -1}, {(0, 1): 1, (1, 0): -1}, {(0, 2): 4, (0, 1): -4, (0, 0): 1}, {(2, 0): 1}, {(2, 0): -1},
        {(1, 0): 1, (2, 0): -1}, {(0, 2): -1, (0, 1): 2, (1, 1): -2}, {(1, 1): -1}, {(0, 0): 1, (1, 0): -1, (0, 1): -1},
    )
)  # fmt: skip


class Maker:
    """Makes random trees. `kind` weighs what is made: chance and moves at once make trees larger."""

    def __init__(self, rng: random.Random, parameters: tuple[str, ...] = (), *, has_two: bool = False) -> None:
        self.rng = rng
        self.has_two = has_two
        self.with_y = False
        self.parameters = parameters
        self.players = rng.choice((2, 2, 3))
        self.idle = {i for i in range(self.players) if rng.random() < 0.25}
        self.count = 0
        self.actions: list[str] = []
        self.spare: list[Terms] = []

    def tree(self) -> Tree:
        rng = self.rng
        self.mover = rng.randrange(self.players)
        self.ends = self._ends()
        depths = (0, 0, 1) if self.has_two else (0, 1, 1, 1, 2, 2)
        root = self._before(rng.choice(depths))
        while len(_movers(root)) < self.players:  # the language asks that everybody moves
            self.actions = []
            root = self._before(rng.choice(depths))
        picked = tuple(rng.sample(self.actions, min(len(self.actions), rng.choice((0, 1, 1, 2)))))
        relation = rng.choice((None, "<", ">", "==", "<=", ">="))
        bar = Fraction(rng.choice((0, 0, 1, 1, "1/2")))
        if not picked and relation is None:
            relation = ">"
        number = rng.choice("xy") if self.has_two else "x"
        return Tree(self.players, self.parameters, root, picked, relation, bar, number, self.has_two)

    def _ends(self) -> tuple[Terms, Terms]:
        rng = self.rng
        low, high = rng.choice(((0, 1), (0, 1), (0, 1), (-1, 1), (0, Fraction(1, 2)), (0, 2), (-1, 0)))
        ends = {NOTHING: Fraction(low)} if low else {}, {NOTHING: Fraction(high)} if high else {}
        if self.parameters and rng.random() < 0.3:
            name = rng.choice(self.parameters)
            return {}, {tuple(int(n == name) for n in NAMES): ONE}
        return ends

    def _name(self, actions: int) -> tuple[str, tuple[str, ...]]:
        self.count += 1
        name = f"D{self.count}"
        labels = tuple(f"{name}_{'abc'[k]}" for k in range(actions))
        return name, labels

    def _before(self, depth: int) -> Node:
        rng = self.rng
        if depth == 0:
            inner = (
                self._between(rng.choice((0, 0, 1))) if self.has_two else self._after(rng.choice((0, 1, 1, 1, 2, 2)))
            )
            return Choose("x", self.mover, *self.ends, inner)
        kind = rng.random()
        if kind < 0.15:
            name, (a, b) = self._name(2)
            half = rng.choice((Fraction(1, 2), Fraction(1, 3)))
            one, other = self._before(depth - 1), self._aside()
            return Lot(name, {a: half, b: 1 - half}, {a: one, b: other})
        if kind < 0.3:
            return self._stage(lambda k: self._before(depth - 1) if k == 0 else self._aside(number=k == 3))
        name, labels = self._name(2)
        self.actions += labels
        second = self._before(depth - 1) if rng.random() < 0.2 else self._aside()
        return Decide(
            name, rng.randrange(self.players), dict(zip(labels, (self._before(depth - 1), second), strict=True))
        )

    def _between(self, depth: int) -> Node:
        """Between the first number and the second."""
        rng = self.rng
        if depth == 0:
            self.with_y = True
            inner = self._after(rng.choice((0, 0, 1, 1)))
            self.with_y = False
            low, high = rng.choice(((0, 1), (0, 1), (0, Fraction(1, 2)), (-1, 1)))
            ends = {NOTHING: Fraction(low)} if low else {}, {NOTHING: Fraction(high)}
            return Choose("y", rng.randrange(self.players), *ends, inner)
        name, labels = self._name(2)
        self.actions += labels
        return Decide(
            name, rng.randrange(self.players), dict(zip(labels, (self._between(0), self._after(0)), strict=True))
        )

    def _aside(self, *, number: bool = False) -> Node:
        """What follows where no number is chosen (or, with ``number``, where it may be)."""
        if number and self.rng.random() < 0.3:
            return Choose("x", self.mover, *self.ends, self._after(self.rng.choice((0, 1))))
        return self._after(self.rng.choice((0, 0, 0, 1)), flat=True)

    def _after(self, depth: int, *, flat: bool = False) -> Node:
        rng = self.rng
        if depth == 0:
            return End(tuple(self._worth(i, flat) for i in range(self.players)))
        kind = rng.random()
        if kind < 0.1:
            name, (a, b) = self._name(2)
            half = rng.choice((Fraction(1, 2), Fraction(1, 3)))
            return Lot(
                name, {a: half, b: 1 - half}, {a: self._after(depth - 1, flat=flat), b: self._after(0, flat=flat)}
            )
        if kind < 0.25:
            return self._stage(lambda k: self._after(depth - 1 if k == 0 else 0, flat=flat))
        name, labels = self._name(rng.choice((2, 2, 2, 3)))
        self.actions += labels
        nodes = {a: self._after(depth - 1 if rng.random() < 0.6 else 0, flat=flat) for a in labels}
        return Decide(name, rng.randrange(self.players), nodes)

    def _stage(self, inner: Any) -> Stage:
        one, two = self.rng.sample(range(self.players), 2)
        (first, its), (second, others) = self._name(2), self._name(2)
        self.actions += [*its, *others]
        nodes = {cell: inner(k) for k, cell in enumerate(product(its, others))}
        return Stage((first, second), (one, two), (its, others), nodes)

    def _worth(self, player: int, flat: bool) -> Terms:
        rng = self.rng
        if player in self.idle:
            return {}
        kind = rng.random()
        if self.spare and kind < 0.3:
            again = rng.choice(self.spare)
            return {e: c for e, c in again.items() if not (flat and e[0]) and (self.with_y or not e[1])}
        if kind < 0.45:
            found: Terms = {}
        elif flat or kind < 0.6:
            found = {NOTHING: Fraction(rng.choice((-1, 1, 1, 2, "1/2", "1/4")))}
        elif self.with_y:
            found = dict(rng.choice(REPLIES))
            if rng.random() < 0.3:
                found = {e: found.get(e, ZERO) + c for e, c in rng.choice(REPLIES).items()} | found
        else:
            found = {(k, 0, 0, 0): Fraction(c) for k, c in enumerate(rng.choice(SHAPES)) if c}
        if self.parameters and rng.random() < 0.4:
            name = rng.choice(self.parameters)
            power = 0 if flat else rng.choice((0, 0, 0, 1, 2))
            exponents = (power, 0, *(int(n == name) for n in NAMES[2:]))
            found[exponents] = found.get(exponents, ZERO) + rng.choice((1, -1, 2))
        found = {e: c for e, c in found.items() if c}
        self.spare.append(found)
        return found


def histories(done: Sequence[Any]) -> list[tuple[str, ...]]:
    """What is done, case by case: a tuple inside stands for a move of chance, with what is done in each of its cases."""
    found: list[tuple[str, ...]] = [()]
    for step in done:
        cases = [inner for case in step for inner in histories(case)] if isinstance(step, tuple) else [(step,)]
        found = [(*history, *case) for history in found for case in cases]
    return found


def actions_of(done: Sequence[Any]) -> tuple[str, ...]:
    """All actions in what is done, whatever chance does."""
    return tuple(sorted({action for history in histories(done) for action in history} - {"x", "y"}))


# --- what can be played, from the definition ---------------------------------------------------------------------------

Plan = tuple[tuple[Any, ...], tuple[Poly, ...]]
"""Actions and what they come to, as polynomials in x."""


class Solved:
    """The outcomes of the pure subgame-perfect equilibria of a tree at a point."""

    def __init__(self, tree: Tree, point: Mapping[str, Fraction], root: Node | None = None, free: str = "x") -> None:
        self.tree = tree
        self.point = point
        self.free = free
        self.strands = [part for strand in self._of(root or tree.root) for part in self._told(strand)]

    def _told(self, strand: Strand) -> Iterator[Strand]:
        """Parts of a strand along which the event is alike."""
        bar = self.tree.bar
        if not isinstance(strand.at, tuple) or not strand.at[0] < bar < strand.at[1]:
            yield strand
            return
        for place in ((strand.at[0], bar), bar, (bar, strand.at[1])):
            yield replace(strand, at=place)

    def happens(self, strand: Strand) -> bool:
        return self.tree.happens(strand.actions, between(*strand.at) if isinstance(strand.at, tuple) else strand.at)

    @property
    def some(self) -> bool:
        return any(map(self.happens, self.strands))

    @property
    def every(self) -> bool:
        return bool(self.strands) and all(map(self.happens, self.strands))

    # --- after the number ------------------------------------------------------------------------------------------------

    def _plans(self, node: Node) -> list[Plan]:
        """All that could happen from a node on, whether or not anybody wants it."""
        match node:
            case End(worth):
                return [((), tuple(along(w, self.point, self.free) for w in worth))]
            case Lot():
                return self._mixed(node, [self._plans(inner) for inner in node.nodes.values()])
            case Decide(nodes=nodes) | Stage(nodes=nodes):
                return [plan for inner in nodes.values() for plan in self._plans(inner)]
        raise AssertionError

    def _mixed(self, node: Lot, below: Sequence[Sequence[Plan]]) -> list[Plan]:
        found = []
        for chosen in product(*below):
            worth = zip(*(plan[1] for plan in chosen), strict=True)
            odds = node.odds.values()
            found.append(
                ((tuple(plan[0] for plan in chosen),), tuple(add(*map(times, odds, parts)) for parts in worth))
            )
        return found

    def _finite(self, node: Node, x: Number) -> list[Plan]:
        """What can be played from a node on after a number."""

        def worth(player: int, plan: Plan) -> Number:
            return value(plan[1][player], x)

        match node:
            case End():
                return self._plans(node)
            case Lot():
                return self._mixed(node, [self._finite(inner, x) for inner in node.nodes.values()])
            case Decide(_, player, nodes):
                below = {a: self._finite(inner, x) for a, inner in nodes.items()}
                if not all(below.values()):
                    return []
                floor = max(min(worth(player, plan) for plan in plans) for plans in below.values())
                return [
                    ((a, *plan[0]), plan[1])
                    for a, plans in below.items()
                    for plan in plans
                    if worth(player, plan) >= floor
                ]
            case Stage(_, players, actions, nodes):
                there = {cell: self._finite(inner, x) for cell, inner in nodes.items()}
                if not all(there.values()):
                    return []
                return [
                    ((*cell, *plan[0]), plan[1])
                    for cell, plans in there.items()
                    for plan in plans
                    if all(
                        min(worth(player, other) for other in there[away]) <= worth(player, plan)
                        for player, away in _away(cell, players, actions)
                    )
                ]
        raise AssertionError

    def _number(self, node: Choose) -> list[Strand]:
        low, high = (value(along(end, self.point, self.free), ZERO) for end in (node.low, node.high))
        plans = self._plans(node.node)
        cuts = [
            r
            for i in range(self.tree.players)
            for p, q in combinations({w[i] for _, w in plans}, 2)
            for r in roots(minus(p, q))
        ]

        def later(sample: Number, place: Place) -> list[Strand]:
            return [
                Strand(self.free, place, {self.free: poly(0, 1)}, (self.free, *a), worth)
                for a, worth in self._finite(node.node, sample)
            ]

        return choose(node.player, low, high, cuts, later)

    # --- before it --------------------------------------------------------------------------------------------------------

    def _of(self, node: Node) -> list[Strand]:
        match node:
            case End(worth):
                return [Strand(self.free, ZERO, {}, (), tuple(along(w, self.point, self.free) for w in worth))]
            case Choose():
                return self._number(node)
            case Lot():
                parts = [self._of(inner) for inner in node.nodes.values()]
                return [self._both(node, chosen) for chosen in product(*parts)]
            case Decide(_, player, nodes):
                below = {(a,): self._of(inner) for a, inner in nodes.items()}
                aways = {cell: [(player, other) for other in below if other != cell] for cell in below}
            case Stage(_, players, actions, nodes):
                below = {cell: self._of(inner) for cell, inner in nodes.items()}
                aways = {cell: list(_away(cell, players, actions)) for cell in below}
        if not all(below.values()):
            return []
        found = []
        for cell, strands in below.items():
            parts = [replace(s, actions=(*cell, *s.actions)) for s in strands]
            for player, other in aways[cell]:
                least, is_reached = _least(below[other], player)
                parts = [kept for s in parts for kept in _keep(s, player, least, strictly=not is_reached)]
            found += parts
        return found

    def _both(self, node: Lot, chosen: Sequence[Strand]) -> Strand:
        """What is played in each case of chance, of which one at most has the number."""
        (main,) = [s for s in chosen if s.choices] or chosen[:1]
        fixed = [tuple(p if s is main or not s.choices else None for p in s.payoffs) for s in chosen]
        worth = tuple(add(*map(times, node.odds.values(), parts)) for parts in zip(*fixed, strict=True))
        return replace(main, actions=(tuple(s.actions for s in chosen),), payoffs=worth)


def _away(
    cell: tuple[str, ...], players: Sequence[int], actions: Sequence[Sequence[str]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The cells that one player alone can turn to."""
    for k, player in enumerate(players):
        for other in actions[k]:
            if other != cell[k]:
                yield player, (*cell[:k], other, *cell[k + 1 :])


def _least(strands: Sequence[Strand], player: int) -> tuple[Number, bool]:
    """The infimum of a player's worth over outcomes, and whether one of them has it."""
    least: Number | None = None
    is_reached = False
    for strand in strands:
        p = strand.payoffs[player]
        if isinstance(strand.at, tuple) and len(p) > 1:
            low, high = strand.at
            inside = [value(p, t) for t in peak(p) if low < t < high]
            here = [*((w, True) for w in inside), *((value(p, end), False) for end in strand.at)]
        else:
            at = strand.at if not isinstance(strand.at, tuple) else ZERO
            here = [(value(p, at), True)]
        for worth, reached in here:
            if least is None or worth < least:
                least, is_reached = worth, reached
            elif worth == least:
                is_reached = is_reached or reached
    assert least is not None
    return least, is_reached


def _keep(strand: Strand, player: int, level: Number, *, strictly: bool) -> Iterator[Strand]:
    """The parts of a strand that are worth a level (or more than it) to a player."""

    def is_enough(x: Number) -> bool:
        worth = value(p, x)
        return worth > level if strictly else worth >= level

    p = strand.payoffs[player]
    if not isinstance(strand.at, tuple):
        if is_enough(strand.at):
            yield strand
        return
    low, high = strand.at
    if len(p) > 1 and not isinstance(level, Fraction):
        raise NotImplementedError("a root of a root")
    borders = [r for r in (roots(minus(p, poly(level))) if len(p) > 1 else []) if low < r < high]
    ends = distinct([low, *borders, high])
    for place in [*pairwise(ends), *ends[1:-1]]:
        if is_enough(between(*place) if isinstance(place, tuple) else place):
            yield replace(strand, at=place)


# --- two numbers -------------------------------------------------------------------------------------------------------


class Sliced:
    """A tree in which x is chosen, at the first move or after one decision, and y after it: at some numbers x.

    What can be played after each is exact. The least that x may be worth is only known at those numbers: what beats an outcome is a fact,
    that nothing does is as good as the numbers are.
    """

    def __init__(self, tree: Tree, point: Mapping[str, Fraction], numbers: Sequence[Fraction]) -> None:
        self.tree, self.point = tree, point
        root = tree.root
        self.slices: dict[Fraction, list[Strand]] = {}
        self.aside: list[Strand] = []
        if isinstance(root, Choose):
            self._choose(root, numbers)
            return
        assert isinstance(root, Decide)
        (first, main), (second, other) = root.nodes.items()
        assert isinstance(main, Choose)
        self._choose(main, numbers)
        aside = Solved(tree, point, other).strands
        if not self.slices or not aside:
            self.slices = {}
            return
        inside = [strand for strands in self.slices.values() for strand in strands]
        least, is_reached = _least(aside, root.player)
        here, is_here = _least(inside, root.player)
        self.aside = [
            replace(kept, actions=(second, *kept.actions))
            for strand in aside
            for kept in _keep(strand, root.player, here, strictly=not is_here)
        ]
        self.slices = {
            x: [
                replace(kept, actions=(first, *kept.actions))
                for strand in strands
                for kept in _keep(strand, root.player, least, strictly=not is_reached)
            ]
            for x, strands in self.slices.items()
        }

    def _choose(self, node: Choose, numbers: Sequence[Fraction]) -> None:
        low, high = (value(along(end, self.point, "x"), ZERO) for end in (node.low, node.high))
        after = {
            x: Solved(self.tree, {**self.point, "x": x}, node.node, "y").strands
            for x in {low, high, *numbers}
            if low <= x <= high
        }
        if not all(after.values()):
            return
        levels = [_least(strands, node.player) for strands in after.values()]
        level = max(least for least, _ in levels)
        strictly = any(least == level and not is_reached for least, is_reached in levels)
        self.slices = {
            x: [kept for strand in strands for kept in _keep(strand, node.player, level, strictly=strictly)]
            for x, strands in sorted(after.items())
        }
