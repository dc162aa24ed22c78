"""Correlated equilibria: hand-derived polytopes, every linear program against floats, and Nash equilibria inside."""

from __future__ import annotations

import os
import random
import time
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

import hedging_games as hg
from hedging_games.algebra.inequalities import guided
from hedging_games.algebra.inequalities.distributions import proved_minimum
from hedging_games.algebra.inequalities.simplex import Infeasible, Optimal, Unbounded, minimise
from hedging_games.errors import CouldNotFinish
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers import correlated

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"

CHICKEN = hg.matrix_game([[0, 7], [2, 6]], [[0, 2], [7, 6]], players=["A", "B"], actions=[["Dare", "Yield"]] * 2)


def random_tables(draw: random.Random, shape: tuple[int, ...], values: int) -> list[np.ndarray]:
    size = int(np.prod(shape))
    return [np.array([draw.randrange(values) for _ in range(size)], dtype=object).reshape(shape) for _ in shape]


def obedience(tables: list[np.ndarray]) -> np.ndarray:
    """Rows r with r . z >= 0, from the definition, cell by cell: player i told a does not want b."""
    rows = []
    shape = tables[0].shape
    for i, table in enumerate(tables):
        for a in range(shape[i]):
            for b in range(shape[i]):
                row = []
                for cell in np.ndindex(*shape):
                    other = (*cell[:i], b, *cell[i + 1 :])
                    row.append(table[cell] - table[other] if cell[i] == a else 0)
                rows.append(row)
    return np.array(rows, dtype=object)


def as_vector(equilibrium: hg.Equilibrium, shape: tuple[int, ...]) -> np.ndarray:
    assert equilibrium.distribution is not None
    return np.array([equilibrium.distribution.get(cell, F(0)) for cell in np.ndindex(*shape)], dtype=object)


def largest(tables: list[np.ndarray], values: np.ndarray) -> float:
    rows = obedience(tables).astype(float)
    count = rows.shape[1]
    answer = linprog(-values.astype(float), A_ub=-rows, b_ub=np.zeros(len(rows)), A_eq=np.ones((1, count)), b_eq=[1.0])
    return float(-answer.fun)


def test_chicken_by_hand() -> None:
    # Aumann's game. With z = (dd, dy, yd, yy): Dare told, A stays if −2 dd + 1 dy >= 0; Yield told, if 2 yd − yy >= 0;
    # B likewise: −2 dd + yd >= 0 and 2 dy − yy >= 0. Extreme points: the two pure equilibria; dd = 0 with yy = 2 dy =
    # 2 yd (1/4, 1/4, 1/2); yy = 0 with dy = yd = 2 dd (1/5, 2/5, 2/5); and all four tight, the mixed equilibrium
    # (1, 2, 2, 4)/9.
    found = hg.solve(CHICKEN, "correlated")
    points = {tuple(as_vector(e, (2, 2))) for e in found}
    assert points == {
        (0, 1, 0, 0),
        (0, 0, 1, 0),
        (0, F(1, 4), F(1, 4), F(1, 2)),
        (F(1, 5), F(2, 5), F(2, 5), 0),
        (F(1, 9), F(2, 9), F(2, 9), F(4, 9)),
    }
    assert (found.complete, found.components) == ("extreme", (tuple(range(5)),))
    assert found.ranges == {"A": (2, 7), "B": (2, 7)}
    assert all(e.certificate.exact for e in found)
    assert all(e.certificate.largest_gain == 0 for e in found)
    # The sum of payoffs is largest, 10 1/2, where nobody is told to dare alone too often: at (0, 1/4, 1/4, 1/2).
    best = max(found, key=lambda e: sum(e.payoffs.values()))
    assert sum(best.payoffs.values()) == F(21, 2)


def test_a_dominant_action_leaves_one() -> None:
    found = hg.solve(hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]]), "correlated")
    assert (len(found), found.complete) == (1, "all")
    assert found[0].strict
    assert found.ranges == {"Player 1": (1, 1), "Player 2": (1, 1)}


def test_matching_pennies_has_only_the_product() -> None:
    (found,) = hg.solve(hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), "correlated")
    assert list(as_vector(found, (2, 2))) == [F(1, 4)] * 4
    assert not found.strict


@pytest.mark.parametrize(
    ("game", "points"),
    [
        (hg.matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]]), 4),
        (hg.matrix_game([[5]], [[6]]), 1),
        (hg.matrix_game([1, 3, 3]), 2),
        (hg.matrix_game([[1, 1]], [[2, 2]]), 2),
        (hg.matrix_game([[1, 1], [1, 1]], [[0, 0], [1, 1]]), 4),
    ],
)
def test_games_without_stakes(game: hg.Game, points: int) -> None:
    assert len(hg.solve(game, "correlated")) == points


@pytest.mark.parametrize(
    ("shape", "values"), [((2, 2), 4), ((2, 3), 3), ((3, 3), 3), ((3, 3), 50), ((2, 2, 2), 4), ((2, 2, 3), 9)]
)
def test_extreme_points_ranges_and_nash(shape: tuple[int, ...], values: int) -> None:
    draw = random.Random(f"correlated {shape} {values}")
    for _ in range(60 if THOROUGH else 5):
        tables = random_tables(draw, shape, values)
        game = hg.matrix_game(*tables)
        found = hg.solve(game, "correlated")
        rows = obedience(tables)
        points = [as_vector(e, shape) for e in found]
        assert found.complete == ("all" if len(points) == 1 else "extreme")
        assert len({tuple(p) for p in points}) == len(points)
        for point in points:
            assert sum(point) == 1
            assert min(point) >= 0
            assert min(rows @ point) >= 0
            # A vertex: what is tight there leaves no direction.
            tight = np.vstack([rows[rows @ point == 0], np.eye(len(point), dtype=int)[point == 0], [[1] * len(point)]])
            assert np.linalg.matrix_rank(tight.astype(float)) == len(point)
        # None is missing: whatever is maximised, the best value is attained at a listed point.
        for _ in range(6):
            wanted = np.array([draw.randrange(-9, 10) for _ in range(len(points[0]))], dtype=object)
            assert abs(float(max(wanted @ point for point in points)) - largest(tables, wanted)) < 1e-7
        for player, table in zip(game.players, tables, strict=True):
            low, high = found.ranges[player]
            assert abs(float(high) - largest(tables, table.ravel())) < 1e-7
            assert abs(float(low) + largest(tables, -table.ravel())) < 1e-7
        for nash in hg.solve(game, "nash"):
            mixed = [nash.profile.probabilities[list(game.form.slots(s))] for s in range(len(shape))]
            product = np.array(
                [np.prod([m[a] for m, a in zip(mixed, cell, strict=True)]) for cell in np.ndindex(*shape)]
            )
            assert min(float(value) for value in rows @ product) >= -1e-12
            assert all(
                found.ranges[p][0] <= value <= found.ranges[p][1]
                for p, value in nash.payoffs.items()
                if isinstance(value, Fraction)
            )


def test_the_event_has_a_range() -> None:
    found = hg.solve(hg.load("hedging-triangle").at(), "correlated")
    low, high = found.ranges["hedge"]
    assert 0 <= low <= high <= 1
    assert all(low <= e.hedge <= high for e in found)
    assert min(e.hedge for e in found) == low
    assert max(e.hedge for e in found) == high


@pytest.mark.parametrize("shape", [(5, 4), (6, 6), (3, 3, 3)])
def test_larger_tables_list_the_ends_of_the_ranges(shape: tuple[int, ...]) -> None:
    draw = random.Random(f"large {shape}")
    tables = random_tables(draw, shape, 7)
    game = hg.matrix_game(*tables)
    found = hg.solve(game, "correlated")
    assert found.complete == "some"
    assert "ends of the ranges" in found.notes[0]
    for player, table in zip(game.players, tables, strict=True):
        assert abs(float(found.ranges[player][1]) - largest(tables, table.ravel())) < 1e-6
        assert max(e.payoffs[player] for e in found) == found.ranges[player][1]
        assert min(e.payoffs[player] for e in found) == found.ranges[player][0]


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CouldNotFinish, match="table of 45 × 45 plans is too large") as refused:
        hg.solve(hg.matrix_game(*[np.eye(45, dtype=int)] * 2), "correlated")
    assert "ask for nash" in str(refused.value)
    monkeypatch.setattr(correlated, "MAX_LISTED", 4)
    found = hg.solve(CHICKEN, "correlated")
    assert found.complete == "some"
    assert found.notes[0].endswith("there are 5")
    assert found.ranges["A"] == (2, 7)
    monkeypatch.setattr(correlated, "MAX_VERTICES", 1)
    assert "more than 1 vertices" in hg.solve(CHICKEN, "correlated").notes[0]


@pytest.mark.parametrize(
    ("shape", "values"), [((12, 12), 100), ((12, 12), 3), ((2,) * 7, 100), ((2,) * 7, 2), ((4, 3, 4), 5), ((9, 14), 2)]
)
def test_large_tables_in_no_time(shape: tuple[int, ...], values: int) -> None:
    tables = random_tables(random.Random(f"no time {shape} {values}"), shape, values)
    began = time.process_time()
    found = hg.solve(hg.matrix_game(*tables), "correlated")
    assert time.process_time() - began < 10
    rows = obedience(tables)
    for equilibrium in found:
        point = as_vector(equilibrium, shape)
        assert (sum(point), min(point) >= 0, min(rows @ point) >= 0) == (1, True, True)
    for player, table in zip(found[0].payoffs, tables, strict=True):
        low, high = found.ranges[player]
        assert abs(float(high) - largest(tables, table.ravel())) < 1e-6
        assert abs(float(low) + largest(tables, -table.ravel())) < 1e-6
        assert {low, high} <= {e.payoffs[player] for e in found}


def test_payoffs_beyond_machine_integers() -> None:
    tables = random_tables(random.Random(3), (6, 6), 9)
    large = [table * 10**40 + 10**45 for table in tables]
    small, found = (hg.solve(hg.matrix_game(*t), "correlated") for t in (tables, large))
    for player in ("Player 1", "Player 2"):
        assert found.ranges[player] == tuple(end * 10**40 + 10**45 for end in small.ranges[player])


# --- the linear programs --------------------------------------------------------------------------------------------------


def random_program(draw: random.Random) -> tuple[list[list[int]], list[int], list[int]]:
    rows, columns = draw.randint(1, 5), draw.randint(2, 7)
    matrix = [[draw.randrange(-3, 4) for _ in range(columns)] for _ in range(rows)]
    point = [draw.choice([0, 0, 1, 2]) for _ in range(columns)]
    right = [sum(a * x for a, x in zip(row, point, strict=True)) for row in matrix]
    if draw.random() < 0.2:
        right[0] += draw.randrange(1, 4)
    return matrix, right, [draw.randrange(-2, 5) for _ in range(columns)]


def test_floats_guide_and_rationals_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guided, "SMALL", 0)
    draw = random.Random(19)
    proved = 0
    kinds = set()
    for _ in range(400 if THOROUGH else 80):
        matrix, right, cost = random_program(draw)
        found, exact = guided.guided_minimum(matrix, right, cost), minimise(matrix, right, cost)
        assert type(found) is type(exact)
        kinds.add(type(exact))
        if isinstance(found, Optimal) and isinstance(exact, Optimal):
            assert found.value == exact.value
            array = np.array(matrix, dtype=object)
            assert list(array @ np.array(found.solution, dtype=object)) == right
            assert min(found.solution) >= 0
            y = np.array(found.multipliers, dtype=object)
            assert all(np.array(cost, dtype=object) - y @ array >= 0)
            assert y @ np.array(right, dtype=object) == found.value
            proved += guided._proved(array, right, cost) is not None
    assert kinds == {Optimal, Infeasible, Unbounded}
    assert proved > 10


def exact_minimum(rows: np.ndarray, cost: np.ndarray) -> Fraction:
    """The least value over distributions by the exact simplex method."""
    slacks = -np.eye(len(rows), dtype=int)
    matrix = np.vstack([np.hstack([rows, slacks]), [[1] * len(cost) + [0] * len(rows)]]).tolist()
    found = minimise(matrix, [0] * len(rows) + [1], [*cost.tolist(), *[0] * len(rows)])
    assert isinstance(found, Optimal)
    return found.value


def test_minima_over_distributions_are_those_of_the_exact_method() -> None:
    draw, proved = random.Random(23), 0
    for _ in range(300 if THOROUGH else 60):
        shape = draw.choice([(2, 2), (2, 3), (3, 3), (2, 2, 2)])
        tables = random_tables(draw, shape, draw.choice([2, 3, 50]))
        rows = correlated.obedience(strategic_form(hg.matrix_game(*tables))).rows
        cost = np.array([draw.randrange(-9, 10) for _ in range(rows.shape[1])], dtype=object)
        found = proved_minimum(rows, cost)
        if found is not None:
            point, value = found
            proved += 1
            assert (sum(point), min(point) >= 0, cost @ np.array(point, dtype=object)) == (1, True, value)
            assert min(rows @ np.array(point, dtype=object), default=0) >= 0
            assert value == exact_minimum(rows, cost)
    assert proved >= 55


def test_a_vertex_that_is_not_best_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = correlated.obedience(strategic_form(CHICKEN)).rows
    cost = np.array([0, 1, 2, 3], dtype=object)
    best = proved_minimum(rows, cost)
    assert best is not None
    assert best[1] == 1
    # Floats that minimise something else propose a vertex, which is not the best one.
    monkeypatch.setattr("scipy.optimize.linprog", lambda given, **options: linprog(-np.asarray(given), **options))
    assert proved_minimum(rows, cost) is None


def test_where_floats_prove_nothing_the_exact_method_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = random_tables(random.Random(5), (5, 4), 9)
    monkeypatch.setattr(correlated, "SMALL", 0)
    found = hg.solve(hg.matrix_game(*tables), "correlated")
    monkeypatch.setattr(correlated, "proved_minimum", lambda *_: None)
    assert hg.solve(hg.matrix_game(*tables), "correlated").ranges == found.ranges
    monkeypatch.setattr(correlated, "MAX_CELLS", 19)
    with pytest.raises(CouldNotFinish, match="no bound on a payoff could be proved"):
        hg.solve(hg.matrix_game(*tables), "correlated")


def test_numbers_too_large_for_floats_go_to_the_exact_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guided, "SMALL", 0)
    monkeypatch.setattr(guided, "_proved", lambda *_: pytest.fail("floats were asked"))
    found = guided.guided_minimum([[2**60, 1]], [2**60], [1, 1])
    assert isinstance(found, Optimal)
    assert found.value == 1


def test_a_wrong_guide_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guided, "SMALL", 0)
    # With a tolerance that takes everything for zero, the sets read off the floats are wrong.
    monkeypatch.setattr(guided, "_TOLERANCE", 10.0)
    found = guided.guided_minimum([[1, 1, 1]], [1], [3, 1, 2])
    assert isinstance(found, Optimal)
    assert (found.value, found.solution) == (1, (0, 1, 0))


AUMANN = hg.matrix_game([[6, 2], [7, 0]], [[6, 7], [2, 0]], players=["A", "B"], actions=[["C1", "D1"], ["C2", "D2"]])


def test_the_text_has_the_joint_distributions():
    # Aumann's (1974): half at peace, a quarter each at the two pure equilibria; pays 6/2 + 2/4 + 7/4 = 21/4. Alone, each player
    # plays C three times in four; independently that would pay 81/16.
    found = hg.solve(AUMANN, "correlated")
    number = next(k for k, e in enumerate(found) if e.payoffs["A"] == F(21, 4) == e.payoffs["B"])
    assert f"\n{number}  1/2 (C1, C2), 1/4 (C1, D2), 1/4 (D1, C2)\n" in str(found)


def test_joint_distributions_name_the_plans_of_three_players_and_of_trees():
    lines = str(hg.solve(hg.load("allied-resistance").at(), "correlated")).splitlines()
    assert "jointly, with the plans of Seoul, Tokyo, Canberra:" in lines
    assert any(line.endswith("1 (Accept, Accept, Accept)") for line in lines)
    tree = str(hg.solve(hg.load("engagement-card").at(), "correlated"))
    assert "jointly, with the plans of SmallState, Ally, Partner:" in tree
    assert "1 (Engage, Tolerate, Restrain)" in tree


def test_other_concepts_have_no_joint_distribution():
    assert "jointly" not in str(hg.solve(AUMANN, "nash"))
