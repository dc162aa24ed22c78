"""Risk dominance and p-dominance by hand, and against their definitions on random games."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import CouldNotFinish, InputError

F = Fraction
STAG_HUNT = hg.matrix_game(
    [[9, 0], [8, 7]], [[9, 8], [0, 7]], players=["Ally", "Client"], actions=[["Stag", "Hare"]] * 2
)


def crowd(count: int, worth_first: list[object], worth_second: list[object]) -> hg.Game:
    """A symmetric game with actions In and Out: an action's worth by how many others choose In."""
    tables = []
    for player in range(count):
        table = np.empty((2,) * count, dtype=object)
        for cell in np.ndindex(table.shape):
            others = sum(action == 0 for k, action in enumerate(cell) if k != player)
            table[cell] = (worth_first, worth_second)[cell[player]][others]
        tables.append(table)
    return hg.matrix_game(*tables, actions=[["In", "Out"]] * count)


def test_the_stag_hunt_by_hand() -> None:
    # Leaving Stag alone loses 9 − 8 = 1 each, leaving Hare alone 7 − 0 = 7 each: 1 against 49.
    found = hg.risk_dominance(STAG_HUNT)
    assert found.measures == (1, 49)
    assert found.profiles[1] == {"Ally": "Hare", "Client": "Hare"}
    assert found.dominant == 1
    assert str(found).endswith("risk-dominant: Ally: Hare, Client: Hare")
    # Stag is best if p (9 − 8) + (1 − p)(0 − 7) >= 0, that is p >= 7/8; Hare if q (7 − 0) + (1 − q)(8 − 9) >= 0.
    stag, hare = hg.p_dominance(STAG_HUNT)
    assert (stag.p, stag.level) == ({"Ally": F(7, 8), "Client": F(7, 8)}, F(7, 8))
    assert hare.p == {"Ally": F(1, 8), "Client": F(1, 8)}


def test_battle_of_the_sexes_is_a_tie() -> None:
    # Products 3 · 2 and 2 · 3.
    found = hg.risk_dominance(hg.matrix_game([[3, 0], [0, 2]], [[2, 0], [0, 3]]))
    assert (found.measures, found.dominant) == ((6, 6), None)
    assert str(found).endswith("neither risk-dominates the other")


def test_equilibria_off_the_diagonal() -> None:
    # Chicken: (Dare, Yield) and (Yield, Dare) with losses (2 · 1) each for symmetric payoffs; made unequal by hand:
    # leaving (1, 2): the row player 4 − 3 = 1, the column player 2 − 0 = 2; leaving (2, 1): 1 − 0 = 1 and 5 − 4 = 1.
    game = hg.matrix_game([[0, 4], [1, 3]], [[0, 2], [5, 4]])
    found = hg.risk_dominance(game)
    assert found.profiles == ({"Player 1": "1", "Player 2": "2"}, {"Player 1": "2", "Player 2": "1"})
    assert found.measures == (2, 1)
    assert found.dominant == 0


def test_a_crowd_by_hand() -> None:
    # Three players; In is worth 1 if at least one other joins, −1 alone; Out is worth 0. Against the uniform belief on
    # 0, 1, 2 others: (−1 + 1 + 1)/3 = 1/3 > 0.
    found = hg.risk_dominance(crowd(3, [-1, 1, 1], [0, 0, 0]))
    assert found.measures == (F(1, 3), F(-1, 3))
    assert found.dominant == 0
    # If both others are needed: (−1 − 1 + 1)/3 = −1/3.
    assert hg.risk_dominance(crowd(3, [-1, -1, 1], [0, 0, 0])).dominant == 1
    assert hg.risk_dominance(crowd(4, [-1, -1, 1, 1], [0, 0, 0, 0])).dominant is None


def test_both_definitions_agree_for_two_players() -> None:
    # For symmetric 2 × 2 games the products are squares of the losses, and the losses differ by twice the mean gain.
    draw = random.Random(3)
    compared = 0
    while compared < 40:
        a, b, c, d = (draw.randrange(8) for _ in range(4))
        if not (a > c and d > b):
            continue
        compared += 1
        game = hg.matrix_game([[a, b], [c, d]], [[a, c], [b, d]], actions=[["In", "Out"]] * 2)
        mean = F((a - c) + (b - d), 2)
        dominant = None if mean == 0 else int(mean < 0)
        assert hg.risk_dominance(game).dominant == dominant
        sums = [sum(found.p.values()) for found in hg.p_dominance(game)]
        assert dominant == (None if sums == [1, 1] else int(sums[1] < 1))


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 2, 2), (3,)])
def test_p_dominance_by_its_definition(shape: tuple[int, ...]) -> None:
    draw = random.Random(f"p {shape}")
    checked = 0
    for _ in range(40):
        tables = [
            np.array([draw.randrange(5) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)
            for _ in shape
        ]
        game = hg.matrix_game(*tables)
        found = {tuple(int(a) - 1 for a in each.profile.values()): each for each in hg.p_dominance(game)}
        for cell in product(*map(range, shape)):
            gains = [
                [[tables[i][cell] - tables[i][_with(cell, i, b)] for b in range(shape[i])]] for i in range(len(shape))
            ]
            assert (cell in found) == all(g >= 0 for rows in gains for row in rows for g in row)
        for cell, each in found.items():
            for i, p in enumerate(each.p.values()):
                # Best at p against every belief that gives the others' part of the cell probability p and the rest to
                # any one other cell; and, unless p is 0, no longer just below p.
                assert _is_best(tables[i], i, cell, p)
                if p:
                    checked += 1
                    assert not _is_best(tables[i], i, cell, p - F(1, 10**9))
    assert checked or shape == (3,)


def _with(cell: tuple[int, ...], player: int, action: int) -> tuple[int, ...]:
    return (*cell[:player], action, *cell[player + 1 :])


def _is_best(table: np.ndarray, player: int, cell: tuple[int, ...], p: Fraction) -> bool:
    for other in np.ndindex(*table.shape):
        for action in range(table.shape[player]):
            gain = table[cell] - table[_with(cell, player, action)]
            elsewhere = table[_with(other, player, cell[player])] - table[_with(other, player, action)]
            if p * gain + (1 - p) * elsewhere < 0:
                return False
    return True


def test_what_does_not_fit_is_refused() -> None:
    dilemma = hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    with pytest.raises(InputError, match=r"two strict equilibria .* has 1"):
        hg.risk_dominance(dilemma)
    with pytest.raises(InputError, match="has 0"):
        hg.risk_dominance(hg.matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]]))
    with pytest.raises(InputError, match="has 1"):
        hg.risk_dominance(crowd(3, [1, 1, 1], [0, 0, 0]))
    with pytest.raises(InputError, match="two players with two actions"):
        hg.risk_dominance(hg.matrix_game([[1, 2, 3]], [[1, 2, 3]]))
    with pytest.raises(InputError, match="fast arithmetic"):
        hg.risk_dominance(dilemma.fast())
    with pytest.raises(InputError, match="not simultaneous"):
        hg.p_dominance(hg.load("cherry-picking").at())
    with pytest.raises(CouldNotFinish, match="cells"):
        hg.p_dominance(hg.matrix_game(np.zeros((200, 200), dtype=int), np.zeros((200, 200), dtype=int)))


def test_a_player_without_a_choice() -> None:
    # Whatever the other does is certain, so nothing needs trust.
    (found,) = hg.p_dominance(hg.matrix_game([[1], [2]], [[0], [0]]))
    assert found.p == {"Player 1": 0, "Player 2": 0}
    assert str(found) == "Player 1: 2, Player 2: 1 is p-dominant for p = (0, 0)"
