"""Logit quantal responses: their fixed point written out anew, published numbers, proofs, turning points, and data."""

from __future__ import annotations

import math
import os
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner
from scipy.optimize import fsolve, minimize_scalar

import hedging_games as hg
from hedging_games.analysis.precision import LogitBranch
from hedging_games.cli.main import cli
from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.games.form import CHANCE
from hedging_games.games.game import game_on
from hedging_games.report.answers import json_number
from hedging_games.report.theory_answers import precision_answer
from hedging_games.solvers import far_branch, quantal
from hedging_games.solvers.quantal import Branch
from hedging_games.theory.quantal import proof as quantal_proof
from hedging_games.theory.quantal import responses as quantal_equations
from hedging_games.theory.quantal.balls import Balls, ball
from hedging_games.theory.quantal.proof import proved_response
from tree_builders import Move, Naive, game_from, random_game

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"

OCHS = hg.matrix_game(
    [["1.1141", 0], [0, "0.2785"]],
    [[0, "1.1141"], ["1.1141", 0]],
    players=["Row", "Column"],
    actions=[["Up", "Down"], ["Left", "Right"]],
)
"""Ochs (1995), asymmetric matching pennies, in the units of McKelvey and Palfrey (1995), section 5."""


def random_tables(draw: random.Random, shape: tuple[int, ...], span: int = 9) -> list[np.ndarray]:
    size = int(np.prod(shape))
    return [np.array([draw.randint(-span, span) for _ in range(size)], dtype=object).reshape(shape) for _ in shape]


def response(tables: list[np.ndarray], mixed: list[np.ndarray], precision: float) -> list[np.ndarray]:
    """The logit reply of every player of a matrix game, from the definition."""
    replies = []
    for player, table in enumerate(tables):
        value = np.moveaxis(table.astype(float), player, 0)
        for weights in reversed([m for k, m in enumerate(mixed) if k != player]):
            value = value @ weights
        odds = np.exp(precision * (value - value.max()))
        replies.append(odds / odds.sum())
    return replies


def split(game: hg.Game, probabilities: np.ndarray) -> list[np.ndarray]:
    return [probabilities[list(game.form.slots(s))].astype(float) for s in range(len(game.form.information_sets))]


# --- the fixed point ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2), (4, 2), (2, 3, 2)])
def test_every_point_satisfies_the_definition(shape: tuple[int, ...]) -> None:
    draw = random.Random(f"branch {shape}")
    for _ in range(40 if THOROUGH else 2):
        tables = random_tables(draw, shape)
        game = hg.matrix_game(*tables)
        branch = hg.logit_branch(game)
        assert branch.residuals.max() <= 1e-10
        for precision, probabilities in zip(branch.precisions, branch.probabilities, strict=True):
            mixed = split(game, probabilities)
            for own, reply in zip(mixed, response(tables, mixed, precision), strict=True):
                assert np.abs(own - reply).max() <= 1e-10
        # It starts at uniform choice and goes on to a limit that is nearly an equilibrium.
        assert branch.precisions[0] == 0
        assert all(np.allclose(m, 1 / len(m), atol=0, rtol=1e-15) for m in split(game, branch.probabilities[0]))
        assert 0 <= branch.regret < 0.01
        steps = np.abs(np.diff(branch.probabilities, axis=0)).max()
        assert steps < 0.2


def naive_worth(game: hg.Game, probabilities: np.ndarray) -> dict[int, float]:
    """What each slot of a tree is worth at its information set, by walking the tree: beliefs by Bayes' rule."""
    form = game.form

    def odds(history: int) -> float:
        value = 1.0
        for slot in form.path(history):
            value *= float(game.chance[slot]) if form.player_of_slot[slot] == CHANCE else probabilities[slot]
        return value

    def value(history: int, player: int) -> float:
        if form.decided_at[history] < 0:
            z = int(np.flatnonzero(form.terminals == history)[0])
            return float(game.payoffs[player, z])
        slots = form.slots(int(form.decided_at[history]))
        weights = [float(game.chance[k]) if form.player_of_slot[k] == CHANCE else probabilities[k] for k in slots]
        return sum(w * value(child, player) for w, child in zip(weights, form.children[history], strict=True))

    found = {}
    for s, information_set in enumerate(form.information_sets):
        if information_set.player == CHANCE:
            continue
        reached = np.array([odds(h) for h in form.histories_of[s]])
        if not reached.any():
            continue  # Chance alone rules it out: no odds of its histories follow from play.
        for k, slot in enumerate(form.slots(s)):
            after = [value(form.children[h][k], information_set.player) for h in form.histories_of[s]]
            found[slot] = float(reached @ after / reached.sum())
    return found


def test_trees_in_agent_form_by_walking_them() -> None:
    checked = 0
    seed = 0
    while checked < (30 if THOROUGH else 6):
        seed += 1
        game = random_game(seed, players=1 + seed % 3, depth=1 + seed % 3, values=6)
        if not 2 <= len(Naive(game).roots()) <= 12 or game.form.slot_count > 30:
            continue
        checked += 1
        points = Branch(game).at(F(1, 2)).points
        probabilities = Branch(game).probabilities(points[0])
        worth = naive_worth(game, probabilities)
        for s, information_set in enumerate(game.form.information_sets):
            here = list(game.form.slots(s))
            if information_set.player != CHANCE and here[0] in worth:
                expected = np.exp([worth[k] / 2 for k in here])
                assert np.allclose(probabilities[here], expected / expected.sum(), atol=1e-12)


def test_one_player_by_hand() -> None:
    # Payoffs 0, 1, 1: odds exp(-precision) : 1 : 1.
    branch = hg.logit_branch(hg.matrix_game([0, 1, 1]))
    for precision, p in zip(branch.precisions, branch.probabilities, strict=True):
        odds = np.exp([-precision, 0, 0])
        # Below the smallest normal float (2.2e-308) numbers have fewer digits, down to one: no relative error there.
        assert np.allclose(p, odds / odds.sum(), atol=np.finfo(float).tiny, rtol=1e-9)
    assert branch.regret < 1e-20


@pytest.mark.parametrize(
    "game",
    [
        hg.matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
        hg.matrix_game([[4]], [[2]]),
        hg.matrix_game(*[np.zeros((2, 2, 2), dtype=int)] * 3),
        hg.matrix_game([[3, 3, 3]], [[1, 1, 1]]),
    ],
)
def test_uniform_where_nothing_is_at_stake(game: hg.Game) -> None:
    for precision in (0, 1, 50):
        (found,) = hg.solve(game, "qre", precision=precision)
        assert all(p == F(1, len(m)) for m in found.profile.as_dict().values() for p in m.values())
        assert found.certificate.largest_gain == 0
        assert not found.certificate.exact
    assert hg.logit_branch(game).regret == 0


def test_no_decisions_at_all() -> None:
    game = game_from(["A"], Move("luck", CHANCE, {"l": (1,), "r": (3,)}, {"l": "1/2", "r": "1/2"}))
    (found,) = hg.solve(game, "qre", precision=3)
    assert found.payoffs == {"A": 2}
    assert len(hg.logit_branch(game)) == 1


def test_zero_precision_is_uniform_exactly() -> None:
    draw = random.Random(1)
    for shape in ((2, 3), (2, 2, 2)):
        (found,) = hg.solve(hg.matrix_game(*random_tables(draw, shape)), "qre", precision=0)
        assert all(p == F(1, len(m)) for m in found.profile.as_dict().values() for p in m.values())
    (found,) = hg.solve(hg.load("cherry-picking").at(), "qre", precision=0)
    assert all(p == F(1, 2) for m in found.profile.as_dict().values() for p in m.values())


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 2, 2)])
def test_small_precisions_against_a_root_finder(shape: tuple[int, ...]) -> None:
    # Near uniform choice the response is unique, so any root finder must find the same.
    draw = random.Random(f"roots {shape}")
    for _ in range(20 if THOROUGH else 3):
        tables = random_tables(draw, shape)
        game = hg.matrix_game(*tables)
        bounds = np.cumsum((0, *shape))

        def gap(values: np.ndarray, tables=tables, bounds=bounds) -> np.ndarray:
            mixed = [values[a:b] for a, b in pairwise(bounds)]
            return values - np.concatenate(response(tables, mixed, 0.03))

        expected = fsolve(gap, np.concatenate([np.full(size, 1 / size) for size in shape]), xtol=1e-13)
        (found,) = hg.solve(game, "qre", precision="0.03")
        assert np.abs(found.profile.probabilities.astype(float) - expected).max() < 1e-10
        assert found.error is not None
        assert found.error < F(1, 10**12)


def test_small_precisions_against_gambit() -> None:
    pygambit = pytest.importorskip("pygambit")
    draw = random.Random(23)
    for shape in ((2, 2), (3, 3), (2, 2, 2)):
        tables = random_tables(draw, shape)
        theirs = pygambit.Game.from_arrays(*[table.astype(int) for table in tables])
        profile = pygambit.qre.logit_solve_lambda(theirs, lam=[0.1])[0].profile
        (found,) = hg.solve(hg.matrix_game(*tables), "qre", precision="1/10")
        flat = [float(profile[s]) for player in theirs.players for s in player.strategies]
        assert np.abs(found.profile.probabilities.astype(float) - flat).max() < 1e-5


def test_units_of_payoff_are_units_of_precision() -> None:
    draw = random.Random(3)
    tables = random_tables(draw, (3, 3))
    (plain,) = hg.solve(hg.matrix_game(*tables), "qre", precision="1/4")
    for scale in (10**40, F(1, 10**40)):
        moved = hg.matrix_game(*[table * scale + 10**3 for table in tables])
        (found,) = hg.solve(moved, "qre", precision=F(1, 4) / scale)
        assert np.abs((found.profile.probabilities - plain.profile.probabilities).astype(float)).max() < 1e-14


def test_impossible_moves_of_chance_are_trembles() -> None:
    # The second mover knows the draw; after the draw that cannot happen the reply is the logit reply all the same.
    replies = {a: Move(f"after {a}", 0, {"x": (1,), "y": (0,)}) for a in ("l", "m", "r")}
    game = game_from(["A"], Move("luck", CHANCE, replies, {"l": 1, "m": 0, "r": 0}))
    (found,) = hg.solve(game, "qre", precision=2)
    for label in ("after l", "after m", "after r"):
        assert abs(float(found.profile.at(label)["x"]) - 1 / (1 + math.exp(-2))) < 1e-14
    # Not knowing which of two impossible draws it is: equal weights, by their equal trembles.
    hidden = {a: Move("unseen", 0, {"x": (worth,), "y": (0,)}) for a, worth in (("m", 3), ("r", -1))}
    game = game_from(["A"], Move("luck", CHANCE, {"l": (0,), **hidden}, {"l": 1, "m": 0, "r": 0}))
    (found,) = hg.solve(game, "qre", precision=1)
    assert abs(float(found.profile.at("unseen")["x"]) - 1 / (1 + math.exp(-1))) < 1e-14


# --- published numbers ----------------------------------------------------------------------------------------------------


def test_mckelvey_and_palfrey_on_ochs() -> None:
    # McKelvey and Palfrey (1995, section 5) fit 1.84 to 128 plays with frequencies 0.527 and 0.366; Gambit's
    # documentation, which replicates them, gives 0.6157 and 0.3833 there and a log-likelihood of −174.76.
    found = hg.estimate_precision(OCHS, {"Row": {"Up": 527, "Down": 473}, "Column": {"Left": 366, "Right": 634}})
    assert abs(found.precision - 1.8456) < 1e-4
    assert abs(float(found.profile.at("Row")["Up"]) - 0.61565) < 1e-5
    assert abs(float(found.profile.at("Column")["Left"]) - 0.3833) < 1e-4
    assert abs(found.log_likelihood * 128 / 1000 - -174.76453) < 1e-5
    assert found.observations == 2000
    assert "standard error" in str(found)


def test_the_own_payoff_effect() -> None:
    # In equilibrium the row player mixes halves whatever the own prize; in quantal response a larger prize attracts
    # (Goeree and Holt 2001; McKelvey, Palfrey and Weber 2000). At the limit the effect is gone, the column player adapts.
    shares = []
    for prize in (1, 4, 9):
        game = hg.matrix_game([[prize, 0], [0, 1]], [[0, 1], [1, 0]])
        (found,) = hg.solve(game, "qre", precision=1)
        shares.append(float(found.profile.at("Player 1")["1"]))
        branch = hg.logit_branch(game)
        assert np.allclose(branch.probabilities[-1], [0.5, 0.5, 1 / (1 + prize), prize / (1 + prize)], atol=1e-3)
    assert shares[0] == 0.5
    assert shares[0] < shares[1] < shares[2]


# --- what is said about them ----------------------------------------------------------------------------------------------


def test_never_called_an_equilibrium() -> None:
    found = hg.solve(OCHS, "qre", precision=2)
    assert found.complete == "some"
    assert "not Nash equilibria" in found.notes[0]
    assert not found[0].certificate.exact
    assert not found[0].strict
    assert found[0].certificate.largest_gain > 0
    branch = hg.logit_branch(OCHS)
    assert "not a Nash equilibrium" in str(branch)
    assert branch.regret > 0
    assert "limit" in branch.notes[0]


def test_the_limit_has_its_regret() -> None:
    # Odds of exp(-precision) for the dominated action: what the best reply would add falls like that.
    game = hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    at_two = hg.logit_branch(game, 2)
    assert at_two.precisions[-1] == 2
    mixed = split(game, at_two.probabilities[-1])
    now = [float(mixed[0] @ t.astype(float) @ mixed[1]) for t in (game.payoff_table()[0], game.payoff_table()[1])]
    best = float(max(game.payoff_table()[0].astype(float) @ mixed[1]))
    assert abs(float(at_two.regret) - (best - now[0])) < 1e-12
    assert hg.logit_branch(game).regret < at_two.regret


def test_a_branch_as_data() -> None:
    branch = hg.logit_branch(OCHS, "3/2")
    rows = branch.rows()
    assert len(rows) == len(branch)
    assert list(rows[0]) == ["precision", "Row.Up", "Row.Down", "Column.Left", "Column.Right", "residual"]
    assert rows[0]["Row.Up"] == 0.5
    assert rows[-1]["precision"] == 1.5
    assert branch.notes == ()
    (found,) = hg.solve(OCHS, "qre", precision="3/2")
    assert abs(rows[-1]["Row.Up"] - float(found.profile.at("Row")["Up"])) < 1e-12


def test_symmetric_games_cross_other_branches() -> None:
    # Chicken: the symmetric branch goes to the mixed equilibrium, and the one-sided ones fork off it.
    game = hg.matrix_game([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    branch = hg.logit_branch(game)
    assert len(branch.crossings) == 1
    assert any("crosses another one near precision" in note for note in branch.notes)
    assert np.allclose(branch.probabilities[-1], [1 / 3, 2 / 3, 1 / 3, 2 / 3], atol=1e-3)
    # Where the fork is: the slope of the reply to the other's Dare is −1. With d the share of Dare, the gain of Dare is
    # 1 − 3d, so the log-odds of d are λ (1 − 3d), and the slope of d in the other's is −3 λ d (1 − d) = −1.
    d, precision = _fork()
    crossing = branch.crossings[0]
    assert abs(crossing - precision) < 0.3 * precision
    before, after = (
        branch.probabilities[branch.precisions < precision][-1][0],
        branch.probabilities[branch.precisions > precision][0][0],
    )
    assert after <= d <= before


def _fork() -> tuple[float, float]:
    def gap(v: np.ndarray) -> list[float]:
        d, precision = v
        return [math.log(d / (1 - d)) - precision * (1 - 3 * d), 3 * precision * d * (1 - d) - 1]

    d, precision = fsolve(gap, [0.4, 1.5])
    return float(d), float(precision)


# --- turning points -------------------------------------------------------------------------------------------------------


TURNING = hg.matrix_game([[3, 0, -9], [-6, -9, -2], [4, 8, -3]], [[9, -5, -5], [-6, -4, -1], [5, 5, -4]])
"""A game whose principal branch turns back (about one random 3 × 3 game in sixty does), from precision 0.98 to 0.81."""


def test_turning_points_are_passed_and_all_passages_reported() -> None:
    game = TURNING
    branch = hg.logit_branch(game)
    back = np.flatnonzero(np.diff(branch.precisions) < 0)
    high, low = branch.precisions[back[0]], branch.precisions[back[-1] + 1]
    assert low < high
    middle = F((low + high) / 2).limit_denominator(10**6)
    found = hg.solve(game, "qre", precision=middle)
    assert len(found) == 3
    assert any("passes this precision 3 times" in note for note in found.notes)
    tables = list(game.payoff_table())
    for each in found:
        mixed = split(game, each.profile.probabilities)
        assert all(
            np.abs(own - reply).max() < 1e-9
            for own, reply in zip(mixed, response(tables, mixed, float(middle)), strict=True)
        )
        assert each.error is not None
        assert each.error < F(1, 10**10)
    assert len({e.profile for e in found}) == 3
    # The first passage ends the branch that is asked for up to there.
    first = hg.logit_branch(game, middle)
    assert np.allclose(first.probabilities[-1], found[0].profile.probabilities.astype(float), atol=1e-9)


def test_the_step_does_not_decide_where_the_branch_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(31)
    games = [TURNING, *(hg.matrix_game(*random_tables(draw, shape)) for shape in ((3, 3), (2, 2, 2)))]
    coarse = [hg.logit_branch(game) for game in games]
    monkeypatch.setattr(quantal, "LARGEST_STEP", quantal.LARGEST_STEP / 4)
    for game, one in zip(games, coarse, strict=True):
        fine = hg.logit_branch(game)
        assert len(fine) > len(one)
        assert np.allclose(fine.probabilities[-1], one.probabilities[-1], atol=1e-3)
        assert (np.diff(fine.precisions) < 0).any() == (np.diff(one.precisions) < 0).any()


# --- proofs ---------------------------------------------------------------------------------------------------------------


def test_the_bound_is_proved_and_true() -> None:
    draw = random.Random(13)
    for shape in ((2, 2), (3, 2), (2, 2, 2)):
        tables = random_tables(draw, shape)
        game = hg.matrix_game(*tables)
        branch = Branch(game)
        point = branch.at(F(1, 3)).points[0]
        proved = proved_response(game, branch.equations, point.logs, F(1, 3) * branch.equations.unit)
        assert proved is not None
        assert proved.error < F(1, 10**14)
        for s in range(len(shape)):
            assert sum(proved.probabilities[list(game.form.slots(s))]) == 1
        # From a point that is off by 1e-4 the same response is found: the proof refines it.
        nudged = proved_response(game, branch.equations, point.logs + 1e-4, F(1, 3) * branch.equations.unit)
        assert nudged is not None
        assert max(abs(nudged.probabilities - proved.probabilities)) <= nudged.error + proved.error


def test_no_proof_where_there_is_no_solution_near() -> None:
    balls = Balls(OCHS, Branch(OCHS).equations, F(2))
    assert quantal_proof.proved(balls, [ball(float(x)) for x in np.log([0.9, 0.1, 0.9, 0.1])]) is None


def test_large_games_are_not_proved_but_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantal_proof, "MAX_WORK", 0)
    found = hg.solve(OCHS, "qre", precision=2)
    assert any("was not proved" in note for note in found.notes)
    assert 0 < found[0].error < F(1, 10**12)


# --- large stakes, large precisions -----------------------------------------------------------------------------------------


def big_stakes(scale: object) -> hg.Game:
    """Row gets 9 at (U, U) and 1 at (D, D), Column 1 where they differ; times the scale."""
    k = F(scale)  # type: ignore[arg-type]
    return hg.matrix_game([[9 * k, 0], [0, k]], [[0, k], [k, 0]])


def penny_response(stakes: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The response of `big_stakes` to 60 digits: log(p/(1-p)) = L(10q - 1), log(q/(1-q)) = L(1 - 2p). The first gives q as a
    rising function of p, the second as a falling one: halving.
    """
    low, high = mpmath.mpf(0), mpmath.mpf(1)
    for _ in range(200):
        p = (low + high) / 2
        first = (1 + mpmath.log(p / (1 - p)) / stakes) / 10
        second = 1 / (1 + mpmath.exp(-stakes * (1 - 2 * p)))
        low, high = (low, p) if first > second else (p, high)
    return p, (1 + mpmath.log(p / (1 - p)) / stakes) / 10


@pytest.mark.parametrize("digits", [3, 5, 6, 9, 15])
def test_stakes_of_any_size_have_their_proved_response(digits: int) -> None:
    with mpmath.workdps(60):
        p, q = penny_response(10**digits)
        for scale, precision in ((10**digits, 1), (1, 10**digits), (F(1, 1000), 10 ** (digits + 3))):
            found = hg.solve(big_stakes(scale), "qre", precision=precision)[0]
            assert not any(
                "not proved" in note for note in hg.solve(big_stakes(scale), "qre", precision=precision).notes
            )
            for value, true in zip(found.profile.probabilities, (p, 1 - p, q, 1 - q), strict=True):
                assert abs(mpmath.mpf(value.numerator) / value.denominator - true) <= float(found.error)
            assert found.error < F(1, 10**15)


def test_what_the_expected_answer_says_of_stakes_of_a_million() -> None:
    p, _, q, _ = hg.solve(big_stakes(10**6), "qre", precision=1)[0].profile.probabilities
    assert f"{float(p):.10f} {float(q):.14f}" == "0.5000010986 0.10000000000044"


def test_a_player_with_small_stakes_stays_unsure_beside_one_with_large_ones() -> None:
    # Row's first action is better by 10^9 whatever Column does, Column's by 1: at precision 1 Row errs with probability
    # exp(-10^9), and Column takes the first action with e / (1 + e).
    found = hg.solve(hg.matrix_game([[10**9, 10**9], [0, 0]], [[1, 0], [1, 0]]), "qre", precision=1)[0]
    first, second, left, _ = found.profile.probabilities
    assert (first, second) == (1, 0)
    with mpmath.workdps(40):
        true = mpmath.e / (1 + mpmath.e)
        assert abs(mpmath.mpf(left.numerator) / left.denominator - true) <= float(found.error) < 1e-15


def test_a_branch_whose_log_probabilities_grow_without_end_is_followed() -> None:
    # Row's second action is weakly dominated: worse by the probability c of Column's second. Column's second is worse by what
    # Row's second is not played: with r its probability, log((1-r)/r) = L c and log((1-c)/c) = L (1 - 2r). Column's c tends to 0
    # as log(L)/L would, if r stayed below 1/2; the equations are what is checked, to the bound.
    game = hg.matrix_game([[1, 1], [1, 0]], [[1, 0], [0, 1]])
    precision = 10**8
    found = hg.solve(game, "qre", precision=precision)[0]
    _, r, _, c = found.profile.probabilities
    with mpmath.workdps(60):
        r_true = mpmath.findroot(
            lambda x: mpmath.log((1 - x) / x) - precision / (1 + mpmath.exp(precision * (1 - 2 * x))),
            mpmath.mpf(float(r)),
        )
        assert abs(mpmath.mpf(r.numerator) / r.denominator - r_true) <= float(found.error)
        assert float(found.error) < 1e-15
        assert 0 < c < F(1, 10**6)


def test_the_largest_precision_that_can_be_written_has_an_answer() -> None:
    p, _, q, _ = hg.solve(big_stakes(1), "qre", precision=F("1e308"))[0].profile.probabilities
    assert (float(p), float(q)) == (0.5, 0.1)
    branch = hg.logit_branch(big_stakes(10**6), 1)
    assert branch.precisions[-1] == 1
    assert f"{branch.probabilities[-1][0]:.10f}" == "0.5000010986"


def test_an_error_in_print_covers_the_rounding_of_what_is_printed() -> None:
    # 1/10 is no binary fraction: its decimal text is 10^-17 and more away from the binary number next to it.
    shown = json_number(F(0.1) + F(1, 10**18), F(1, 10**20))
    assert abs(F(shown["approx"]) - F(0.1) - F(1, 10**18)) + F(1, 10**20) <= F(shown["error"])


# --- limits and refusals --------------------------------------------------------------------------------------------------


def test_where_the_branch_cannot_be_followed_the_message_says_how_far_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_branch, "refined", lambda *_, **__: None)
    with pytest.raises(
        CouldNotFinish, match=r"cannot be followed from precision [89]\.\d+e\+04 to 1\.000e\+9"
    ) as stopped:
        hg.solve(OCHS, "qre", precision=10**9)
    possible = stopped.value.problems[0].remedy.removeprefix("ask for ").split()[0]
    monkeypatch.undo()
    assert hg.solve(OCHS, "qre", precision=F(possible))[0].error < F(1, 10**12)


def test_options_are_checked() -> None:
    with pytest.raises(InputError, match="-1 is negative"):
        hg.solve(OCHS, "qre", precision=-1)
    with pytest.raises(InputError, match="which is not exact"):
        hg.solve(OCHS, "qre", precision=0.5)
    with pytest.raises(InputError, match="precision is for qre"):
        hg.solve(OCHS, "nash", precision=1)
    with pytest.raises(InputError, match="negative"):
        hg.logit_branch(OCHS, -1)
    assert hg.logit_branch(OCHS.fast(), 1).precisions[-1] == 1


def test_time_and_size_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    # Forty actions each: hundreds of points, of which the first takes well under a second and all take several.
    draw = random.Random(2)
    game = hg.matrix_game(*random_tables(draw, (40, 40)))
    branch = hg.logit_branch(game, time_limit=1)
    assert any("not complete" in note for note in branch.notes)
    assert len(branch) >= 1
    assert branch.residuals.max() <= 1e-10
    with pytest.raises(CouldNotFinish, match="time limit"):
        hg.estimate_precision(game, {"Player 1": {"1": 3}}, time_limit=0.01)
    monkeypatch.setattr(quantal_equations, "MAX_ENTRIES", 10)
    with pytest.raises(CouldNotFinish, match="too large for quantal response"):
        hg.logit_branch(OCHS)


# --- estimation -----------------------------------------------------------------------------------------------------------


def log_likelihood(game: hg.Game, counts: dict[str, dict[str, int]], precision: float) -> float:
    rows = hg.logit_branch(game, F(precision).limit_denominator(10**9)).rows()[-1]
    return sum(
        n * math.log(rows[f"{label}.{action}"]) for label, each in counts.items() for action, n in each.items() if n
    )


def test_the_estimate_is_the_top_of_the_likelihood() -> None:
    game = hg.matrix_game([[9, 0], [0, 1]], [[0, 1], [1, 0]], players=["R", "C"])
    counts = {"R": {"1": 70, "2": 30}, "C": {"1": 20, "2": 80}}
    found = hg.estimate_precision(game, counts)
    best = minimize_scalar(
        lambda x: -log_likelihood(game, counts, x), bounds=(2, 8), method="bounded", options={"xatol": 1e-7}
    )
    assert abs(found.precision - best.x) < 1e-5
    assert abs(found.log_likelihood + best.fun) < 1e-9
    assert abs(log_likelihood(game, counts, found.precision) - found.log_likelihood) < 1e-8
    # The standard error from the curvature, by differences of the likelihood itself.
    h = 0.01
    bend = (
        log_likelihood(game, counts, found.precision + h)
        + log_likelihood(game, counts, found.precision - h)
        - 2 * found.log_likelihood
    ) / h**2
    assert found.standard_error is not None
    assert abs(found.standard_error - 1 / math.sqrt(-bend)) < 1e-3 * found.standard_error
    assert abs(found.uniform - 200 * math.log(0.5)) < 1e-9


@pytest.mark.parametrize("true", [F(1, 5), F(2)])
def test_the_precision_that_made_the_data_is_found_again(true: Fraction) -> None:
    for game in (OCHS, hg.load("cherry-picking").at()):
        (profile,) = hg.solve(game, "qre", precision=true)
        counts = {
            label: {action: round(10**9 * float(p)) for action, p in mixture.items()}
            for label, mixture in profile.profile.as_dict().items()
        }
        found = hg.estimate_precision(game, counts)
        assert abs(found.precision - float(true)) < 1e-4 * (1 + float(true))
        assert not found.at_limit


def test_ends_of_the_branch() -> None:
    dilemma = hg.matrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    # Always the dominant action: the more precise the likelier.
    found = hg.estimate_precision(dilemma, {"Player 1": {"2": 10}})
    assert found.at_limit
    assert found.standard_error is None
    assert "no finite precision is best" in str(found)
    # Mostly the dominated one: even uniform choice is too precise.
    found = hg.estimate_precision(dilemma, {"Player 1": {"1": 9, "2": 1}})
    assert (found.precision, found.at_limit) == (0.0, False)
    assert found.log_likelihood == found.uniform
    # Nothing at stake: the data say nothing.
    found = hg.estimate_precision(hg.matrix_game([[0, 0]], [[0, 0]]), {"Player 2": {"1": 9}})
    assert (found.precision, found.at_limit) == (0.0, False)


def test_counts_need_not_be_whole() -> None:
    # Ten times as many choices: the same estimate, and a standard error smaller by the root of ten.
    tenth = hg.estimate_precision(
        OCHS, {"Row": {"Up": "67.456", "Down": F(8432, 125)}, "Column": {"Left": 30, "Right": 60}}
    )
    whole = hg.estimate_precision(
        OCHS, {"Row": {"Up": "674.56", "Down": "674.56"}, "Column": {"Left": 300, "Right": 600}}
    )
    assert tenth.observations == F(67456, 1000) * 2 + 90
    assert math.isclose(tenth.precision, whole.precision, rel_tol=1e-6)
    assert math.isclose(tenth.standard_error or 0, (whole.standard_error or 0) * math.sqrt(10), rel_tol=1e-3)
    assert precision_answer(OCHS, tenth)["observations"] == "28114/125"


def test_the_command_line_takes_counts_as_exact_numbers() -> None:
    call = ["precision", "engagement-card", "--count", "Choice.Engage=67.456", "--count", "Choice.Align=8432/125"]
    said = CliRunner().invoke(cli, call)
    assert "16864/125 choices" in said.output
    for wrong in ("x", "-1", "1/0", ""):
        refused = CliRunner().invoke(cli, [*call[:3], f"Choice.Engage={wrong}"])
        assert isinstance(refused.exception, InputError)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"Rows": {"Up": 1}}, "did you mean 'Row'"),
        ({"Row": {"Upp": 1}}, "did you mean 'Up'"),
        ({"Row": {"Up": -1}}, "-1"),
        ({"Row": {"Up": 0.5}}, "0.5"),
        ({"Row": {"Up": True}}, "True"),
        ({"Row": {"Up": 0}}, "no choice was observed"),
        ({}, "no choice was observed"),
    ],
)
def test_counts_are_checked(counts: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        hg.estimate_precision(OCHS, counts)


def test_batches_are_refused() -> None:
    game = game_on(OCHS.form, OCHS.payoffs)
    batch = type(game)(
        game.form, game.payoffs[:, :, None].astype(float), game.chance[:, None].astype(float), OCHS.fast().arithmetic
    )
    with pytest.raises(InputError, match="payoffs that are numbers"):
        hg.logit_branch(batch)


def test_it_prints() -> None:
    text = str(hg.logit_branch(OCHS, 2))
    assert text.splitlines()[0].endswith("points of the principal logit branch, of which 12:")
    assert isinstance(hg.logit_branch(OCHS, 2), LogitBranch)
