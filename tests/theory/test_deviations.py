"""What deviations are worth: against naive best replies, in every arithmetic, with batch axes; and the laws of gains."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedging_games.algebra.arithmetic import EXACT, FAST, symbolic_arithmetic
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.values import continuation_values, expected_payoffs
from hedging_games.theory.concepts import NASH, SUBGAME_PERFECT
from hedging_games.theory.deviations import (
    Scope,
    best_plan_gain,
    is_strict,
    one_shot_gains,
    stage_scope,
    whole_scope,
)
from tree_builders import CHANCE, Move, Naive, game_from, random_game

SEEDS = st.integers(0, 10**6)
LAW = settings(max_examples=40, deadline=None, derandomize=True)


def mixed(game: Game, seed: int, *, pure: bool = False) -> np.ndarray:
    draw = random.Random(seed)
    probabilities = EXACT.zeros((game.form.slot_count,))
    for s, information_set in enumerate(game.form.information_sets):
        if information_set.player != CHANCE:
            weights = [0 if pure else draw.choice([0, 1, 1, 2]) for _ in information_set.actions]
            weights[draw.randrange(len(weights))] += 1
            for slot, weight in zip(game.form.slots(s), weights, strict=True):
                probabilities[slot] = Fraction(weight, sum(weights))
    return probabilities


def scopes(game: Game, probabilities: np.ndarray) -> Iterator[Scope]:
    yield from NASH.scopes(game, probabilities)
    yield from SUBGAME_PERFECT.scopes(game, probabilities)


def roots_and_sets(game: Game) -> list[tuple[int, tuple[int, ...]]]:
    """Of the scopes above: where play starts, and the sets whose choices may change."""
    everything = tuple(range(len(game.form.information_sets)))
    return [(0, everything), *((stage.root, stage.sets) for stage in game.form.stages)]


def changes(game: Game, sets: Any, player: int) -> Iterator[dict[int, list[Fraction]]]:
    """Every choice of actions at the player's sets among ``sets``."""
    own = [s for s in sets if game.form.information_sets[s].player == player]
    sizes = [len(game.form.information_sets[s].actions) for s in own]
    for choice in product(*map(range, sizes)):
        yield {
            s: [Fraction(int(k == action)) for k in range(size)]
            for s, size, action in zip(own, sizes, choice, strict=True)
        }


@LAW
@given(SEEDS, st.booleans())
def test_best_plans_against_all_plans(seed: int, pure: bool) -> None:
    game = random_game(seed, players=1 + seed % 3, depth=2 + seed % 2)
    naive, probabilities = Naive(game), mixed(game, seed, pure=pure)
    play = naive.play_of(MixedProfile(game.form, probabilities))
    for (root, sets), scope in zip(roots_and_sets(game), scopes(game, probabilities), strict=True):
        for player in range(len(game.players)):
            own = [len(game.form.slots(s)) for s in sets if game.form.information_sets[s].player == player]
            if np.prod(own) > 500:
                continue
            followed = naive.value(root, play, player)
            best = max(naive.value(root, play | change, player) for change in changes(game, sets, player))
            assert best_plan_gain(game, probabilities, scope, player) == best - followed


@LAW
@given(SEEDS)
def test_strict_means_every_other_plan_is_worse(seed: int) -> None:
    game = random_game(seed, players=1 + seed % 3, depth=2, values=6)
    naive, probabilities = Naive(game), mixed(game, seed, pure=True)
    play = naive.play_of(MixedProfile(game.form, probabilities))
    for (root, sets), scope in zip(roots_and_sets(game), scopes(game, probabilities), strict=True):
        for player in range(len(game.players)):
            own = [len(game.form.slots(s)) for s in sets if game.form.information_sets[s].player == player]
            if np.prod(own) > 500:
                continue
            followed = naive.value(root, play, player)
            # A plan is another one only if it differs where the player's own choices lead.
            others = [
                naive.value(root, play | change, player)
                for change in changes(game, sets, player)
                if reduced(game, change, sets) != reduced(game, {s: play[s] for s in change}, sets)
            ]
            assert is_strict(game, probabilities, scope, player) == all(worth < followed for worth in others)


def reduced(game: Game, choice: dict[int, list[Fraction]], sets: Any) -> frozenset[int]:
    """The slots of a pure choice that the choice itself does not rule out."""
    kept: set[int] = set()
    for s in sorted(choice, key=lambda s: game.form.histories_of[s][0]):
        before = int(game.form.own_parent_slot[s])
        starts_here = before < 0 or int(game.form.set_of_slot[before]) not in sets
        if starts_here or before in kept:
            kept.add(game.form.slots(s)[choice[s].index(Fraction(1))])
    return frozenset(kept)


@LAW
@given(SEEDS, st.booleans())
def test_one_shot_gains_against_the_definition(seed: int, pure: bool) -> None:
    """Taking one action once: weighted by how the others lead to each history of the set, worth after less worth before."""
    game = random_game(seed, players=1 + seed % 3, depth=2 + seed % 2)
    naive, probabilities = Naive(game), mixed(game, seed, pure=pure)
    play = naive.play_of(MixedProfile(game.form, probabilities))
    form = game.form
    for (root, sets), scope in zip(roots_and_sets(game), scopes(game, probabilities), strict=True):
        for player in range(len(game.players)):
            found = one_shot_gains(game, probabilities, scope, player)
            ours = dict(zip(found.slots.tolist(), found.one_shot, strict=True))
            assert set(ours) == {a for s in sets if form.information_sets[s].player == player for a in form.slots(s)}
            for slot, gain in ours.items():
                s = int(form.set_of_slot[slot])
                action = slot - int(form.first_slot[s])
                expected = Fraction(0)
                for history in form.histories_of[s].tolist():
                    weight = Fraction(1)
                    for taken in form.path(history)[len(form.path(root)) :]:
                        who = form.player_of_slot[taken]
                        weight *= 1 if who == player else game.chance[taken] if who == CHANCE else probabilities[taken]
                    after, before = naive.kids[history][action], history
                    expected += weight * (naive.value(after, play, player) - naive.value(before, play, player))
                assert gain == expected


@LAW
@given(SEEDS)
def test_one_shot_gains_and_best_plans(seed: int) -> None:
    """Without a one-shot gain there is no plan that gains; a plan that gains has a one-shot gain in it."""
    game = random_game(seed, players=2, values=2)
    probabilities = mixed(game, seed, pure=bool(seed % 2))
    for scope in scopes(game, probabilities):
        for player in range(len(game.players)):
            one_shot = one_shot_gains(game, probabilities, scope, player).one_shot
            best = best_plan_gain(game, probabilities, scope, player)
            assert best >= 0
            if all(gain <= 0 for gain in one_shot):
                assert best == 0


@LAW
@given(SEEDS, st.fractions(Fraction(1, 10**9), 10**9), st.fractions(-(10**6), 10**6))
def test_gains_scale_with_positive_affine_payoffs(seed: int, scale: Fraction, shift: Fraction) -> None:
    game = random_game(seed)
    player = seed % 3
    payoffs = game.payoffs.copy()
    payoffs[player] = payoffs[player] * scale + shift
    other = Game(game.form, payoffs, game.chance)
    probabilities = mixed(game, seed)
    for mine, theirs in zip(scopes(game, probabilities), scopes(other, probabilities), strict=True):
        for k in range(3):
            factor = scale if k == player else 1
            assert best_plan_gain(other, probabilities, theirs, k) == factor * best_plan_gain(
                game, probabilities, mine, k
            )
            left = one_shot_gains(other, probabilities, theirs, k).one_shot
            right = one_shot_gains(game, probabilities, mine, k).one_shot
            assert left.tolist() == [factor * gain for gain in right]
            if k == player:
                assert is_strict(other, probabilities, theirs, k) == is_strict(game, probabilities, mine, k)


Point = tuple[Game, np.ndarray]


def batched(game: Game, seed: int, arithmetic: Any, parts: str) -> tuple[Point, list[Point]]:
    """Payoffs (u), chance (c) and probabilities (p) at four points: those in ``parts`` differ between the points.

    First all points at once, with a batch axis on the parts that differ; then one by one.
    """
    draw = random.Random(seed)

    def lift(array: np.ndarray) -> np.ndarray:
        return arithmetic.array(array) if arithmetic is EXACT else array.astype(float)

    arrays = {
        "u": [lift(game.payoffs * draw.randrange(1, 9)) for _ in range(4)],
        "p": [lift(mixed(game, k, pure=k == 3)) for k in range(4)],
        "c": [],
    }
    for k in range(4):
        chance = game.chance.copy()
        for s in game.form.sets_of(CHANCE):
            chance[list(game.form.slots(s))] = [Fraction(k, 3), Fraction(3 - k, 3)]
        arrays["c"].append(lift(chance))
    together = {part: np.stack(a, axis=-1) if part in parts else a[0] for part, a in arrays.items()}
    alone = [{part: a[k if part in parts else 0] for part, a in arrays.items()} for k in range(4)]
    whole, *points = ((Game(game.form, at["u"], at["c"], arithmetic), at["p"]) for at in (together, *alone))
    return whole, points


@pytest.mark.parametrize("arithmetic", [EXACT, FAST], ids=["exact", "fast"])
@pytest.mark.parametrize("parts", ["u", "p", "c", "upc"])
def test_gains_with_batch_axes_equal_the_loop(arithmetic: Any, parts: str) -> None:
    def same(left: Any, right: Any) -> bool:
        if arithmetic is FAST:
            return np.allclose(np.asarray(left, dtype=float), np.asarray(right, dtype=float), rtol=1e-12, atol=1e-12)
        return bool(np.all(left == right))

    for seed in range(12):
        game = random_game(seed, kinds="dshcp", depth=2)
        whole, points = batched(game, seed, arithmetic, parts)
        alone = [list(scopes(*point)) for point in points]
        for number, scope in enumerate(scopes(*whole)):
            for player in range(3):
                together = best_plan_gain(*whole, scope, player)
                shots = one_shot_gains(*whole, scope, player).one_shot
                for k, point in enumerate(points):
                    assert same(np.broadcast_to(together, (4,))[k], best_plan_gain(*point, alone[k][number], player))
                    shot = one_shot_gains(*point, alone[k][number], player).one_shot
                    spread = np.broadcast_to(shots.T, (4, *shot.shape))[k] if len(shot) else shots
                    assert same(spread, shot)


@LAW
@given(SEEDS)
def test_exact_and_fast_agree(seed: int) -> None:
    game = random_game(seed)
    probabilities = mixed(game, seed)
    fast, floats = game.fast(), probabilities.astype(float)
    for exactly, quickly in zip(scopes(game, probabilities), scopes(fast, floats), strict=True):
        for player in range(3):
            exact = best_plan_gain(game, probabilities, exactly, player)
            assert abs(float(exact) - best_plan_gain(fast, floats, quickly, player)) < 1e-12


def test_symbolic_gains_at_a_point_equal_the_exact_ones() -> None:
    """Payoffs and probabilities in two unknowns: the gains are rational functions whose values are the exact gains."""
    from sympy import QQ
    from sympy.polys.fields import field

    ring, x, y = field("x, y", QQ)
    arithmetic = symbolic_arithmetic(ring)
    point = {x: Fraction(2, 7), y: Fraction(-5, 3)}

    def value(element: Any) -> Fraction:
        def at(polynomial: Any) -> Fraction:
            result = Fraction(0)
            for (first, second), coefficient in polynomial.terms():
                exact = Fraction(int(coefficient.numerator), int(coefficient.denominator))
                result += exact * point[x] ** first * point[y] ** second
            return result

        if isinstance(element, int | Fraction):
            return Fraction(element)
        return at(element.numer) / at(element.denom)

    values = np.vectorize(value, otypes=[object])
    for seed in range(15):
        game = random_game(seed, depth=2, kinds="dshcp")
        draw = random.Random(seed)
        payoffs, probabilities = arithmetic.array(game.payoffs), arithmetic.array(mixed(game, seed))
        for index in np.ndindex(payoffs.shape):
            payoffs[index] = payoffs[index] + draw.choice([x, y, x * y, x / (1 + y), 0 * x])
        first = game.form.slots(game.form.sets_of(0)[0]) if game.form.sets_of(0) else []
        if len(first) == 2:
            probabilities[list(first)] = [x, 1 - x]
        symbolic = Game(game.form, payoffs, arithmetic.array(game.chance), arithmetic)
        exact = Game(game.form, values(payoffs), game.chance)
        numbers = values(probabilities)
        assert values(expected_payoffs(symbolic, probabilities)).tolist() == expected_payoffs(exact, numbers).tolist()
        left, right = continuation_values(symbolic, probabilities), continuation_values(exact, numbers)
        assert values(left).tolist() == right.tolist()
        for mine, theirs in zip(scopes(symbolic, probabilities), scopes(exact, numbers), strict=True):
            for player in range(3):
                found = one_shot_gains(symbolic, probabilities, mine, player).one_shot
                expected = one_shot_gains(exact, numbers, theirs, player).one_shot
                assert [value(gain) for gain in found] == expected.tolist()


def test_a_scope_may_start_inside_an_information_set_with_beliefs() -> None:
    # After a hidden move (l or r) Q chooses x or y. Believing l with 3/4: x is worth 3/4·1 + 1/4·0, y 3/4·0 + 1/4·2 = 1/2.
    def reply(x: int, y: int) -> Move:
        return Move("Reply", 1, {"x": (0, x), "y": (0, y)})

    game = game_from(["P", "Q"], Move("Hidden", 0, {"l": reply(1, 0), "r": reply(0, 2)}))
    form = game.form
    s = 1
    histories = form.histories_of[s].tolist()
    beliefs = dict(zip(histories, [Fraction(3, 4), Fraction(1, 4)], strict=True))
    scope = Scope(beliefs, form.histories_of[s], form.terminals, game.payoffs, (s,))
    probabilities = EXACT.array([1, 0, 0, 1])
    assert best_plan_gain(game, probabilities, scope, 1) == Fraction(1, 4)
    assert one_shot_gains(game, probabilities, scope, 1).one_shot.tolist() == [Fraction(1, 4), 0]
    assert one_shot_gains(game, probabilities, scope, 0).one_shot.tolist() == []


def test_scopes_by_hand() -> None:
    # Enter or not, then Fight or Yield. With (Out, Fight) nobody gains in the whole game, the incumbent 2 in the last stage.
    game = game_from(
        ["Entrant", "Incumbent"],
        Move("Enter", 0, {"Out": (0, 2), "In": Move("Reply", 1, {"Fight": (-1, -1), "Yield": (1, 1)})}),
    )
    probabilities = EXACT.array([1, 0, 1, 0])
    whole = whole_scope(game)
    assert [best_plan_gain(game, probabilities, whole, player) for player in (0, 1)] == [0, 0]
    # The entrant loses 1 by entering; the incumbent's choice is not reached.
    assert one_shot_gains(game, probabilities, whole, 0).one_shot.tolist() == [0, -1]
    assert one_shot_gains(game, probabilities, whole, 1).one_shot.tolist() == [0, 0]
    assert is_strict(game, probabilities, whole, 0)
    assert not is_strict(game, probabilities, whole, 1)
    last = stage_scope(game, game.form.stages[0], continuation_values(game, probabilities))
    assert one_shot_gains(game, probabilities, last, 1).one_shot.tolist() == [0, 2]
    assert best_plan_gain(game, probabilities, last, 1) == 2
