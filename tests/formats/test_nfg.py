"""Gambit's tables: what each way of writing one means, pinned by hand."""

from fractions import Fraction

import pytest

from hedging_games.formats import parse_nfg, read_game
from hedging_games.games.form import matrix_form

# In every table the first player's strategy varies fastest: cell (row, column) of a 2×2 game stands in the order
# (1,1), (2,1), (1,2), (2,2).
PRISONERS_DILEMMA = """
NFG 1 R "Prisoner's dilemma" { "Row" "Column" }

{ { "Cooperate" "Defect" }
  { "cooperate" "defect" }
}
"told by Tucker"

9 9   10 0   0 10   1 1
"""


def table(game):
    """Cell by cell, last player fastest: the payoffs of all players."""
    return [tuple(game.payoffs[:, z]) for z in range(game.payoffs.shape[1])]


def test_prisoners_dilemma():
    game = parse_nfg(PRISONERS_DILEMMA, "games/pd.nfg")
    assert game.form == matrix_form(["Row", "Column"], [["Cooperate", "Defect"], ["cooperate", "defect"]])
    # (C, c), (C, d), (D, c), (D, d)
    assert table(game) == [(9, 9), (0, 10), (10, 0), (1, 1)]
    assert all(type(x) is Fraction for x in game.payoffs.ravel())
    assert (game.title, game.name, game.arithmetic.name) == ("Prisoner's dilemma", "pd", "exact")


def test_counts_instead_of_names_and_the_order_of_three_players():
    # 2 × 1 × 3 cells; the file's k-th cell is worth (k, -k, 1/k). First player fastest, then second, then third.
    body = " ".join(f"{k} {-k} 1/{k}" for k in range(1, 7))
    game = parse_nfg(f'NFG 1 D "" {{ "A" "B" "C" }} {{ 2 1 3 }} {body}')
    assert [s.actions for s in game.form.information_sets] == [("1", "2"), ("1",), ("1", "2", "3")]
    # Lexicographic order of (a, c): (1,1), (1,2), (1,3), (2,1), (2,2), (2,3) are the file's cells 1, 3, 5, 2, 4, 6.
    assert table(game) == [(k, -k, Fraction(1, k)) for k in (1, 3, 5, 2, 4, 6)]
    assert game.payoff_table().shape == (3, 2, 1, 3)


def test_outcome_form():
    # Row plays 1: outcomes 1 and 0 (nothing); Row plays 2: outcome 2 twice.
    text = """NFG 1 R "t" { "Row" "Column" } { 2 2 } ""
    { { "first" 1, -1/2 } { "second" 2 0.1, } }
    1 2 0 2"""
    assert table(parse_nfg(text)) == [
        (1, Fraction(-1, 2)),
        (0, 0),
        (2, Fraction(1, 10)),
        (2, Fraction(1, 10)),
    ]


def test_outcome_form_without_outcomes():
    assert table(parse_nfg('NFG 1 R "" { "A" } { 3 } { } 0 0 0')) == [(0,), (0,), (0,)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0.1", Fraction(1, 10)),
        ("1e-3", Fraction(1, 1000)),
        ("-.5", Fraction(-1, 2)),
        ("+2.", Fraction(2)),
        ("1.50E+2", Fraction(150)),
        ("-10/4", Fraction(-5, 2)),
        ("123456789012345678901234567890/7", Fraction(123456789012345678901234567890, 7)),
        ("1e400", Fraction(10) ** 400),
        ("-0", Fraction(0)),
    ],
)
def test_numbers_are_exact(written, meant):
    assert table(parse_nfg(f'NFG 1 R "" {{ "A" }} {{ 1 }} {written}')) == [(meant,)]


def test_white_space_only_separates_and_a_comma_may_follow_any_payoff():
    plain = parse_nfg('NFG 1 R "t" { "A" "B" } { 2 1 } 1 -1 2 -2')
    for text in (
        'NFG 1 R "t"{"A""B"}{2 1}1-1 2-2',
        '\ufeff  NFG\r\n1\rR\t"t" {"A" "B"}{\n2\n1\n}\n1,-1,2,-2,',
        'NFG 1 R "t" { "A" "B" } { { "1" "2" } { "1" } } "a comment" 1, -1 2, -2\n\n',
    ):
        game = parse_nfg(text)
        assert game.form == plain.form
        assert table(game) == table(plain)


def test_names_are_made_distinct_and_printable():
    text = (
        r'NFG 1 R "say \"hi\"" { "" "A\B" "A\B" } { { "x" "" "x" "x_1" } { "" } { "a'
        "\n\t\x1b"
        r'b" } } { } 0 0 0 0'
    )
    game = parse_nfg(text)
    assert game.title == 'say "hi"'
    assert game.players == ("Player 1", r"A\B_1", r"A\B_2")
    # "x_1" is taken, so the two others are x_2 and x_3; the unnamed second strategy is called by its number.
    assert [s.actions for s in game.form.information_sets] == [("x_2", "2", "x_3", "x_1"), ("1",), ("a   b",)]


def test_escaped_quotes_and_backslashes():
    game = parse_nfg(r'NFG 1 R "\\" {" { "\"" "a\"b\\c" } { 1 1 } 0 0')
    assert game.title == r"\" {"
    assert game.players == ('"', r'a"b\\c')


def test_one_player_and_one_strategy():
    game = parse_nfg('NFG 1 R "" { "Alone" } { 1 } 5')
    assert game.payoffs.tolist() == [[5]]
    assert game.form.history_count == 2


def test_sixty_players_with_one_strategy_each():
    players = " ".join(f'"{k}"' for k in range(60))
    game = parse_nfg(f'NFG 1 R "" {{ {players} }} {{ {"1 " * 60} }} {" ".join(map(str, range(60)))}')
    assert table(game) == [tuple(range(60))]


def test_files_are_chosen_by_suffix_and_old_encodings_are_read(tmp_path):
    old = tmp_path / "old.NFG"
    old.write_bytes('NFG 1 R "détente" { "Élysée" } { 1 } 1'.encode("latin-1"))
    game = read_game(old)
    assert game.title == "détente"
    assert game.players == ("Élysée",)
    assert game.notes == ("old.NFG is not UTF-8; its names were read as Latin-1",)
    new = tmp_path / "new.nfg"
    new.write_text('NFG 1 R "détente" { "Élysée" } { 1 } 1', encoding="utf-8")
    assert read_game(str(new)).players == ("Élysée",)
    assert read_game(new).notes == ()
