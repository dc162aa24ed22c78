"""Pure stationary equilibria against a full enumeration of profiles; finite horizons against the tree written out."""

import os

import pytest

import hedging_games as hg
from hedging_games.algebra.checking import no_check
from hedging_games.solvers.markov.stationary import pure_stationary
from oracles.markov import drawn, equilibrium_paths, markov_game

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 300 if THOROUGH else 60


@pytest.mark.parametrize("seed", range(GAMES))
def test_none_is_wrong_and_none_is_missing(seed):
    roots, discounts = drawn(seed)
    game = markov_game(roots, discounts)
    found = [tuple(partial.paths[s] for s in range(len(roots))) for partial in pure_stationary(game, no_check)]
    assert len(found) == len(set(found))
    assert set(found) == equilibrium_paths(roots, discounts)
    solved = hg.solve(game, "pure-markov-perfect")
    assert len(solved) == len(found)
    assert all(e.certificate.largest_gain == 0 for e in solved)
