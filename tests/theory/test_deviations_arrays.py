"""Gains computed over arrays of whole numbers are those found by walking the tree."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_poly

import hedging_games as hg
from hedging_games.algebra.algebraic import AlgebraicNumber, quadratic_field
from hedging_games.algebra.arithmetic import EXACT
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.values import continuation_values, event_probability, expected_payoffs, terminal_probabilities
from hedging_games.theory import deviations
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT
from hedging_games.theory.deviations import best_plan_gain, is_strict, table_worths, whole_scope
from tree_builders import CHANCE, random_game


def profile_of(game: Game, draw: random.Random, *, pure: bool) -> np.ndarray:
    probabilities = EXACT.zeros((game.form.slot_count,))
    for s, information_set in enumerate(game.form.information_sets):
        if information_set.player != CHANCE:
            weights = [0 if pure else draw.choice([0, 1, 1, 7]) for _ in information_set.actions]
            weights[draw.randrange(len(weights))] += 1
            for slot, weight in zip(game.form.slots(s), weights, strict=True):
                probabilities[slot] = Fraction(weight, sum(weights))
    return probabilities


def number(draw: random.Random, largest: int) -> Fraction:
    return Fraction(draw.randrange(-largest, largest), draw.choice([1, 1, 3, 10]))


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("largest", [2, 1000, 2**60, 10**30])
def test_tables_of_matrix_games(largest: int, pure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Payoffs of 2^60 and above leave 64 bits, alone or once multiplied.
    draw = random.Random(f"tables {largest} {pure}")
    compared = 0
    for shape in ((2, 2), (1, 3), (3, 2, 2), (2, 1, 3), (2, 2, 2, 2)):
        for _ in range(4):
            tables = [
                np.array([number(draw, largest) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)
                for _ in shape
            ]
            game = hg.matrix_game(*tables)
            probabilities = profile_of(game, draw, pure=pure)
            scope = whole_scope(game)
            for player in range(len(shape)):
                found = table_worths(game, probabilities, player)
                gain = best_plan_gain(game, probabilities, scope, player)
                strict = is_strict(game, probabilities, scope, player)
                with monkeypatch.context() as patch:
                    patch.setattr(deviations, "table_worths", lambda *_: None)
                    assert found == deviations.direct_values(game, probabilities, scope, player)
                    assert gain == best_plan_gain(game, probabilities, scope, player)
                    assert strict == is_strict(game, probabilities, scope, player)
                compared += gain > 0
    assert compared > 20


@pytest.mark.parametrize("largest", [2, 3, 10**30])
def test_all_players_of_a_matrix_game_at_once(largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is what the walk through the tree finds, player by player, of equilibria and of other profiles."""
    draw = random.Random(f"at once {largest}")
    kinds: set[tuple[bool, bool]] = set()
    for k in range(120):
        shape = ((2, 2), (1, 3), (3, 2, 2), (2, 1, 3))[k % 4]
        game = hg.matrix_game(
            *(np.vectorize(lambda _: number(draw, largest), otypes=[object])(np.zeros(shape)) for _ in shape)
        )
        profiles = [profile_of(game, draw, pure=k % 3 == 0)]
        profiles += [e.profile.probabilities for e in hg.solve(game, "pure-nash")]
        for probabilities in profiles:
            profile = MixedProfile(game.form, probabilities)
            certificate, strict = certify(game, profile, NASH)
            with monkeypatch.context() as patch:
                patch.setattr(deviations, "table_worths", lambda *_: None)
                gains = [best_plan_gain(game, probabilities, whole_scope(game), p) for p in range(len(shape))]
                every = all(is_strict(game, probabilities, whole_scope(game), p) for p in range(len(shape)))
            assert certificate.largest_gain == max(gains)
            assert strict == (profile.is_pure and every and max(gains) == 0)
            kinds.add((max(gains) > 0, strict))
    assert kinds >= {(True, False), (False, True)}
    assert ((False, False) in kinds) == (largest < 10)  # large payoffs do not tie


def test_other_numbers_are_left_to_the_walk() -> None:
    game = hg.matrix_game([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    half = np.full(4, 0.5)
    assert table_worths(game.fast(), half, 0) is None
    assert table_worths(game, half.astype(object), 0) is None


def test_irrational_probabilities_of_one_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of irrational equilibria, and of the same numbers played by others, which are no equilibria, the certificate is what the walk finds."""
    draw = random.Random("irrational")
    gains = met = 0
    for shape in ((2, 2, 2),) * 40 + ((3, 2, 2),) * 40 + ((2, 2, 2, 2),) * 2:
        tables = [np.array([draw.randint(-9, 9) for _ in range(int(np.prod(shape)))]).reshape(shape) for _ in shape]
        game = hg.matrix_game(*tables)
        for found in hg.solve(game, "nash"):
            probabilities = found.profile.probabilities
            if not any(isinstance(p, AlgebraicNumber) for p in probabilities) or found.error is not None:
                continue
            met += 1
            moved = [probabilities[list(game.form.slots(s))] for s in range(len(shape))]
            moved[-2:] = moved[:-3:-1]  # the last two swap what they play
            for profile in (probabilities, np.concatenate(moved)):
                certificate, strict = certify(game, MixedProfile(game.form, profile), NASH)
                scope = whole_scope(game)
                with monkeypatch.context() as patch:
                    patch.setattr(deviations, "table_worths", lambda *_: None)
                    regrets = [best_plan_gain(game, profile, scope, player) for player in range(len(shape))]
                assert certificate.largest_gain == max(regrets)
                assert not strict
                gains += certificate.largest_gain > 0
            assert list(found.payoffs.values()) == expected_payoffs(game, probabilities).tolist()
    assert met > 5
    assert gains > 3


def test_numbers_of_two_fields_are_left_to_the_walk() -> None:
    game = hg.matrix_game([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    two, three = quadratic_field(2), quadratic_field(3)
    p, q = (AlgebraicNumber(field, fmpq_poly([0, fmpq(1, 2)])) for field in (two, three))  # half the roots of 2 and 3
    profile = np.array([p, 1 - p, q, 1 - q], dtype=object)
    assert table_worths(game, profile, 0) is None
    # Against q the first action is worth q, the second 1 - q; what is played is worth p q + (1 - p)(1 - q); the other is paid the rest.
    worth = p * q + (1 - p) * (1 - q)
    expected = max(q - worth, worth - min(p, 1 - p))
    assert certify(game, MixedProfile(game.form, profile), NASH)[0].largest_gain == expected


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("scale", [1, 10**30])
def test_decisions_of_perfect_information(scale: int, pure: bool) -> None:
    """The certificate of all stages at once is the one stage by stage; profiles are mostly no equilibria."""
    draw = random.Random(f"decisions {scale} {pure}")
    gains = stricts = 0
    for seed in range(400):
        game = random_game(seed, kinds="dc" if seed % 2 else "d", depth=3)
        if not game.form.has_perfect_information:
            continue
        game = Game(game.form, game.payoffs * scale, game.chance)
        probabilities = profile_of(game, draw, pure=pure)
        if seed % 3 == 0:  # a pure one that is best, as far as ties allow
            probabilities = hg.solve(game, "subgame-perfect")[0].profile.probabilities
        certificate, strict = certify(game, MixedProfile(game.form, probabilities), SUBGAME_PERFECT)
        largest, every = Fraction(0), MixedProfile(game.form, probabilities).is_pure
        for scope in SUBGAME_PERFECT.scopes(game, probabilities):
            for player in {game.form.information_sets[s].player for s in scope.sets} - {CHANCE}:
                largest = max(largest, best_plan_gain(game, probabilities, scope, player))
                every = every and is_strict(game, probabilities, scope, player)
        assert (certificate.largest_gain, strict) == (largest, every and largest == 0), seed
        gains, stricts = gains + (largest > 0), stricts + strict
    assert gains > 20
    assert stricts > 5


def test_expectations_and_events_over_what_is_reached() -> None:
    draw = random.Random("reached")
    for seed in range(60):
        game = random_game(seed)
        probabilities = profile_of(game, draw, pure=seed % 2 == 0)
        reached = terminal_probabilities(game, probabilities)
        assert expected_payoffs(game, probabilities).tolist() == (game.payoffs @ reached).tolist()
        assert continuation_values(game, probabilities)[:, 0].tolist() == (game.payoffs @ reached).tolist()
        event = np.array([draw.random() < 0.5 for _ in reached])
        assert event_probability(game, probabilities, event) == sum(reached[event], Fraction(0))


def test_a_certificate_of_a_large_matrix_game_is_exact() -> None:
    size = 40
    draw = np.random.default_rng(4)
    tables = draw.integers(-99, 100, (2, size, size))
    game = hg.matrix_game(*tables)
    probabilities = profile_of(game, random.Random(1), pure=False)
    x, y = probabilities[:size], probabilities[size:]
    A, B = (table.astype(object) for table in tables)
    gains = (A @ y).max() - x @ A @ y, (x @ B).max() - x @ B @ y
    assert certify(game, MixedProfile(game.form, probabilities), NASH)[0].largest_gain == max(gains)
