"""The certificate accepts what the definition accepts and rejects what it rejects; the concepts by name."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedging_games.algebra.arithmetic import EXACT
from hedging_games.errors import ConceptError
from hedging_games.games.form import matrix_form
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.profile import MixedProfile, profile_from, pure_profile
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT, concept_named, default_concept
from tree_builders import CHANCE, Move, Naive, game_from, random_game

LAW = settings(max_examples=80, deadline=None, derandomize=True)


def some_profile(game: Game, seed: int) -> MixedProfile:
    draw = random.Random(seed)
    probabilities = EXACT.zeros((game.form.slot_count,))
    for s, information_set in enumerate(game.form.information_sets):
        if information_set.player != CHANCE:
            weights = [draw.choice([0, 0, 1]) for _ in information_set.actions]
            weights[draw.randrange(len(weights))] += 1
            for slot, weight in zip(game.form.slots(s), weights, strict=True):
                probabilities[slot] = Fraction(weight, sum(weights))
    return MixedProfile(game.form, probabilities)


@LAW
@given(st.integers(0, 10**6), st.sampled_from([2, 3, 9]))
def test_the_largest_gain_is_zero_exactly_for_equilibria(seed: int, values: int) -> None:
    game = random_game(seed, players=1 + seed % 3, depth=1 + seed % 3, values=values)
    if len(game.form.information_sets) > 9:
        return
    naive, profile = Naive(game), some_profile(game, seed)
    play = naive.play_of(profile)
    players = range(len(game.players))
    for concept, roots in ((NASH, [0]), (SUBGAME_PERFECT, naive.roots())):
        gains = [naive.best(root, play, k) - naive.value(root, play, k) for root in roots for k in players] or [
            Fraction(0)
        ]
        certificate, strict = certify(game, profile, concept)
        assert certificate.exact
        assert (certificate.largest_gain == 0) == (max(gains) == 0)
        if concept is NASH:
            assert certificate.largest_gain == max(gains)
        if strict:
            assert profile.is_pure
            assert certificate.largest_gain == 0


def test_strictness_by_hand() -> None:
    # The prisoner's dilemma has a strict equilibrium (1 > 0); with the sucker's payoff 1 it is an equilibrium, not strict.
    for sucker, expected in ((0, True), (1, False)):
        rows = np.array([[2, sucker], [3, 1]])
        game = matrix_game(rows, rows.T, players=["A", "B"], actions=[["c", "d"]] * 2)
        profile = profile_from(game.form, {"A": {"d": 1}, "B": {"d": 1}})
        assert certify(game, profile, NASH) == (certify(game, profile, NASH)[0], expected)
        assert certify(game, profile, NASH)[0].largest_gain == 0
    # Mixed equilibria are never strict.
    pennies = matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    half = MixedProfile(pennies.form, EXACT.array([Fraction(1, 2)] * 4))
    assert certify(pennies, half, NASH)[0].largest_gain == 0
    assert not certify(pennies, half, NASH)[1]
    # Off the mixture a player gains what the other's bias leaves: 2·(2/3 - 1/3)... against (2/3, 1/3) player 1 gets 1/3.
    biased = MixedProfile(pennies.form, EXACT.array([Fraction(1, 2), Fraction(1, 2), Fraction(2, 3), Fraction(1, 3)]))
    assert certify(pennies, biased, NASH)[0].largest_gain == Fraction(1, 3)


def test_a_deviation_that_takes_two_steps_is_found() -> None:
    """One player, two own moves: neither change alone pays, both together do."""
    later = {name: Move(f"Later{name}", 0, {"x": (worth,), "y": (0,)}) for name, worth in (("l", 1), ("r", 2))}
    game = game_from(["P"], Move("First", 0, later))
    # First l with x is worth 1. r, followed by y, would be worth 0, so no single change pays; r and then x is worth 2.
    profile = profile_from(game.form, {"First": {"l": 1}, "Laterl": {"x": 1}, "Laterr": {"y": 1}})
    assert certify(game, profile, NASH)[0].largest_gain == 1
    assert certify(game, profile, SUBGAME_PERFECT)[0].largest_gain == 2


def test_what_is_no_distribution_is_no_profile() -> None:
    game = matrix_game([[1, 0]], [[1, 0]])
    for numbers in ([1, Fraction(1, 2), 0], [1, 2, -1], [0, 0, 1]):
        with pytest.raises(AssertionError, match="no distribution"):
            certify(game, MixedProfile(game.form, EXACT.array(numbers)), NASH)


def test_nothing_to_decide_is_an_equilibrium() -> None:
    over = game_from(["P"], (3,))
    certificate, strict = certify(over, pure_profile(over.form, []), SUBGAME_PERFECT)
    assert (certificate.largest_gain, strict) == (0, True)


def test_concepts_by_name() -> None:
    assert concept_named("nash") is NASH
    with pytest.raises(ConceptError, match="did you mean 'nash'"):
        concept_named("nsah")
    assert default_concept(matrix_form(["A", "B"], [["x", "y"]] * 2)) is NASH
    two = game_from(["A", "B"], Move("First", 0, {"l": (0, 0), "r": Move("Second", 1, {"x": (0, 0), "y": (0, 0)})}))
    assert default_concept(two.form) is SUBGAME_PERFECT
