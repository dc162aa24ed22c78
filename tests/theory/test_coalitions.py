"""What groups gain, and the recursion of coalition-proofness, against their definitions."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

import hedging_games as hg
from hedging_games.algebra.matrix_value import matrix_value
from hedging_games.errors import CouldNotFinish
from hedging_games.games.reductions import strategic_form
from hedging_games.theory.coalitions import coalition_proof_plans, gains_purely, group_gain, groups, plan_weights
from square_roots import square_root

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def random_tables(draw: random.Random, shape: tuple[int, ...], values: int) -> list[np.ndarray]:
    size = int(np.prod(shape))
    return [np.array([draw.randrange(values) for _ in range(size)], dtype=object).reshape(shape) for _ in shape]


def random_mixtures(draw: random.Random, shape: tuple[int, ...]) -> list[list[Fraction]]:
    mixed = []
    for size in shape:
        weights = [draw.choice([0, 0, 1, 2]) for _ in range(size)]
        weights[draw.randrange(size)] += 1
        mixed.append([F(w, sum(weights)) for w in weights])
    return mixed


def gain_in_floats(tables: list[np.ndarray], mixed: list[list[Fraction]], group: tuple[int, ...]) -> float:
    """The same linear program, set up cell by cell and solved by HiGHS."""
    shape = tables[0].shape
    joint = list(product(*(range(shape[i]) for i in group)))
    gains = np.zeros((len(group), len(joint)))
    for cell in np.ndindex(*shape):
        others = float(np.prod([float(mixed[k][a]) for k, a in enumerate(cell) if k not in group]))
        everybody = float(np.prod([float(mixed[k][a]) for k, a in enumerate(cell)]))
        column = joint.index(tuple(cell[i] for i in group))
        for row, i in enumerate(group):
            gains[row, column] += others * float(tables[i][cell])
            gains[row] -= everybody * float(tables[i][cell])
    answer = linprog(
        [*[0.0] * len(joint), -1.0],
        A_ub=np.column_stack([-gains, np.ones(len(group))]),
        b_ub=np.zeros(len(group)),
        A_eq=[[*[1.0] * len(joint), 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, None)] * len(joint), (None, None)],
    )
    return float(-answer.fun)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2), (2, 3, 2)])
def test_gains_of_groups_against_floats(shape: tuple[int, ...]) -> None:
    draw = random.Random(f"groups {shape}")
    for _ in range(60 if THOROUGH else 8):
        tables, mixed = random_tables(draw, shape, 7), random_mixtures(draw, shape)
        table = strategic_form(hg.matrix_game(*tables))
        for group in groups(table):
            gain = group_gain(table, mixed, group)
            assert isinstance(gain, Fraction)
            assert gain >= 0
            assert abs(float(gain) - gain_in_floats(tables, mixed, group)) < 1e-8
            joint = product(*(range(shape[i]) for i in group))
            assert gains_purely(table, mixed, group) == any(
                all(worth > now for worth, now in _worth(tables, mixed, group, plans)) for plans in joint
            )


def _worth(tables, mixed, group, plans):
    """What joint plans are worth to each member, and what the members have now."""
    for i in group:
        worth = now = F(0)
        for cell in np.ndindex(*tables[0].shape):
            everybody = np.prod([mixed[k][a] for k, a in enumerate(cell)])
            now += everybody * tables[i][cell]
            if all(cell[k] == plan for k, plan in zip(group, plans, strict=True)):
                worth += (
                    np.prod([mixed[k][a] for k, a in enumerate(cell) if k not in group] or [F(1)]) * tables[i][cell]
                )
        yield worth, now


def test_a_group_gains_by_the_lottery_it_needs() -> None:
    # Both have 1; elsewhere one gets 4 and the other 0. No joint plan is better for both, half and half is: 2 each.
    game = hg.matrix_game([[1, 4], [0, 0]], [[1, 0], [4, 0]])
    table = strategic_form(game)
    mixed = [[F(1), F(0)], [F(1), F(0)]]
    assert group_gain(table, mixed, (0, 1)) == 1
    assert not gains_purely(table, mixed, (0, 1))


def test_gains_from_irrational_play() -> None:
    # Third player mixes w, 1 − w with w = 1/√2. The pair gets (1 + w, 1 + w) at (2, 2) and 1 each now: a gain of w.
    w = square_root(F(1, 2))
    one = np.array([[[1, 1], [0, 0]], [[0, 0], [2, 1]]], dtype=object)
    game = hg.matrix_game(one, one, np.zeros((2, 2, 2), dtype=int))
    table = strategic_form(game)
    mixed = [[F(1), F(0)], [F(1), F(0)], [w, 1 - w]]
    assert group_gain(table, mixed, (0, 1)) == w
    mixed = [[F(0), F(1)], [F(0), F(1)], [w, 1 - w]]
    assert group_gain(table, mixed, (0, 1)) == 0


def test_the_value_of_a_matrix_over_fractions_and_roots() -> None:
    assert matrix_value([[F(1), F(-1)], [F(-1), F(1)]]) == 0
    assert matrix_value([[F(2)]]) == 2
    # Diagonal games are worth 1 over the sum of the inverses: 1/(1/√2 + 1/2) = 2/(√2 + 1) = 2√2 − 2.
    root = square_root(2)
    assert matrix_value([[root, F(0)], [F(0), F(2)]]) == 2 * root - 2
    draw = random.Random(4)
    for _ in range(20):
        rows, columns = draw.randint(1, 4), draw.randint(1, 5)
        matrix = [[F(draw.randrange(-5, 6)) for _ in range(columns)] for _ in range(rows)]
        answer = linprog(
            [*[0.0] * columns, 1.0],
            A_ub=np.column_stack([np.array(matrix, dtype=float), -np.ones(rows)]),
            b_ub=np.zeros(rows),
            A_eq=[[*[1.0] * columns, 0.0]],
            b_eq=[1.0],
            bounds=[*[(0, None)] * columns, (None, None)],
        )
        assert abs(float(matrix_value(matrix)) - answer.fun) < 1e-8


# --- the recursion ------------------------------------------------------------------------------------------------------


def is_coalition_proof(tables: list[np.ndarray], cell: tuple[int, ...], group: tuple[int, ...]) -> bool:
    """Bernheim, Peleg and Whinston's definition, word by word: the others' plans in ``cell`` are fixed."""
    if not is_self_enforcing(tables, cell, group):
        return False
    for plans in product(*(range(tables[0].shape[i]) for i in group)):
        other = list(cell)
        for i, plan in zip(group, plans, strict=True):
            other[i] = plan
        if all(tables[i][tuple(other)] > tables[i][cell] for i in group) and is_self_enforcing(
            tables, tuple(other), group
        ):
            return False
    return True


def is_self_enforcing(tables: list[np.ndarray], cell: tuple[int, ...], group: tuple[int, ...]) -> bool:
    return all(
        is_coalition_proof(tables, cell, part) for size in range(1, len(group)) for part in combinations(group, size)
    )


@pytest.mark.parametrize(
    ("shape", "values"), [((3, 3), 3), ((2, 2, 2), 3), ((2, 2, 2), 9), ((3, 2, 3), 4), ((2, 2, 2, 2), 4)]
)
def test_the_recursion_against_its_definition(shape: tuple[int, ...], values: int) -> None:
    draw = random.Random(f"proof {shape} {values}")
    nonempty = 0
    everybody = tuple(range(len(shape)))
    for _ in range(60 if THOROUGH else 8):
        tables = random_tables(draw, shape, values)
        found = coalition_proof_plans(strategic_form(hg.matrix_game(*tables)))
        assert set(found) == {cell for cell in np.ndindex(*shape) if is_coalition_proof(tables, cell, everybody)}
        nonempty += bool(found)
    assert nonempty


def bernheim_peleg_whinston() -> hg.Game:
    """Bernheim, Peleg and Whinston (1987), section 2: A picks rows, B columns, C tables."""
    ab = np.array([[[0, -2], [-5, -5]], [[-5, -5], [1, -1]]], dtype=object)
    c = np.array([[[10, 0], [0, 0]], [[0, 0], [-5, 5]]], dtype=object)
    return hg.matrix_game(ab, ab, c, players=["A", "B", "C"])


def test_their_example() -> None:
    # Two pure equilibria, (1, 1, 1) with (0, 0, 10) and (2, 2, 2) with (−1, −1, 5). From the better one A and B together
    # move to (2, 2, 1) for 1 each, and neither goes on from there: only the worse one is coalition-proof. From it all
    # three together would rather be at (1, 1, 1), so no equilibrium is strong.
    game = bernheim_peleg_whinston()
    assert coalition_proof_plans(strategic_form(game)) == ((1, 1, 1),)


def test_nobody_with_a_choice() -> None:
    table = strategic_form(hg.matrix_game([[1]], [[2]]))
    assert coalition_proof_plans(table) == ((0, 0),)
    assert list(groups(table)) == []


def test_members_without_a_choice_form_no_groups() -> None:
    game = hg.matrix_game(*[np.arange(4).reshape(2, 1, 2)] * 3)
    assert list(groups(strategic_form(game))) == [(0, 2)]
    assert coalition_proof_plans(strategic_form(game)) == ((1, 0, 1),)


def test_ties_everywhere_do_not_take_for_ever() -> None:
    # All plans of all groups are equally good: 60 × 60 cells.
    table = strategic_form(hg.matrix_game(np.zeros((60, 60), dtype=int), np.zeros((60, 60), dtype=int)))
    assert len(coalition_proof_plans(table)) == 3600
    large = strategic_form(hg.matrix_game(np.zeros((150, 150), dtype=int), np.zeros((150, 150), dtype=int)))
    with pytest.raises(CouldNotFinish, match="22500 cells"):
        coalition_proof_plans(large)
    with pytest.raises(CouldNotFinish, match="joint plans"):
        group_gain(large, [[F(1), *[F(0)] * 149]] * 2, (0, 1))


def test_plan_weights_are_products_of_behaviour() -> None:
    from tree_builders import Move, game_from

    later = {a: Move(f"after {a}", 0, {"x": (0, 0), "y": (0, 0)}) for a in "lr"}
    game = game_from(["A", "B"], Move("first", 0, later))
    profile = hg.profile_from(
        game.form, {"first": {"l": "1/3", "r": "2/3"}, "after l": {"x": "1/2", "y": "1/2"}, "after r": {"x": 1, "y": 0}}
    )
    table = strategic_form(game)
    weights = plan_weights(table, profile)
    assert weights[1] == [1]
    assert sorted(weights[0]) == [0, F(1, 6), F(1, 6), F(2, 3)]
    assert table.profile(weights) == profile
