"""Laws that the equilibria of two-player games obey, and what is refused or bounded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.solvers.bimatrix import ExtremeEquilibria, extreme_equilibria

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"

Pair = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def named_components(found: ExtremeEquilibria) -> set[frozenset[Pair]]:
    pairs = [(found.rows[r], found.columns[c]) for r, c in found.pairs]
    return {frozenset(pairs[k] for k in component) for component in found.components}


def transposed(matrix: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*matrix, strict=True)]


# --- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def games(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]]]:
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    payoff = draw(st.sampled_from([st.integers(0, 2), st.integers(-9, 9), st.integers(-(2**40), 2**40)]))
    matrix = st.lists(st.lists(payoff, min_size=n, max_size=n), min_size=m, max_size=m)
    return draw(matrix), draw(matrix)


rationals = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
scales = st.fractions(min_value=F(1, 10**6), max_value=10**6, max_denominator=10**6)
law = settings(max_examples=300 if THOROUGH else 40, deadline=None, derandomize=True)


@law
@given(games(), scales, scales, st.data())
def test_positive_affine_payoffs_change_nothing(game, a, b, data) -> None:
    A, B = game
    # What an opponent's action alone decides may be added, too: a constant for each column of A, each row of B.
    shift = [data.draw(rationals) for _ in A[0]]
    bonus = [data.draw(rationals) for _ in B]
    moved = extreme_equilibria(
        [[a * x + s for x, s in zip(row, shift, strict=True)] for row in A],
        [[b * x + s for x in row] for row, s in zip(B, bonus, strict=True)],
    )
    assert moved == extreme_equilibria(A, B)


@law
@given(games(), st.data())
def test_relabelled_actions_give_relabelled_equilibria(game, data) -> None:
    A, B = game
    rows, columns = data.draw(st.permutations(range(len(A)))), data.draw(st.permutations(range(len(A[0]))))
    found = extreme_equilibria(A, B)
    moved = extreme_equilibria(*([[matrix[i][j] for j in columns] for i in rows] for matrix in (A, B)))

    def relabel(pair: Pair) -> Pair:
        return tuple(pair[0][i] for i in rows), tuple(pair[1][j] for j in columns)

    assert named_components(moved) == {frozenset(map(relabel, c)) for c in named_components(found)}
    assert len(moved.subsets) == len(found.subsets)


@law
@given(games())
def test_exchanging_the_players_exchanges_the_strategies(game) -> None:
    A, B = game
    found, turned = extreme_equilibria(A, B), extreme_equilibria(transposed(B), transposed(A))
    assert (turned.rows, turned.columns) == (found.columns, found.rows)
    assert set(turned.pairs) == {(c, r) for r, c in found.pairs}
    assert set(turned.subsets) == {(c, r) for r, c in found.subsets}
    assert len(turned.components) == len(found.components)


@law
@given(games(), st.data())
def test_a_strictly_dominated_action_changes_nothing(game, data) -> None:
    A, B = game
    mix = [data.draw(st.integers(0, 3)) for _ in A]  # dominated by a mixture of the rows
    mix[0] += 1
    low = [F(sum(w * row[j] for w, row in zip(mix, A, strict=True)), sum(mix)) - 1 for j in range(len(A[0]))]
    extra = [data.draw(st.integers(-9, 9)) for _ in A[0]]
    found, more = extreme_equilibria(A, B), extreme_equilibria([*A, low], [*B, extra])
    assert more.rows == tuple((*x, 0) for x in found.rows)
    assert (more.columns, more.pairs, more.subsets, more.components) == (
        found.columns,
        found.pairs,
        found.subsets,
        found.components,
    )


@law
@given(games(), st.data())
def test_a_duplicated_action_shares_the_others_probability(game, data) -> None:
    # At a vertex only one of two equal rows is played; every equilibrium of the smaller game appears with either of them.
    A, B = game
    k = data.draw(st.integers(0, len(A) - 1))
    found, more = extreme_equilibria(A, B), extreme_equilibria([*A, A[k]], [*B, B[k]])

    def copies(pair: Pair) -> set[Pair]:
        x, y = pair
        return {((*x, F(0)), y), ((*x[:k], F(0), *x[k + 1 :], x[k]), y)}

    expected = {frozenset().union(*map(copies, c)) for c in named_components(found)}
    assert named_components(more) == expected
    assert len(more.subsets) == len(found.subsets)


# --- refusals and limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("A", "B", "message"),
    [
        ([[0.5, 1]], [[1, 1]], r"A\[0\]\[0\] is the float 0\.5"),
        ([[1, 1]], [[1, float("nan")]], r"B\[0\]\[1\] is the float nan"),
        ([[True]], [[1]], "truth value"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "rows of A differ in length"),
        ([], [], "A has no entries"),
        ([[]], [[]], "A has no entries"),
        ([[1, 2]], [[1], [2]], "A is 1 × 2 but B is 2 × 1"),
        (3, [[1]], "A is not a matrix"),
        ([[1]], [1, 2], "B is not a matrix"),
        ([["one"]], [[1]], "one"),
    ],
)
def test_what_is_not_an_exact_game_is_refused_with_a_remedy(A, B, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        extreme_equilibria(A, B)
    assert caught.value.problems[0].remedy


def test_payoffs_may_be_arrays_integers_fractions_or_text() -> None:
    A, B = np.array([[2, 0], [0, 1]]), np.array([[F(1), "0"], ["0", "2.0"]], dtype=object)
    assert extreme_equilibria(A, B) == extreme_equilibria([[2, 0], [0, 1]], [[1, 0], [0, 2]])


def test_the_sizes_are_bounded() -> None:
    rng = np.random.default_rng(34)
    A, B = rng.integers(-99, 100, (8, 8)).tolist(), rng.integers(-99, 100, (8, 8)).tolist()
    with pytest.raises(CouldNotFinish, match="more than 50 vertices"):
        extreme_equilibria(A, B, max_vertices=50)
    with pytest.raises(CouldNotFinish, match="more than 8 extreme equilibria"):
        extreme_equilibria([[0] * 3] * 3, [[0] * 3] * 3, max_pairs=8)
    assert len(extreme_equilibria([[0] * 3] * 3, [[0] * 3] * 3, max_pairs=9).pairs) == 9
    with pytest.raises(CouldNotFinish, match="more than 50,000 extreme"):
        extreme_equilibria([[0] * 250] * 250, [[0] * 250] * 250, max_pairs=50_000)


def test_a_check_stops_the_search_wherever_it_raises() -> None:
    rng = np.random.default_rng(35)
    A, B = rng.integers(0, 3, (6, 6)).tolist(), rng.integers(0, 3, (6, 6)).tolist()
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    extreme_equilibria(A, B, check=count)
    assert calls > 20
    for last in range(calls):
        left = iter(range(last))

        def stop(left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise TimeoutError

        with pytest.raises(TimeoutError):
            extreme_equilibria(A, B, check=stop)
