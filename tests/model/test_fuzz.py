"""Mutations of real model files: each is read, or refused with a place and a remedy, within a second; never a traceback.

Bytes, tokens, lines and keys are changed, dropped, repeated and exchanged; HG_THOROUGH=1 tries thousands of them.
"""

from __future__ import annotations

import os
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.model.catalogue import every_name, load
from hedging_games.model.fields import MOST_PROBLEMS
from hedging_games.model.reader import read_model_text
from hedging_games.model.source import source_from_bytes

EXAMPLES = 4_000 if os.environ.get("HG_THOROUGH") else 100

TEXTS = [load(name).text for name in every_name()]
WORDS = re.compile(r"\w+|[^\w\s]|\s+")
SPICE = [
    "", " ", "\n", "\t", ":", ": ", "- ", "[", "]", "{", "}", "(", ")", ",", '"', "'", "#", "&a", "*a", "!x", "|", ">", "%", "@",
    "?", "---", "<<", "~", "null", "0", "-1", "1/0", "1e400", "9**9**9", "**", "==", "=", "not", "and", "or", "max(", "[Hedge]",
    "[1 > 0]", "Hedge", "Ally", "SmallState", "chance", "by", "when", "sees", "all", "actions", "levels", "from", "to", "step",
    "uniform", "{uniform: [0, 1]}", "{from: 0, to: 1}", "abs(", "parameters", "players", "payoffs", "play", "table", "at", "title", "hedge", "é", "−", "×", "\u2028", "\ufeff", "\x00", "x" * 70,
    "0.5", "1/3", "p", "card", "levels: 1e9", "{levels: 3, from: 0, to: 1}", "[a, b]", "range: [0, 1)", "\r\n", "\x85", "\ud7ff",
]  # fmt: skip

relaxed = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def read(text):
    start = time.process_time()
    error = refusal_of(text)
    assert time.process_time() - start < 2  # the model and its dump are read
    if error is None:
        return
    assert str(error)
    assert 1 <= len(error.problems) <= MOST_PROBLEMS + 1
    for problem in error.problems:
        assert problem.what
        assert problem.remedy
        if "is empty" not in problem.what and "more problems" not in problem.what:
            assert problem.where is not None, str(error)
            assert problem.where.line >= 1
            assert problem.where.column >= 1


def refusal_of(text):
    """The error that a text is answered with; none if it is a model, or too large a one."""
    try:
        model = read_model_text(text, file="mutant.yaml")
    except CouldNotFinish:
        return None
    except InputError as error:
        return error
    assert read_model_text(model.dump()) == model
    return None


@given(st.data(), st.sampled_from(TEXTS))
@relaxed
def test_bytes(data, text):
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        piece = data.draw(st.binary(min_size=0, max_size=3))
        raw[at : at + data.draw(st.integers(0, 3))] = piece
    try:
        text = source_from_bytes(bytes(raw), "mutant.yaml").text
    except InputError as problem:
        error = problem
    else:
        read(text)
        return
    assert error.problems[0].where is not None


@given(st.data(), st.sampled_from(TEXTS))
@relaxed
def test_tokens(data, text):
    words = WORDS.findall(text)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(words) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                words[at] = data.draw(st.sampled_from(SPICE))
            case 1:
                words.insert(at, data.draw(st.sampled_from(SPICE)))
            case 2:
                del words[at]
            case _:
                other = data.draw(st.integers(0, len(words) - 1))
                words[at], words[other] = words[other], words[at]
    read("".join(words))


@given(st.data(), st.sampled_from(TEXTS), st.sampled_from(TEXTS))
@relaxed
def test_lines(data, text, donor):
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.integers(0, 4)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, data.draw(st.sampled_from(lines)))
            case 2:
                lines.insert(at, data.draw(st.sampled_from(donor.split("\n"))))
            case 3:
                lines[at] = " " * data.draw(st.integers(0, 6)) + lines[at].lstrip()
            case _:
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
        lines = lines or [""]
    read("\n".join(lines))


@given(st.data(), st.sampled_from(TEXTS))
@relaxed
def test_keys_and_values(data, text):
    """A key, or a value, is replaced by another one of the same file."""
    keys = list(re.finditer(r"\b\w+(?=:)", text))
    values = list(re.finditer(r"(?<=: )[^\n{}\[\],]+", text))
    for found in (keys, values):
        if data.draw(st.booleans()):
            old = data.draw(st.sampled_from(found))
            new = data.draw(st.one_of(st.sampled_from(found).map(lambda m: m.group()), st.sampled_from(SPICE)))
            text = text[: old.start()] + new + text[old.end() :]
            break
    read(text)


@given(st.text(max_size=200))
@relaxed
def test_any_text(text):
    try:
        read(text)
    except UnicodeEncodeError:  # a lone surrogate cannot be written anywhere
        pytest.fail("a surrogate got through")


@given(
    st.lists(st.sampled_from([*SPICE, "title: t\n", "play:\n  ", "players: [A]\n", "payoffs: {A: 0}\n"]), max_size=30)
)
@relaxed
def test_spice_alone(words):
    read("".join(words))
