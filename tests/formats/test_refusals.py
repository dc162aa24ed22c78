"""What is no game is refused at its place, with a remedy, quickly, and never with a traceback."""

import io
import os
import random
import time
from contextlib import redirect_stderr, redirect_stdout

import pytest

from hedging_games.errors import InputError, ModelFileError
from hedging_games.formats import parse_efg, parse_nfg, read_game
from hedging_games.games.game import Game

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
MUTATIONS = 20_000 if THOROUGH else 4_000

NFG = 'NFG 1 R "t" { "A" "B" } '
EFG = 'EFG 2 R "t" { "A" "B" }\n'
MOVE = 'p "" 1 1 "s" { "l" "r" } 0\n'


def refused(text):
    """The one problem of a text that is refused, which must have a place, that place's line, and a remedy."""
    parse = parse_efg if text.startswith("EFG") else parse_nfg
    with pytest.raises(ModelFileError) as caught:
        parse(text, "x.fg")
    (problem,) = caught.value.problems
    check_place(problem, text)
    return problem


def check_place(problem, text):
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert problem.what in str(problem)
    assert problem.remedy in str(problem)
    assert problem.remedy
    where = problem.where
    assert 1 <= where.line <= len(lines)
    assert where.text == lines[where.line - 1]
    assert 1 <= where.column <= len(where.text) + 1


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("", 1, 1, "does not begin with NFG"),
        ("hello", 1, 1, "does not begin with NFG"),
        ("\x7fELF\x01\x02", 1, 1, "does not begin with NFG"),
        ("NFG 1 R \0", 1, 9, "NUL"),
        ("NFG 2 R", 1, 5, "only version 1"),
        ('NFG 1 "t"', 1, 7, "expected R"),
        ("NFG 1 X", 1, 7, "found 'X'"),
        ("NFG 1 R title", 1, 9, "expected the title in quotes"),
        ('NFG 1 R "t', 1, 9, "never ends"),
        ('NFG 1 R "t\\"', 1, 9, "never ends"),
        ('NFG 1 R "t"', 1, 12, "but the file ends"),
        ('NFG 1 R "t" { }', 1, 13, "no player"),
        ('NFG 1 R "t" { A }', 1, 15, "expected a player's name in quotes"),
        (NFG + "{ 2 }", 1, 29, "2 players, but strategies for 1"),
        (NFG + "{ 2 2 2 }", 1, 31, "after the strategies of 2 players"),
        (NFG + "{ 2 0 } 1 1", 1, 29, "B has no strategy"),
        (NFG + "{ 2 -1 } 1 1", 1, 29, "B has fewer than no strategies"),
        (NFG + "{ 2 1.5 } 1 1", 1, 29, "is 3/2, not a whole number"),
        (NFG + "{ 2 1000000000000 }", 1, 29, "more than 1000000 histories"),
        (NFG + "{ 1000 2000 } 1", 1, 25, "more than 1000000 histories"),
        (NFG + '{ {"x"} {} } 1 1', 1, 33, "B has no strategy"),
        (NFG + '{ {"x"} 2 } 1 1', 1, 33, "expected '{'"),
        (NFG + '{ 2 {"x"} } 1 1', 1, 29, "expected the number of strategies of B"),
        (NFG + "{ 2 1 } 1 2 3", 1, 38, "after 3 of 4 payoffs"),
        (NFG + "{ 2 1 }\n1 2\n3 4\n5", 4, 1, "more follows"),
        (NFG + "{ 2 1 } 1 2 3 4 garbage", 1, 41, "more follows"),
        (NFG + "{ 2 1 } 1 2 3 4 }", 1, 41, "more follows"),
        (NFG + "{ 2 1 }\n1 2\n 3 x", 3, 4, "expected the payoff of B in cell 2, but found 'x'"),
        (NFG + "{ 2 1 } 1 2 3 1/0", 1, 39, "divides by zero"),
        (NFG + "{ 2 1 } 1 2 3 1e999", 1, 39, "out of range"),
        (NFG + "{ 2 1 } 1 2 3 1e" + "9" * 900, 1, 39, "out of range"),
        (NFG + "{ 2 1 } 1 2 3 " + "9" * 1001, 1, 39, "1001 digits"),
        (NFG + "{ 2 1 } 1 2 3 -", 1, 39, "found '-'"),
        (NFG + "{ 2 1 } 1 2 3 nan", 1, 39, "found 'nan'"),
        (NFG + "{ 2 1 } 1 2 3 ١", 1, 39, "found '١'"),
        (NFG + "{ 2 1 } 1 2,,3 4", 1, 37, "found ','"),
        (NFG + '{ 2 1 } { { "a" 1 2 } } 1 2', 1, 51, "no such outcome"),
        (NFG + '{ 2 1 } { { "a" 1 2 } } 1 -1', 1, 51, "no such outcome"),
        (NFG + '{ 2 1 } { { "a" 1 2 } } 1', 1, 50, "outcomes of 1 of 2 cells"),
        (NFG + '{ 2 1 } { { "a" 1 } } 1 1', 1, 43, "payoff of B"),
        (NFG + '{ 2 1 } { { "a" 1 2 3 } } 1 1', 1, 45, "after 2 payoffs"),
        (NFG + "{ 2 1 } { { 1 2 } } 1 1", 1, 37, "the outcome's name"),
        (NFG + '{ 2 1 } { "a" 1 2 } 1 1', 1, 35, "an outcome"),
        (NFG + '{ 2 1 } "c" "d" 1 2 3 4', 1, 37, 'found "d"'),
        (NFG + "{ 1 1 } 0 0" + "}" * 100_000, 1, 36, "more follows"),
    ],
)  # fmt: skip
def test_bad_tables(text, line, column, what):
    problem = refused(text)
    assert what in problem.what
    assert (problem.where.line, problem.where.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("EFG", 1, 4, "only version 2"),
        ('EFG 2 R "t" { } t "" 0', 1, 13, "no player"),
        (EFG, 2, 1, "ends before the first node"),
        (EFG + "x", 2, 1, "expected a node"),
        (EFG + '"comment" "again" t "" 0', 2, 11, "expected a node"),
        (EFG + "t 0", 2, 3, "expected the node's label in quotes"),
        (EFG + 't ""', 2, 5, "expected the number of the node's outcome"),
        (EFG + 't "" 1', 2, 6, "outcome 1 is not described"),
        (EFG + 't "" 0 "o" { 1 2 }', 2, 6, "outcome 0 means that there is none"),
        (EFG + 't "" 1 "o"', 2, 11, "'{' and a payoff"),
        (EFG + 't "" 1 "o" { 1 }', 2, 16, "payoff of B"),
        (EFG + 't "" 1 "o" { 1 2 3 }', 2, 18, "after 2 payoffs"),
        (EFG + 't "" 1 "o" { 1 1/0 }', 2, 16, "divides by zero"),
        (EFG + 't "" 0 t "" 0', 2, 8, "more follows"),
        (EFG + MOVE + 't "" 0', 3, 7, "nothing follows the action 'r' of the information set on line 2"),
        (EFG + MOVE + 't "" 0\n' * 3, 5, 1, "more follows"),
        (EFG + 'p "" 3 1 "s" { "l" } 0 t "" 0', 2, 6, "no player 3"),
        (EFG + 'p "" 0 1 "s" { "l" } 0 t "" 0', 2, 6, "no player 0"),
        (EFG + 'p "" -1 1 "s" { "l" } 0 t "" 0', 2, 6, "no player -1"),
        (EFG + 'p "" 1/2 1 "s" { "l" } 0 t "" 0', 2, 6, "not a whole number"),
        (EFG + 'p "" 1 1 0', 2, 8, "information set 1 is not described"),
        (EFG + 'p "" 1 1 "s" { } 0', 2, 16, "expected an action"),
        (EFG + 'p "" 1 1 "s" { "l" 1/2 } 0', 2, 20, "expected another action"),
        (EFG + 'c "" 1 "s" { "l" "r" } 0', 2, 18, "expected the probability of 'l'"),
        (EFG + 'c "" 1 "s" { "l" 3/2 "r" -1/2 } 0', 2, 26, "is negative"),
        (EFG + 'c "" 1 "s" { "l" .333333 "r" .666666 } 0', 2, 6, "sum to 999999/1000000"),
        (EFG + 'c "" 1 "s" { "l" 1 "r" 1 } 0', 2, 6, "sum to 2"),
        (EFG + 'c "" 1 "s" { "l" 1 } t "" 0', 2, 22, "number of the node's outcome"),
        (EFG + MOVE + 't "" 1 "o" { 1 2 }\nt "" 1 "o" { 1 3 }', 4, 6, "other payoffs than on line 3"),
        (EFG + MOVE + 'p "" 2 1 "u" { "x" } 0 t "" 0\np "" 2 1 "v" { "x" } 0 t "" 0', 4, 8, "other label than on line 3"),
        (EFG + MOVE + 'p "" 2 1 "u" { "x" } 0 t "" 0\np "" 2 1 "u" { "y" } 0 t "" 0', 4, 8, "other actions than on line 3"),
        (
            EFG + MOVE + 'c "" 1 "" { "x" 1 "y" 0 } 0 t "" 0 t "" 0\nc "" 1 "" { "x" 0 "y" 1 } 0 t "" 0 t "" 0',
            4, 8 - 2, "other probabilities than on line 3",
        ),
        # Absent-minded: the set follows itself. Forgetful: the set does not tell l from r, which A chose.
        (EFG + MOVE + 'p "" 1 1 0 t "" 0 t "" 0\nt "" 0', 2, 8, "imperfect recall"),
        (EFG + MOVE + 'p "" 1 2 "m" { "x" } 0 t "" 0\np "" 1 2 0 t "" 0', 3, 8, "A forgets at 'm'"),
        (EFG + 't "" 1 "o" { 1 2', 2, 17, "the file ends"),
        (EFG + 't "" ' + "9" * 2000 + ' "o" { 1 2 }', 2, 6, "2000 digits"),
        (EFG + 'p "" 1 1 "s" { "' + "x" * 100_000, 2, 16, "never ends"),
    ],
)  # fmt: skip
def test_bad_trees(text, line, column, what):
    problem = refused(text)
    assert what in problem.what
    assert (problem.where.line, problem.where.column) == (line, column)


def test_a_message_shows_the_place_and_the_remedy():
    with pytest.raises(ModelFileError) as caught:
        parse_efg(EFG + 'c "" 1 "s" { "l" 0.3 "r" 0.6 } 0', "nature.efg")
    assert str(caught.value) == (
        "error[efg]: the probabilities sum to 9/10\n"
        "  --> nature.efg:2:6\n"
        '   | c "" 1 "s" { "l" 0.3 "r" 0.6 } 0\n'
        "   |      ^\n"
        "  help: let them sum to 1 exactly: write 1/3, not 0.333333"
    )


def test_a_file_of_the_other_kind_says_so():
    assert "suffix .efg" in refused_by(parse_nfg, EFG + 't "" 0').remedy
    assert "suffix .nfg" in refused_by(parse_efg, NFG + "{ 1 1 } 1 1").remedy
    assert "save the game from Gambit" in refused_by(parse_efg, "<?xml version='1.0'?>").remedy


def refused_by(parse, text):
    with pytest.raises(ModelFileError) as caught:
        parse(text)
    return caught.value.problems[0]


def test_too_many_players_histories_or_payoffs():
    players = " ".join(f'"{k}"' for k in range(61))
    assert "61 players" in refused(f'NFG 1 R "" {{ {players} }} {{ {"1 " * 61} }} {"0 " * 61}').what
    players = " ".join(f'"{k}"' for k in range(60))
    # 2^17 cells and over 2^18 histories for 60 players are more than ten million payoffs.
    sizes = "2 " * 17 + "1 " * 43
    assert "more than 10000000 payoffs" in refused(f'NFG 1 R "" {{ {players} }} {{ {sizes} }} 0').what


def test_sums_of_long_fractions_do_not_grow_without_bound():
    # 200 fees on one path, each 1 over another number of 300 digits: their sum would have 60,000 digits.
    rng = random.Random(5)
    nodes = [f'p "" 1 {k} "" {{ "on" }} {k} "" {{ 1/{rng.randrange(10**300)} 0 }}' for k in range(1, 201)]
    assert "thousands of digits" in refused(EFG + "\n".join(nodes) + '\nt "" 0').what
    actions = " ".join(f'"{k}" 1/{rng.randrange(10**300)}' for k in range(200))
    assert "thousands of digits" in refused(EFG + f'c "" 1 "" {{ {actions} }} 0').what


def test_a_text_that_is_too_long_is_refused_before_it_is_read(tmp_path):
    long = NFG + " " * 2**24
    assert "characters" in refused(long).what
    path = tmp_path / "long.nfg"
    path.write_text(long, encoding="utf-8")
    with pytest.raises(InputError, match="larger than 16777216 bytes"):
        read_game(path)


def test_long_texts_take_linear_time():
    """Lexer and places: a hundred thousand quotes, backslashes, braces or lines before the error."""
    for part in ('"" ', "\\", "\\\\ ", "{", "1 ", "\n", '"\\" '):
        for text in (NFG + part * 100_000, EFG + part * 100_000, NFG + "{ 9 9 } " + part * 100_000):
            start = time.process_time()
            refused(text)
            assert time.process_time() - start < 5


@pytest.mark.parametrize("depth", [50_000])
def test_deep_trees_that_break_off(depth):
    nodes = "".join(f'p "" {1 + k % 2} {k} "" {{ "a" "b" }} 0\n' for k in range(depth))
    assert "breaks off" in refused(EFG + nodes).what
    absent = EFG + 'p "" 1 1 "m" { "on" } 0\n' + 'p "" 1 1 0\n' * depth + 't "" 0'
    assert "imperfect recall" in refused(absent).what


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("none.efg", "does not exist"),
        ("folder.nfg", "is not a file"),
        ("game.gbt", "neither .nfg nor .efg"),
        ("game", "neither .nfg nor .efg"),
        ("nul\0.efg", "cannot read|does not exist"),
        ("x" * 5000 + ".efg", "cannot read|does not exist"),
    ],
)
def test_bad_paths(tmp_path, name, what):
    (tmp_path / "folder.nfg").mkdir(exist_ok=True)
    with pytest.raises(InputError, match=what) as caught:
        read_game(tmp_path / name)
    assert caught.value.problems[0].remedy


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 1000, b"\xff\xfeN\0F\0G\0", bytes(range(256)) * 40, b'EFG 2 R "t" { "A" } t "\xff" 0 \xff'],
    ids=["empty", "zeros", "UTF-16", "bytes", "Latin-1 garbage"],
)
def test_bad_bytes(tmp_path, raw):
    for suffix in (".nfg", ".efg"):
        path = tmp_path / f"raw{suffix}"
        path.write_bytes(raw)
        with pytest.raises(ModelFileError) as caught:
            read_game(path)
        assert caught.value.problems[0].where.file == str(path)


# --- mutations of good files -----------------------------------------------------------------------------------------

GOOD = [
    'NFG 1 R "PD" { "Row" "Column" }\n{ { "C" "D" } { "c" "d" } }\n"comment"\n9 9 10 0 0 10 1 1\n',
    'NFG 1 D "counts" { "A" "B" "C" } { 2 1 2 } 1, 2, 3, 4, 5, 6, .5 1/3 1e-3 -1 0 2',
    'NFG 1 R "outcomes" { "A" "B" } { 2 2 } "" { { "x" 1, -1 } { "y" 0.1 1/7 } } 1 2 0 1',
    """EFG 2 R "pennies" { "A" "B" } "c"
p "" 1 1 "a" { "H" "T" } 0
p "" 2 1 "b" { "h" "t" } 0
t "" 1 "w" { 1, -1 }
t "" 2 "l" { -1, 1 }
p "" 2 1 0
t "" 2
t "" 1
""",
    """EFG 2 R "poker" { "Fred" "Alice" }
c "" 1 "card" { "Red" 0.5 "Black" 1/2 } 9 "ante" { -1, -1 }
p "" 1 1 "Red" { "Raise" "Fold" } 0
p "" 2 1 "raised" { "Meet" "Pass" } 0
t "" 1 "\\"big\\"" { 3, -1 }
t "" 2 "win" { 2, 0 }
t "" 2
p "" 1 2 "Black" { "Raise" "Fold" } 0
p "" 2 1 "raised" { "Meet" "Pass" } 0
t "" 3 "lost" { -1, 3 }
t "" 2 "win" { 2, 0 }
t "" 4 "loss" { 0, 2 }
""",
    'EFG 2 R "end" { "A" } t "" 1 "" { 5 }',
]
PIECES = ['"', "\\", "{", "}", ",", "0", "1", "2", "-1", "1/0", "9999999", "1e400", "1e999", ".", "c", "p", "t", " ", "\n",
          "\r", "\0", '""', "é", "\x1b", "NFG", "EFG", "1/3", '"x"', "{ }", "\ud800", "\u2028"]  # fmt: skip


def mutate(text, rng):
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        here, there = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        kind = rng.randrange(7)
        if kind == 0:
            text = text[:here] + text[here + 1 :]
        elif kind == 1:
            text = text[:here] + rng.choice(PIECES) + text[here:]
        elif kind == 2:
            text = text[:here] + rng.choice(PIECES) + text[here + 1 :]
        elif kind == 3:
            text = text[:here]
        elif kind == 4:
            text = text[:here] + text[there:]
        elif kind == 5:
            text = text[:there] + text[here:there] + text[there:]
        else:
            words = text.split(" ")
            i, j = rng.randrange(len(words)), rng.randrange(len(words))
            words[i], words[j] = words[j], words[i]
            text = " ".join(words)
    return text


def test_every_mutation_is_a_game_or_an_error_with_a_place():
    rng = random.Random(20_260_101)
    games = errors = 0
    slowest = 0.0
    for k in range(MUTATIONS):
        original = GOOD[k % len(GOOD)]
        text = mutate(original, rng)
        parse = parse_efg if original.startswith("EFG") else parse_nfg
        start = time.process_time()
        try:
            with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
                game = parse(text, "mutant")
        except ModelFileError as caught:
            (problem,) = caught.problems
            check_place(problem, text)
            errors += 1
        else:
            assert isinstance(game, Game)
            assert game.form.check() is game.form
            games += 1
        slowest = max(slowest, time.process_time() - start)
        assert not out.getvalue()
        assert not err.getvalue()
    assert games > MUTATIONS // 20, "mutations that change nothing that matters are games"
    assert errors > MUTATIONS // 2
    assert slowest < 2, "a second each, and another for a busy machine"
