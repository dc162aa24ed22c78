"""What profiles lead to: tree against table, against naive walks of the tree, and with batch axes against loops."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedging_games.algebra.arithmetic import EXACT, FAST
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import strategic_form
from hedging_games.games.values import (
    continuation_values,
    event_probability,
    expected_payoffs,
    path_outcome,
    reach,
    slot_probabilities,
    terminal_probabilities,
)
from tree_builders import CHANCE, Move, Naive, game_from, plan_count, random_game

SEEDS = st.integers(0, 10**6)
LAW = settings(max_examples=40, deadline=None, derandomize=True)


def mixed(game: Game, seed: int) -> np.ndarray:
    """A random behaviour strategy of everybody: sixths and so on, zeros among them."""
    draw = random.Random(seed)
    probabilities = EXACT.zeros((game.form.slot_count,))
    for s, information_set in enumerate(game.form.information_sets):
        if information_set.player != CHANCE:
            weights = [draw.choice([0, 1, 1, 2, 3]) for _ in information_set.actions]
            weights[draw.randrange(len(weights))] += 1
            for slot, weight in zip(game.form.slots(s), weights, strict=True):
                probabilities[slot] = Fraction(weight, sum(weights))
    return probabilities


def test_by_hand() -> None:
    # A coin (1/3 heads), then a choice that sees it, 1/2 each after heads and x for sure after tails.
    def choice(side: str, x: int, y: int) -> Move:
        return Move(side, 0, {"x": (x, -x), "y": (y, -y)})

    odds = {"h": Fraction(1, 3), "t": Fraction(2, 3)}
    game = game_from(["P", "Q"], Move("Coin", CHANCE, {"h": choice("H", 6, 0), "t": choice("T", 1, 9)}, odds))
    half = Fraction(1, 2)
    probabilities = np.array([Fraction(0), Fraction(0), half, half, Fraction(1), Fraction(0)], dtype=object)
    assert terminal_probabilities(game, probabilities).tolist() == [Fraction(1, 6), Fraction(1, 6), Fraction(2, 3), 0]
    # 6/6 + 0 + 2/3 = 5/3.
    assert expected_payoffs(game, probabilities).tolist() == [Fraction(5, 3), Fraction(-5, 3)]
    assert continuation_values(game, probabilities)[0].tolist() == [Fraction(5, 3), 3, 6, 0, 1, 1, 9]
    assert event_probability(game, probabilities, np.array([True, False, True, False])) == Fraction(5, 6)
    assert event_probability(game, probabilities, np.zeros(4, dtype=bool)) == 0
    assert path_outcome(game, probabilities) == ((0, Fraction(1, 6)), (1, Fraction(1, 6)), (2, Fraction(2, 3)))


@LAW
@given(SEEDS)
def test_values_equal_naive_walks(seed: int) -> None:
    game = random_game(seed, players=1 + seed % 4)
    naive, probabilities = Naive(game), mixed(game, seed)
    play = naive.play_of(MixedProfile(game.form, probabilities))
    values = continuation_values(game, probabilities)
    for player in range(len(game.players)):
        for history in range(game.form.history_count):
            assert values[player, history] == naive.value(history, play, player)
    assert values[:, 0].tolist() == expected_payoffs(game, probabilities).tolist()
    reached = naive.reached(play)
    ours = terminal_probabilities(game, probabilities)
    assert {int(game.form.terminals[z]): p for z, p in path_outcome(game, probabilities)} == reached
    assert sum(ours) == 1


@LAW
@given(SEEDS)
def test_tree_and_table_agree(seed: int) -> None:
    """The mixed plans that a behaviour strategy makes are worth the same in the table, and lead back to the same play."""
    game = random_game(seed, players=2 + seed % 2, depth=2 + seed % 2)
    if plan_count(game) > 3000:
        return
    table, probabilities = strategic_form(game), mixed(game, seed)
    weights = [
        [prod((probabilities[slot] for slot in plan), start=Fraction(1)) for plan in plans] for plans in table.plans
    ]
    assert all(sum(own) == 1 for own in weights)
    expected = [Fraction(0)] * len(game.players)
    for cell in product(*(range(len(plans)) for plans in table.plans)):
        weight = prod((own[k] for own, k in zip(weights, cell, strict=True)), start=Fraction(1))
        for player in range(len(game.players)):
            expected[player] += weight * table.payoffs[(player, *cell)]
    assert expected_payoffs(game, probabilities).tolist() == expected
    # Kuhn (1953): the behaviour made of the mixed plans reaches every history as before.
    again = table.profile(weights)
    assert path_outcome(game, again.probabilities) == path_outcome(game, probabilities)


def batched(
    game: Game, size: int, parts: str, arithmetic: Any
) -> tuple[Game, np.ndarray, list[tuple[Game, np.ndarray]]]:
    """The game with a batch axis on some of payoffs, chance and probabilities (``parts``), and the same point by point."""
    draw = random.Random(7)

    def lift(array: np.ndarray) -> np.ndarray:
        return arithmetic.array(array) if arithmetic is EXACT else array.astype(float)

    payoffs = [lift(game.payoffs * draw.randrange(1, 9)) for _ in range(size)]
    chances, plays = [], []
    for k in range(size):
        chance = game.chance.copy()
        for s in game.form.sets_of(CHANCE):
            slots = list(game.form.slots(s))
            chance[slots] = [Fraction(k + 1, k + 3), Fraction(2, k + 3)]
        chances.append(lift(chance))
        plays.append(lift(mixed(game, k)))

    def point(k: int) -> tuple[Game, np.ndarray]:
        pick = {part: (k if part in parts else 0) for part in "ucp"}
        return Game(game.form, payoffs[pick["u"]], chances[pick["c"]], arithmetic), plays[pick["p"]]

    def stack(part: str, arrays: list[np.ndarray]) -> np.ndarray:
        return np.stack(arrays, axis=-1) if part in parts else arrays[0]

    whole = Game(game.form, stack("u", payoffs), stack("c", chances), arithmetic)
    return whole, stack("p", plays), [point(k) for k in range(size)]


@pytest.mark.parametrize("parts", ["u", "c", "p", "up", "uc", "cp", "ucp"])
@pytest.mark.parametrize("arithmetic", [EXACT, FAST], ids=["exact", "fast"])
def test_batch_axes_come_last_and_equal_the_loop(parts: str, arithmetic: Any) -> None:
    for seed in range(12):
        game = random_game(seed, kinds="dshcp", depth=2)
        whole, plays, points = batched(game, 4, parts, arithmetic)
        event = np.arange(len(game.form.terminals)) % 2 == 0

        def same(left: Any, right: list[Any]) -> None:
            loop = np.stack([np.asarray(r) for r in right], axis=-1)
            spread = np.broadcast_to(left, loop.shape)
            # Floats may be added in another order.
            assert np.allclose(spread, loop, rtol=1e-13) if arithmetic is FAST else np.all(spread == loop)

        same(expected_payoffs(whole, plays), [expected_payoffs(g, p) for g, p in points])
        same(continuation_values(whole, plays), [continuation_values(g, p) for g, p in points])
        same(terminal_probabilities(whole, plays), [terminal_probabilities(g, p) for g, p in points])
        same(event_probability(whole, plays, event), [event_probability(g, p, event) for g, p in points])
        if "p" not in parts and plan_count(game) < 500:
            same(strategic_form(whole).payoffs, [strategic_form(g).payoffs for g, _ in points])


def test_reach_from_several_starts_adds_up() -> None:
    game = random_game(4, depth=2, leaf=0)
    slots = slot_probabilities(game, mixed(game, 1))
    form = game.form
    start = EXACT.zeros((form.history_count,))
    first = form.children[0]
    start[list(first)] = [Fraction(1, 1 + k) for k in range(len(first))]
    found = reach(form, slots, start)
    for k, child in enumerate(first):
        own = reach(form, slots, np.where(np.arange(form.history_count) == child, Fraction(1), Fraction(0)))
        inside = slice(child, form.end[child])
        assert found[inside].tolist() == (own[inside] * Fraction(1, 1 + k)).tolist()
