"""Lemke and Howson's paths through nashpy: never anything but equilibria, and never without an end."""

from __future__ import annotations

import os
import random
import time

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import ConceptError, CouldNotFinish
from hedging_games.solvers import lemke_howson

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
        try:
            found = hg.solve(game, "nash", "lemke-howson")
        except CouldNotFinish as stopped:
            assert "pivoting failed" in str(stopped)  # noqa: PT017  (rare, and allowed: nashpy pivots in floats)
            continue
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


def test_nashpy_needs_two_actions_each() -> None:
    for table in ([[1]], [[1, 1, 0]]):
        with pytest.raises(CouldNotFinish, match="starting labels"):
            hg.solve(hg.matrix_game(table, table), "nash", "lemke-howson")


def test_nashpy_going_round_in_circles_is_stopped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lemke_howson, "MAX_PIVOTS", 0)
    game = hg.matrix_game([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    with pytest.raises(CouldNotFinish, match="failed from 4 of 4 starting labels") as stopped:
        hg.solve(game, "nash", "lemke-howson")
    assert "leave --method out" in str(stopped.value)


def test_failures_on_the_way_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    true_end = lemke_howson._path_end
    monkeypatch.setattr(
        lemke_howson, "_path_end", lambda m, label, run: None if label == 0 else true_end(m, label, run)
    )
    found = hg.solve(hg.matrix_game([[3, 0], [0, 2]], [[2, 0], [0, 3]]), "nash", "lemke-howson")
    assert found.notes[1] == "nashpy's pivoting failed from 1 of 4 starting labels"


@pytest.mark.parametrize(
    "broken",
    [
        [np.array([np.nan, 1.0]), np.array([1.0, 0.0])],
        [np.array([1.0]), np.array([1.0, 0.0])],
        [np.zeros(2), np.zeros(2)],
    ],
)
def test_nonsense_from_nashpy_is_a_failure(broken: list[np.ndarray], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lemke_howson, "_path_end", lambda *_: broken)
    with pytest.raises(CouldNotFinish, match="pivoting failed"):
        hg.solve(hg.matrix_game([[3, 0], [0, 2]], [[2, 0], [0, 3]]), "nash", "lemke-howson")


def test_three_players_are_refused() -> None:
    with pytest.raises(ConceptError, match="needs two players"):
        hg.solve(hg.matrix_game(*[np.zeros((2, 2, 2), dtype=int)] * 3), "nash", "lemke-howson")
