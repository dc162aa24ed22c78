"""Trees for two players by their sequence form: equilibria by Gambit's exact regret, the whole set of a zero-sum game beside the table."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pygambit
import pytest

import hedging_games as hg
from hedging_games.errors import ConceptError, CouldNotFinish
from hedging_games.formats import efg_text
from hedging_games.games.reductions import count_plans
from hedging_games.games.sequences import sequence_payoffs, sequences_of
from hedging_games.games.values import expected_payoffs
from hedging_games.solvers import lemke, methods, sequence_form
from hedging_games.solvers.pivoting import Tableau, WholeTableau
from hedging_games.solvers.run import Run
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH
from tree_builders import CHANCE, Move, game_from, random_game, random_tree
from two_player_trees import bayes2a, kuhn_poker, monty_hall, mover, palf2, result, tic_tac_toe

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def in_gambit(game: hg.Game) -> Any:
    return pygambit.read_efg(io.StringIO(efg_text(game)))


def regret_in_gambit(game: hg.Game, equilibrium: Any) -> Any:
    """The largest gain of anybody by any plan, as Gambit computes it in rationals; information sets are written in the form's order."""
    theirs = in_gambit(game)
    profile = theirs.mixed_behavior_profile(rational=True)
    for k, player in enumerate(game.players):
        for s, infoset in zip(game.form.sets_of(k), theirs.players[player].infosets, strict=True):
            for slot, action in zip(game.form.slots(s), infoset.actions, strict=True):
                profile[action] = pygambit.Rational(equilibrium.profile.probabilities[slot])
    return profile.max_regret()


def zero_sum(seed: int, **options: Any) -> hg.Game:
    """A random tree in which the second player loses what the first one wins."""

    def turned(node: Any) -> Any:
        if not isinstance(node, Move):
            return (node[0], -node[0])
        return Move(node.label, node.player, {a: turned(child) for a, child in node.branches.items()}, node.odds)

    return game_from(["A", "B"], turned(random_tree(seed, 2, **options)))


@pytest.mark.parametrize("seed", range(200 if THOROUGH else 40))
def test_one_equilibrium_of_any_tree(seed: int) -> None:
    game = random_game(seed, 2, depth=3)
    if sequence_form.misfit(game) is None:
        found = hg.solve(game, "nash", "sequence-form")
        assert found[0].certificate.exact
        assert found[0].certificate.largest_gain == 0
        if count_plans(game.form, 0) * count_plans(game.form, 1) < 500:  # Gambit writes the whole table down
            assert regret_in_gambit(game, found[0]) == 0


@pytest.mark.parametrize("seed", range(100 if THOROUGH else 25))
def test_the_path_ends_in_whole_numbers_too(seed: int) -> None:
    game = random_game(seed, 2, depth=4)
    if sequence_form.misfit(game) is not None:
        return
    sequences = sequence_form._sequence_game(game)
    for kind in (Tableau, WholeTableau):
        basic = lemke._end_of_path(sequences, kind, 0, Run())
        assert basic is not None
        plans = lemke._solved(sequences, basic)
        assert plans is not None
        for own, plan in zip(sequences.sequences, plans, strict=True):
            assert (own.constraints @ np.array(plan, dtype=object)).tolist() == [1] + [0] * len(own.actions)


def test_a_basis_that_floats_have_spoilt_is_not_taken_for_an_equilibrium() -> None:
    sequences = sequence_form._sequence_game(kuhn_poker())
    basic = lemke._end_of_path(sequences, Tableau, 0, Run())
    assert basic is not None
    size = sum(map(len, sequences.sequences))
    accepted = 0
    for label in range(1, size):
        if label == len(sequences.sequences[0]):
            continue  # the other empty sequence
        changed = [(label if x == (label + size) % (2 * size) else x) for x in basic]
        if changed == basic:
            changed = [((label + size) % (2 * size) if x == label else x) for x in basic]
        plans = lemke._solved(sequences, changed)
        if plans is not None:
            accepted += 1
            first, second = (np.array(plan, dtype=object) for plan in plans)
            assert first @ sequences.payoffs[0] @ second * 18 == -_scale(sequences)
    assert accepted < size - 2


def _scale(sequences: lemke.SequenceGame) -> int:
    """Each of Kuhn's six deals has probability 1/6, so payoffs are in sixths."""
    assert {abs(x) for x in sequences.payoffs[0].ravel()} == {0, 1, 2}
    return 6


@pytest.mark.parametrize("seed", range(150 if THOROUGH else 40))
def test_all_equilibria_of_a_zero_sum_tree_are_those_of_its_table(seed: int) -> None:
    game = zero_sum(seed, depth=3)
    if sequence_form.misfit(game) is not None or count_plans(game.form, 0) * count_plans(game.form, 1) > 100:
        return
    table = hg.solve(game, "nash", "extreme-points")
    found = hg.solve(game, "nash", "sequence-form")
    assert found.complete == table.complete
    assert {e.profile for e in found} == {e.profile for e in table}
    assert len(found.components) == len(table.components) == 1
    assert (found.continua == ()) == (table.continua == ())
    assert found.ranges is not None
    worth = {e.payoffs["A"] for e in table}
    assert found.ranges["A"] == (*worth, *worth)


@pytest.mark.parametrize("seed", range(60 if THOROUGH else 12))
def test_the_value_is_gambits(seed: int) -> None:
    game = zero_sum(seed, depth=3)
    if sequence_form.misfit(game) is None:
        found = sequence_form.one(game, Run())
        (theirs,) = pygambit.nash.lp_solve(in_gambit(game), rational=True).equilibria
        assert expected_payoffs(game, found.profile.probabilities)[0] == Fraction(str(theirs.payoff("A")))


def test_kuhn_poker() -> None:
    # Kuhn (1950), cards 0, 1, 2: I bets the lowest card with some probability a up to 1/3 and the highest with 3a, checks the middle one and
    # then calls with a + 1/3. II bets the lowest card after a check with 1/3, calls a bet with the middle one with 1/3. The value is -1/18.
    found = hg.solve(kuhn_poker(), "nash")
    assert (found.method, found.complete) == ("sequence-form", "all")
    assert found.ranges == {"I": (Fraction(-1, 18),) * 2, "II": (Fraction(1, 18),) * 2}
    assert "every equilibrium is worth -1/18 to I, 1/18 to II" in found.notes[0]
    ends = {e.profile.at("I 0")["bet"]: e.profile for e in found}
    assert sorted(ends) == [0, Fraction(1, 3)]
    for a, profile in ends.items():
        third = Fraction(1, 3)
        assert [profile.at(f"I {card}")["bet"] for card in range(3)] == [a, 0, 3 * a]
        assert profile.at("I 1 raised")["call"] == a + third
        assert profile.at("I 0 raised")["call"] == 0
        assert [profile.at(f"II {card} check")["bet"] for card in range(3)] == [third, 0, 1]
        assert [profile.at(f"II {card} bet")["call"] for card in range(3)] == [0, third, 1]
    (cell,) = found.continua
    assert (cell.dimension, cell.points) == (1, (0, 1))
    assert all(e.certificate.largest_gain == 0 and regret_in_gambit(kuhn_poker(), e) == 0 for e in found)


def test_monty_hall() -> None:
    # Switching wins unless the guest has picked the prize at first; who picks at random and switches gets 2/3 of it whatever the host does
    # that leaves the prize hidden, and the host, who is paid for that, is otherwise indifferent.
    (found,) = hg.solve(monty_hall(), "nash", "sequence-form")
    assert found.payoffs == {"Guest": Fraction(200, 3), "Host": 1}
    assert regret_in_gambit(monty_hall(), found) == 0
    # If the host loses what the guest wins, the prize is shown whenever it was not picked: a third is left.
    answer = hg.solve(monty_hall(zero_sum=True), "nash")
    assert answer.method == "sequence-form"
    assert answer.ranges == {"Guest": (Fraction(100, 3),) * 2, "Host": (Fraction(-100, 3),) * 2}
    assert all(e.certificate.largest_gain == 0 for e in answer)


@pytest.mark.parametrize("build", [palf2, bayes2a, monty_hall])
def test_what_its_table_does_not_answer(build: Callable[[], hg.Game]) -> None:
    game = build()
    for options in ({}, {"just_one": True}):
        found = hg.solve(game, "nash", **options)
        assert (len(found), found.complete) == (1, "some")
        assert (found[0].certificate.exact, found[0].certificate.largest_gain) == (True, 0)
        assert regret_in_gambit(game, found[0]) == 0
    assert found.notes == ("just one equilibrium was asked for: there may be others",)


@pytest.mark.parametrize("build", [palf2, bayes2a])
def test_what_a_refusal_of_sequential_equilibria_tells_to_ask_for_is_answered(build: Callable[[], hg.Game]) -> None:
    with pytest.raises(CouldNotFinish, match="ask for 'subgame-perfect' or 'nash'"):
        hg.solve(build(), "sequential", time_limit=60)
    assert hg.solve(build(), "subgame-perfect")[0].certificate.largest_gain == 0
    assert hg.solve(build(), "nash")[0].certificate.largest_gain == 0


def test_what_a_table_too_large_to_list_tells_to_ask_for_is_answered() -> None:
    game = kuhn_poker(10)
    with pytest.raises(CouldNotFinish, match="ask for subgame-perfect equilibria, which can do without") as refused:
        hg.solve(game, "nash", "lemke-howson")
    assert "plans" in str(refused.value) or "cells" in str(refused.value)
    assert hg.solve(game, "subgame-perfect", just_one=True)[0].certificate.largest_gain == 0


def test_what_fits_by_default() -> None:
    small = game_from(["A", "B"], random_tree(3, 2, depth=2))
    assert methods.method_for("nash", small).name == "extreme-points"
    assert methods.method_for("nash", kuhn_poker()).name == "sequence-form"
    assert methods.method_for("nash", kuhn_poker(), "extreme-points").name == "extreme-points"
    assert methods.method_for("nash", hg.matrix_game(*np.zeros((2, 40, 40), dtype=int))).name == "extreme-points"


def test_it_is_refused_where_it_does_not_serve() -> None:
    three = hg.matrix_game(*np.arange(24).reshape(3, 2, 2, 2))
    with pytest.raises(ConceptError, match="it needs two players with a choice, and 3 have one"):
        hg.solve(three, "nash", "sequence-form")
    with pytest.raises(ConceptError, match="and 1 has one"):
        hg.solve(hg.matrix_game([[1, 2]], [[1, 2]]), "nash", "sequence-form")


def test_bystanders_are_paid_and_do_not_spoil_a_zero_sum_game() -> None:
    # Matching pennies, and somebody without a choice who is paid when both choose alike.
    game = hg.matrix_game(
        [[[1], [-1]], [[-1], [1]]], [[[-1], [1]], [[1], [-1]]], [[[5], [0]], [[0], [5]]], players=["A", "B", "C"]
    )
    found = hg.solve(game, "nash", "sequence-form")
    assert (found.complete, len(found)) == ("all", 1)
    assert found.notes == ("zero-sum: every equilibrium is worth 0 to A, 0 to B",)
    assert found[0].payoffs["C"] == Fraction(5, 2)


def test_too_many_optimal_plans_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence_form, "MOST_RAYS", 3)
    found = hg.solve(kuhn_poker(), "nash")
    assert (found.complete, len(found)) == ("some", 1)
    assert "not all pairs of optimal plans are listed" in found.notes[1]
    assert found.ranges == {"I": (Fraction(-1, 18),) * 2, "II": (Fraction(1, 18),) * 2}


def test_out_of_time_what_was_found_is_kept() -> None:
    game, ticks = kuhn_poker(9), count(1)
    late = Run(deadline=200, clock=lambda: next(ticks))
    with pytest.raises(CouldNotFinish, match="time"):
        sequence_form.propose(game, late)
    assert len(late.kept) == 1


def test_payoffs_are_bilinear_in_plans() -> None:
    # A expected payoff is x'Ay: here of uniform play in a game where A moves, chance moves, and B moves without seeing A's move.
    game = game_from(
        ["A", "B"],
        Move(
            "a",
            0,
            {
                m: Move(
                    "n", CHANCE, {c: Move("b", 1, {k: (i + j, i * j) for j, k in enumerate("uv")}) for c in "pq"}, odds
                )
                for i, (m, odds) in enumerate([("l", {"p": 1, "q": 0}), ("r", {"p": 1, "q": 0})])
            },
        ),
    )
    first, second = (sequences_of(game.form, player) for player in range(2))
    table = sequence_payoffs(game, 0, first, second)
    half = [Fraction(1), Fraction(1, 2), Fraction(1, 2)]
    assert np.array(half) @ table @ np.array(half) == 1


@pytest.mark.parametrize("board", ["X  OO   X", "X O X O  ", "XO    X O", *(["XO  X    "] if THOROUGH else [])])
def test_noughts_and_crosses_are_worth_what_minimax_says(board: str) -> None:
    """Ties everywhere: most moves of a drawn or a lost position are as good as any other."""

    def minimax(squares: str) -> int:
        worth = result(squares)
        if worth is not None:
            return worth
        player = mover(squares)
        after = [minimax(squares[:k] + "XO"[player] + squares[k + 1 :]) for k in range(9) if squares[k] == " "]
        return max(after) if player == 0 else min(after)

    game = tic_tac_toe(board)
    candidate = sequence_form.one(game, Run())
    certificate, _ = certify(game, candidate.profile, NASH)
    assert (certificate.exact, certificate.largest_gain) == (True, 0)
    worth = minimax(board)
    assert list(expected_payoffs(game, candidate.profile.probabilities)) == [worth, -worth]
