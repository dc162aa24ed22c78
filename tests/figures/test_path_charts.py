"""Charts of play over time: bars are as high as what they stand for is likely."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

import hedging_games as hg
from command_line import answer, run
from figures_checked import clashes, compiled_text, needs_tex, outside
from hedging_games.figures.path_charts import MOST_BARS, path_scene
from hedging_games.figures.scene import Frame, Polygon, Text, walk
from hedging_games.model.catalogue import every_name

pytest.importorskip("matplotlib")

COLUMN, TEXT = 3.4 * 72, 6.9 * 72

OVER_TIME = [name for name in every_name() if hg.load(name).is_over_time]


@pytest.fixture(scope="module")
def forced():
    return hg.solve(hg.load("forced-choice").at(hazard="1/20"))


def path(found, periods, **options):
    return hg.path_of_play(found.game, found[0], periods, **options)


def heights(scene, x):
    """Of each chart the heights of the shapes at a place across, from below."""
    found = []
    for frame in (item for item in walk(scene.items) if isinstance(item, Frame)):
        levels = []
        for shape in (item for item in frame.items if isinstance(item, Polygon)):
            at = [y for (a, y), (b, _) in pairwise(shape.points) if min(a, b) < x < max(a, b)]
            levels += [(min(at), max(at))] if at else []
        found.append(sorted(levels))
    return found


def words(scene):
    return [item.text for item in walk(scene.items) if isinstance(item, Text)]


# Hedging goes on with probability 19/20 a period, and is settled one period after it was forced: in period 3 it is open with (19/20)^2 = 0.9025,
# forced with 19/20*1/20 = 0.0475, settled with 1/20. Hedging lasts while it is open, and realignment came before with 1/20.
def test_bars_stand_on_each_other(forced):
    states, hedging = heights(path_scene(path(forced, 4), None, TEXT), 3.0)
    for found in (states, hedging):
        assert [low for low, _ in found] == pytest.approx([0, 0.9025, 0.95])
        assert [high for _, high in found] == pytest.approx([0.9025, 0.95, 1])


def test_what_has_ended_is_white():
    waived = hg.solve(hg.load("sanctions-waiver").at())
    scene = path_scene(path(waived, 5), None, TEXT)
    # The third period is the last one: hedging lasts in the first two.
    assert heights(scene, 3.0) == [[(0, 1)], [(0, 1)]]
    assert heights(scene, 4.0) == [[], [(0, 1)]]
    assert "play has ended" in words(scene)
    assert "play ended before hedging did" not in words(scene)
    # Nothing else is explained than what is there: in two periods realignment has not come.
    short = words(path_scene(path(waived, 2), None, TEXT))
    assert "hedging lasts through this period" in short
    assert "realignment comes in this period" not in short


@pytest.mark.parametrize("width", [COLUMN, TEXT])
@pytest.mark.parametrize("name", OVER_TIME)
@pytest.mark.parametrize("periods", [1, 8, 60])
def test_words_meet_no_others_and_stay_on_the_page(name, periods, width):
    found = hg.solve(hg.load(name).at())
    followed = found.over_time(0) if name == "tightrope" else found
    scene = path_scene(path(followed, periods), None, width)
    assert clashes(scene) == []
    assert outside(scene) == []


def test_of_very_many_periods_some_are_drawn_and_shares_carry_their_error(forced):
    scene = path_scene(path(forced, 1000), None, COLUMN)
    assert MOST_BARS >= 1000 // 3 + 1
    said = " ".join(" ".join(words(scene)).split())
    assert "of 3 periods the first one is drawn" in said
    assert "each within 0.014 with 95% confidence" in said
    assert len({x for item in walk(scene.items) if isinstance(item, Polygon) for x, _ in item.points}) < MOST_BARS + 60
    assert clashes(scene) == []
    assert outside(scene) == []


def test_without_an_event_the_states_are_drawn_alone(forced):
    told = path(forced, 3)
    bare = replace(
        told,
        game=replace(told.game, event=None),
        periods=tuple(replace(p, lasts=None, realigns=None) for p in told.periods),
    )
    assert len(heights(path_scene(bare, None, TEXT), 2.0)) == 1
    with pytest.raises(hg.InputError, match="names no event"):
        hg.path_chart(bare, "hedging")


def test_more_states_than_fills_are_drawn_together(forced):
    told = path(forced, 2)
    many = [f"s{k}" for k in range(10)]
    odds = {name: (k + 1) / 55 for k, name in enumerate(many)}
    game = replace(told.game, states=tuple(many))
    crowded = replace(told, game=game, periods=tuple(replace(p, states=odds) for p in told.periods))
    scene = path_scene(crowded, "states", TEXT)
    assert {"s9", "s5", "5 other states"} <= set(words(scene))
    assert "s4" not in words(scene)
    (levels,) = heights(scene, 1.0)
    assert levels[-1] == pytest.approx((40 / 55, 1))


def test_one_chart_goes_into_axes_of_ones_own(forced):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert hg.path_chart(path(forced, 3), "hedging", ax=ax).axes is ax
    with pytest.raises(hg.InputError, match="no chart is called 'state'"):
        hg.path_chart(path(forced, 3), "state")


def test_the_verb_draws_it(tmp_path):
    target = tmp_path / "play.tex"
    told = answer("path", "forced-choice", "--periods", "3", "--figure", str(target))
    assert told["written"] == [str(target)]
    assert "path forced-choice --periods 3" in target.read_text(encoding="utf-8").splitlines()[0]
    assert run("path", "forced-choice", "--figure", "play.jpg").returncode == 2


@needs_tex
def test_tex_compiles(forced, tmp_path):
    assert "realignment comes in this period" in compiled_text(path_scene(path(forced, 3), None, COLUMN), tmp_path)
