"""Whatever a path or a text holds, reading it ends in one clear error within a second, with its place where there is one."""

from __future__ import annotations

import os
import time

import pytest

from hedging_games.errors import CouldNotFinish, InputError, ModelFileError
from hedging_games.model.reader import read_model, read_model_text

SOUND = """\
title: A small game
players: [Small, Ally]
parameters:
  card: {baseline: 4, range: [0, 10]}
play:
  Small: [Hedge, Align]
  Ally: [Tolerate, Press]
payoffs:
  Small: card*[Hedge and Tolerate]
  Ally: "[Tolerate] - [Hedge]"
"""


def refused(text, message, line=None, kind=ModelFileError):
    start = time.process_time()
    with pytest.raises(kind) as caught:
        read_model_text(text) if isinstance(text, str) else read_model(text)
    assert time.process_time() - start < 1
    assert message in str(caught.value)
    problem = caught.value.problems[0]
    assert problem.remedy
    if line is not None:
        assert problem.where is not None
        assert problem.where.line == line
        assert problem.where.column >= 1
    return caught.value


def test_the_sound_file_is_sound():
    assert read_model_text(SOUND).title == "A small game"


def bombs():
    laughs = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True))
    return [
        (laughs, "YAML anchor", 1),
        ("x: *x", "YAML alias", 1),
        ("title: !!python/object/apply:os.system ['true']", "YAML tag", 1),
        ("title: !!str x", "'!!str' is a YAML tag", 1),
        ("!x", "YAML tag", 1),
        ("title: ! x", "YAML tag", 1),
        (SOUND.replace("parameters:\n", "parameters:\n  <<: {a: 1}\n"), "'<<' merges", 4),
        ("%YAML 1.1\n---\n" + SOUND, "YAML directive", None),
        ("%TAG ! tag:x,2000:\n---\n" + SOUND, "YAML directive", None),
        (SOUND + "---\n" + SOUND, "second document", 11),
        ("a: " + "[" * 200_000, "nested more than 12 deep", 1),
        ("[" * 200_000 + "]" * 50_000, "nested more than 12 deep", 1),
        ("{a: " * 50_000, "nested more than 12 deep", 1),
        ("\n".join("  " * k + "a:" for k in range(200)), "nested more than 12 deep", 13),
        ("- " * 100_000, "nested more than 12 deep", 1),
        ("? " * 100_000, None, 1),
        ("a: " * 80_000, "': '", 1),
        ("'" * 200_001, None, None),
        ('"' + "\\x41" * 50_000, "never closed", 1),
        (SOUND.replace("card: {", "card:\n\t{"), "tab", 5),
        (SOUND.replace("  card", "\tcard"), "a tab indents this line", 4),
        (SOUND + "title: again\n", "the key 'title' occurs twice (first in line 1)", 11),
        (SOUND.replace("  Ally: [T", "  Small: [T"), "the key 'Small' occurs twice", 7),
        ("", "is empty", None),
        ("\n\n# nothing\n", "is empty", None),
        ("---\n", None, None),
        ("just a text", "is a text where a mapping is expected", 1),
        ("- a\n- b\n", "is a list where a mapping is expected", 1),
        ("? [a, b]\n: c\n", "a list stands where a key is expected", 1),
        ("title: \0", "control character U+0000", 1),
        ("title: x\n\x1b[31m", "control character U+001B", 2),
        ("title: \ud800", "control character U+D800", 1),
        ("title: \ufffe", "control character U+FFFE", 1),
        ("title: @x", "a value cannot start with '@'", 1),
        ("title: `x`", "a value cannot start with '`'", 1),
        ("title: %x", "a value cannot start with '%'", 1),
        ("title: 'x", "never closed", 1),
        ("title: [x", "never closed", 1),
        ("title: x: y", "the value holds ': '", 1),
        (SOUND.replace('"[Tolerate] - [Hedge]"', "[Tolerate] - [Hedge]"), 'put the formula in quotes: "[Tolerate]', 10),
        (SOUND.replace('"[Tolerate] - [Hedge]"', "[Tolerate]"), 'write "[Tolerate]"', 10),
        (SOUND.replace('"[Tolerate] - [Hedge]"', "*card"), "YAML alias", 10),
        (SOUND.replace('"[Tolerate] - [Hedge]"', "- card"), "a value cannot start with '- '", 10),
        (SOUND.replace('"[Tolerate] - [Hedge]"', "> card"), "a value cannot start with '>'", 10),
        (SOUND.replace("card*[", "9**9**9**9*["), "is not a whole number", 9),
        (SOUND.replace("card*[", "card**65*["), "too large", 9),
        (SOUND.replace("card*[", "(" * 900 + "card" + ")" * 900 + "*["), "more than 40 brackets", 9),
        (SOUND.replace("card*[", "card" + "+card" * 900 + "*["), "characters", 9),
        (SOUND.replace("baseline: 4", "baseline: 1e400"), "out of range", 4),
        (SOUND.replace("baseline: 4", "baseline: " + "9" * 100_000), "characters", 4),
        (SOUND.replace("baseline: 4", "baseline: __import__('os')"), "underscore", 4),
        (SOUND.replace("baseline: 4", "baseline: no"), "mentions 'no'", 4),
        (SOUND.replace("baseline: 4", "baseline: 12:30:45"), "':' is not part of a formula", 4),
        (SOUND.replace("baseline: 4", "baseline: 0x10"), "runs into a name", 4),
        (SOUND.replace("card*[", "card×["), "write *", 9),
    ]


@pytest.mark.parametrize(("text", "message", "line"), bombs(), ids=lambda value: repr(value)[:40])
def test_a_hostile_text_is_refused(text, message, line):
    refused(text, message or "", line)


def test_ten_thousand_problems_are_counted_not_listed():
    text = SOUND.replace(
        "  Small: [Hedge", "".join(f"  D{k}: {{by: Nobody, actions: []}}\n" for k in range(400)) + "  Small: [Hedge"
    )
    error = refused(text, "more problems")
    assert len(error.problems) == 41


def test_too_many_entries_are_refused():
    text = SOUND.replace("parameters:\n", "parameters:\n" + "".join(f"  p{k}: 1\n" for k in range(5_000)))
    refused(text, "'parameters' has 5,001 entries", 4)


def test_a_chain_of_named_expressions_that_explodes_is_refused():
    chain = "let:\n  x0: card + 1\n" + "".join(f"  x{k + 1}: x{k}*x{k}\n" for k in range(300))
    refused(SOUND.replace("play:", chain + "play:").replace("card*[", "x300*["), "let")


def test_a_long_chain_of_named_expressions_is_refused_not_recursed():
    chain = "let:\n  x0: card\n" + "".join(f"  x{k + 1}: x{k} + 1\n" for k in range(490))
    refused(SOUND.replace("play:", chain + "play:").replace("card*[", "x490*["), "rests on too many others")


def test_a_tree_that_explodes_could_not_be_finished():
    decisions = "".join(f"  D{k}: {{by: Small, actions: [A{k}, B{k}], sees: all}}\n" for k in range(40))
    start = time.process_time()
    with pytest.raises(CouldNotFinish, match="more than 200,000 histories"):
        read_model_text(SOUND.replace("  Small: [Hedge", decisions + "  Small: [Hedge"))
    assert time.process_time() - start < 20


def test_a_grid_that_explodes_is_refused():
    for grid, message in (
        ("{levels: 1e9, from: 0, to: 1}", "more than 10,001 levels"),
        ("{step: 1e-9, from: 0, to: 1}", "more than 10,001 levels"),
        ("{levels: 1/2, from: 0, to: 1}", "has 1/2 levels"),
        ("{step: 0, from: 0, to: 1}", "has the step 0"),
        ("{step: -1, from: 0, to: 1}", "has the step -1"),
        ("{step: 2/3, from: 0, to: 1}", "1 is not a multiple of 2/3"),
        ("{levels: 3, from: 1, to: 1}", "goes from 1 to 1"),
        ("{levels: card, from: 1, to: 1 - card}", "goes from 1 to -3"),
    ):
        text = SOUND.replace("[Hedge, Align]", f"{{actions: {grid}}}").replace("[Hedge and Tolerate]", "Small")
        refused(text.replace("- [Hedge]", "- Small"), message, 6)


# --- paths -----------------------------------------------------------------------------------------------------------------


def test_a_missing_file_names_its_neighbour(tmp_path):
    (tmp_path / "engagement.yaml").write_text(SOUND)
    error = refused(tmp_path / "engagment.yaml", "there is no file")
    assert "did you mean 'engagement.yaml'?" in str(error)
    refused(tmp_path / "nowhere" / "x.yaml", "there is no directory")


def test_a_directory_is_refused(tmp_path):
    refused(tmp_path, "is a directory")


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "a.yaml").symlink_to(tmp_path / "b.yaml")
    (tmp_path / "b.yaml").symlink_to(tmp_path / "a.yaml")
    refused(tmp_path / "a.yaml", "cannot be opened")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    refused(tmp_path / "pipe.yaml", "is not an ordinary file")


def test_devices_are_refused():
    from pathlib import Path

    refused(Path("/dev/zero"), "is not an ordinary file")


def test_a_path_that_no_system_takes(tmp_path):
    refused(tmp_path / ("x" * 5_000), "cannot be opened")
    refused(tmp_path / "a\0b", "cannot be opened")


def test_a_hundred_megabytes_are_refused_unread(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    refused(path, "104,857,600 bytes, more than the 262,144 a model file may have")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(tmp_path):
    path = tmp_path / "secret.yaml"
    path.write_text(SOUND)
    path.chmod(0)
    refused(path, "cannot be opened")


def test_encodings(tmp_path):
    path = tmp_path / "model.yaml"
    accented = SOUND.replace("A small game", "Le défilé coréen 한국")
    path.write_bytes(accented.encode("utf-8-sig").replace(b"\n", b"\r\n"))
    assert read_model(path).title == "Le défilé coréen 한국"
    path.write_bytes(accented.replace("한국", "").encode("latin-1"))
    error = refused(path, "the byte 0xe9 is not UTF-8", 1)
    assert error.problems[0].where.column == 12
    path.write_bytes(accented.encode("utf-16"))
    refused(path, "UTF-16")
    path.write_bytes(SOUND.encode("utf-16-le"))
    refused(path, "U+0000", 1)
    path.write_bytes(b"\xff" * 100)
    refused(path, "is not UTF-8", 1)
    path.write_bytes(SOUND.replace("\n", "\r").encode())
    assert read_model(path).title == "A small game"


def test_places_are_right_after_other_alphabets_and_line_ends(tmp_path):
    path = tmp_path / "model.yaml"
    text = SOUND.replace("A small game", "한국 \u2028 x").replace("card*[", "crad*[")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    error = refused(path, "unknown name 'crad'")
    assert error.problems[0].where.text == "  Small: crad*[Hedge and Tolerate]"
    assert error.problems[0].where.column == 10


def test_every_error_is_an_input_error():
    for text, _, _ in bombs():
        with pytest.raises(InputError):
            read_model_text(text)
