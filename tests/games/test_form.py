"""Forms: histories, information sets, recall, subgames and stages, by hand and against the words of their definitions."""

from __future__ import annotations

import time

import numpy as np
import pytest

from hedging_games.errors import InputError
from hedging_games.games.form import TERMINAL, Form, InformationSet, matrix_form
from tree_builders import CHANCE, Move, Naive, game_from, random_game


def test_matrix_form_by_hand() -> None:
    # Two players, 2 × 3: history 0 is the start; 1 and 5 the first player's actions; each has three continuations.
    form = matrix_form(["Row", "Col"], [["u", "d"], ["l", "m", "r"]])
    assert form.parent.tolist() == [-1, 0, 1, 1, 1, 0, 5, 5, 5]
    assert form.last_slot.tolist() == [-1, 0, 2, 3, 4, 1, 2, 3, 4]
    assert form.decided_at.tolist() == [0, 1, -1, -1, -1, 1, -1, -1, -1]
    assert form.terminals.tolist() == [2, 3, 4, 6, 7, 8]
    assert form.children == ((1, 5), (2, 3, 4), (), (), (), (6, 7, 8), (), (), ())
    assert form.end.tolist() == [9, 5, 3, 4, 5, 9, 7, 8, 9]
    assert [level.tolist() for level in form.levels] == [[0], [1, 5], [2, 3, 4, 6, 7, 8]]
    assert [histories.tolist() for histories in form.histories_of] == [[0], [1, 5]]
    assert form.path(7) == (1, 3)
    assert form.slot_count == 5
    assert form.history_count == 9
    assert list(form.slots(1)) == [2, 3, 4]
    assert form.set_of_slot.tolist() == [0, 0, 1, 1, 1]
    assert form.player_of_slot.tolist() == [0, 0, 1, 1, 1]
    assert form.history_labels[7] == "d, m"
    assert form.sets_of(1) == (1,)
    assert form.is_simultaneous
    assert not form.has_perfect_information
    assert form.subgame_roots == (0,)


def test_forms_without_players_or_choices() -> None:
    nobody = matrix_form([], [])
    assert nobody.terminals.tolist() == [0]
    assert nobody.subgame_roots == ()
    assert nobody.stages == ()
    assert nobody.whole.leaves.tolist() == [0]
    single = matrix_form(["P"], [["only"]])
    assert single.is_simultaneous
    assert single.has_perfect_information


@pytest.mark.parametrize(
    ("players", "actions", "words"),
    [
        (["A", "A"], [["x"], ["y"]], "'A' occurs twice"),
        (["A"], [["x", "x"]], "'x' occurs twice"),
        (["A", "B"], [["x"], []], "B has no action"),
    ],
)
def test_matrix_forms_that_are_none(players: list[str], actions: list[list[str]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        matrix_form(players, actions)


def test_history_labels_say_whose_action_it_is_where_needed() -> None:
    replies = {name: Move(f"Reply{name}", 1, {"Stay": (0, 0), "3": (0, 0)}) for name in ("Stay", "Go")}
    form = game_from(["A", "B"], Move("First", 0, replies)).form
    assert form.history_labels[0] == "start"
    assert form.history_labels[2] == "First.Stay, ReplyStay.Stay"
    assert form.history_labels[3] == "First.Stay, ReplyStay=3"
    assert form.history_labels[4] == "Go"


# --- perfect recall ------------------------------------------------------------------------------------------------------


def test_who_forgets_an_own_action_is_refused() -> None:
    later = {name: Move("Later", 0, {"x": (0,), "y": (0,)}) for name in ("l", "r")}
    with pytest.raises(InputError, match="P forgets at 'Later'"):
        game_from(["P"], Move("First", 0, later))


def test_who_forgets_what_they_knew_is_refused() -> None:
    # P sees the coin first and not later: the later set holds histories with different own pasts.
    def first(side: str) -> Move:
        return Move(f"First{side}", 0, {"on": Move("Later", 0, {"x": (0,), "y": (0,)})})

    coin = Move("Coin", CHANCE, {"h": first("h"), "t": first("t")}, {"h": "1/2", "t": "1/2"})
    with pytest.raises(InputError, match="P forgets at 'Later'"):
        game_from(["P"], coin)


def test_the_absentminded_driver_is_refused() -> None:
    # Piccione and Rubinstein (1997): both exits look alike.
    again = Move("Exit", 0, {"out": (4,), "on": (1,)})
    with pytest.raises(InputError, match="forgets at 'Exit'"):
        game_from(["P"], Move("Exit", 0, {"out": (0,), "on": again}))


def test_not_seeing_others_is_no_forgetting() -> None:
    later = {name: Move("Second", 1, {"x": (0, 0), "y": (0, 0)}) for name in ("l", "r")}
    form = game_from(["A", "B"], Move("First", 0, later)).form
    assert form.forgetful_set() is None
    assert form.own_parent_slot.tolist() == [-1, -1]


def test_own_past_is_remembered_through_others_moves() -> None:
    form = random_game(3, kinds="p", depth=2, leaf=0).form
    for s, information_set in enumerate(form.information_sets):
        before = form.own_parent_slot[s]
        for history in form.histories_of[s].tolist():
            own = [slot for slot in form.path(history) if form.player_of_slot[slot] == information_set.player]
            assert (own[-1] if own else -1) == before


def test_sets_without_actions_or_histories_are_refused() -> None:
    one = np.array([-1])
    with pytest.raises(InputError, match="'s' offers no action"):
        Form(("P",), (InformationSet("s", 0, ()),), one, one, np.array([0])).check()
    with pytest.raises(InputError, match="'s' is never reached"):
        Form(("P",), (InformationSet("s", 0, ("x",)),), one, one, np.array([TERMINAL])).check()


def test_a_history_must_go_on_by_its_sets_actions() -> None:
    sets = (InformationSet("s", 0, ("x", "y")),)
    with pytest.raises(AssertionError, match="does not continue"):
        Form(("P",), sets, np.array([-1, 0]), np.array([-1, 0]), np.array([0, TERMINAL])).check()


# --- subgames and stages -------------------------------------------------------------------------------------------------


def test_subgames_and_stages_by_hand() -> None:
    # First (history 0), then after "in" two who do not see each other (1: A, 2 and 5: B), and after their (u, l), history 3,
    # one more decision. Subgames start at 0, 1 and 3; histories 2 and 5 share a set.
    last = Move("Last", 0, {"x": (0, 0), "y": (0, 0)})

    def second(left: object) -> Move:
        return Move("B", 1, {"l": left, "r": (0, 0)})

    inside = Move("A", 0, {"u": second(last), "d": second((0, 0))})
    form = game_from(["P", "Q"], Move("First", 1, {"in": inside, "out": (0, 0)})).form
    assert form.subgame_roots == (0, 1, 3)
    assert [stage.root for stage in form.stages] == [3, 1, 0]
    assert [stage.inner.tolist() for stage in form.stages] == [[3], [1, 2, 7], [0]]
    assert [stage.leaves.tolist() for stage in form.stages] == [[4, 5], [3, 6, 8, 9], [1, 10]]
    names = [[form.information_sets[s].label for s in stage.sets] for stage in form.stages]
    assert names == [["Last"], ["A", "B"], ["First"]]
    assert form.whole.leaves.tolist() == form.terminals.tolist()
    assert form.whole.inner.tolist() == [0, 1, 2, 3, 7]
    assert form.whole.sets == (0, 1, 2, 3)


def test_random_forms_against_the_definitions() -> None:
    for seed in range(150):
        game = random_game(seed, players=1 + seed % 4)
        form, naive = game.form, Naive(game)
        assert list(form.subgame_roots) == naive.roots(), seed
        for history in range(form.history_count):
            assert list(range(history, form.end[history])) == naive.below(history)
            assert list(form.children[history]) == naive.kids[history]
            assert all(history in level for level in [form.levels[len(form.path(history))]])
        # The stages share out the decided histories, and their leaves are terminal or start a stage.
        inner = np.concatenate([np.array([], dtype=int), *(stage.inner for stage in form.stages)])
        assert sorted(inner.tolist()) == np.flatnonzero(form.decided_at != TERMINAL).tolist()
        for stage in form.stages:
            assert all(form.decided_at[h] == TERMINAL or h in form.subgame_roots for h in stage.leaves)
            assert all(h not in form.subgame_roots or h == stage.root for h in stage.inner)
        assert form.has_perfect_information == (len(form.subgame_roots) == int(np.sum(form.decided_at != TERMINAL)))
        assert form.has_chance == any(s.player == CHANCE for s in form.information_sets)


def test_a_chance_set_with_several_histories_ties_no_subgames_together() -> None:
    def coin(after: str) -> Move:
        sides = {side: Move(after + side, 0, {"x": (0,), "y": (1,)}) for side in "ht"}
        return Move("Coin", CHANCE, sides, {"h": "1/2", "t": "1/2"})

    form = game_from(["P"], Move("Pick", 0, {"l": coin("l"), "r": coin("r")})).form
    assert len(form.histories_of[1]) == 2
    assert len(form.subgame_roots) == 7


def test_private_information_is_chance_unseen() -> None:
    def second(seen: bool, side: str) -> Move:
        return Move(f"Reply{side if seen else ''}", 0, {"x": (0,), "y": (0,)})

    for seen in (True, False):
        coin = Move("Coin", CHANCE, {s: second(seen, s) for s in "ht"}, {"h": "1/2", "t": "1/2"})
        assert game_from(["P"], coin).form.has_private_information != seen


def test_order_of_play_may_differ_from_the_order_of_the_sets() -> None:
    """A matrix game in which the second set is decided first, and a tree that only counts like a matrix game."""
    sets = (InformationSet("A", 0, ("u", "d")), InformationSet("B", 1, ("l", "m", "r")))
    parent = np.array([-1, 0, 1, 1, 0, 4, 4, 0, 7, 7])
    last = np.array([-1, 2, 0, 1, 3, 0, 1, 4, 0, 1])
    form = Form(("P", "Q"), sets, parent, last, np.array([1, 0, -1, -1, 0, -1, -1, 0, -1, -1])).check()
    assert form.is_simultaneous
    assert form.order_of_play == (1, 0)

    # X, then Y and Z in an order that depends on X: 8 outcomes after 3 moves each, but no matrix.
    def pair(first: str, second: str) -> Move:
        player = {"Y": 1, "Z": 2}
        return Move(
            first,
            player[first],
            {a: Move(second, player[second], dict.fromkeys("cd", (0, 0, 0))) for a in "cd"},
        )

    mixed = game_from(["P", "Q", "R"], Move("X", 0, {"a": pair("Y", "Z"), "b": pair("Z", "Y")})).form
    assert not mixed.is_simultaneous


def test_equal_forms_are_equal() -> None:
    one, two = random_game(5).form, random_game(5).form
    assert one == two
    assert hash(one) == hash(two)
    assert one != random_game(6).form
    assert one != "a form"


def test_a_large_form_is_checked_and_cut_in_little_time() -> None:
    """20,000 histories of perfect information: everything is linear in them."""
    size = 26

    def last(a: int, b: int) -> Move:
        return Move(f"c{a},{b}", 2, {str(c): (0, 0, 0) for c in range(size)})

    game = game_from(
        ["A", "B", "C"],
        Move("a", 0, {str(a): Move(f"b{a}", 1, {str(b): last(a, b) for b in range(size)}) for a in range(size)}),
    )
    before = game.form
    form = Form(before.players, before.information_sets, before.parent, before.last_slot, before.decided_at)
    start = time.process_time()
    form.check()
    assert len(form.stages) == 1 + size + size**2
    assert time.process_time() - start < 3


def test_a_form_whose_histories_do_not_continue_by_their_actions_is_a_defect() -> None:
    good = matrix_form(["A", "B"], [["l", "r"], ["x", "y"]])
    assert good.check() is good
    for name, place, value in [("last_slot", 2, 3), ("decided_at", 2, 1), ("decided_at", 1, -1), ("parent", 3, 0)]:
        arrays = {key: getattr(good, key).copy() for key in ("parent", "last_slot", "decided_at")}
        arrays[name][place] = value
        with pytest.raises(AssertionError, match="does not continue"):
            Form(good.players, good.information_sets, **arrays).check()


@pytest.mark.parametrize("sizes", [(1,), (3,), (2, 3), (1, 2, 1), (2, 3, 2, 2)])
def test_matrix_forms_are_numbered_depth_first(sizes: tuple[int, ...]) -> None:
    form = matrix_form([f"P{k}" for k in range(len(sizes))], [[f"a{a}" for a in range(size)] for size in sizes])
    assert form.check() is form
    paths = [form.path(history) for history in range(form.history_count)]
    assert paths == sorted(paths)
    first = np.cumsum([0, *sizes])
    cells = [tuple(int(first[k]) + a for k, a in enumerate(cell)) for cell in np.ndindex(*sizes)]
    assert [form.path(int(z)) for z in form.terminals] == cells
    assert form.is_simultaneous
