"""An oracle for games with continuous choices at rational points: exact, complete, written from the definition alone.

What is solved for is the set V(h) of outcomes of *pure* subgame-perfect equilibria. At a continuous choice of player i, the
outcome (x, o) with o in V(h, x) belongs to V(h) if and only if, for every x' of the interval, i's worth of o is at least
the least worth that some outcome in V(h, x') gives to i: off the path those who are indifferent later may break their ties
so as to punish. Write S for the supremum over x' of those least worths. Then (x, o) belongs to V(h) iff w_i(o) >= S.
S itself need not be reached by a least worth; on the path somebody's tie has to be broken in i's favour then.
A discrete choice is the same with finitely many x'. At a simultaneous stage every cell carries its own continuation, and an
outcome o of a cell stands iff no player has an action leading to a cell *all* of whose outcomes give him more than o.

`choose` does it for one continuous choice. The line is cut at every point where anything can change, so that on each cell,
a point or an open interval, the continuations are finitely many polynomials in x that do not cross and are monotone. Four
models need nothing else. In wedge-driving two continuous choices follow the first; `wedge_driving` derives their reactions
by hand and hands them to `choose` as continuations.

Numbers are Fractions or, where a root of a quadratic asks for it, `Surd`s a + b*sqrt(d); nothing is ever rounded.
Nothing is shared with a solver of the package.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)


# --- numbers -----------------------------------------------------------------------------------------------------------


def _sign(number: Any) -> int:
    return (number > 0) - (number < 0)


@dataclass(frozen=True, eq=False)
class Surd:
    """The number a + b*sqrt(d), b not 0 and d a positive integer that is no square."""

    a: Fraction
    b: Fraction
    d: int

    def sign(self) -> int:
        # a and b*sqrt(d) either agree in sign, or the larger square wins; they cannot cancel, sqrt(d) being irrational.
        sa, sb = _sign(self.a), _sign(self.b)
        if sa * sb >= 0:
            return sb if sa == 0 else sa
        return sa if self.a * self.a > self.b * self.b * self.d else sb

    def _aligned(self, other: Surd) -> Fraction:
        """The b of `other`, written over this number's d."""
        root = math.isqrt(self.d * other.d)
        if root * root != self.d * other.d:
            raise NotImplementedError("a sum or product of numbers of two quadratic fields")
        return other.b * Fraction(root, self.d)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Surd):
            return surd(self.a + other.a, self.b + self._aligned(other), self.d)
        return surd(self.a + other, self.b, self.d)

    __radd__ = __add__

    def __neg__(self) -> Surd:
        return Surd(-self.a, -self.b, self.d)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Surd):
            b = self._aligned(other)
            return surd(self.a * other.a + self.b * b * self.d, self.a * b + self.b * other.a, self.d)
        return surd(self.a * other, self.b * other, self.d)

    __rmul__ = __mul__

    def __truediv__(self, other: Fraction | int) -> Any:
        return self * (ONE / other)

    def _compare(self, other: Any) -> int:
        """The sign of self - other, across fields too."""
        if not isinstance(other, Surd):
            return Surd(self.a - other, self.b, self.d).sign()
        # Is l = (a - a') + b*sqrt(d) above r = b'*sqrt(d')? Where they agree in sign, their squares decide.
        left, right = surd(self.a - other.a, self.b, self.d), Surd(ZERO, other.b, other.d)
        sl, sr = _sign(left), right.sign()
        if sl != sr:
            return _sign(sl - sr)
        return sl * _sign(left * left - right.b * right.b * right.d)

    def __eq__(self, other: object) -> bool:
        return self._compare(other) == 0 if isinstance(other, Surd | Fraction | int) else NotImplemented

    def __lt__(self, other: Any) -> bool:
        return self._compare(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._compare(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._compare(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._compare(other) >= 0

    __hash__ = None  # type: ignore[assignment]

    def __float__(self) -> float:
        return float(self.a) + float(self.b) * math.sqrt(self.d)

    def __repr__(self) -> str:
        return f"({self.a} + {self.b}*sqrt({self.d}))"


Number = Fraction | Surd


def surd(a: Fraction, b: Fraction, d: int) -> Number:
    """a + b*sqrt(d) for a positive integer d, as a Fraction where it is rational."""
    root = math.isqrt(d)
    if root * root == d:
        return Fraction(a + b * root)
    return Surd(Fraction(a), Fraction(b), d) if b else Fraction(a)


def square_root(number: Fraction) -> Number:
    """The square root of a number that is not negative: sqrt(p/q) = sqrt(pq)/q, small squares taken out of pq."""
    d, outside = number.numerator * number.denominator, Fraction(1, number.denominator)
    for factor in (2, 3, 5, 7, 11, 13):
        while d and d % (factor * factor) == 0:
            d, outside = d // (factor * factor), outside * factor
    return surd(ZERO, outside, d)


def between(low: Number, high: Number) -> Fraction:
    """A rational number strictly between two numbers, found by floats and checked exactly."""
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return (low + high) / 2
    guess = Fraction((float(low) + float(high)) / 2)
    if not low < guess < high:
        raise ArithmeticError(f"{low!r} and {high!r} are too close for a float between them")
    return guess.limit_denominator(10**6) if low < guess.limit_denominator(10**6) < high else guess


# --- polynomials of degree two at most, as coefficients from the constant upwards --------------------------------------

Poly = tuple[Fraction, ...]


def poly(*coefficients: Fraction | int) -> Poly:
    last = max((k for k, c in enumerate(coefficients) if c), default=-1)
    return tuple(Fraction(c) for c in coefficients[: last + 1])


def add(*terms: Poly) -> Poly:
    return poly(*(sum((t[k] for t in terms if k < len(t)), ZERO) for k in range(max(map(len, terms), default=0))))


def times(factor: Fraction | int, p: Poly) -> Poly:
    return poly(*(factor * c for c in p))


def mul(p: Poly, q: Poly) -> Poly:
    out = [ZERO] * (len(p) + len(q))
    for (i, a), (j, b) in product(enumerate(p), enumerate(q)):
        out[i + j] += a * b
    return poly(*out)


def minus(p: Poly, q: Poly) -> Poly:
    return add(p, times(-1, q))


def value(p: Poly, x: Any) -> Any:
    total: Any = ZERO
    for c in reversed(p):
        total = total * x + c
    return total


def roots(p: Poly) -> list[Number]:
    """Every real root, exactly; none for a constant."""
    if len(p) <= 1:
        return []
    if len(p) == 2:
        return [-p[0] / p[1]]
    if len(p) > 3:
        raise NotImplementedError("a polynomial of a degree above two")
    c, b, a = p
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    root = square_root(discriminant)
    return [-b / (2 * a)] if discriminant == 0 else [(-b - root) / (2 * a), (-b + root) / (2 * a)]


def peak(p: Poly) -> list[Number]:
    """Where a quadratic turns."""
    return [-p[1] / (2 * p[2])] if len(p) == 3 else []


def distinct(numbers: Sequence[Number]) -> list[Number]:
    """Sorted, each once. (The order of Surds is exact, so sorting is.)"""
    out: list[Number] = []
    for number in sorted(numbers):
        if not out or out[-1] != number:
            out.append(number)
    return out


# --- outcomes ----------------------------------------------------------------------------------------------------------

Place = Number | tuple[Number, Number]
"""A point, or an open interval."""


@dataclass(frozen=True)
class Strand:
    """Outcomes along one free choice: at a point of it, or all along an open interval.

    Actions are those on the path from here on; choices and payoffs are polynomials in the free choice.
    """

    free: str
    at: Place
    choices: Mapping[str, Poly]
    actions: tuple[str, ...]
    payoffs: tuple[Poly, ...]

    def limits(self, player: int) -> tuple[Number, Number]:
        """The player's worth at the two ends (twice the same at a point)."""
        low, high = self.at if isinstance(self.at, tuple) else (self.at, self.at)
        return value(self.payoffs[player], low), value(self.payoffs[player], high)

    def keep(self, player: int, level: Number) -> list[Strand]:
        """The part on which the player's worth, monotone along the strand, is at least `level`."""
        first, last = self.limits(player)
        p = self.payoffs[player]
        if not isinstance(self.at, tuple) or len(p) <= 1:
            return [self] if first >= level else []
        low, high = self.at
        if min(first, last) >= level:
            return [self]
        if max(first, last) <= level:  # strictly monotone: inside the open interval the worth is below
            return []
        if len(p) == 2:
            root = (level - p[0]) / p[1]
        elif isinstance(level, Fraction):
            (root,) = (r for r in roots(minus(p, poly(level))) if low < r < high)
        else:
            raise NotImplementedError("a root of a root")
        half = (low, root) if first > last else (root, high)
        return [self._at(half), self._at(root)]

    def _at(self, place: Place) -> Strand:
        return Strand(self.free, place, self.choices, self.actions, self.payoffs)

    def after(self, action: str) -> Strand:
        return Strand(self.free, self.at, self.choices, (action, *self.actions), self.payoffs)


@dataclass(frozen=True)
class Piece:
    """A maximal set of equilibrium outcomes with the same actions on the path: one outcome, or an open continuum of them.

    `choices` gives each continuous choice a number or, where it varies along the piece, an open interval. On a continuum,
    `free` names the choice along which it runs and `curves` says what every choice is as a polynomial in it. `payoffs`
    has None for who does not get the same all along. `hedge` says whether the model's event happens (everywhere on it).
    """

    choices: dict[str, Place]
    actions: tuple[str, ...]
    payoffs: dict[str, Number | None]
    hedge: bool
    free: str | None = None
    curves: dict[str, Poly] = field(default_factory=dict)

    def contains(self, choices: Mapping[str, Number], actions: tuple[str, ...]) -> bool:
        if actions != self.actions or set(choices) != set(self.choices):
            return False
        if self.free is None:
            return all(choices[name] == at for name, at in self.choices.items())
        low, high = self.choices[self.free]  # type: ignore[misc]
        x = choices[self.free]
        return low < x < high and all(value(curve, x) == choices[name] for name, curve in self.curves.items())


@dataclass(frozen=True)
class Answer:
    """Every pure subgame-perfect equilibrium outcome at a point.

    `event_some` and `event_every`: the hedge event happens in some, and in every, equilibrium outcome. Both are False where
    none exists (`exists` is False).
    """

    pieces: tuple[Piece, ...]

    @property
    def exists(self) -> bool:
        return bool(self.pieces)

    @property
    def event_some(self) -> bool:
        return any(piece.hedge for piece in self.pieces)

    @property
    def event_every(self) -> bool:
        return self.exists and all(piece.hedge for piece in self.pieces)

    def contains(self, choices: Mapping[str, Number], actions: tuple[str, ...]) -> bool:
        return any(piece.contains(choices, actions) for piece in self.pieces)


def _piece(strand: Strand, players: Sequence[str], hedge: Callable[[dict[str, Place], tuple[str, ...]], bool]) -> Piece:
    if isinstance(strand.at, tuple):
        low, high = strand.at
        choices: dict[str, Place] = {}
        for name, curve in strand.choices.items():
            ends = (value(curve, low), value(curve, high))
            choices[name] = value(curve, ZERO) if len(curve) <= 1 else (min(ends), max(ends))
        worths = {w: value(p, ZERO) if len(p) <= 1 else None for w, p in zip(players, strand.payoffs, strict=True)}
        free, curves = strand.free, dict(strand.choices)
    else:
        choices = {name: value(curve, strand.at) for name, curve in strand.choices.items()}
        worths = {who: value(p, strand.at) for who, p in zip(players, strand.payoffs, strict=True)}
        free, curves = None, {}
    return Piece(choices, strand.actions, worths, hedge(choices, strand.actions), free, curves)


def _joins(left: Piece, point: Piece, right: Piece) -> Piece | None:
    """An open continuum, the point that ends it and the continuum from there, as one: where nothing but the cut divides."""
    free = left.free
    if free is None or right.free != free or point.free is not None or left.curves != right.curves:
        return None
    if not left.actions == point.actions == right.actions or left.payoffs != right.payoffs:
        return None
    (low, cut), (begin, high) = left.choices[free], right.choices[free]  # type: ignore[misc]
    if not cut == begin == point.choices[free]:
        return None
    if any(value(curve, cut) != point.choices[name] for name, curve in left.curves.items()):
        return None
    if any(worth is not None and worth != point.payoffs[who] for who, worth in left.payoffs.items()):
        return None
    if not left.hedge == point.hedge == right.hedge:
        return None
    choices: dict[str, Place] = {}
    for name, curve in left.curves.items():
        ends = (value(curve, low), value(curve, high))
        choices[name] = left.choices[name] if len(curve) <= 1 else (min(ends), max(ends))
    return Piece(choices, left.actions, left.payoffs, left.hedge, free, left.curves)


def answer(
    strands: Sequence[Strand], players: Sequence[str], hedge: Callable[[dict[str, Place], tuple[str, ...]], bool]
) -> Answer:
    """Pieces of the strands, each outcome in one piece only, and continua as long as they are."""
    pieces: list[Piece] = []
    for strand in strands:
        piece = _piece(strand, players, hedge)
        if all((p.choices, p.actions, p.curves) != (piece.choices, piece.actions, piece.curves) for p in pieces):
            pieces.append(piece)
    found = True
    while found:
        found = False
        along = [p for p in pieces if p.free is not None]
        pairs = [(left, right) for left, right in product(along, repeat=2) if left.actions == right.actions]
        for (left, right), point in product(pairs, [p for p in pieces if p.free is None]):
            whole = _joins(left, point, right)
            if whole is not None:
                pieces = [p for p in pieces if p is not left and p is not point and p is not right] + [whole]
                found = True
                break
    return Answer(tuple(pieces))


# --- one continuous choice ---------------------------------------------------------------------------------------------

Continuations = Callable[[Number, Place], list[Strand]]
"""From a sample and the place it stands for (itself, or an open interval on which nothing changes): the strands there."""


def choose(mover: int, low: Fraction, high: Fraction, cuts: Sequence[Number], later: Continuations) -> list[Strand]:
    """The pure subgame-perfect outcomes of a choice from [low, high], given those that follow each choice."""
    inside = distinct([low, high, *(c for c in cuts if low < c < high)])
    # Cut again, where two continuations cross in the mover's worth and where one of them peaks.
    more: list[Number] = []
    for a, b in pairwise(inside):
        worths = [strand.payoffs[mover] for strand in later(between(a, b), (a, b))]
        more += [r for p in worths for r in peak(p) if a < r < b]
        more += [r for p, q in combinations(worths, 2) for r in roots(minus(p, q)) if a < r < b]
    inside = distinct([*inside, *more])

    places: list[tuple[Number, Place]] = [(x, x) for x in inside]
    places += [(between(a, b), (a, b)) for a, b in pairwise(inside)]
    following = [(sample, place, later(sample, place)) for sample, place in places]
    if not all(strands for _, _, strands in following):
        return []  # a subgame without a pure equilibrium leaves the whole without one
    security: Number | None = None
    for sample, place, strands in following:
        if isinstance(place, tuple):
            # On an open cell the least continuation is the same all along, and monotone: its supremum is at an end.
            least = min(strands, key=lambda s: _Key(value(s.payoffs[mover], sample)))
            worth = max(least.limits(mover))
        else:
            # At a point. A continuum of continuations (monotone) comes with its ends, which are among the strands.
            worth = min(min(strand.limits(mover)) for strand in strands)
        security = worth if security is None or worth > security else security
    assert security is not None
    return [kept for _, _, strands in following for strand in strands for kept in strand.keep(mover, security)]


@dataclass(frozen=True)
class _Key:
    number: Number

    def __lt__(self, other: _Key) -> bool:
        return self.number < other.number


def decide(mover: int, actions: Mapping[str, list[Strand]]) -> list[Strand]:
    """A discrete choice before continuous ones: the same rule with finitely many x'."""
    if not all(actions.values()):
        return []
    floors = {}
    for action, strands in actions.items():
        if any(isinstance(s.at, tuple) and len(s.payoffs[mover]) > 1 for s in strands):
            raise NotImplementedError("a continuum along which the worth of an earlier mover varies")
        floors[action] = min(s.limits(mover)[0] for s in strands)
    level = max(floors.values())
    return [kept.after(a) for a, strands in actions.items() for s in strands for kept in s.keep(mover, level)]


# --- finite games whose payoffs are polynomials in x -------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """What each player gets, as polynomials in x that hold around the x handed in."""

    payoffs: Callable[[Number], tuple[Poly, ...]]


@dataclass(frozen=True)
class Decision:
    player: int
    actions: Mapping[str, Tree]


@dataclass(frozen=True)
class Stage:
    """Simultaneous choices; `cells` goes from one action of each player to what follows."""

    players: tuple[int, ...]
    actions: tuple[tuple[str, ...], ...]
    cells: Mapping[tuple[str, ...], Tree]


Tree = Leaf | Decision | Stage
Outcome = tuple[tuple[str, ...], tuple[Poly, ...]]


def leaves(tree: Tree) -> list[Leaf]:
    if isinstance(tree, Leaf):
        return [tree]
    return [
        leaf
        for after in (tree.actions if isinstance(tree, Decision) else tree.cells).values()
        for leaf in leaves(after)
    ]


def outcomes(tree: Tree, x: Number) -> list[Outcome]:
    """The pure subgame-perfect outcomes of the finite game at x."""
    if isinstance(tree, Leaf):
        return [((), tree.payoffs(x))]

    def worth(player: int, outcome: Outcome) -> Number:
        return value(outcome[1][player], x)

    if isinstance(tree, Decision):
        below = {action: outcomes(after, x) for action, after in tree.actions.items()}
        if not all(below.values()):
            return []
        i = tree.player
        floor = max(min(worth(i, o) for o in many) for many in below.values())
        return [((a, *o[0]), o[1]) for a, many in below.items() for o in many if worth(i, o) >= floor]
    at = {cell: outcomes(after, x) for cell, after in tree.cells.items()}
    if not all(at.values()):
        return []
    found = []
    for cell, many in at.items():
        for outcome in many:
            stands = True
            for k, player in enumerate(tree.players):
                for other in tree.actions[k]:
                    deviation = (*cell[:k], other, *cell[k + 1 :])
                    if other != cell[k] and min(worth(player, o) for o in at[deviation]) > worth(player, outcome):
                        stands = False
            if stands:
                found.append(((*cell, *outcome[0]), outcome[1]))
    return found


def choice_then_tree(
    name: str, mover: int, low: Fraction, high: Fraction, tree: Tree, kinks: Sequence[Fraction] = ()
) -> list[Strand]:
    """A choice of x in [low, high], then a finite game whose payoffs are polynomials in x between the kinks."""
    cuts: list[Number] = distinct([low, high, *(k for k in kinks if low < k < high)])
    for a, b in pairwise(list(cuts)):
        payoffs = [leaf.payoffs(between(a, b)) for leaf in leaves(tree)]
        for worths in zip(*payoffs, strict=True):
            # Between the kinks, signs of all differences of payoffs change only here.
            cuts += [r for p, q in combinations(worths, 2) for r in roots(minus(p, q)) if a < r < b]

    def later(sample: Number, place: Place) -> list[Strand]:
        return [Strand(name, place, {name: poly(0, 1)}, path, worth) for path, worth in outcomes(tree, sample)]

    return choose(mover, low, high, cuts, later)


# --- the five models ---------------------------------------------------------------------------------------------------

Point = Mapping[str, Fraction]


def blockade_threat(point: Point) -> Answer:
    """SmallState: diversification; Partner: Demand | Leave; SmallState: Concede | Defy; Partner: Blockade | BackDown."""
    p = {name: Fraction(number) for name, number in point.items()}
    cost = poly(0, 0, -p["effort"] / 2)

    def leaf(small: Poly, partner: Poly) -> Leaf:
        return Leaf(lambda _x: (add(small, cost), partner))

    exposed = poly(1, -1)
    defied = Decision(
        1,
        {
            "Blockade": leaf(times(-p["harm_small"], exposed), times(-p["harm_partner"], exposed)),
            "BackDown": leaf(poly(), poly(-p["face"])),
        },
    )
    asked = Decision(0, {"Concede": leaf(poly(-p["concession"]), poly(p["demand_gain"])), "Defy": defied})
    tree = Decision(1, {"Demand": asked, "Leave": leaf(poly(), poly())})
    strands = choice_then_tree("diversification", 0, ZERO, ONE, tree)
    return answer(strands, ("SmallState", "Partner"), lambda _choices, actions: "Concede" not in actions)


def tariff_linkage(point: Point) -> Answer:
    """SmallState: hedging_investment, then Bargain | Exit; the Ally's bargaining is in the payoffs."""
    p = {name: Fraction(number) for name, number in point.items()}
    cost, share = poly(0, 0, -p["effort"] / 2), p["discount"] / (1 + p["discount"])
    away = poly(p["outside"] - p["linkage"], 1)
    tree = Decision(
        0,
        {
            "Bargain": Leaf(lambda _x: (add(poly(share), cost), poly(1 - share))),
            "Exit": Leaf(lambda _x: (add(away, cost), poly(1 / (1 + p["discount"]) - p["breakdown"]))),
        },
    )
    strands = choice_then_tree("hedging_investment", 0, ZERO, ONE, tree)
    # On an open continuum the investment is positive, its lower end being at least 0.
    return answer(
        strands,
        ("SmallState", "Ally"),
        lambda choices, _actions: isinstance(choices["hedging_investment"], tuple) or choices["hedging_investment"] > 0,
    )


def tolerance_band(point: Point) -> Answer:
    """SmallState: tilt; Ally and Partner at once: Punish | Accept. Actions are the Ally's, then the Partner's."""
    p = {name: Fraction(number) for name, number in point.items()}
    lean = poly(0, p["pull"], -p["concentration"] / 2)
    ally = poly(p["ally_stake"] - p["ally_cost"], -p["ally_stake"])
    partner = poly(p["partner_stake"] - p["partner_cost"], p["partner_stake"])
    kinds = ("Punish", "Accept")
    cells: dict[tuple[str, ...], Tree] = {}
    for a, b in product(kinds, kinds):
        penalty = p["ally_penalty"] * (a == "Punish") + p["partner_penalty"] * (b == "Punish")
        worths = (
            add(lean, poly(-penalty)),
            ally if a == "Punish" else poly(),
            partner if b == "Punish" else poly(),
        )
        cells[a, b] = Leaf(lambda _x, worths=worths: worths)
    strands = choice_then_tree("tilt", 0, -ONE, ONE, Stage((1, 2), (kinds, kinds), cells))
    return answer(
        strands,
        ("SmallState", "Ally", "Partner"),
        lambda choices, actions: (
            "Punish" not in actions and (isinstance(choices["tilt"], tuple) or -1 < choices["tilt"] < 1)
        ),
    )


def rival_forum(point: Point) -> Answer:
    """SmallState: Join | Stay; China: proposal; Russia: Accept | Veto; SmallState, if a member: Accept | Veto."""
    p = {name: Fraction(number) for name, number in point.items()}
    ideals = (-ONE, ONE, p["russia_ideal"])
    weights = (p["salience_small"], ONE, ONE)

    def worth(player: int, x: Number) -> Poly:
        """-weight*|y - ideal| as a polynomial in y around x; at the ideal itself either side gives the same value."""
        side = 1 if x >= ideals[player] else -1
        return times(-weights[player] * side, poly(-ideals[player], 1))

    def passed(member: bool) -> Leaf:
        return Leaf(
            lambda x: tuple(add(worth(i, x), poly(-p["membership_cost"] if member and i == 0 else 0)) for i in range(3))
        )

    def kept(member: bool) -> Leaf:
        q = p["status_quo"]
        return Leaf(
            lambda _x: tuple(
                poly(-weights[i] * abs(q - ideals[i]) - (p["membership_cost"] if member and i == 0 else 0))
                for i in range(3)
            )
        )

    stay: Tree = Decision(2, {"Accept": passed(member=False), "Veto": kept(member=False)})
    vote: Tree = Decision(0, {"Accept": passed(member=True), "Veto": kept(member=True)})
    join: Tree = Decision(2, {"Accept": vote, "Veto": kept(member=True)})
    strands = decide(
        0,
        {
            "Join": choice_then_tree("proposal", 1, -ONE, ONE, join, [p["russia_ideal"]]),
            "Stay": choice_then_tree("proposal", 1, -ONE, ONE, stay, [p["russia_ideal"]]),
        },
    )
    return answer(strands, ("SmallState", "China", "Russia"), lambda _choices, actions: actions[0] == "Join")


def wedge_driving(point: Point) -> Answer:
    """Ally: penalty; SmallState: engagement; Partner: alignment. Friction has to be positive; there are no actions.

    The Partner. c*e*(1 - a) + pull*a - friction*a^2/2 is strictly concave in a, so that its one best reply is
    a(e) = (pull - c*e)/friction, held to [0, 1]: piecewise linear in e, with kinks where pull - c*e is 0 or friction.

    The SmallState. On a piece where a(e) = k + m*e it gets (value - p - exposure*m)*e - effort*e^2/2 - exposure*k: there it
    is best at an end of the piece or, where effort > 0, at e = (value - p - exposure*m)/effort if that lies inside. So its
    best replies are, among the ends of all pieces and these stationary points, those worth most to it. Each is constant or
    linear in p, each worth is a polynomial of degree two at most in p, and the sorting changes only at roots of their
    differences and where a stationary point enters or leaves its piece. With effort = 0 a whole piece is flat at
    p = value - exposure*m: a continuum of best replies if it is at the top; its ends are among the candidates.

    Two best replies on an open set of penalties are the same: the derivative of the worth in p is -e (the envelope), so
    equal worths mean equal engagements. Ties between different engagements happen at single penalties.
    """
    p = {name: Fraction(number) for name, number in point.items()}
    c, pull, friction, exposure = p["complementarity"], p["pull"], p["friction"], p["exposure"]
    worth, effort, top = p["value"], p["effort"], p["penalty_max"]
    if friction <= 0:
        raise ValueError("friction has to be positive")
    kinks = [kink for kink in ((pull / c, (pull - friction) / c) if c else ()) if 0 < kink < 1]
    pieces: list[tuple[Fraction, Fraction, Poly]] = []
    for a, b in pairwise(distinct([ZERO, ONE, *kinks])):
        free = (pull - c * (a + b) / 2) / friction
        pieces.append((a, b, poly(1) if free >= 1 else poly() if free <= 0 else poly(pull / friction, -c / friction)))

    def reply(engagement: Poly, piece: Poly) -> Poly:
        """The alignment that follows, in whatever the engagement is a polynomial in."""
        return add(poly(value(piece, ZERO)), times(piece[1] if len(piece) > 1 else 0, engagement))

    def worths(penalty: Poly, engagement: Poly, alignment: Poly) -> tuple[Poly, ...]:
        ally = add(times(-p["leak"], engagement), times(-p["threat"], alignment))
        small = add(
            mul(minus(poly(worth), penalty), engagement),
            times(-effort / 2, mul(engagement, engagement)),
            times(-exposure, alignment),
        )
        partner = add(
            times(c, mul(engagement, minus(poly(1), alignment))),
            times(pull, alignment),
            times(-friction / 2, mul(alignment, alignment)),
        )
        return ally, small, partner

    # Candidates: engagement and alignment as polynomials in the penalty, and between which penalties they count.
    candidates: list[tuple[Poly, Poly, Fraction, Fraction]] = []
    for a, b, piece in pieces:
        candidates += [(poly(end), reply(poly(end), piece), ZERO, top) for end in (a, b)]
        if effort > 0:
            rise = worth + (exposure * c / friction if len(piece) > 1 else 0)  # value - exposure*m
            engagement = poly(rise / effort, -1 / effort)
            candidates.append((engagement, reply(engagement, piece), rise - effort * b, rise - effort * a))

    every = [worths(poly(0, 1), e, a) for e, a, _, _ in candidates]
    cuts: list[Number] = [end for _, _, low, high in candidates for end in (low, high)]
    cuts += [r for u, v in combinations(every, 2) for r in roots(minus(u[1], v[1]))]

    def later(sample: Number, place: Place) -> list[Strand]:
        valid = [k for k, (_, _, low, high) in enumerate(candidates) if low <= sample <= high]
        best = max((value(every[k][1], sample) for k in valid), key=_Key)
        chosen: list[int] = []
        for k in valid:
            if value(every[k][1], sample) == best and all(
                value(candidates[k][0], sample) != value(candidates[j][0], sample) for j in chosen
            ):
                chosen.append(k)
        strands = []
        for k in chosen:
            engagement, alignment, _, _ = candidates[k]
            choices = {"penalty": poly(0, 1), "engagement": engagement, "alignment": alignment}
            strands.append(Strand("penalty", place, choices, (), every[k]))
        if effort == 0 and isinstance(place, Fraction):
            for a, b, piece in pieces:
                engagement, alignment = poly(0, 1), reply(poly(0, 1), piece)
                along = worths(poly(place), engagement, alignment)
                if len(along[1]) <= 1 and value(along[1], ZERO) == best:
                    choices = {"penalty": poly(place), "engagement": engagement, "alignment": alignment}
                    strands.append(Strand("engagement", (a, b), choices, (), along))
        return strands

    strands = choose(0, ZERO, top, cuts, later)
    # On an open continuum of penalties none is 0; on one of engagements all are positive.
    return answer(
        strands,
        ("Ally", "SmallState", "Partner"),
        lambda choices, _actions: (
            choices["penalty"] == 0 and (isinstance(choices["engagement"], tuple) or choices["engagement"] > 0)
        ),
    )


MODELS: dict[str, Callable[[Point], Answer]] = {
    "wedge-driving": wedge_driving,
    "tolerance-band": tolerance_band,
    "blockade-threat": blockade_threat,
    "tariff-linkage": tariff_linkage,
    "rival-forum": rival_forum,
}


# --- points ------------------------------------------------------------------------------------------------------------

RANGES: dict[str, dict[str, tuple[Fraction, Fraction]]] = {
    model: {name: (Fraction(low), Fraction(high)) for name, (low, high) in ranges.items()}
    for model, ranges in {
        "wedge-driving": {
            **dict.fromkeys(
                ("pull", "friction", "value", "effort", "exposure", "leak", "threat", "penalty_max"), (0, 10)
            ),
            "complementarity": (-1, 2),
        },
        "tolerance-band": {
            **dict.fromkeys(("ally_stake", "partner_stake", "ally_cost", "partner_cost"), (0, 4)),
            **dict.fromkeys(("concentration", "ally_penalty", "partner_penalty"), (0, 2)),
            "pull": (-2, 2),
        },
        "blockade-threat": dict.fromkeys(
            ("concession", "effort", "face", "demand_gain", "harm_small", "harm_partner"), (0, 10)
        ),
        "tariff-linkage": {
            **dict.fromkeys(("outside", "linkage"), (0, 1)),
            **dict.fromkeys(("effort", "breakdown"), (0, 10)),
            "discount": (Fraction(1, 2), Fraction(19, 20)),
        },
        "rival-forum": {
            **dict.fromkeys(("russia_ideal", "status_quo"), (-1, 1)),
            **dict.fromkeys(("salience_small", "membership_cost"), (0, 10)),
        },
    }.items()
}

BASELINES: dict[str, dict[str, Fraction]] = {
    model: {name: Fraction(number) for name, number in numbers.items()}
    for model, numbers in {
        "wedge-driving": {
            "pull": 1, "complementarity": 1, "friction": 1, "value": "1/5", "effort": 1, "exposure": "1/2", "leak": "1/2",
            "threat": 1, "penalty_max": 1,
        },
        "tolerance-band": {
            "ally_stake": 1, "partner_stake": 1, "ally_cost": "6/5", "partner_cost": "6/5", "pull": "3/5",
            "concentration": 1, "ally_penalty": "1/5", "partner_penalty": "1/5",
        },
        "blockade-threat": {
            "concession": 1, "effort": 3, "face": 1, "demand_gain": 1, "harm_small": 4, "harm_partner": "1/2",
        },
        "tariff-linkage": {"discount": "9/10", "outside": "3/5", "linkage": "3/10", "effort": 2, "breakdown": 0},
        "rival-forum": {"russia_ideal": "1/2", "status_quo": 0, "salience_small": 1, "membership_cost": "1/2"},
    }.items()
}  # fmt: skip


def allowed(model: str, point: Point) -> bool:
    """Whether a point keeps to the ranges and to what the model assumes (and, in wedge-driving, has friction > 0)."""
    if any(not low <= point[name] <= high for name, (low, high) in RANGES[model].items()):
        return False
    if model == "wedge-driving":
        return point["friction"] > 0 and point["pull"] <= point["friction"]
    return model != "rival-forum" or point["status_quo"] < point["russia_ideal"]


def random_point(model: str, rng: random.Random, ties: bool) -> dict[str, Fraction]:
    """A point that `allowed` admits: with ties, small multiples of 1/2 (so that much coincides); without, generic.

    Half of the generic draws stay in the lower fifth of wide ranges, where most models have their borders.
    """
    while True:
        point = {}
        small = rng.random() < 0.5
        for name, (low, high) in RANGES[model].items():
            if ties and name == "discount":
                number = Fraction(rng.choice(("1/2", "2/3", "3/4", "9/10", "19/20")))
            elif ties:
                step = Fraction(1, rng.choice((1, 2, 2, 4)))
                reach = min(high, Fraction(rng.choice((1, 2, 2, 3))))
                number = rng.randint(math.ceil(low / step), math.floor(reach / step)) * step
            else:
                reach = low + (high - low) / 5 if small and high - low > 4 else high
                number = low + (reach - low) * Fraction(rng.randint(1, 996), 997)
            point[name] = number
        if allowed(model, point):
            return point


# --- published games, for later tests ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """A game of the literature at one point: its parameters, and the expected outcome in exact numbers."""

    game: str
    point: dict[str, Fraction]
    outcome: dict[str, Any]


def stackelberg(a: Fraction, b: Fraction, c1: Fraction, c2: Fraction) -> dict[str, Fraction]:
    """Price a - b(q1 + q2), costs c1 < a and c2 < a, leader q1 then follower q2, outputs not negative (von Stackelberg 1934).

    The follower replies q2 = (a - c2 - b*q1)/(2b), or 0 from the limit output L = (a - c2)/b on.
    Facing that reply the leader gets q1*(a - 2c1 + c2 - b*q1)/2, best at A = (a - 2c1 + c2)/(2b); alone it gets
    q1*(a - c1 - b*q1), best at M = (a - c1)/(2b). Both are concave and agree at L. At L the slope on the left has the sign of
    A - L, on the right that of M - L, and A - L = (2c2 + c2 - a - 2c1)/(2b), M - L = (2c2 - a - c1)/(2b), where
    A >= L follows from M >= L as c1 <= a. So q1 = A if A < L (entry, iff 3c2 < a + 2c1), M if M > L, else L.
    """
    enters, limit, alone = (a - 2 * c1 + c2) / (2 * b), (a - c2) / b, (a - c1) / (2 * b)
    q1 = max(ZERO, enters) if enters < limit else max(limit, alone)
    return {"q1": q1, "q2": max(ZERO, (a - c2 - b * q1) / (2 * b))}


def setter(setter_ideal: Fraction, median: Fraction, status_quo: Fraction) -> dict[str, Fraction]:
    """The policy that results from a take-it-or-leave-it proposal to a median voter (Romer and Rosenthal 1978).

    Payoffs -|y - ideal|. The median accepts y iff |y - median| <= |status_quo - median| (indifferent at the two ends, and
    on the path accepting where the setter needs it). The setter takes the nearest point of that interval to its ideal. Where
    that is the status quo itself the policy stays, whatever is proposed among what is refused: a continuum.
    """
    reach = abs(status_quo - median)
    return {"policy": min(max(setter_ideal, median - reach), median + reach)}


def veto_bargaining(
    setter_ideal: Fraction, median: Fraction, president: Fraction, status_quo: Fraction
) -> dict[str, Fraction]:
    """The same with a second one who has to accept: the intersection of two intervals that share the status quo as an end."""
    low = max(median - abs(status_quo - median), president - abs(status_quo - president))
    high = min(median + abs(status_quo - median), president + abs(status_quo - president))
    return {"policy": min(max(setter_ideal, low), high)}


def ultimatum_before_war(power: Fraction, cost_proposer: Fraction, cost_other: Fraction) -> dict[str, Any]:
    """An offer y in [0, 1] to the other side; refused, the proposer wins all with probability power (Fearon 1995).

    War is worth (1 - power) - cost_other to the other, who accepts y iff y is at least that. The proposer keeps 1 - y, best
    at the least accepted offer, and prefers it to war: 1 - offer >= power - cost_proposer, strictly if costs are not both 0.
    """
    assert cost_proposer + cost_other > 0
    offer = max(ZERO, 1 - power - cost_other)
    return {"offer": offer, "war": ZERO, "proposer": 1 - offer, "other": offer}


def risk_return(share: Fraction, own_cost: Fraction, highest_cost: Fraction) -> dict[str, Fraction]:
    """The same where the other's cost of war is uniform on [0, highest_cost] and its own secret (Fearon 1995).

    Write the offer as y = share - t, share being the other's chance to win. It fights iff its cost is below t: with
    probability t/C. The proposer gets (1 - share + t)(1 - t/C) + (1 - share - k)*t/C = 1 - share + t*(1 - k/C) - t^2/C,
    best at t = (C - k)/2, held to [0, min(share, C)]: (C - k)/2 < C always.
    """
    t = min(max(ZERO, (highest_cost - own_cost) / 2), share)
    return {"offer": share - t, "war": t / highest_cost}


def cournot(a: Fraction, costs: Sequence[Fraction]) -> dict[str, Fraction]:
    """Outputs at the one Cournot equilibrium with price a - Q, a firm that cannot cover its cost producing nothing.

    Among n active firms the first-order conditions q_i = price - c_i sum to price = (a + sum of costs)/(n + 1). The firms that
    are active are the cheapest n for which that price exceeds their costs and is not above the next one's.
    """
    order = sorted(costs)
    price = a
    for n in range(1, len(order) + 1):
        candidate = (a + sum(order[:n])) / (n + 1)
        if candidate <= order[n - 1]:
            break
        price = candidate
    return {f"q{k}": max(ZERO, price - c) for k, c in enumerate(costs, start=1)}


def take_it_or_leave_it(proposer_outside: Fraction, responder_outside: Fraction) -> dict[str, Any]:
    """An offer y in [0, 1] of a pie of 1; refused, each takes what it has outside (z and w, in [0, 1]).

    The responder accepts y > w, refuses y < w. If 1 - w > z the one outcome is y = w, accepted: below w the proposer has only z,
    and 1 - w is what it can come close to. If 1 - w < z every offer in [0, w] ends refused in some equilibrium, all with the
    outside payoffs; if 1 - w = z both kinds stand. `offer` is a number, or the closed interval of refused offers.
    """
    z, w = proposer_outside, responder_outside
    if 1 - w > z:
        return {"offer": w, "agreement": True, "proposer": 1 - w, "responder": w}
    return {"offer": (ZERO, w), "agreement": False if 1 - w < z else None, "proposer": z, "responder": w}


def _published(game: str, point: Mapping[str, Any], outcome: Mapping[str, Any]) -> Published:
    def exact(number: Any) -> Any:
        if isinstance(number, tuple):
            return tuple(map(exact, number))
        return number if isinstance(number, bool) or number is None else Fraction(number)

    return Published(game, {k: Fraction(v) for k, v in point.items()}, {k: exact(v) for k, v in outcome.items()})


PUBLISHED: tuple[Published, ...] = (
    # Entry is worth leading against (3*1 < 10 + 2): A = 9/2. At c2 = 4, 12 = 12: A = L = 6. At c2 = 7, L = 3 < M = 9/2.
    # At c2 = 5 neither (15 > 12, M = 9/2 < L = 5): limit output 5.
    _published("stackelberg", {"a": 10, "b": 1, "c1": 1, "c2": 1}, {"q1": "9/2", "q2": "9/4"}),
    _published("stackelberg", {"a": 10, "b": 1, "c1": 1, "c2": 4}, {"q1": 6, "q2": 0}),
    _published("stackelberg", {"a": 10, "b": 1, "c1": 1, "c2": 5}, {"q1": 5, "q2": 0}),
    _published("stackelberg", {"a": 10, "b": 1, "c1": 1, "c2": 7}, {"q1": "9/2", "q2": 0}),
    _published("setter", {"setter_ideal": 1, "median": 0, "status_quo": "-1/2"}, {"policy": "1/2"}),
    _published("setter", {"setter_ideal": "1/4", "median": 0, "status_quo": "-1/2"}, {"policy": "1/4"}),
    _published("setter", {"setter_ideal": 1, "median": 0, "status_quo": "1/4"}, {"policy": "1/4"}),
    _published(
        "veto_bargaining",
        {"setter_ideal": 1, "median": 0, "president": "1/2", "status_quo": "-1/2"},
        {"policy": "1/2"},
    ),
    _published(
        "veto_bargaining", {"setter_ideal": 1, "median": 0, "president": "-1/4", "status_quo": "-1/2"}, {"policy": 0}
    ),
    _published(
        "ultimatum_before_war",
        {"power": "3/5", "cost_proposer": "1/10", "cost_other": "1/10"},
        {"offer": "3/10", "war": 0, "proposer": "7/10", "other": "3/10"},
    ),
    _published(
        "ultimatum_before_war",
        {"power": "4/5", "cost_proposer": "1/10", "cost_other": "3/10"},
        {"offer": 0, "war": 0, "proposer": 1, "other": 0},
    ),
    # t = (2/5 - 1/10)/2 = 3/20. With own cost 1/2 above the highest of the other: t = 0, no risk is taken.
    # Share 1/10: t = 3/20 would make the offer negative; all is kept, t = 1/10, and war has probability 1/4.
    _published(
        "risk_return",
        {"share": "1/2", "own_cost": "1/10", "highest_cost": "2/5"},
        {"offer": "7/20", "war": "3/8"},
    ),
    _published("risk_return", {"share": "1/2", "own_cost": "1/2", "highest_cost": "2/5"}, {"offer": "1/2", "war": 0}),
    _published("risk_return", {"share": "1/10", "own_cost": "1/10", "highest_cost": "2/5"}, {"offer": 0, "war": "1/4"}),
    # Prices 13/3; 13/3, below the third cost 5; (10 + 6)/4 = 4; 13/3 = third cost, a border.
    _published("cournot", {"a": 10, "c1": 1, "c2": 2}, {"q1": "10/3", "q2": "7/3"}),
    _published("cournot", {"a": 10, "c1": 1, "c2": 2, "c3": 5}, {"q1": "10/3", "q2": "7/3", "q3": 0}),
    _published("cournot", {"a": 10, "c1": 1, "c2": 2, "c3": 3}, {"q1": 3, "q2": 2, "q3": 1}),
    _published("cournot", {"a": 10, "c1": 1, "c2": 2, "c3": "13/3"}, {"q1": "10/3", "q2": "7/3", "q3": 0}),
    _published(
        "take_it_or_leave_it",
        {"proposer_outside": 0, "responder_outside": "1/4"},
        {"offer": "1/4", "agreement": True, "proposer": "3/4", "responder": "1/4"},
    ),
    _published(
        "take_it_or_leave_it",
        {"proposer_outside": "1/2", "responder_outside": "3/5"},
        {"offer": (0, "3/5"), "agreement": False, "proposer": "1/2", "responder": "3/5"},
    ),
    _published(
        "take_it_or_leave_it",
        {"proposer_outside": "2/5", "responder_outside": "3/5"},
        {"offer": (0, "3/5"), "agreement": None, "proposer": "2/5", "responder": "3/5"},
    ),
)


def closed_form(case: Published) -> dict[str, Any]:
    """The outcome by the game's formula."""
    if case.game == "cournot":
        return cournot(case.point["a"], [cost for name, cost in sorted(case.point.items()) if name != "a"])
    forms: dict[str, Callable[..., dict[str, Any]]] = {
        "stackelberg": stackelberg,
        "setter": setter,
        "veto_bargaining": veto_bargaining,
        "ultimatum_before_war": ultimatum_before_war,
        "risk_return": risk_return,
        "take_it_or_leave_it": take_it_or_leave_it,
    }
    return forms[case.game](**case.point)
