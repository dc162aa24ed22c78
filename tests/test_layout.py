"""Text that fits a page: nothing is wider, nothing is lost, and without a page nothing is wrapped."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hedging_games as hg
from hedging_games.algebra.numbers import decimal_text, shown_factor, shown_number
from hedging_games.layout import NARROWEST, aligned, fitted, on_page, table_width, text_table

words = st.text("abcdefgh", min_size=1, max_size=9)
cells = st.lists(words, max_size=8).map(" ".join)


@st.composite
def tables(draw):
    columns = draw(st.integers(1, 7))
    row = st.lists(cells, min_size=columns, max_size=columns)
    header = draw(st.lists(words, min_size=columns, max_size=columns))
    return header, draw(st.lists(row, min_size=1, max_size=4))


@settings(max_examples=300, deadline=None)
@given(tables(), st.integers(NARROWEST, 90))
def test_a_table_fits_and_keeps_every_word(table, width):
    header, rows = table
    with on_page(width):
        text = text_table(header, rows)
    assert max(map(len, text.split("\n"))) <= width
    shown = text.split()
    for row in [header, *rows]:
        for cell in row:
            for word in cell.split():
                assert word in shown
    if table_width(header, rows) <= width:
        assert text == text_table(header, rows)


def test_a_table_that_is_too_wide_by_hand():
    header, rows = ["#", "choice"], [["0", "one two three four five"], ["1", "six"]]
    with on_page(20):
        assert text_table(header, rows) == "#  choice\n-  -----------------\n0  one two three\n   four five\n1  six"
    with on_page(20):
        cut = text_table(["#", "aaaaaaaaaa", "bbbbbbbbbb"], [["0", "1", "2"]])
    assert cut == "#  aaaaaaaaaa\n-  ----------\n0  1\n\n#  bbbbbbbbbb\n-  ----------\n0  2"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("ab =≈<>", max_size=120), max_size=4), st.integers(1, 60))
def test_lines_fit_and_keep_what_is_in_them(lines, width):
    text = "\n".join(lines)
    assert fitted(text) == text
    with on_page(width):
        broken = fitted(text)
    assert max(map(len, broken.split("\n"))) <= max(width, NARROWEST)
    assert "".join(broken.split()) == "".join(text.split())


def test_what_is_compared_stays_together():
    with on_page(20):
        assert fitted("at first = 1, second = 22, third = 3") == "at first = 1,\n    second = 22,\n    third = 3"


def test_reasons_stand_below_where_there_is_no_room_beside():
    pairs = [("x >= 1", "else A would play B"), ("y == 2", "")]
    assert aligned(pairs) == ["  x >= 1  else A would play B", "  y == 2"]
    with on_page(25):
        assert aligned(pairs) == ["  x >= 1", "      else A would play B", "  y == 2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "1/3"),
        (Fraction(123, 456), "41/152"),
        (Fraction(1234567, 7654321), "1234567/7654321 ≈ 0.161"),
        (Fraction(-(10**400), 3), f"-{10**400}/3 ≈ -3.33e+399"),
        (Fraction(12345678901), "12345678901"),
        (0.25, "0.25"),
    ],
)
def test_a_decimal_stands_beside_what_cannot_be_read_at_a_glance(value, text):
    assert shown_number(value) == text


def test_roots_have_decimals():
    mixed = next(e for e in hg.solve(hg.load("allied-resistance").at()) if not e.strict)
    root = mixed.profile.at("Seoul")["Resist"]
    # sqrt(3)/2 is 0.8660254...
    assert (shown_number(root), shown_factor(root)) == ("sqrt(3)/2 ≈ 0.866", "sqrt(3)/2 (≈0.866)")
    assert decimal_text(Fraction(1, 2)) == ""
