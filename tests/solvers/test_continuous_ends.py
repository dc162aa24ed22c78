"""Ends and probabilities that compare: `min`, `max` and `abs` of parameters and of earlier choices stay open, at points and in regions."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text

BOUNDED = """
title: As much as there is, up to one
players: [A, B]
parameters: {k: {baseline: 1, range: [0, 2]}}
play:
  x: {by: A, actions: {from: 0, to: "min(1, k)"}}
  B: {actions: [Yes, No], sees: all}
payoffs: {A: x, B: "[Yes]*(x - 1/2)"}
hedge: Yes
"""


@pytest.mark.parametrize("among", ["some", "every"])
def test_an_end_is_the_smaller_of_two(among: Any) -> None:
    # x = min(1, k), and B says yes from 1/2 on: at 1/2 either.
    region = hg.condition(read_model_text(BOUNDED), among)
    assert region.complete
    for k in (F(0), F(1, 4), F(1, 2), F(3, 4), F(1), F(2)):
        assert region.contains(k=k) == (k > F(1, 2) or (k == F(1, 2) and among == "some"))
    (at_a_quarter,) = hg.solve(read_model_text(BOUNDED).at(k="1/4"))
    assert at_a_quarter.choices == {"x": F(1, 4)}


TURNING = """
title: From nothing to x, whichever is first
players: [A, B]
parameters: {k: {baseline: 1, range: [0, 2]}}
play:
  x: {by: A, actions: {from: -1, to: 1}}
  y: {by: B, actions: {from: "min(x, 0)", to: "max(x, 0)"}, sees: all}
payoffs: {A: y - k*x, B: -y}
hedge: x == 1
"""


def test_ends_turn_where_an_earlier_number_does() -> None:
    # B takes y = min(x, 0), so x is worth x - k*x below 0 and -k*x above: at k = 1 any x up to 0 is best, at k = 0 any from 0 on, else x = 0 or -1.
    model = read_model_text(TURNING)
    some, every = (hg.condition(model, among) for among in ("some", "every"))  # type: ignore[arg-type]
    for k in (F(0), F(1, 2), F(1), F(2)):
        assert some.contains(k=k) == (k == 0)
        assert not every.contains(k=k)
    found = hg.solve(model.at())
    assert [one.choices["x"] for one in found] == [-1, (-1, 0), 0]
    assert found.complete == "all"
    text = str(found)
    assert "y where x < 0: y = x" in text, "what is done is told apart by the case in which it is"
    assert "y where x > 0: y = 0" in text


def test_phases_say_that_an_interval_matters_to_somebody() -> None:
    # At k = 1 the ends -1 and 0 are named, and between them B gets -x: more or less.
    found = hg.phases(read_model_text(TURNING), "k")
    assert any("of an interval of best numbers" in note for note in found.notes)
    bounded = hg.phases(read_model_text(BOUNDED), "k")
    assert not any("of an interval of best numbers" in note for note in bounded.notes)


DRAWN = """
title: A cost drawn from what is left above p
players: [A, B]
parameters: {p: {baseline: 1/2, range: [-1, "1/2"]}, c: {baseline: 1/4, range: [0, 1]}}
play:
  t: {by: chance, actions: {uniform: ["max(0, p)", 1]}}
  x: {by: A, actions: {from: 0, to: 1}}
  B: {actions: [Yes, No], sees: all}
payoffs: {A: "[Yes]*(1 - x) + [No]*c", B: "[Yes]*x + [No]*t"}
hedge: x > 1/2
"""


def test_a_number_is_drawn_from_the_larger_of_two() -> None:
    # With l = max(0, p), x >= l is worth c + (1 - x - c)(x - l)/(1 - l): best at (1 + l - c)/2, above 1/2 exactly if l > c; for c = 1/2 = l no x above
    # 1/2 gains over c.
    region = hg.condition(read_model_text(DRAWN), "every")
    for p in (F(-1), F(0), F(1, 4), F(1, 2)):
        for c in (F(0), F(1, 4), F(1, 2), F(1)):
            assert region.contains(p=p, c=c) == (max(F(0), p) > c)


BETWEEN = """
title: A number drawn between two that compare
players: [A]
parameters: {p: {baseline: "1/4", range: [0, 1]}, c: {baseline: "1/16", range: [0, 1]}}
play:
  G: {by: A, actions: [In, Out]}
  t: {by: chance, actions: {uniform: [LOW, "max(p, 3/4)"]}, when: In}
  B: {by: A, actions: [Yes, No], sees: all, when: In}
payoffs: {A: "[Yes]*(t - 1/2) + [Out]*c"}
hedge: In
"""


@pytest.mark.parametrize(("low", "most"), [("0", F(0)), ('"min(p, 1/2)"', F(1, 2))])
def test_the_ends_of_a_draw_are_in_order_where_they_are_its_ends(low: str, most: F) -> None:
    # A says yes to t above 1/2. With h = max(p, 3/4) that is worth (h - 1/2)^2/2 over the length h - l, against c. The upper end is p from 3/4 on
    # alone, so that it is above 0; and where it is p, the lower end is 1/2, as p <= 1/2 and p >= 3/4 do not turn out together.
    region = hg.condition(read_model_text(BETWEEN.replace("LOW", low)), "every")
    for p in (F(0), F(1, 4), F(1, 2), F(5, 8), F(3, 4), F(7, 8), F(1)):
        high = max(p, F(3, 4))
        worth = (high - F(1, 2)) ** 2 / 2 / (high - min(p, most))
        for c in (worth, worth - F(1, 1000), worth + F(1, 1000)):
            assert region.contains(p=p, c=c) == (worth > c)


LUCK = """
title: Luck that needs a positive number
players: [A, B]
parameters: {c: {baseline: 1/4, range: [0, 1]}}
play:
  x: {by: A, actions: {from: -1, to: 1}}
  Luck: {by: chance, actions: {Good: "max(0, x)/2", Bad: "1 - max(0, x)/2"}}
  B: {actions: [Yes, No], sees: all}
payoffs: {A: "[Good] - c*x**2 + [Yes]/8", B: "[Yes]*(x - 1/2)"}
hedge: x > 1/2
"""


@pytest.mark.parametrize("among", ["some", "every"])
def test_a_probability_is_the_larger_of_two(among: Any) -> None:
    # Above 0 x is worth x/2 - c*x^2, and 1/8 more from 1/2 on: best at 1/(4c), or 1, if that is above 1/2; else at 1/2, where B may say yes.
    region = hg.condition(read_model_text(LUCK), among)
    for c in (F(0), F(1, 4), F(3, 8), F(1, 2), F(1)):
        assert region.contains(c=c) == (c < F(1, 2))


def test_a_grid_whose_ends_are_parameters_is_refused_with_what_can_be_asked() -> None:
    # On a grid k decides which numbers there are, so nothing is left open, though nobody held it. At k = 1, with 0, 1/2 and 1: x = 1, and B says yes.
    grid = read_model_text(BOUNDED).on_grid(3)
    with pytest.raises(hg.InputError, match=r"the form of the game depends on k\n.*sweep: --over k="):
        hg.condition(grid, "some")
    swept = hg.sweep(grid, {"k": [F(1, 4), F(1)]})
    assert [int(x) for x in swept["some"]] == [0, 1]
    with pytest.raises(hg.InputError, match="leave at least one parameter without --set"):
        hg.condition(read_model_text(BOUNDED), "some", fixed={"k": 1})
