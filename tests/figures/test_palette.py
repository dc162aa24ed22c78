"""Fills are told apart in grey, and words on them can be read."""

from itertools import combinations

import pytest

from hedging_games.figures import palette
from hedging_games.figures.palette import FILLS, PAPER, PATHS, PLAYERS, contrast, told_apart


def test_contrast_is_that_of_the_guidelines():
    # Black on white is 21:1; #767676 on white is the well-known darkest grey below which 4.5:1 is lost.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.01)


def test_any_two_fills_differ_in_grey():
    fills = [fill for group in FILLS.values() for fill in group]
    for one, other in combinations(fills, 2):
        assert told_apart(one, other), (one, other)


def test_two_fills_alike_would_be_noticed():
    assert not told_apart(palette.Fill("#a8d5b0"), palette.Fill("#f6cf7f"))
    assert not told_apart(palette.Fill("#a8d5b0", "dots"), palette.Fill("#f6cf7f", "dots"))


def test_hatches_and_words_stand_out_from_their_fill():
    for group in FILLS.values():
        for fill in group:
            if fill.hatch:
                assert contrast(fill.colour, fill.hatch_colour) >= palette.LEAST_BETWEEN_FILLS, fill
            assert contrast(fill.colour, fill.ink) >= palette.LEAST_OF_TEXT, fill


def test_lines_and_words_stand_out_from_paper():
    for colour in (*PLAYERS, palette.CHANCE_COLOUR, *(colour for colour, _ in PATHS)):
        assert contrast(colour, PAPER) >= palette.LEAST_OF_TEXT, colour


def test_paths_differ_by_their_dashes():
    dashes = [dash for _, dash in PATHS]
    assert len(set(dashes)) == len(dashes)
