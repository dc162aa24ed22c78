"""Dominance by mixtures: every removal is checked against the definition, every survivor by a belief that justifies it."""

from __future__ import annotations

import os
import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

import hedging_games as hg
from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.games.reductions import strategic_form
from hedging_games.report.theory_answers import eliminate_answer
from hedging_games.theory.dominance import (
    Elimination,
    largest_margin,
    strictly_dominating,
    weakly_dominating,
)

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def random_table_game(draw: random.Random, shape: tuple[int, ...], values: int) -> hg.Game:
    size = int(np.prod(shape))
    return hg.matrix_game(
        *[np.array([draw.randrange(values) for _ in range(size)], dtype=object).reshape(shape) for _ in shape]
    )


def replay(game: hg.Game, found: Elimination) -> list[list[int]]:
    """Carry the removals out one round after the other, checking each; returns what is left by player."""
    payoffs = strategic_form(game).payoffs
    kept = [list(range(size)) for size in payoffs.shape[1:]]
    for number in sorted({removal.round for removal in found.removals}):
        now = [removal for removal in found.removals if removal.round == number]
        goes = {(r.player, int(r.plan) - 1) for r in now}
        for removal in now:
            player = game.players.index(removal.player)
            rows = np.moveaxis(payoffs[player], player, 0)
            others = [kept[k] for k in range(len(kept)) if k != player]
            here = rows[np.ix_(range(len(rows)), *others)].reshape(len(rows), -1)
            weights = {int(plan) - 1: w for plan, w in removal.dominated_by.items()}
            assert sum(weights.values()) == 1
            assert min(weights.values()) > 0
            assert all(k in kept[player] and (removal.player, k) not in goes for k in weights)
            mixture = sum(w * here[k] for k, w in weights.items())
            assert all(mixture > here[int(removal.plan) - 1])
        kept = [[k for k in plans if (game.players[player], k) not in goes] for player, plans in enumerate(kept)]
    assert {p: tuple(str(k + 1) for k in plans) for p, plans in zip(game.players, kept, strict=True)} == found.surviving
    return kept


def is_best_to_some_belief(rows: np.ndarray, plan: int) -> bool:
    """By Pearce's lemma a plan is undominated exactly if it is a best reply to some belief over the columns (in floats)."""
    columns = rows.shape[1]
    differences = (rows[plan] - rows).astype(float)
    # Maximise the least advantage of the plan over the others, over beliefs.
    answer = linprog(
        [*[0.0] * columns, -1.0],
        A_ub=np.column_stack([-differences, np.r_[np.ones(len(rows))]])[np.arange(len(rows)) != plan],
        b_ub=np.zeros(len(rows) - 1),
        A_eq=[[*[1.0] * columns, 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, None)] * columns, (None, None)],
    )
    return bool(-answer.fun >= -1e-7)


@pytest.mark.parametrize(("shape", "values"), [((3, 3), 4), ((4, 3), 20), ((4, 4), 3), ((2, 3, 2), 6), ((5, 2), 9)])
def test_removals_are_due_and_survivors_are_justified(shape: tuple[int, ...], values: int) -> None:
    draw = random.Random(f"dominance {shape} {values}")
    removed = mixed = 0
    for _ in range(200 if THOROUGH else 12):
        game = random_table_game(draw, shape, values)
        found = hg.eliminate(game)
        assert found.complete
        kept = replay(game, found)
        payoffs = strategic_form(game).payoffs
        for player, plans in enumerate(kept):
            rows = np.moveaxis(payoffs[player][np.ix_(*kept)], player, 0).reshape(len(plans), -1)
            if len(plans) > 1:
                assert all(is_best_to_some_belief(rows, k) for k in range(len(plans)))
        removed += len(found.removals)
        mixed += any(len(removal.dominated_by) > 1 for removal in found.removals)
    assert removed
    if shape == (4, 3):
        assert mixed


def test_a_plan_that_only_a_mixture_dominates() -> None:
    # Against L and R the rows pay (4, 0), (1, 1), (0, 4): half T and half B pays (2, 2) and beats M, which no pure row
    # does. Without M, L always pays column 1 and R pays 0; then T pays 4 and B pays 0 against L.
    game = hg.matrix_game(
        [[4, 0], [1, 1], [0, 4]],
        [[1, 0], [0, 1], [1, 0]],
        players=["Row", "Column"],
        actions=[["T", "M", "B"], ["L", "R"]],
    )
    found = hg.eliminate(game)
    assert str(found).splitlines() == [
        "round 1: Row's M is dominated by 1/2 T + 1/2 B",
        "round 2: Column's R is dominated by L",
        "round 3: Row's B is dominated by T",
        "Row keeps T",
        "Column keeps L",
    ]
    assert hg.rationalizable(game) == {"Row": ("T",), "Column": ("L",)}


def test_a_tie_is_no_strict_dominance() -> None:
    # The first row is never better, but equal in one column: weakly dominated only.
    game = hg.matrix_game([[1, 0], [1, 1]], [[0, 0], [0, 0]])
    assert hg.eliminate(game).removals == ()
    rows = strategic_form(game).payoffs[0]
    assert strictly_dominating(rows, rows[0]) is None
    assert weakly_dominating(rows, rows[0]) == (0, 1)
    assert weakly_dominating(rows, rows[1]) is None


@pytest.mark.parametrize(
    "game",
    [
        hg.matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
        hg.matrix_game([[7]], [[-7]]),
        hg.matrix_game([[3, 3], [3, 3]], [[1, 1], [1, 1]]),
        hg.matrix_game([5, 5]),
        hg.matrix_game([[[1], [1]]], [[[0], [0]]], [[[2], [2]]]),
    ],
)
def test_games_in_which_nothing_is_better_than_anything(game: hg.Game) -> None:
    assert str(hg.eliminate(game)).startswith("nothing is strictly dominated")
    assert hg.eliminate(game).removals == ()


def test_one_player_keeps_what_is_best() -> None:
    found = hg.eliminate(hg.matrix_game([3, 9, 9, 1]))
    assert found.surviving == {"Player 1": ("2", "3")}
    assert {(r.round, r.plan) for r in found.removals} == {(1, "1"), (1, "4")}


def test_a_tree_goes_through_its_plans() -> None:
    # Fighting costs the incumbent 1, accommodating nothing; entering is then worth 1, staying out 0.
    from tree_builders import Move, game_from

    fight = Move("reply", 1, {"fight": (-1, -1), "accommodate": (1, 1)})
    game = game_from(["Entrant", "Incumbent"], Move("entry", 0, {"out": (0, 3), "in": fight}))
    found = hg.eliminate(game)
    # Fighting is only weakly dominated in the table: if nobody enters it costs nothing.
    assert found.removals == ()
    assert found.surviving == {"Entrant": ("out", "in"), "Incumbent": ("fight", "accommodate")}


def test_the_margin_is_the_value_of_a_zero_sum_game() -> None:
    # Matching pennies against a target of -1/3 in both columns: mixing halves beats it by 1/3 everywhere.
    rows = np.array([[F(1), F(-1)], [F(-1), F(1)]], dtype=object)
    weights, margin = largest_margin(rows, np.array([F(-1, 3), F(-1, 3)], dtype=object))
    assert weights == (F(1, 2), F(1, 2))
    assert margin == F(1, 3)
    # The same with many columns, which are set up from the other side.
    wide = np.hstack([rows] * 20)
    weights, margin = largest_margin(wide, np.full(40, F(-1, 3), dtype=object))
    assert (weights, margin) == ((F(1, 2), F(1, 2)), F(1, 3))


def test_payoffs_of_any_size() -> None:
    draw = random.Random(8)
    for _ in range(5):
        game = random_table_game(draw, (3, 4), 6)
        payoffs = strategic_form(game).payoffs
        found = hg.eliminate(game)
        for scale, shift in ((10**30, F(1, 3)), (F(1, 10**30), 10**30)):
            moved = hg.matrix_game(payoffs[0] * scale + shift, payoffs[1] * scale - shift)
            assert hg.eliminate(moved).surviving == found.surviving


def test_weak_dominance_against_floats() -> None:
    draw = random.Random(5)
    dominated = 0
    for _ in range(30):
        rows = np.array([[F(draw.randrange(3)) for _ in range(3)] for _ in range(4)], dtype=object)
        k = draw.randrange(4)
        weights = weakly_dominating(rows, rows[k])
        answer = linprog(
            -(rows - rows[k]).sum(axis=1).astype(float),
            A_ub=-(rows - rows[k]).T.astype(float),
            b_ub=np.zeros(3),
            A_eq=[[1.0] * 4],
            b_eq=[1.0],
        )
        assert (weights is not None) == (-answer.fun > 1e-7)
        if weights is not None:
            dominated += 1
            mixture = sum(w * row for w, row in zip(weights, rows, strict=True))
            assert sum(weights) == 1
            assert min(weights) >= 0
            assert all(mixture >= rows[k])
            assert any(mixture > rows[k])
    assert 0 < dominated < 30


def test_refusals_and_time() -> None:
    game = hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    with pytest.raises(InputError, match="fast arithmetic"):
        hg.eliminate(game.fast())
    with pytest.raises(InputError, match="no positive number"):
        hg.eliminate(game, time_limit=0)
    draw = random.Random(2)
    large = random_table_game(draw, (40, 40), 1000)
    with pytest.raises(CouldNotFinish, match="time limit"):
        hg.eliminate(large, time_limit=1e-3)
    huge = hg.matrix_game(np.zeros((150, 150), dtype=int), np.zeros((150, 150), dtype=int))
    with pytest.raises(CouldNotFinish, match="22500 cells"):
        hg.eliminate(huge)


def test_what_is_known_when_time_runs_out_is_labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    # A ladder: one plan goes each round. The clock stops the work after some rounds.
    from hedging_games.analysis import elimination
    from hedging_games.solvers.run import Run

    rounds: list[int] = []

    def impatient(_seconds: float | None) -> Run:
        run = Run(deadline=0.0)
        run.clock = lambda: rounds.append(1) or (1.0 if len(rounds) > 60 else -1.0)
        return run

    monkeypatch.setattr(elimination, "run_for", impatient)
    size = 5
    A = [[-abs(i - j - 1) for j in range(size)] for i in range(size)]
    game = hg.matrix_game(A, [list(row) for row in zip(*A, strict=True)])
    found = hg.eliminate(game)
    assert not found.complete
    assert found.removals
    assert str(found).endswith("not complete: time ran out")
    replay(game, found)
    rounds.clear()
    with pytest.raises(CouldNotFinish, match="time limit"):
        hg.rationalizable(game)


def test_with_three_players_it_says_which_beliefs_are_allowed() -> None:
    # The second action pays 3 where the two others agree and -1 where they do not; the first and third pay 4 at one of the two
    # agreements. If a coin makes the others agree, the second is worth 3 and the others 2: no mixture dominates it.
    here = [[[4, 0], [0, 0]], [[3, -1], [-1, 3]], [[0, 0], [0, 4]]]
    nothing = np.zeros((3, 2, 2), dtype=int).tolist()
    game = hg.matrix_game(here, nothing, nothing)
    found = hg.eliminate(game)
    assert found.surviving["Player 1"] == ("1", "2", "3")
    assert found.conjectures == "correlated"
    assert "may correlate the others' play; independent beliefs may rationalise less" in str(found)
    assert eliminate_answer(game, found)["conjectures"] == "correlated"


def test_with_two_players_there_is_nothing_to_correlate() -> None:
    game = hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    found = hg.eliminate(game)
    assert found.conjectures == "independent"
    assert "correlate" not in str(found)
