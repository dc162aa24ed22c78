"""Games in which at most two players choose, through their table: trees, bystanders, and what is kept when time runs out."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import CouldNotFinish
from hedging_games.solvers import two_player
from hedging_games.solvers.run import Run
from hedging_games.solvers.subsets import joined
from hedging_games.theory.equilibria import EXTREME_NOTE, PLANS_NOTE
from tree_builders import Move, game_from

F = Fraction


def test_bystanders_are_carried_along() -> None:
    # The middle player has one action; the other two play matching pennies.
    A = np.array([[[1, -1]], [[-1, 1]]], dtype=object).reshape(2, 1, 2)
    game = hg.matrix_game(A, 7 * np.ones((2, 1, 2), dtype=int), -A)
    (found,) = hg.solve(game, "nash")
    assert found.profile.as_dict() == {
        "Player 1": {"1": F(1, 2), "2": F(1, 2)},
        "Player 2": {"1": 1},
        "Player 3": {"1": F(1, 2), "2": F(1, 2)},
    }
    assert found.payoffs == {"Player 1": 0, "Player 2": 7, "Player 3": 0}


@pytest.mark.parametrize(
    ("game", "count", "complete"),
    [
        (hg.matrix_game([4]), 1, "all"),
        (hg.matrix_game([4, 4, 1]), 2, "extreme"),
        (hg.matrix_game([[1]], [[1]]), 1, "all"),
        (hg.matrix_game([[1], [2]], [[0], [0]]), 1, "all"),
        (hg.matrix_game([[1, 2, 2]], [[3, 4, 4]]), 2, "extreme"),
        (hg.matrix_game([[[1]]], [[[2]]], [[[3]]]), 1, "all"),
    ],
)
def test_fewer_than_two_who_choose(game: hg.Game, count: int, complete: str) -> None:
    found = hg.solve(game, "nash")
    assert (len(found), found.complete) == (count, complete)
    assert found.components == (tuple(range(count)),)


def test_mixed_plans_that_play_alike_count_once() -> None:
    # Two independent choices of one player who is indifferent throughout: 4 plans, but as behaviour a square.
    later = {a: Move(f"after {a}", 1, {"x": (0, 0), "y": (0, 0)}) for a in "lr"}
    game = game_from(["A", "B"], Move("first", 0, later))
    found = hg.solve(game, "nash")
    profiles = [e.profile for e in found]
    assert len(set(profiles)) == len(profiles) == 8
    assert found.components == (tuple(range(8)),)
    assert found.notes == (EXTREME_NOTE,)


def test_an_entry_game_by_hand() -> None:
    # Entering against a fight costs 1. Equilibria: in, accommodate; out, with fight at least half: (0, 3).
    fight = Move("reply", 1, {"fight": (-1, -1), "accommodate": (1, 1)})
    game = game_from(["Entrant", "Incumbent"], Move("entry", 0, {"out": (0, 3), "in": fight}))
    found = hg.solve(game, "nash")
    assert {str(e.profile) for e in found} == {
        "entry: in; reply: accommodate",
        "entry: out; reply: fight",
        "entry: out; reply: 1/2 fight + 1/2 accommodate",
    }
    assert sorted(map(len, found.components)) == [1, 2]
    assert found.complete == "extreme"


def test_pure_equilibria_are_kept_in_case_time_runs_out() -> None:
    draw = random.Random(6)
    for _ in range(10):
        game = hg.matrix_game(*[[[draw.randrange(4) for _ in range(4)] for _ in range(3)] for _ in range(2)])
        run = Run(deadline=0.0, clock=lambda: -1.0)
        proposal = two_player.propose(game, run)
        assert {c.profile for c in run.kept} == {e.profile for e in hg.solve(game, "pure-nash")}
        assert {c.profile for c in run.kept} <= {c.profile for c in proposal.candidates}


def test_the_search_stops_when_asked() -> None:
    ticks: list[int] = []
    run = Run(deadline=0.0, clock=lambda: ticks.append(1) or (1.0 if len(ticks) > 10 else -1.0))
    game = hg.matrix_game(*[np.random.default_rng(k).integers(0, 99, (6, 6)).astype(object) for k in range(2)])
    with pytest.raises(CouldNotFinish, match="time limit"):
        two_player.propose(game, run)


def test_joined_sets() -> None:
    assert joined([]) == ()
    assert joined([{3}, {0, 1}, {1, 2}, {4, 3}]) == ((0, 1, 2), (3, 4))
    assert joined([{0}, {1}, {0, 1}]) == ((0, 1),)


def twice(after_l: tuple[int, int], after_r: tuple[int, int], after_v: tuple[int, int]) -> hg.Game:
    """A stays out for (0, 1) or goes on; B, who sees that it did, takes u, upon which A chooses L or R, or v."""
    again = Move("again", 0, {"L": after_l, "R": after_r})
    reply = Move("reply", 1, {"u": again, "v": after_v})
    return game_from(["A", "B"], Move("first", 0, {"out": (0, 1), "go": reply}))


def test_sets_of_mixed_plans_are_told_by_equations_where_they_are_not_convex_in_print() -> None:
    # A gets nothing anywhere. With o = P(out) and l = P(L), u is worth (1 - o)(0 l + 2 (1 - l)) to B where v is worth (1 - o):
    # u is best where (1 - o)(1 - 2l) = 1 - o - 2l + 2ol >= 0, v where it is <= 0, both where it is 0.
    found = hg.solve(twice((0, 0), (0, 2), (0, 1)), "nash")
    out, left = "P(out at first)", "P(L at again)"
    u_is_best = f"2*{out}*{left} - {out} - 2*{left} + 1"
    v_is_best = f"-2*{out}*{left} + {out} + 2*{left} - 1"
    told = {cell.support["reply"]: (cell.equations, cell.inequalities, cell.conditions) for cell in found.continua}
    assert told == {
        ("u",): ((), (f"{u_is_best} >= 0",), f"{u_is_best} >= 0"),
        ("v",): ((), (f"{v_is_best} >= 0",), f"{v_is_best} >= 0"),
        ("u", "v"): ((f"{u_is_best} = 0",), (), f"{u_is_best} = 0"),
    }
    # The three meet where B is indifferent: one component, all of it in cells.
    assert (found.complete, found.notes) == ("all", (PLANS_NOTE,))
    assert found.components == (tuple(range(len(found))),)
    for cell in found.continua:
        assert (cell.component, cell.dimension, cell.sample) == (0, 2, cell.points[0])
        assert (cell.support["first"], cell.support["again"]) == (("out", "go"), ("L", "R"))
        # B gets 1 without u and, with it, 2 (1 - l) at most.
        assert cell.ranges == {"A": (0, 0), "B": (1, 2 if cell.support["reply"] == ("u",) else 1)}


def test_a_set_without_conditions_says_so() -> None:
    found = hg.solve(twice((0, 1), (0, 1), (0, 1)), "nash")
    assert [(cell.conditions, cell.equations, cell.inequalities) for cell in found.continua] == [
        ("any probabilities", (), ())
    ]


def test_a_set_within_another_is_not_listed_beside_it() -> None:
    assert two_player._distinct([(0,), (2,), (0, 1), (0, 1), (1, 3)]) == ((0, 1), (1, 3), (2,))
