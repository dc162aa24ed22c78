"""All equilibria of two-player games: against the definition, against Gambit and lrs, and against brute force."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from hedging_games.algebra import double_description
from hedging_games.solvers import bimatrix
from hedging_games.solvers.bimatrix import ExtremeEquilibria, extreme_equilibria

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 500 if THOROUGH else 120

Matrix = Sequence[Sequence[int | Fraction]]
Mixture = tuple[Fraction, ...]
Pair = tuple[Mixture, Mixture]


def named(found: ExtremeEquilibria) -> set[Pair]:
    return {(found.rows[r], found.columns[c]) for r, c in found.pairs}


def named_components(found: ExtremeEquilibria) -> set[frozenset[Pair]]:
    pairs = [(found.rows[r], found.columns[c]) for r, c in found.pairs]
    return {frozenset(pairs[k] for k in component) for component in found.components}


def named_subsets(found: ExtremeEquilibria) -> set[tuple[frozenset[Mixture], frozenset[Mixture]]]:
    return {
        (frozenset(found.rows[r] for r in rows), frozenset(found.columns[c] for c in columns))
        for rows, columns in found.subsets
    }


def transposed(matrix: Matrix) -> list[list[int | Fraction]]:
    return [list(column) for column in zip(*matrix, strict=True)]


def random_games(count: int, seed: int, largest: int = 5) -> Iterator[tuple[list[list[int]], list[list[int]]]]:
    """Shapes from 1 × 1 to ``largest`` × ``largest``; every other game has payoffs in {0, 1, 2}, the others in ±99."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        m, n = rng.integers(1, largest + 1, 2)
        low, high = (0, 3) if k % 2 else (-99, 100)
        yield rng.integers(low, high, (m, n)).tolist(), rng.integers(low, high, (m, n)).tolist()


# --- oracles that share no code with the package ----------------------------------------------------------------------


def is_nash(A: Matrix, B: Matrix, x: Mixture, y: Mixture) -> bool:
    """The definition: probabilities, and no pure strategy earns more than the mixed one."""
    assert sum(x) == sum(y) == 1
    assert min(*x, *y) >= 0
    rows = [sum(a * q for a, q in zip(row, y, strict=True)) for row in A]
    columns = [sum(b * p for b, p in zip(column, x, strict=True)) for column in transposed(B)]
    return sum(map(F.__mul__, x, map(F, rows))) == max(rows) and sum(map(F.__mul__, y, map(F, columns))) == max(columns)


def only_solution(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """The solution of square linear equations (right-hand side last) by Gauss and Jordan; None unless it is unique."""
    rows = [row[:] for row in rows]
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i, row in enumerate(rows):
            if i != k and row[k] != 0:
                rows[i] = [a - row[k] * b for a, b in zip(row, rows[k], strict=True)]
    return [row[-1] for row in rows]


def basic_points(payoffs: Matrix) -> dict[Mixture, frozenset[int]]:
    """Every vertex x of {x >= 0, Σx = 1, v >= (x·payoffs)ⱼ}, with its best responses.

    Where S is the support of a vertex, the equations Σx = 1 and (x·payoffs)ⱼ = v for its best responses j determine it, so
    |S| of the best responses do: all choices of S and as many responses are tried.
    """
    mixing, responding = len(payoffs), len(payoffs[0])
    found = {}
    for size in range(1, min(mixing, responding) + 1):
        for support, responses in product(combinations(range(mixing), size), combinations(range(responding), size)):
            system = [[F(payoffs[i][j]) for i in support] + [F(-1), F(0)] for j in responses]
            solution = only_solution([*system, [F(1)] * size + [F(0), F(1)]])
            if solution is None or min(solution[:-1]) < 0:
                continue
            x = [F(0)] * mixing
            for i, probability in zip(support, solution, strict=False):
                x[i] = probability
            values = [sum(p * row[j] for p, row in zip(x, payoffs, strict=True)) for j in range(responding)]
            if max(values) == solution[-1]:
                found[tuple(x)] = frozenset(j for j, value in enumerate(values) if value == solution[-1])
    return found


def nonempty_subsets(size: int) -> list[frozenset[int]]:
    return [frozenset(s) for k in range(1, size + 1) for s in combinations(range(size), k)]


def brute_force(
    A: Matrix, B: Matrix
) -> tuple[set[Pair], set[tuple[frozenset[Mixture], frozenset[Mixture]]], set[frozenset[Pair]]]:
    """Extreme equilibria, maximal Nash subsets and components by going through all pairs of sets of actions (S, T).

    X = {x : played rows in S, T among the best responses} and Y = {y : played columns in T, S among the best responses}
    are faces, X × Y consists of equilibria, and every equilibrium is in the product of its own supports. The maximal
    products are the maximal Nash subsets; those that meet are connected; faces that meet share a vertex.
    """
    xs, ys = basic_points(B), basic_points(transposed(A))
    products = set()
    for rows, columns in product(nonempty_subsets(len(A)), nonempty_subsets(len(A[0]))):
        X = frozenset(x for x, best in xs.items() if columns <= best and all(i in rows for i, p in enumerate(x) if p))
        Y = frozenset(y for y, best in ys.items() if rows <= best and all(j in columns for j, p in enumerate(y) if p))
        if X and Y:
            products.add((X, Y))
    maximal = {(X, Y) for X, Y in products if not any((X, Y) != (S, T) and X <= S and Y <= T for S, T in products)}
    components: list[set[tuple[frozenset[Mixture], frozenset[Mixture]]]] = []
    for X, Y in maximal:
        touching = [c for c in components if any(X & S and Y & T for S, T in c)]
        components = [c for c in components if c not in touching] + [{(X, Y)}.union(*touching)]
    extremes = {pair for X, Y in maximal for pair in product(X, Y)}
    return extremes, maximal, {frozenset(pair for X, Y in c for pair in product(X, Y)) for c in components}


def gambit(A: Matrix, B: Matrix) -> set[Pair]:
    pygambit = pytest.importorskip("pygambit")
    game = pygambit.Game.from_arrays(np.array(A, dtype=object), np.array(B, dtype=object))
    found = pygambit.nash.enummixed_solve(game, rational=True).equilibria
    rows, columns = (player.strategies for player in game.players)
    return {(tuple(F(str(profile[s])) for s in rows), tuple(F(str(profile[s])) for s in columns)) for profile in found}


def lrs(A: Matrix, B: Matrix, path: Path) -> set[Pair]:
    """lrsnash prints the column player's vertices of a face ("2 …"), then the row player's vertices ("1 …") they go with."""
    text = [f"{len(A)} {len(A[0])}"]
    for matrix in (A, B):
        text += ["", *(" ".join(map(str, row)) for row in matrix)]
    path.write_text("\n".join(text) + "\n")
    printed = subprocess.run(["lrsnash", path], capture_output=True, text=True, check=True).stdout
    found, columns = set(), set()
    for block in printed.split("\n\n"):
        lines = [line.split() for line in block.splitlines() if line[:1] in {"1", "2"}]
        columns = {tuple(map(F, line[1:-1])) for line in lines if line[0] == "2"}
        rows = {tuple(map(F, line[1:-1])) for line in lines if line[0] == "1"}
        found |= set(product(rows, columns))
    return found


# --- against the oracles ----------------------------------------------------------------------------------------------


def test_the_same_extreme_equilibria_as_gambit() -> None:
    for A, B in random_games(GAMES, seed=20):
        assert named(extreme_equilibria(A, B)) == gambit(A, B), (A, B)


@pytest.mark.skipif(shutil.which("lrsnash") is None, reason="lrsnash (Debian package lrslib) is not installed")
def test_the_same_extreme_equilibria_as_lrs(tmp_path: Path) -> None:
    for A, B in random_games(GAMES, seed=21):
        assert named(extreme_equilibria(A, B)) == lrs(A, B, tmp_path / "game"), (A, B)
    for A, B in random_games(60 if THOROUGH else 8, seed=22, largest=9):
        assert named(extreme_equilibria(A, B)) == lrs(A, B, tmp_path / "game"), (A, B)


def test_extremes_subsets_and_components_agree_with_brute_force() -> None:
    for A, B in random_games(4 * GAMES, seed=23, largest=3):
        found = extreme_equilibria(A, B)
        extremes, subsets, components = brute_force(A, B)
        assert named(found) == extremes, (A, B)
        assert named_subsets(found) == subsets, (A, B)
        assert named_components(found) == components, (A, B)


def test_larger_tied_games_agree_with_brute_force() -> None:
    rng = np.random.default_rng(24)
    for _ in range(60 if THOROUGH else 12):
        m, n = rng.integers(3, 5, 2)
        A, B = rng.integers(0, 2, (m, n)).tolist(), rng.integers(0, 2, (m, n)).tolist()
        found = extreme_equilibria(A, B)
        extremes, subsets, components = brute_force(A, B)
        assert named(found) == extremes, (A, B)
        assert named_subsets(found) == subsets, (A, B)
        assert named_components(found) == components, (A, B)


def test_payoffs_spread_over_2_to_the_40_agree_with_brute_force() -> None:
    rng = np.random.default_rng(25)
    for k in range(GAMES // 4):
        A, B = ((rng.integers(-9, 10, (3, 3)).astype(object) * 2 ** rng.integers(0, 41, (3, 3))).tolist() for _ in "AB")
        if k % 2:  # and as fractions
            A = [[F(a, 2**37) for a in row] for row in A]
        found = extreme_equilibria(A, B)
        assert (named(found), named_subsets(found), named_components(found)) == brute_force(A, B), (A, B)


def test_every_point_of_a_subset_is_an_equilibrium_and_generic_games_have_an_odd_number() -> None:
    rng = np.random.default_rng(26)
    generic = 0
    for A, B in random_games(GAMES, seed=27):
        found = extreme_equilibria(A, B)
        assert found.pairs
        for pair in named(found):
            assert is_nash(A, B, *pair), (A, B, pair)
        for rows, columns in found.subsets:
            x, y = (blend(side, rng) for side in ([found.rows[r] for r in rows], [found.columns[c] for c in columns]))
            assert is_nash(A, B, x, y), (A, B, x, y)
        xs, ys = (basic_points(payoffs) for payoffs in (B, transposed(A)))
        if all(sum(p > 0 for p in x) == len(best) for side in (xs, ys) for x, best in side.items()):
            generic += 1
            assert len(found.pairs) % 2 == 1, (A, B)
            assert len(found.components) == len(found.subsets) == len(found.pairs), (A, B)
    assert generic > GAMES / 4


def blend(points: Sequence[Mixture], rng: np.random.Generator) -> Mixture:
    weights = rng.integers(1, 10, len(points)).tolist()
    return tuple(
        sum(F(w, sum(weights)) * value for w, value in zip(weights, values, strict=True))
        for values in zip(*points, strict=True)
    )


# --- games worked out by hand -----------------------------------------------------------------------------------------


def test_a_unique_equilibrium_that_support_enumeration_in_floats_misses() -> None:
    # Row 1 and row 2 with columns 2 and 3: the row player is indifferent at 9(1 - q) = 5q + (1 - q), so q = 8/13;
    # the column player at 5p + (1 - p) = 3p + 6(1 - p), so p = 5/7, with 27/7 for both and 3p + (1 - p) = 17/7 for column 1.
    found = extreme_equilibria([[0, 0, 9], [3, 5, 1]], [[3, 5, 3], [1, 1, 6]])
    assert named(found) == {((F(5, 7), F(2, 7)), (F(0), F(8, 13), F(5, 13)))}
    assert found.subsets == (((0,), (0,)),)


def test_a_segment_and_a_point() -> None:
    # On row 1 the column player is indifferent (5, 5), and row 1 is a best response to (q, 1 - q) when
    # 0 >= -q + 2(1 - q), so q >= 2/3: a segment. On row 2 column 2 is better (2 > -1), and row 2 answers it (2 > 0).
    found = extreme_equilibria([[0, 0], [-1, 2]], [[5, 5], [-1, 2]])
    assert found.rows == ((1, 0), (0, 1))
    assert found.columns == ((1, 0), (0, 1), (F(2, 3), F(1, 3)))
    assert found.pairs == ((0, 0), (0, 2), (1, 1))
    assert found.subsets == (((0,), (0, 2)), ((1,), (1,)))
    assert found.components == ((0, 1), (2,))


@pytest.mark.parametrize("scale", [1, 10**9, F(1, 10**9), 10**400, F(1, 10**400)])
def test_the_battle_of_the_sexes_in_any_unit(scale: int | Fraction) -> None:
    found = extreme_equilibria([[2 * scale, 0], [0, scale]], [[scale, 0], [0, 2 * scale]])
    # Indifference of the columns: p = 2(1 - p); of the rows: 2q = 1 - q.
    assert named(found) == {((1, 0), (1, 0)), ((0, 1), (0, 1)), ((F(2, 3), F(1, 3)), (F(1, 3), F(2, 3)))}
    assert len(found.components) == 3


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (4, 1), (2, 3), (5, 5), (3, 70)])
def test_where_nothing_matters_every_profile_is_an_equilibrium(m: int, n: int) -> None:
    found = extreme_equilibria([[0] * n] * m, [[7] * n] * m)
    assert found.rows == tuple(tuple(F(i == k) for i in range(m)) for k in range(m))
    assert found.columns == tuple(tuple(F(j == k) for j in range(n)) for k in range(n))
    assert found.pairs == tuple(product(range(m), range(n)))
    assert found.subsets == ((tuple(range(m)), tuple(range(n))),)
    assert found.components == (tuple(range(m * n)),)


def test_one_row() -> None:
    found = extreme_equilibria([[0, 0, 0, 0]], [[1, 3, 2, 3]])  # the best columns are the second and the fourth
    assert found.columns == ((0, 1, 0, 0), (0, 0, 0, 1))
    assert found.pairs == ((0, 0), (0, 1))
    assert found.components == ((0, 1),)


@pytest.mark.parametrize(
    ("x", "components"),
    [
        (F(1, 4), [{"BB"}]),  # x < (1 - x)/2: B dominates
        (F(1, 3), [{"TB", "BT", "BB"}]),  # against B, T and B tie
        (F(1, 2), [{"TB"}, {"BT"}, {"mixed"}]),
        (F(2, 3), [{"TT", "TB", "BT"}]),  # against T, T and B tie: x/2 = 1 - x
        (F(3, 4), [{"TT"}]),  # x/2 > 1 - x: T dominates
    ],
)
def test_the_parametric_symmetric_game(x: Fraction, components: list[set[str]]) -> None:
    # A(x) = [[x/2, x], [1-x, (1-x)/2]]: against T, T earns x/2 and B 1-x; against B, T earns x and B (1-x)/2.
    # At x = 1/3 T and B tie against B, so (B, q) is an equilibrium as long as B answers q: always. By symmetry (p, B) too;
    # the two segments meet in (B, B). At x = 2/3 likewise with T. Between, indifference at x = 1/2: q/4 + (1-q)/2 =
    # q/2 + (1-q)/4 gives 1/2.
    A = [[x / 2, x], [1 - x, (1 - x) / 2]]
    found = extreme_equilibria(A, transposed(A))
    names = {((1, 0), (1, 0)): "TT", ((1, 0), (0, 1)): "TB", ((0, 1), (1, 0)): "BT", ((0, 1), (0, 1)): "BB"}
    shown = [{names.get(pair, "mixed") for pair in component} for component in named_components(found)]
    assert sorted(map(sorted, shown)) == sorted(map(sorted, components))
    if x == F(1, 2):
        assert ((F(1, 2), F(1, 2)), (F(1, 2), F(1, 2))) in named(found)
    if x in {F(1, 3), F(2, 3)}:
        assert len(found.subsets) == 2  # two segments, and no face holds both


def test_coordination_on_n_points_has_an_equilibrium_for_every_set_of_them() -> None:
    unit = np.eye(7, dtype=int).tolist()
    found = extreme_equilibria(unit, unit)
    assert named(found) == {
        (mixture, mixture) for s in nonempty_subsets(7) for mixture in [tuple(F(i in s, len(s)) for i in range(7))]
    }
    assert len(found.components) == 2**7 - 1


def test_pure_strategies_come_first_in_the_order_of_the_actions() -> None:
    unit = np.eye(3, dtype=int).tolist()
    found = extreme_equilibria(unit, unit)
    h, t = F(1, 2), F(1, 3)
    assert found.rows == ((1, 0, 0), (0, 1, 0), (0, 0, 1), (h, h, 0), (h, 0, h), (0, h, h), (t, t, t))
    assert found.pairs == tuple((k, k) for k in range(7))
    assert all(isinstance(p, Fraction) for mixture in found.rows + found.columns for p in mixture)


def test_mixtures_of_the_same_actions_come_in_the_order_of_their_probabilities() -> None:
    # The column player does not care; row 1 is best from q = 2/3, row 3 up to q = 1/3, row 2 between.
    found = extreme_equilibria([[3, 0], [2, 2], [0, 3]], [[0, 0]] * 3)
    assert found.columns == ((1, 0), (0, 1), (F(2, 3), F(1, 3)), (F(1, 3), F(2, 3)))
    assert found.pairs == ((0, 0), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3))
    assert found.components == ((0, 1, 2, 3, 4, 5),)
    assert found.subsets == (((0,), (0, 2)), ((0, 1), (2,)), ((1,), (2, 3)), ((1, 2), (3,)), ((2,), (1, 3)))


# --- the fast paths against the plain ones ----------------------------------------------------------------------------


def test_sorting_blocks_and_big_integers_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = [*random_games(40, seed=30, largest=7)]
    wide = np.random.default_rng(31).integers(0, 9, (2, 3, 70)).tolist()  # 73 actions: two words of bits
    tried += [(wide[0], wide[1]), (transposed(wide[0]), transposed(wide[1]))]
    plain = [extreme_equilibria(A, B) for A, B in tried]
    monkeypatch.setattr(double_description, "_SORT_FROM", 0)
    assert [extreme_equilibria(A, B) for A, B in tried] == plain
    monkeypatch.setattr(double_description, "_INT64_END", 0)
    monkeypatch.setattr(double_description, "_ROWS", 3)
    assert [extreme_equilibria(A, B) for A, B in tried] == plain
    monkeypatch.setattr(double_description, "_SORT_FROM", 2**62)
    monkeypatch.setattr(double_description, "_PAIRS", 7)
    monkeypatch.setattr(bimatrix, "_LEAF", 2)
    assert [extreme_equilibria(A, B) for A, B in tried] == plain


def test_more_than_64_actions_against_the_definition() -> None:
    rng = np.random.default_rng(32)
    A, B = rng.integers(0, 4, (2, 70)).tolist(), rng.integers(0, 9, (2, 70)).tolist()
    vertices = product(basic_points(B), basic_points(transposed(A)))
    assert named(extreme_equilibria(A, B)) == {pair for pair in vertices if is_nash(A, B, *pair)}


def test_more_than_64_actions_are_told_apart_while_pairs_are_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing matters, so that each of the 33 x 33 pairs of actions is an extreme equilibrium. With no pair compared before the
    # end, vertices are parted by every one of the 66 actions; an action taken for another one would count twice.
    monkeypatch.setattr(bimatrix, "_LEAF", 0)
    nothing = [[0] * 33] * 33
    assert len(extreme_equilibria(nothing, nothing).pairs) == 33 * 33


def test_12_by_12_games_are_complete() -> None:
    # Non-degenerate 12 × 12 games: an odd number of equilibria, each isolated and by definition one.
    rng = np.random.default_rng(33)
    for _ in range(10 if THOROUGH else 3):
        A, B = rng.integers(-(10**6), 10**6, (12, 12)).tolist(), rng.integers(-(10**6), 10**6, (12, 12)).tolist()
        found = extreme_equilibria(A, B)
        assert len(found.pairs) % 2 == 1
        assert len(found.components) == len(found.pairs)
        assert all(is_nash(A, B, *pair) for pair in named(found))


def test_small_games_are_solved_alike_as_lists_and_as_arrays(monkeypatch):
    games = list(random_games(40, 15))
    as_lists = [extreme_equilibria(*game) for game in games]
    supports = [bimatrix.extreme_supports(*game) for game in games]
    monkeypatch.setattr(double_description, "_FEW", 0)
    monkeypatch.setattr(bimatrix, "_SMALL", 0)
    assert [extreme_equilibria(*game) for game in games] == as_lists
    played = [
        {tuple(tuple(k for k, w in enumerate(side) if w) for side in pair) for pair in named(found)}
        for found in as_lists
    ]
    assert supports == played
