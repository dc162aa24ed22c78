"""All Nash equilibria of a two-player game in matrix form, exactly, degenerate games included.

The row player mixes with x, the column player with y; their payoffs are x·Ay and x·By. With v the best payoff the column
player can get against x, and u the best the row player can get against y, everything happens in two polyhedra::

    P = {(x, v) : x >= 0, Σx = 1, v >= (xB)ⱼ for every column j}
    Q = {(y, u) : y >= 0, Σy = 1, u >= (Ay)ᵢ for every row i}

(x, y) is an equilibrium when every action is unplayed or a best response: for every row i, xᵢ = 0 or u = (Ay)ᵢ, and for
every column j, yⱼ = 0 or v = (xB)ⱼ. So a pair of *vertices* whose tight inequalities together name every action once at
least is an equilibrium, an extreme one, and these pairs determine all the others (Mangasarian 1964, "Equilibrium
points of bimatrix games"): if every pair of a set of vertices S of P and a set T of Q is an equilibrium, so is every point of
conv S × conv T. The largest such S × T are the maximal Nash subsets; their union is the set of equilibria (Winkels
1979; Jansen 1981), and its connected components are those of the graph whose edges are the extreme equilibria (Avis,
Rosenberg, Savani and von Stengel 2010, "Enumeration of Nash equilibria for two-player games", Economic Theory 42).

P and Q are sliced from cones by Σx = 1, so their vertices come from `algebra.double_description.cut` in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hedging_games.algebra.bicliques import connected_components, maximal_bicliques
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.double_description import (
    MAX_RAYS,
    Rays,
    bit_count,
    bit_words,
    cut,
    integers,
)
from hedging_games.algebra.numbers import exact_number, whole_numbers
from hedging_games.errors import could_not_finish, input_error

Mixture = tuple[Fraction, ...]
"""A mixed strategy: one probability for each action."""

MAX_PAIRS = 100_000
"""Extreme equilibria, and maximal Nash subsets, a game may have before the search is given up."""

_ZERO = Fraction(0)
_SMALL = 8  # actions up to which pairs of vertices are compared one by one
_LEAF = 2**16  # pairs of vertices compared at once when matching


@dataclass(frozen=True, slots=True)
class ExtremeEquilibria:
    """The equilibria of a bimatrix game, complete.

    Attributes
    ----------
    rows, columns
        The mixed strategies of the row and of the column player that occur in extreme equilibria, without repetition,
        ordered by the number of actions played, then by these actions, then with the larger probabilities on earlier
        actions first: pure strategies lead.
    pairs
        The extreme equilibria, in order, as (index into ``rows``, index into ``columns``).
    subsets
        The maximal Nash subsets, in order: (R, C) stands for all (x, y) with x in the hull of ``rows[r]``, r in R, and y
        in the hull of ``columns[c]``, c in C. Every equilibrium lies in one of them, and each of their points is one.
    components
        The connected components of the set of equilibria, in order, each as the indices of its extreme points in
        ``pairs``.
    """

    rows: tuple[Mixture, ...]
    columns: tuple[Mixture, ...]
    pairs: tuple[tuple[int, int], ...]
    subsets: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    components: tuple[tuple[int, ...], ...]


def extreme_equilibria(
    A: Sequence[Sequence[Any]] | NDArray[Any],
    B: Sequence[Sequence[Any]] | NDArray[Any],
    *,
    check: Check = no_check,
    max_vertices: int = MAX_RAYS,
    max_pairs: int = MAX_PAIRS,
) -> ExtremeEquilibria:
    """All extreme equilibria of the game (A, B), their maximal Nash subsets and connected components.

    Parameters
    ----------
    A, B
        Payoffs of the row and of the column player, m × n: int, Fraction, or text such as ``"1/3"``, of any size.
    check
        Called in every loop; it may raise to stop the search.
    max_vertices
        Bound on the vertices of each best-response polyhedron.
    max_pairs
        Bound on the number of extreme equilibria, and of maximal Nash subsets.

    Raises
    ------
    InputError
        For a float among the payoffs, and for matrices that are empty, ragged or of different shapes.
    CouldNotFinish
        When a bound is reached.
    """
    limits = _Limits(check, max_vertices, max_pairs)
    p, q, matches = _matched(_read(A, "A"), _read(B, "B"), limits)
    actions = range(len(A)), range(len(A), len(A) + len(A[0]))
    rows, row_of = _mixtures(p, {i for i, _ in matches}, actions[0], check)
    columns, column_of = _mixtures(q, {j for _, j in matches}, actions[1], check)
    pairs = sorted((row_of[i], column_of[j]) for i, j in matches)
    subsets = maximal_bicliques(pairs, check=check, most=max_pairs)
    return ExtremeEquilibria(rows, columns, tuple(pairs), subsets, connected_components(pairs))


def extreme_supports(
    A: Sequence[Sequence[Any]] | NDArray[Any], B: Sequence[Sequence[Any]] | NDArray[Any]
) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Which rows and which columns are played in each extreme equilibrium of the game (A, B); errors as `extreme_equilibria`."""
    p, q, matches = _matched(_read(A, "A"), _read(B, "B"), _Limits(no_check, MAX_RAYS, MAX_PAIRS))
    rows, columns = range(len(A)), range(len(A), len(A) + len(A[0]))
    return {(_played(p, i, rows), _played(q, j, columns)) for i, j in matches}


def _played(side: _Polyhedron, vertex: int, actions: range) -> tuple[int, ...]:
    """The places of the actions that a vertex plays."""
    words = side.tight[:, vertex].tolist()
    return tuple(k for k, action in enumerate(actions) if not words[action // 64] >> action % 64 & 1)


def _matched(
    first: list[list[Fraction]], second: list[list[Fraction]], limits: _Limits
) -> tuple[_Polyhedron, _Polyhedron, list[tuple[int, int]]]:
    """The vertices of P and of Q, and the pairs of them that are equilibria."""
    m, n = len(first), len(first[0])
    if (len(second), len(second[0])) != (m, n):
        raise _shape(f"A is {m} × {n} but B is {len(second)} × {len(second[0])}")
    size = m + n
    p_payoffs, q_payoffs = second, [list(column) for column in zip(*first, strict=True)]
    if m <= n:
        p = _best_response_vertices(p_payoffs, range(m), range(m, size), size, limits)
        q = _best_response_vertices(q_payoffs, _useful(p, range(m, size)), range(m), size, limits)
    else:
        q = _best_response_vertices(q_payoffs, range(m, size), range(m), size, limits)
        p = _best_response_vertices(p_payoffs, _useful(q, range(m)), range(m, size), size, limits)
    return p, q, _complementary(p, q, size, limits)


@dataclass(frozen=True, slots=True)
class _Limits:
    check: Check
    vertices: int
    pairs: int

    def hold(self, pairs: int, what: str) -> None:
        if pairs > self.pairs:
            raise could_not_finish(
                "size",
                f"the game has more than {self.pairs:,} {what}",
                "break ties in the payoffs, or ask for a concept with fewer solutions, such as pure equilibria",
            )


# --- the vertices of one best-response polyhedron ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Polyhedron:
    """Vertices with their tight inequalities.

    Vertex k mixes the actions numbered ``mixing`` in proportion to ``weights[i] * values[k, i]``, and ``tight`` (words ×
    vertices) holds the actions that are unplayed or a best response there.
    """

    mixing: Sequence[int]
    weights: Sequence[int]
    values: NDArray[Any]
    tight: NDArray[np.uint64]


def _useful(opponent: _Polyhedron, actions: Sequence[int]) -> list[int]:
    """Those of a player's ``actions`` that are a best response to anything, given the vertices of the opponent.

    The others are played in no equilibrium. (Where an action is a best response, it is one at a vertex of that face.)
    """
    return [a for a in actions if (opponent.tight[a // 64] >> np.uint64(a % 64) & np.uint64(1)).any()]


def _best_response_vertices(
    payoffs: Sequence[Sequence[Fraction]], mixing: Sequence[int], responding: Sequence[int], size: int, limits: _Limits
) -> _Polyhedron:
    """The vertices of ``{(x, v) : x >= 0, Σx = 1, v >= (x·payoffs)ⱼ}``, its inequalities numbered as the actions are.

    ``payoffs`` has a row for each action of the mixing player; those not in ``mixing`` are held to be unplayed. The cone
    over the polyhedron starts with only the first response to be met; its extreme rays are then (x, v) = (0, 1) and
    (eᵢ, payoffᵢ).
    """
    everything = set(range(size)) - set(responding)
    payoffs = [payoffs[i - min(everything)] for i in mixing]
    weights, matrix = _whole(payoffs)
    one, *others = responding
    unit = [[int(i == k) for i in range(len(mixing))] for k in range(len(mixing))]
    start = [[0] * len(mixing) + [1] * len(others)]
    start += [[*e, *(row[0] - other for other in row[1:])] for e, row in zip(unit, matrix, strict=True)]
    tight = bit_words([everything, *(everything - {i} | {one} for i in mixing)], size)
    absent = len(everything) - len(mixing)  # each adds an equation, tight everywhere, and a dimension
    rays = Rays(integers(start), tight)
    rays = cut(rays, others, len(mixing) + absent + 1, check=limits.check, max_rays=limits.vertices)
    vertex = (rays.values != 0).any(axis=1)  # all but (0, 1)
    return _Polyhedron(mixing, weights, rays.values[vertex], rays.tight[:, vertex])


def _whole(payoffs: Sequence[Sequence[Fraction]]) -> tuple[list[int], list[list[int]]]:
    """Whole payoffs that lead to the same best responses, and the weights that undo their scaling.

    What an action of the mixing player adds alike to all responses decides nothing, so the least is taken off; the
    rest is scaled to whole numbers without common divisor, which scales this action's coordinate inversely.
    """
    weights, matrix = [], []
    for payoff in payoffs:
        whole, scale = whole_numbers(payoff)
        least = min(whole)
        whole = [x - least for x in whole]
        divisor = gcd(*whole) or 1
        matrix.append([x // divisor for x in whole])
        weights.append(Fraction(scale, divisor))
    return whole_numbers(weights)[0], matrix


def _mixtures(
    side: _Polyhedron, used: set[int], actions: Sequence[int], check: Check
) -> tuple[tuple[Mixture, ...], dict[int, int]]:
    """The mixed strategies at the vertices ``used``, in the order of `ExtremeEquilibria`, and the place of each vertex."""
    found = []
    for vertex in used:
        check()
        shares = [w * x for w, x in zip(side.weights, side.values[vertex].tolist(), strict=True)]
        total = sum(shares)
        played = {action: Fraction(x, total) for action, x in zip(side.mixing, shares, strict=True) if x}
        order = len(played), tuple(played), [-probability for probability in played.values()]
        found.append((order, vertex, tuple(played.get(action, _ZERO) for action in actions)))
    found.sort()
    return tuple(mixture for *_, mixture in found), {vertex: place for place, (_, vertex, _) in enumerate(found)}


# --- equilibria: pairs of vertices that account for every action ------------------------------------------------------


def _complementary(p: _Polyhedron, q: _Polyhedron, size: int, limits: _Limits) -> list[tuple[int, int]]:
    """All pairs of a vertex of P and a vertex of Q at which every action is unplayed or a best response.

    Divide and conquer over the actions: at each, a vertex of P that does not account for it needs one of Q that does.
    A pair whose tight sets cover all ``size`` actions, ``twice`` of them doubly, has ``size + twice`` tight inequalities,
    so groups of vertices with too few are left at once (all of them, after few steps, in a non-degenerate game).
    """
    if size <= _SMALL:
        cover, left, right = (1 << size) - 1, p.tight[0].tolist(), q.tight[0].tolist()
        found = [(i, j) for i, here in enumerate(left) for j, there in enumerate(right) if here | there == cover]
        limits.hold(len(found), "extreme equilibria")
        return found
    everything = bit_words([range(size)], size)[:, :, None]
    p_count, q_count = bit_count(p.tight), bit_count(q.tight)
    pairs: list[tuple[int, int]] = []
    groups = [(np.arange(p.tight.shape[1]), np.arange(q.tight.shape[1]), 0, 0)]
    while groups:
        limits.check()
        i, j, action, twice = groups.pop()
        if not len(i) or not len(j) or int(p_count[i].max()) + int(q_count[j].max()) < size + twice:
            continue
        if action == size:  # every pair left is one
            limits.hold(len(pairs) + len(i) * len(j), "extreme equilibria")
        if len(i) * len(j) <= _LEAF or action == size:
            covered = ((p.tight[:, i, None] | q.tight[:, None, j]) == everything).all(axis=0)
            at_p, at_q = np.divmod(np.flatnonzero(covered), len(j))
            pairs += zip(i[at_p].tolist(), j[at_q].tolist(), strict=True)
            limits.hold(len(pairs), "extreme equilibria")
            continue
        word, bit = action // 64, np.uint64(1 << action % 64)
        in_p, in_q = (p.tight[word, i] & bit) != 0, (q.tight[word, j] & bit) != 0
        groups.append((i[in_p], j[in_q], action + 1, twice + 1))
        groups.append((i[in_p], j[~in_q], action + 1, twice))
        groups.append((i[~in_p], j[in_q], action + 1, twice))
    return pairs


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(matrix: Sequence[Sequence[Any]] | NDArray[Any], name: str) -> list[list[Fraction]]:
    try:
        rows = [list(row) for row in matrix]
    except TypeError:
        raise _shape(f"{name} is not a matrix, a sequence of rows") from None
    read = [[exact_number(x, f"{name}[{i}][{j}]") for j, x in enumerate(row)] for i, row in enumerate(rows)]
    if not read or not read[0]:
        raise _shape(f"{name} has no entries")
    if any(len(row) != len(read[0]) for row in read):
        raise _shape(f"the rows of {name} differ in length")
    return read


def _shape(what: str) -> Exception:
    return input_error("payoff", what, "give both players' payoffs, a row for each row and an entry for each column")
