"""Lemke and Howson's paths: never anything but equilibria, and never without an end."""

from __future__ import annotations

import os
import random
import time

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import ConceptError
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers import lemke_howson
from hedging_games.solvers.lemke_howson import Bimatrix, Mixtures, bimatrix, end_in_floats, exact_end
from hedging_games.solvers.run import Run

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def random_game(draw: random.Random, rows: int, columns: int, values: int) -> hg.Game:
    return hg.matrix_game(*[[[draw.randrange(values) for _ in range(columns)] for _ in range(rows)] for _ in range(2)])


@pytest.mark.parametrize(
    ("size", "values", "count"), [((2, 2), 2, 20), ((3, 3), 2, 15), ((3, 4), 50, 15), ((5, 5), 3, 6)]
)
def test_what_is_found_is_among_all(size: tuple[int, int], values: int, count: int) -> None:
    draw = random.Random(f"paths {size} {values}")
    reached = everything = 0
    for _ in range(count * 10 if THOROUGH else count):
        game = random_game(draw, *size, values)
        everywhere = hg.solve(game, "nash")
        found = hg.solve(game, "nash", "lemke-howson")
        assert len(found) >= 1
        assert found.complete == "some"
        assert "seldom all" in found.notes[0]
        assert {e.profile for e in found} <= {e.profile for e in everywhere}
        reached, everything = reached + len(found), everything + len(everywhere)
    assert 0 < reached <= everything


def test_payoffs_of_any_size() -> None:
    for scale in (10**9, 10**40):
        game = hg.matrix_game([[3 * scale, 0], [0, 2 * scale]], [[2 * scale, 0], [0, 3 * scale]])
        assert {e.profile for e in hg.solve(game, "nash", "lemke-howson")} <= {
            e.profile for e in hg.solve(game, "nash")
        }


@pytest.mark.parametrize(
    "game",
    [
        hg.matrix_game(np.zeros((3, 3), dtype=int), np.zeros((3, 3), dtype=int)),
        hg.matrix_game([[1, 1], [0, 0]], [[1, 1], [0, 0]]),
        hg.matrix_game(np.eye(4, dtype=int), 1 - np.eye(4, dtype=int)),
    ],
)
def test_degenerate_games_end(game: hg.Game) -> None:
    start = time.process_time()
    found = hg.solve(game, "nash", "lemke-howson")
    assert all(e.certificate.largest_gain == 0 for e in found)
    assert time.process_time() - start < 60


def test_one_action_is_enough() -> None:
    assert hg.solve(hg.matrix_game([[1]], [[1]]), "nash", "lemke-howson")[0].profile.is_pure
    found = hg.solve(hg.matrix_game([[1, 1, 0]], [[1, 3, 2]]), "nash", "lemke-howson")
    assert [e.profile.at("Player 2") for e in found] == [{"1": 0, "2": 1, "3": 0}]


@pytest.mark.parametrize("values", [2, 4, 1000])
def test_floats_and_whole_numbers_go_the_same_way(values: int) -> None:
    # Ties are broken alike, so that ends agree in degenerate games too; whole numbers need no floats at all.
    draw = random.Random(f"both {values}")
    for _ in range(40 if THOROUGH else 8):
        payoffs = bimatrix(strategic_form(random_game(draw, draw.randrange(1, 6), draw.randrange(1, 6), values)))
        for label in range(payoffs.labels):
            exact = exact_end(payoffs, label, Run())
            assert end_in_floats(payoffs, label, Run(), 1000) == exact
            assert_equilibrium(payoffs, exact)


def assert_equilibrium(payoffs: Bimatrix, ends: Mixtures) -> None:
    x, y = (np.array(mixture, dtype=object) for mixture in ends)
    A, B = (matrix.astype(object) for matrix in payoffs.whole)
    assert min(x) >= 0
    assert min(y) >= 0
    assert sum(x) == sum(y) == 1
    assert x @ A @ y == (A @ y).max()
    assert x @ B @ y == (x @ B).max()


def test_what_floats_get_wrong_is_not_passed_on() -> None:
    # Floats of another game: where their path ends is an equilibrium of this one or nothing.
    draw = random.Random("wrong floats")
    refused = 0
    for _ in range(30):
        game, other = (bimatrix(strategic_form(random_game(draw, 4, 4, 9))) for _ in range(2))
        ends = end_in_floats(Bimatrix(game.whole, other.floats), 0, Run(), 1000)
        refused += ends is None
        if ends is not None:
            assert_equilibrium(game, ends)
    assert refused > 10


def test_where_floats_fail_whole_numbers_are_pivoted(monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_game(random.Random("floats fail"), 5, 5, 20)
    expected = hg.solve(game, "nash", "lemke-howson")
    one = hg.solve(game, "nash", just_one=True)
    monkeypatch.setattr(lemke_howson, "end_in_floats", lambda *_: None)
    assert [e.profile for e in hg.solve(game, "nash", "lemke-howson")] == [e.profile for e in expected]
    assert hg.solve(game, "nash", just_one=True)[0].profile in {e.profile for e in (*expected, *one)}


def test_a_path_that_is_too_long_is_given_up() -> None:
    payoffs = bimatrix(strategic_form(random_game(random.Random("long"), 6, 6, 1000)))
    assert [end_in_floats(payoffs, label, Run(), 1) for label in range(12)].count(None) > 6


def test_three_players_are_refused() -> None:
    with pytest.raises(ConceptError, match="needs two players"):
        hg.solve(hg.matrix_game(*[np.zeros((2, 2, 2), dtype=int)] * 3), "nash", "lemke-howson")
