"""How names are written so that Gambit takes them, what a file leaves out, and what is not written at all."""

import io
from fractions import Fraction

import numpy as np
import pygambit
import pytest

from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.formats import efg_text, losses, nfg_text, parse_efg, parse_nfg
from hedging_games.games.game import Game, matrix_game


def pygambit_game(text):
    read = pygambit.read_efg if text.startswith("EFG") else pygambit.read_nfg
    return read(io.BytesIO(text.encode("utf-8")))


def test_gambit_reads_awkward_labels():
    labels = ['"', 'a"b', "{", "}", ",", "'", "a\\b", "x y", "t", "~"]
    game = matrix_game([list(range(10))], [list(range(10))], players=['"P"', "{Q}"], actions=[["-"], labels])
    for text, read in ((efg_text(game), parse_efg), (nfg_text(game), parse_nfg)):
        theirs = pygambit_game(text)
        assert [p.label for p in theirs.players] == ['"P"', "{Q}"]
        actions = (
            next(iter(list(theirs.players)[1].infosets)).actions
            if theirs.is_tree
            else list(theirs.players)[1].strategies
        )
        assert [a.label for a in actions] == labels
        assert read(text).form == game.form


def test_losses_are_named_and_stand_in_the_comment():
    game = parse_efg("""EFG 2 R "" { "A" "B" } p "" 1 1 "a" { "l" "r" } 0
      p "" 2 1 "b" { "x" "y" } 0 t "" 1 "" { 1 2 } t "" 2 "" { 3 1/3 } t "" 0""")
    assert losses(game, "efg") == ()
    told = Game(
        game.form,
        game.payoffs,
        game.chance,
        title='a "b"',
        hedge=np.zeros(len(game.form.terminals), dtype=bool),
        parameters={"card": Fraction(7, 2), "x": Fraction(0)},
    )
    assert losses(told, "efg") == ("the parameters (its numbers are those of one point)", "the hedge event")
    assert len(losses(told, "nfg")) == 3
    comment = pygambit_game(efg_text(told)).description
    assert "card = 7/2, x = 0" in comment
    assert "the hedge event" in comment
    again = parse_efg(efg_text(told))
    assert (again.title, again.form, again.payoffs.tolist()) == (told.title, told.form, told.payoffs.tolist())


def test_names_that_gambit_does_not_take_are_written_plainly():
    game = matrix_game(
        [[1, 2, 3]], [[4, 5, 6]], players=["Élysée", "日本"], actions=[["a  b"], ["naïve – oui", "…", "back\\"]]
    )
    assert losses(game, "nfg") == ("names that Gambit does not take as they are",)
    again = parse_nfg(nfg_text(game))
    assert again.players == ("Elysee", "??")
    assert [s.actions for s in again.form.information_sets] == [("a b",), ("naive - oui", "...", "back")]
    assert [p.label for p in pygambit_game(efg_text(game)).players] == ["Elysee", "??"]


def test_numbers_as_names_that_gambit_mistakes():
    # Gambit refuses the table { "2" "4" "6" }: while the first strategy is renamed to 2, the second still is called so.
    game = matrix_game(np.arange(6).reshape(3, 2), np.ones((3, 2), int), players=["2", "1"], actions=["246", "01"])
    with pytest.raises(ValueError, match="unique"):
        pygambit_game('NFG 1 R "" { "A" } { { "2" "4" "6" } } 0 0 0')
    theirs = pygambit_game(nfg_text(game))
    assert [p.label for p in theirs.players] == ["Player 2", "Player 1"]
    assert [[s.label for s in p.strategies] for p in theirs.players] == [["2=2", "2=4", "2=6"], ["0", "1"]]
    assert losses(game, "nfg") == ("names that Gambit does not take as they are",)
    assert losses(game, "efg") == ()
    assert parse_efg(efg_text(game)).form == game.form
    assert parse_nfg('NFG 1 R "" { "A" } { { "2" "4" "6" } } 0 0 0').form.information_sets[0].actions == ("2", "4", "6")


def test_plan_names_tell_plans_apart():
    # Two sets that are both met: a plan names an action for each. The player who never decides has the plan "-".
    game = parse_efg("""EFG 2 R "" { "A" "B" "C" } p "" 2 1 "s" { "1" "2" } 0
      p "" 1 1 "b" { "x" "y" } 0 t "" 0 t "" 0 p "" 1 2 "c" { "x" "y" } 0 t "" 0 t "" 0""")
    table = parse_nfg(nfg_text(game)).form
    assert [s.actions for s in table.information_sets] == [("x / x", "x / y", "y / x", "y / y"), ("1", "2"), ("-",)]
    # The action "l / m" at a, and l at a then m at b, read alike: the decisions are named too.
    game = parse_efg("""EFG 2 R "" { "A" } p "" 1 1 "a" { "l / m" "l" } 0 t "" 0 p "" 1 2 "b" { "m" } 0 t "" 0""")
    table = parse_nfg(nfg_text(game)).form
    assert [s.actions for s in table.information_sets] == [("a: l / m", "a: l / b: m")]


def test_only_exact_rational_games_are_written():
    game = matrix_game([[1, 2]], [[3, 4]])
    for write in (efg_text, nfg_text):
        with pytest.raises(InputError, match="rational"):
            write(game.fast())
        batch = Game(game.form, game.payoffs[:, :, None], game.chance)
        with pytest.raises(InputError, match="one point"):
            write(batch)


def test_a_tree_too_large_for_a_table_is_still_written_as_a_tree():
    lines = [f'p "" 1 {k} "" {{ "stop" "go" }} 0\nt "" 0' for k in range(1, 21_000)]
    game = parse_efg('EFG 2 R "" { "A" }\n' + "\n".join(lines) + '\nt "" 0')
    with pytest.raises(CouldNotFinish, match="plans"):
        nfg_text(game)
    assert parse_efg(efg_text(game)).form == game.form
