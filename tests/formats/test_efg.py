"""Gambit's trees: what each way of writing one means, pinned by hand."""

from fractions import Fraction

import pytest

from hedging_games.formats import parse_efg, read_game
from hedging_games.games.form import CHANCE
from hedging_games.games.reductions import strategic_form

HALF = Fraction(1, 2)


def outcomes(game):
    """History to payoffs, at the terminal histories in order."""
    form = game.form
    return {
        tuple(form.action_of_slot[slot] for slot in form.path(h)): tuple(game.payoffs[:, z])
        for z, h in enumerate(form.terminals)
    }


def sets(game):
    return [(s.label, s.player, s.actions) for s in game.form.information_sets]


MATCHING_PENNIES = """EFG 2 R "Matching pennies" { "Even" "Odd" }
"The second player does not see the coin."

p "" 1 1 "coin" { "H" "T" } 0
p "" 2 1 "guess" { "h" "t" } 0
t "" 1 "Even wins" { 1, -1 }
t "" 2 "Odd wins" { -1, 1 }
p "" 2 1 0
t "" 2
t "" 1
"""


def test_matching_pennies_is_simultaneous():
    game = parse_efg(MATCHING_PENNIES, "games/pennies.efg")
    assert sets(game) == [("coin", 0, ("H", "T")), ("guess", 1, ("h", "t"))]
    assert outcomes(game) == {("H", "h"): (1, -1), ("H", "t"): (-1, 1), ("T", "h"): (-1, 1), ("T", "t"): (1, -1)}
    assert game.form.is_simultaneous
    assert game.payoff_table()[0].tolist() == [[1, -1], [-1, 1]]
    assert (game.title, game.name) == ("Matching pennies", "pennies")


# Selten (1975), figure 1: the horse. One plays D or C, two after C plays d or c; three, who sees only that the other two
# did not both play C and c, plays L or R.
SELTENS_HORSE = """EFG 2 R "Selten's horse" { "One" "Two" "Three" }
p "" 1 1 "" { "D" "C" } 0
 p "" 3 1 "" { "L" "R" } 0
  t "" 1 "" { 3 3 2 }
  t "" 2 "" { 0 0 0 }
 p "" 2 1 "" { "d" "c" } 0
  p "" 3 1 0
   t "" 3 "" { 4 4 0 }
   t "" 4 "" { 0 0 1 }
  t "" 5 "" { 1 1 1 }
"""


def test_seltens_horse():
    game = parse_efg(SELTENS_HORSE)
    # Players' order, not the order of first mention, in which Three would stand before Two.
    assert sets(game) == [("One:1", 0, ("D", "C")), ("Two:1", 1, ("d", "c")), ("Three:1", 2, ("L", "R"))]
    assert outcomes(game) == {
        ("D", "L"): (3, 3, 2),
        ("D", "R"): (0, 0, 0),
        ("C", "d", "L"): (4, 4, 0),
        ("C", "d", "R"): (0, 0, 1),
        ("C", "c"): (1, 1, 1),
    }
    assert [len(h) for h in game.form.histories_of] == [1, 1, 2]
    assert not game.form.has_perfect_information


# Myerson (1991), section 2.1: both put in 1; Fred sees a red or a black card and raises by 1 or shows; Alice, who sees
# only the raise, meets or passes. Here the ante is an outcome of the first node and every number a correction to it.
POKER = """EFG 2 R "One-card poker" { "Fred" "Alice" }
c "" 1 "card" { "Red" 0.5 "Black" 5e-1 } 9 "ante" { -1, -1 }
p "" 1 1 "Red" { "Raise" "Fold" } 0
p "" 2 1 "raised" { "Meet" "Pass" } 0
t "" 1 "big win" { 3, -1 }
t "" 2 "win" { 2, 0 }
t "" 2
p "" 1 2 "Black" { "Raise" "Fold" } 0
p "" 2 1 "raised" { "Meet" "Pass" } 0
t "" 3 "big loss" { -1, 3 }
t "" 2 "win" { 2, 0 }
t "" 4 "loss" { 0, 2 }
"""


def test_poker_adds_outcomes_along_the_path():
    game = parse_efg(POKER)
    assert sets(game) == [
        ("card", CHANCE, ("Red", "Black")),
        ("Red", 0, ("Raise", "Fold")),
        ("Black", 0, ("Raise", "Fold")),
        ("raised", 1, ("Meet", "Pass")),
    ]
    assert outcomes(game) == {
        ("Red", "Raise", "Meet"): (2, -2),
        ("Red", "Raise", "Pass"): (1, -1),
        ("Red", "Fold"): (1, -1),
        ("Black", "Raise", "Meet"): (-2, 2),
        ("Black", "Raise", "Pass"): (1, -1),
        ("Black", "Fold"): (-1, 1),
    }
    assert game.chance.tolist() == [HALF, HALF, 0, 0, 0, 0, 0, 0]
    assert all(type(x) is Fraction for x in game.chance)
    # Myerson's table 2.1 for Fred, rows Rr, Rf, Fr, Ff (red first), columns Meet and Pass.
    assert strategic_form(game).payoffs[0].tolist() == [[0, 1], [HALF, 0], [-HALF, 1], [0, 0]]


def test_inner_outcomes_at_a_players_node_and_repeated_on_one_path():
    game = parse_efg("""EFG 2 D "" { "A" "B" }
    p "" 1 1 "a" { "l" "r" } 1 "fee" { -1 0.25 }
    p "" 2 1 "b" { "l" "r" } 1
    t "" 1 "fee" { -1.0, 1/4 }
    t "" 0
    t "" 2 "" { 0 0 }""")
    # l, l passes the fee three times, l, r twice, r once.
    assert outcomes(game) == {
        ("l", "l"): (-3, Fraction(3, 4)),
        ("l", "r"): (-2, Fraction(1, 2)),
        ("r",): (-1, Fraction(1, 4)),
    }


def test_information_sets_are_numbered_for_each_player_and_stand_in_the_files_order():
    game = parse_efg("""EFG 2 R "" { "A" "B" }
    c "" 7 "" { "x" 1/3 "y" 2/3 } 0
    p "" 2 7 "" { "u" "v" } 0
    t "" 0 t "" 0
    p "" 1 7 "" { "u" "v" } 0
    p "" 2 1 "" { "u" "v" } 0
    t "" 0 t "" 0
    c "" 7 0
    t "" 1 "" { 1 2 } t "" 0""")
    assert [label for label, _, _ in sets(game)] == ["chance:7", "A:7", "B:7", "B:1"]
    assert [h.tolist() for h in game.form.histories_of] == [[0, 8], [4], [1], [5]]
    assert game.chance.tolist()[:2] == [Fraction(1, 3), Fraction(2, 3)]


def test_labels_are_made_distinct_and_printable():
    game = parse_efg(r"""EFG 2 R "" { "A" "" }
    p "" 1 1 "same" { "x" "x" "" "\"q\"" } 0
    p "" 2 1 "same" { "l" "r
l" } 0
    t "" 0 t "" 0
    p "" 2 2 "same" { "l" } 0 t "" 0
    p "" 2 3 "  " { "l" } 0 t "" 0
    p "" 2 4 "alone" { "l" } 0 t "" 0""")
    # The label that three sets share is prefixed by its owner; the two that are alike even then are numbered.
    assert sets(game) == [
        ("A:same", 0, ("x_1", "x_2", "3", '"q"')),
        ("Player 2:same_1", 1, ("l", "r l")),
        ("Player 2:same_2", 1, ("l",)),
        ("Player 2:3", 1, ("l",)),
        ("alone", 1, ("l",)),
    ]


def test_only_a_terminal_node():
    game = parse_efg('EFG 2 R "over" { "A" "B" } t "" 1 "" { 1 2 }')
    assert game.form.history_count == 1
    assert outcomes(game) == {(): (1, 2)}


def test_a_player_without_a_move_and_a_set_with_one_action():
    game = parse_efg('EFG 2 R "" { "A" "Bystander" } p "" 1 1 "go" { "on" } 0 t "" 1 "" { 1 2 }')
    assert game.form.sets_of(1) == ()
    assert outcomes(game) == {("on",): (1, 2)}


def test_chance_alone_and_probability_zero():
    game = parse_efg('EFG 2 R "" { "A" } c "" 1 "" { "never" 0 "always" 1.0 } 0 t "" 0 t "" 1 "" { 1 }')
    assert game.chance.tolist() == [0, 1]


def test_a_deep_tree_needs_no_recursion(tmp_path):
    # 25,000 nodes deep, 50,001 histories: each player in turn stops (k-th payoff k) or goes on.
    depth = 25_000
    lines = ['EFG 2 R "long" { "A" "B" }']
    for k in range(depth):
        lines += [f'p "" {k % 2 + 1} {k // 2 + 1} "" {{ "stop" "go" }} 0', f't "" {k + 1} "" {{ {k} 0 }}']
    path = tmp_path / "long.efg"
    path.write_text("\n".join([*lines, 't "" 0']), encoding="utf-8")
    game = read_game(path)
    assert game.form.history_count == 2 * depth + 1
    assert game.payoffs[0].tolist() == [*range(depth), 0]


@pytest.mark.parametrize(
    "second",
    ['2 5 "guess" { "h" "t" }', "2 5"],
    ids=["described again", "abbreviated"],
)
def test_a_second_mention_may_be_abbreviated(second):
    text = MATCHING_PENNIES.replace('2 1 "guess"', '2 5 "guess"').replace("2 1 0", f"{second} 0")
    game = parse_efg(text)
    assert game.form == parse_efg(MATCHING_PENNIES).form
