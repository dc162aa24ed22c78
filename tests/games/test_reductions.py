"""Reduced plans, the strategic form, and stages as games of their own."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from hedging_games.errors import CouldNotFinish
from hedging_games.games.form import Form, InformationSet
from hedging_games.games.game import Game, game_on, matrix_game
from hedging_games.games.reductions import (
    chance_of_terminals,
    count_plans,
    count_text,
    plan_masks,
    reduced_plans,
    strategic_form,
)
from hedging_games.games.subgames import movers_of, stage_form
from tree_builders import CHANCE, Move, game_from, random_game


def test_plans_by_hand() -> None:
    # First: stop, or go to Second: x or y. Plans: stop; go and x; go and y.
    game = game_from(["P"], Move("First", 0, {"stop": (0,), "go": Move("Second", 0, {"x": (1,), "y": (2,)})}))
    assert reduced_plans(game.form, 0) == ((0,), (1, 2), (1, 3))
    table = strategic_form(game)
    assert table.payoffs.tolist() == [[0, 1, 2]]
    assert plan_masks(game.form, 0, table.plans[0]).tolist() == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    stop = table.profile([[Fraction(1), Fraction(0), Fraction(0)]])
    assert str(stop) == "First: stop; Second: x"
    assert stop.unreached == {1}


def test_plans_against_a_naive_count() -> None:
    """Reduced plans are full plans with the choices ruled out by the plan itself struck out."""
    for seed in range(80):
        form = random_game(seed, players=1 + seed % 3).form
        for player in range(len(form.players)):
            sets = form.sets_of(player)
            if np.prod([len(form.slots(s)) for s in sets]) > 3000:
                continue
            expected = set()
            for full in product(*(form.slots(s) for s in sets)):
                kept: set[int] = set()
                for s, slot in sorted(zip(sets, full, strict=True), key=lambda pair: form.histories_of[pair[0]][0]):
                    before = int(form.own_parent_slot[s])
                    if before < 0 or before in kept:
                        kept.add(slot)
                expected.add(tuple(sorted(kept)))
            plans = reduced_plans(form, player)
            assert set(plans) == expected
            assert len(plans) == len(expected) == count_plans(form, player)


def test_long_chains_of_own_moves_need_no_recursion() -> None:
    # Built by hand, since the builder of the tests is recursive: one player who may stop at each of 1,100 moves.
    moves = 1100
    sets = tuple(InformationSet(f"m{k}", 0, ("go", "stop")) for k in range(moves))
    parent, last, decided = [-1], [-1], [0]
    for k in range(moves):
        parent.append(k)
        last.append(2 * k)
        decided.append(k + 1 if k + 1 < moves else -1)
    for k in reversed(range(moves)):
        parent.append(k)
        last.append(2 * k + 1)
        decided.append(-1)
    form = Form(("P",), sets, np.array(parent), np.array(last), np.array(decided)).check()
    assert count_plans(form, 0) == moves + 1
    assert len(reduced_plans(form, 0)) == moves + 1
    assert len(form.subgame_roots) == moves


def test_the_table_of_a_game_decided_in_another_order() -> None:
    # B decides first, with three actions; A's set comes first in the form. Outcomes in the tree's order: (l, u), (l, d), ...
    sets = (InformationSet("A", 0, ("u", "d")), InformationSet("B", 1, ("l", "m", "r")))
    parent = np.array([-1, 0, 1, 1, 0, 4, 4, 0, 7, 7])
    last = np.array([-1, 2, 0, 1, 3, 0, 1, 4, 0, 1])
    form = Form(("P", "Q"), sets, parent, last, np.array([1, 0, -1, -1, 0, -1, -1, 0, -1, -1])).check()
    game = game_on(form, [[1, 2, 3, 4, 5, 6], [0] * 6])
    assert game.payoff_table()[0].tolist() == [[1, 3, 5], [2, 4, 6]]
    assert strategic_form(game).payoffs[0].tolist() == [[1, 3, 5], [2, 4, 6]]


def test_tables_of_trees_against_play() -> None:
    """Each cell of the table is what the plans lead to, chance averaged."""
    for seed in range(40):
        game = random_game(seed, players=2 + seed % 2, depth=2)
        table = strategic_form(game)
        odds = chance_of_terminals(game)
        masks = [plan_masks(game.form, k, plans) for k, plans in enumerate(table.plans)]
        for cell in list(product(*(range(len(plans)) for plans in table.plans)))[:200]:
            taken = {slot for k, plan in enumerate(cell) for slot in table.plans[k][plan]}
            expected = [Fraction(0)] * len(game.players)
            for z, history in enumerate(game.form.terminals):
                path = game.form.path(int(history))
                chance = Fraction(1)
                for slot in path:
                    if game.form.player_of_slot[slot] == CHANCE:
                        chance *= game.chance[slot]
                is_played = all(slot in taken or game.form.player_of_slot[slot] == CHANCE for slot in path)
                assert is_played == all(mask[plan, z] for mask, plan in zip(masks, cell, strict=True))
                assert odds[z] == chance
                if is_played:
                    expected = [e + chance * game.payoffs[k, z] for k, e in enumerate(expected)]
            assert [table.payoffs[(k, *cell)] for k in range(len(game.players))] == expected


def test_a_matrix_game_is_its_own_table() -> None:
    rows = np.arange(6).reshape(2, 3)
    game = matrix_game(rows, -rows)
    assert strategic_form(game).payoffs[0].tolist() == rows.tolist()
    assert strategic_form(game).plans == (((0,), (1,)), ((2,), (3,), (4,)))


def test_a_player_without_a_choice_has_one_empty_plan() -> None:
    game = game_from(["P", "Q", "R"], Move("Pick", 1, {"a": (1, 2, 3), "b": (4, 5, 6)}))
    table = strategic_form(game)
    assert [len(plans) for plans in table.plans] == [1, 2, 1]
    assert table.payoffs.shape == (3, 1, 2, 1)
    assert table.payoffs[2, 0, :, 0].tolist() == [3, 6]
    assert game.payoff_table().shape == (3, 1, 2, 1)


def test_too_large_tables_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    # 21 sets of two actions: 2^21 plans.
    game = game_from(
        ["P", "Q"],
        Move("First", 0, {str(k): Move(f"s{k}", 1, {"x": (0, 0), "y": (0, 0)}) for k in range(21)}),
    )
    assert count_plans(game.form, 1) == 2**21
    with pytest.raises(CouldNotFinish, match="Q has 2097152 plans"):
        reduced_plans(game.form, 1)
    with pytest.raises(CouldNotFinish, match="21 × 2097152 cells"):
        strategic_form(game)
    assert count_text(10**5000) == "about 10^5000"
    monkeypatch.setattr("hedging_games.games.reductions.MAX_MASK", 10)
    with pytest.raises(CouldNotFinish, match="cells"):
        strategic_form(game_from(["P"], Move("First", 0, {str(k): (0,) for k in range(4)})))


def test_a_stage_is_a_game_of_its_movers() -> None:
    # C's choice, then A and B at once; the stage after "play" has A and B as its players, in this order.
    def b(worth: int) -> Move:
        return Move("B", 1, {"l": (worth, 0, 0), "r": (0, worth, 0)})

    game = game_from(["A", "B", "C"], Move("C", 2, {"play": Move("A", 0, {"u": b(1), "d": b(2)}), "stop": (0, 0, 0)}))
    stage = game.form.stages[0]
    assert movers_of(game.form, stage) == (0, 1)
    own = stage_form(game.form, stage)
    assert own.form.players == ("A", "B")
    assert [s.label for s in own.form.information_sets] == ["A", "B"]
    assert own.form.is_simultaneous
    local = own.game(game, game.payoffs[:2, :4])
    assert isinstance(local, Game)
    assert local.payoff_table().tolist() == [[[1, 0], [2, 0]], [[0, 1], [0, 2]]]
    assert [game.form.action_of_slot[slot] for slot in own.slots] == ["u", "d", "l", "r"]


def test_stages_as_forms_are_sound() -> None:
    for seed in range(80):
        game = random_game(seed)
        for stage in game.form.stages:
            own = stage_form(game.form, stage)
            own.form.check()
            assert len(own.form.terminals) == len(stage.leaves)
            assert own.form.history_count == len(stage.inner) + len(stage.leaves)
            for z, leaf in enumerate(stage.leaves.tolist()):
                path = own.slots[list(own.form.path(int(own.form.terminals[z])))].tolist()
                assert tuple(path) == game.form.path(leaf)[len(game.form.path(stage.root)) :]
            assert own.form.subgame_roots == (0,)
