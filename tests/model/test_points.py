"""Parameter points from CSV and JSON lines: every row by itself, its numbers as they are written."""

from __future__ import annotations

import io
import sys

import pytest

from hedging_games.errors import HedgingGamesError, InputError
from hedging_games.model.catalogue import load
from hedging_games.model.points import read_points


@pytest.fixture
def points(tmp_path):
    def read(content):
        path = tmp_path / "points"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_points(str(path)))

    return read


def test_csv(points):
    assert points("card, sanction\n1/3,0.25\n,2\n\n4,\n") == [
        {"card": "1/3", "sanction": "0.25"},
        {"sanction": "2"},
        {"card": "4"},
    ]
    assert points('\ufeffcard,sanction\r\n"1/3","2"\r\n') == [{"card": "1/3", "sanction": "2"}]
    assert points("card\n") == []


def test_json_lines_keep_numbers_as_they_are_written(points):
    rows = points('{"card": 0.1, "sanction": 3}\n\n{"card": "1/3", "sanction": null}\n{}\n')
    assert rows == [{"card": "0.1", "sanction": "3"}, {"card": "1/3"}, {}]
    game = load("engagement-card").at(**rows[0])
    assert str(game.parameters["card"]) == "1/10"


@pytest.mark.parametrize(
    ("content", "what", "line"),
    [
        ("card\n1,2\n3\n", "the row has 2 cells, the header 1", 2),
        ('card\n"1\n3\n', "quotation marks do not match", 2),
        (b"card\n\xff\n3\n", "is not UTF-8", 2),
        (b"card\n\0\n3\n", "NUL", 2),
        (b"card\n" + b"1" * 200_000 + b"\n3\n", "more than 100,000 bytes", 2),
        ('{"card": 1}\n{"card": \n{"card": "3"}\n', "the row is not JSON", 2),
        ('{"card": 1}\n[1]\n{"card": "3"}\n', "the row is not an object", 2),
        ('{"card": 1}\n{"card": [1]}\n{"card": "3"}\n', "the value of 'card' is not a number", 2),
        ('{"card": 1}\n{"card": true}\n{"card": "3"}\n', "the value of 'card' is not a number", 2),
        ('{"card": 1}\n{"card": 1, "card": 2}\n{"card": "3"}\n', "gives 'card' twice", 2),
        ('{"card": 1}\n' + "[" * 90_000 + '\n{"card": "3"}\n', "the row is not JSON", 2),
    ],
)
def test_a_wrong_row_is_an_error_in_its_place_and_the_rest_go_on(points, content, what, line):
    rows = points(content)
    (error,) = [row for row in rows if isinstance(row, HedgingGamesError)]
    assert what in str(error)
    assert error.problems[0].where.line == line
    assert rows[-1] == {"card": "3"}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("card,card\n1,2\n", "the header has an empty or repeated name"),
        ("card,\n1,2\n", "the header has an empty or repeated name"),
        (b"\xff\xfe\n", "is not UTF-8"),
    ],
)
def test_a_file_without_a_usable_beginning(points, content, what):
    with pytest.raises(InputError, match=what):
        points(content)


def test_files_that_cannot_be_opened(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(read_points(str(tmp_path / "nothing.csv")))
    with pytest.raises(InputError, match="is a directory"):
        list(read_points(str(tmp_path)))


def test_standard_input(monkeypatch):
    class Input:
        buffer = io.BytesIO(b"card\n3\n")

    monkeypatch.setattr(sys, "stdin", Input)
    assert list(read_points("-")) == [{"card": "3"}]


def test_rows_are_read_as_they_are_asked_for(monkeypatch):
    class Input:
        buffer = io.BytesIO(b"card\n" + b"1\n" * 1_000_000)

    monkeypatch.setattr(sys, "stdin", Input)
    assert next(iter(read_points("-"))) == {"card": "1"}
    assert Input.buffer.tell() == len(b"card\n1\n")
