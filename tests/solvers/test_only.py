"""Backward induction over arrays: the same answer as stage by stage, and none where somebody is indifferent."""

from __future__ import annotations

import pytest

import hedging_games as hg
from hedging_games.games.game import Game
from hedging_games.report.answers import solve_answer
from hedging_games.solvers.backward import induction
from hedging_games.solvers.backward.only import only_equilibrium
from tree_builders import Move, game_from, random_game


@pytest.mark.parametrize("scale", [1, 10**30])
def test_the_same_answer_as_stage_by_stage(scale: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Payoffs of 10^30 leave 64 bits. Trees of many values seldom tie, those of three mostly do.
    only = ties = 0
    for seed in range(120):
        game = random_game(seed, kinds="d", depth=3, values=3 if seed % 4 == 0 else 1000)
        game = Game(game.form, game.payoffs * scale, game.chance)
        found = hg.solve(game, "subgame-perfect")
        with monkeypatch.context() as patch:
            patch.setattr(induction, "only_equilibrium", lambda _game: None)
            assert solve_answer(found) == solve_answer(hg.solve(game, "subgame-perfect"))
        only += only_equilibrium(game) is not None
        ties += only_equilibrium(game) is None
    assert only > 60
    assert ties > 10


def test_a_tie_at_a_decision_off_the_path_counts() -> None:
    # B ties only where A does not go: x and y are both equilibrium play there.
    game = game_from(["A", "B"], Move("a", 0, {"l": (2, 0), "r": Move("b", 1, {"x": (0, 1), "y": (1, 1)})}))
    assert only_equilibrium(game) is None
    assert len(hg.solve(game, "subgame-perfect")) == 2


def test_a_tie_of_those_who_do_not_choose_is_none() -> None:
    game = game_from(["A", "B"], Move("a", 0, {"l": (2, 5), "r": (1, 5)}))
    assert only_equilibrium(game) is not None


def test_hidden_moves_and_chance_are_left_to_the_stages() -> None:
    for kinds in ("s", "c", "e"):
        game = random_game(3, kinds=kinds, depth=1, values=1000)
        assert only_equilibrium(game) is None
