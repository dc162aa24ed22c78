"""Strips: what lies where on the line is what solving finds there, thresholds are exact, and words stand where they belong."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

import hedging_games as hg
from figures_checked import at_widths, clashes, compiled_text, needs_tex, outside
from hedging_games.analysis.phase_events import cells_by_event
from hedging_games.analysis.phases import AT_BORDERS
from hedging_games.figures.lettering import box_of
from hedging_games.figures.line_maps import on_line
from hedging_games.figures.phase_naming import TALLEST
from hedging_games.figures.placing import spread
from hedging_games.figures.scene import Frame, Line, Mark, Text
from hedging_games.figures.strips import strip_scene
from hedging_games.games.values import path_outcome
from hedging_games.model.catalogue import every_name
from hedging_games.model.reader import read_model_text

pytest.importorskip("matplotlib")

COLUMN, PAGE = 3.4 * 72, 6.9 * 72


def over(name):
    model = hg.load(name)
    return [p for p in model.parameters if p not in model.structural][:2]


EVERY_STRIP = [(name, parameter) for name in every_name() for parameter in over(name)]


@pytest.fixture(scope="module")
def found():
    """The phases of a model over one parameter, found once."""
    made = {}

    def of(name, parameter):
        if (name, parameter) not in made:
            made[name, parameter] = hg.phases(hg.load(name), [parameter])
        return made[name, parameter]

    return of


def frame_of(scene):
    (frame,) = (item for item in scene.items if isinstance(item, Frame))
    return frame


def texts(scene):
    return [" ".join(item.text.split()) for item in (*scene.items, *frame_of(scene).items) if isinstance(item, Text)]


@pytest.mark.parametrize(
    ("name", "width", "parameter"),
    [(name, width, parameter) for name, width in at_widths(every_name(), (COLUMN, PAGE)) for parameter in over(name)],
)
def test_words_meet_no_others_stay_on_the_page_and_in_their_pieces(found, name, parameter, width):
    phases = found(name, parameter)
    scene = strip_scene(phases, width)
    assert clashes(scene) == []
    assert outside(scene) == []
    assert scene.height <= TALLEST
    frame = frame_of(scene)
    band = [frame.place((0.0, height))[1] for height in (0.0, 1.0)]
    inside = [i for i in frame.items if isinstance(i, Line) and max(y for _, y in i.points) <= 1]
    lines = [frame.place(line.points[1])[0] for line in inside]
    names = [box_of(i, frame) for i in frame.items if isinstance(i, Text) and i.anchor == "centre"]
    for left, low, right, high in names:
        assert not any(left < line < right for line in lines)
        assert band[0] <= low < high <= band[1]


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize(("name", "parameter"), EVERY_STRIP)
def test_thresholds_are_those_that_threshold_finds(found, name, parameter, among):
    phases = found(name, parameter)
    thresholds = hg.threshold(hg.load(name), parameter, among, phases.concept)
    _, changes = on_line(phases, among)
    # The ends of what the assumptions admit are drawn too, though nothing is played beyond.
    ends = {change.value for change in changes if None in change.edge.sides and change.at_it != "own"}
    ends |= {value for value in thresholds.values if phases.at(value) is None}
    drawn = [change.value for change in changes if change.value not in ends]
    assert drawn == sorted(value for value in thresholds.values if value not in ends)


def played(game, profile):
    """Ends with their probabilities."""
    return tuple(path_outcome(game, profile.probabilities))


# Continuous choices and games over time have tests of their phases elsewhere (test_phases.py, test_conditions_over_time.py).
SOLVED = [(n, p) for n, p in EVERY_STRIP if not hg.load(n).is_continuous and not hg.load(n).is_over_time]


@pytest.mark.parametrize(("name", "parameter"), SOLVED)
def test_solving_finds_in_every_piece_and_at_every_threshold_what_the_strip_says(found, name, parameter):
    phases = found(name, parameter)
    model = hg.load(name)
    what, changes = on_line(phases, None)
    rng = random.Random(8)
    places = [change.value for change in changes if isinstance(change.value, Fraction)]
    for region in what.regions:
        low, high = (Fraction(end) for end in region.ends)
        places.append(low + (high - low) * Fraction(rng.randint(1, 99), 100))
    for place in places:
        there = phases.at(place)
        if there is None:
            with pytest.raises(hg.InputError):
                model.at(**{parameter: str(place)})
            continue
        solved = hg.solve(model.at(**{parameter: str(place)}), phases.concept)
        # At a border, where somebody is indifferent, lots may support more than is named.
        is_named = AT_BORDERS not in phases.notes or all(place != change.value for change in changes)
        is_all = is_named and not any("randomisation" in note for note in phases.notes)
        kept = [e for e in solved if is_all or e.profile.is_pure]
        assert len({played(solved.game, e.profile) for e in kept}) == number(phases, there, place), (place, there)
        said = {change.value: change for change in changes}.get(place)
        if said is None:
            region = what.at(float(place), 0.5)
            has = [e.hedge > 0 for e in kept]
            assert region.kind[1] == ("none" if not any(has) else "every" if all(has) else "some"), place


def number(phases, there, place):
    """How many outcomes differ at a value: two that differ in what a type would do that chance excludes are one."""
    if phases.parameters[0] == "p" and place in (0, 1):
        return pytest.approx(len(there), abs=len(there) - 1)
    return len(there)


# --- by hand -----------------------------------------------------------------------------------------------------------------------------

HEAD = """
title: By hand
players: {A: {role: ally}}
parameters:
  x: {baseline: 1, range: [0, 4], meaning: a number, source: assumed}
  y: {baseline: 1, range: [0, 4], meaning: another number, source: assumed}
assume: [x <= 4]
"""


def strip_of(body, admitted=4):
    phases = hg.phases(read_model_text(HEAD.replace("x <= 4", f"x <= {admitted}") + body), ["x"])
    return strip_scene(phases, PAGE), on_line(phases, None)[1]


# By hand: l is worth x, r is worth 2*y: with y = 1 both are best at x = 2.
BOTH = """
play: {Move: {by: A, actions: [l, r]}}
payoffs: {A: "x*[l] + 2*y*[r]"}
hedge: l
"""


def test_a_threshold_has_its_number_above_the_band_and_its_formula_in_the_legend():
    scene, (change,) = strip_of(BOTH)
    assert (change.value, change.at_it) == (2, "both")
    assert "2" in texts(scene)
    assert "x = 2: the threshold x = 2*y" in texts(scene)
    assert "at this threshold the equilibria of both sides stand" in texts(scene)
    assert "[0, 2): r" in scene.description
    assert "(2, 4]: l" in scene.description


# By hand: x**2 = 2*y, so that with y = 1 the threshold is the root of 2.
def test_an_irrational_threshold_is_exact_and_has_a_decimal():
    scene, (change,) = strip_of(BOTH.replace("x*[l]", "x**2*[l]"))
    assert str(change.value) == "sqrt(2)"
    assert "sqrt(2) ≈ 1.41" in texts(scene)
    assert "x = sqrt(2) ≈ 1.41: the threshold x**2 - 2*y = 0" in texts(scene) or any(
        text.startswith("x = sqrt(2) ≈ 1.41: the threshold x = ") for text in texts(scene)
    )


# By hand: the third action is worth x less (x - 2)**2, so it is as good as l at x = 2 alone.
TIE = """
play: {Move: {by: A, actions: [l, third]}}
payoffs: {A: "x*y*[l] + y*(x - (x - 2)**2)*[third]"}
hedge: third
"""


def test_a_value_with_equilibria_of_its_own_is_a_point_with_a_letter():
    scene, (change,) = strip_of(TIE)
    assert (change.value, change.at_it) == (2, "own")
    (mark,) = (i for i in frame_of(scene).items if isinstance(i, Mark) and i.shape == "diamond")
    assert mark.at[0] == 2
    assert {"(a)", "(a) l | third"} <= set(texts(scene))


# By hand: the ally is certain to meet the event where x > 0; at x = 0 nothing else is played, but it never happens.
CHANCE = """
play:
  Draw: {by: chance, actions: {up: x/4, down: 1 - x/4}}
  Move: {by: A, actions: [l, r]}
payoffs: {A: "(1 + y)*[l]"}
hedge: up and l
"""


def test_where_the_same_is_played_but_the_event_has_no_chance_is_a_threshold_of_its_own():
    model = read_model_text(HEAD + CHANCE)
    for phases in (hg.phases(model, ["x"]), hg.phases(model, ["x", "y"])):
        cells = cells_by_event(phases)
        assert {hedging for _, _, hedging in cells} == {"every", "none"}
        for _, cell, hedging in cells:
            assert (hedging == "none") == (cell.first.point and cell.first.low == 0)
    scene, (change,) = strip_of(CHANCE)
    assert (change.value, change.at_it) == (0, "own")
    assert any(text.startswith("in every equilibrium") for text in texts(scene))


# By hand: the best number is x/4; the event is that it is more than 1/2, so x > 2; what is played is the same formula all over the line.
NUMBER = """
play: {effort: {by: A, actions: {from: 0, to: 1}}}
payoffs: {A: "y - (effort - x/4)**2"}
hedge: effort > 1/2
"""


def test_a_number_that_is_chosen_may_bring_the_event_about_with_the_same_formula():
    scene, changes = strip_of(NUMBER)
    assert [change.value for change in changes] == [0, 2, 4]  # at its ends the number is a corner
    (some,) = on_line(hg.phases(read_model_text(HEAD + NUMBER), ["x"]), "some")[1]
    assert (some.value, some.at_it) == (2, "left")
    plane = cells_by_event(hg.phases(read_model_text(HEAD + NUMBER), ["x", "y"]))
    for _, cell, hedging in plane:
        assert hedging == ("every" if cell.sample[0] > 2 else "none")
    assert clashes(scene) == []


# By hand: to meet in l and m is worth x - 2, elsewhere 0 but in r and n, worth y = 1: it is an equilibrium from x = 2 on, that included.
MEETING = """
concept: pure-nash
play:
  First: {by: A, actions: [l, r]}
  Second: {by: B, actions: [m, n]}
payoffs:
  A: "(x - 2)*[l and m] + y*[r and n]"
  B: "(x - 2)*[l and m] + y*[r and n]"
hedge: l and m
"""


def test_a_bracket_points_to_the_side_that_a_threshold_belongs_to():
    head = HEAD.replace("{A: {role: ally}}", "{A: {role: ally}, B: {role: partner}}")
    scene = strip_scene(hg.phases(read_model_text(head + MEETING), ["x"]), PAGE)
    (bracket,) = {i.points for i in frame_of(scene).items if isinstance(i, Line) and len(i.points) == 4}
    assert bracket[0][0] > bracket[1][0] == bracket[2][0] == 2.0
    assert "[ or ]" in texts(scene)
    assert "[2, 4]: l, m | r, n" in scene.description


def test_what_the_assumptions_exclude_is_hatched_and_its_end_a_threshold():
    scene, changes = strip_of(BOTH, admitted=3)
    assert [(change.value, change.at_it) for change in changes] == [(2, "both"), (3, "left")]
    assert "excluded by the model's assumptions" in texts(scene)


# By hand: the sign of (x - 1/10)(x - 2/10)...(x - 39/10): l and r take turns at every tenth.
def test_many_thresholds_are_numbered_and_listed():
    product = "*".join(f"(x - {k}/10)" for k in range(1, 40))
    scene, changes = strip_of(
        f'play: {{Move: {{by: A, actions: [l, r]}}}}\npayoffs: {{A: "{product}*[l] + (1 - y)*[r]"}}\nhedge: l\n'
    )
    assert [change.value for change in changes] == [Fraction(k, 10) for k in range(1, 40)]
    assert clashes(scene) == []
    assert "xxxix: x = 39/10" in texts(scene)
    assert "xl" not in texts(scene)


# --- cases, and what is asked otherwise ----------------------------------------------------------------------------------------------------


# By hand, as for the plane: at india's own punishment cost the ally tolerates although it is at the figure's threshold, or beyond.
def test_cases_stand_where_their_own_play_is_the_strips():
    scene = hg.strip(hg.load("engagement-card"), "card").scene
    model = hg.load("engagement-card")
    marks = [i.at[0] for i in frame_of(scene).items if isinstance(i, Mark) and i.shape in ("disc", "ring")]
    assert float(model.point()["card"]) in marks
    for case in model.cases:
        own = hg.solve(model.at(case))
        figure = hg.solve(model.at(card=str(model.point(case)["card"])))
        if {str(e.profile) for e in own} != {str(e.profile) for e in figure}:
            assert any(
                text.startswith(f"{case} would be at {float(model.point(case)['card']):g}, ") for text in texts(scene)
            )


def test_phases_over_one_parameter_draw_themselves_as_a_strip():
    model = hg.load("engagement-card")
    assert hg.phases(model, ["card"]).plot().svg() == hg.strip(model, "card").svg()


def test_other_limits_and_only_the_event():
    model = hg.load("engagement-card")
    frame = frame_of(hg.strip(model, "card", limits=("1", "5/2"), among="every").scene)
    assert (frame.across.low, frame.across.high) == (1.0, 2.5)


def test_axes_of_ones_own_are_drawn_into():
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    assert hg.strip(hg.load("engagement-card"), "card", ax=axes).axes is axes
    assert axes.get_xlim() == (0.0, 10.0)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (hg.strip, "one axis"),
        (lambda m: hg.strip(m, ["card", "sanction"]), "one axis"),
        (lambda m: hg.strip(hg.phases(m, ["card", "sanction"])), "over card and sanction"),
        (lambda m: hg.strip(hg.phases(m, ["card"]), case="korea"), "found already"),
        (lambda m: hg.strip(m.at(), "card"), "no phases"),
        (lambda m: hg.strip(m, "card", among="all"), "some or every"),
        (lambda m: hg.strip(m, "card", limits=(3, 3)), "is empty"),
        (lambda m: hg.strip(m, "crad"), "did you mean 'card'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(asked, says):
    with pytest.raises(hg.InputError, match=says):
        asked(hg.load("engagement-card"))


@needs_tex
def test_latex_has_the_words_of_the_strip(tmp_path):
    text = compiled_text(hg.strip(hg.load("engagement-card"), "card").scene, tmp_path)
    assert "Engage, Tolerate, Restrain" in text


# The nearest places without overlap, by trying all of a grid: least squares has one solution, so the grid's best is near it.
def test_words_are_spread_as_little_as_can_be():
    rng = random.Random(1)
    for _ in range(30):
        widths = [rng.choice([2, 4, 6]) for _ in range(3)]
        places = sorted(rng.uniform(0, 20) for _ in range(3))
        middles = spread(places, widths, 20)
        assert all(
            b - a >= (v + w) / 2 - 1e-9 for a, b, v, w in zip(middles, middles[1:], widths, widths[1:], strict=False)
        )
        assert middles[0] >= widths[0] / 2 - 1e-9
        assert middles[-1] <= 20 - widths[-1] / 2 + 1e-9
        grid = [k / 2 for k in range(41)]
        best = min(
            sum((m - p) ** 2 for m, p in zip(tried, places, strict=True))
            for tried in itertools.product(grid, repeat=3)
            if tried[0] >= widths[0] / 2
            and tried[2] <= 20 - widths[2] / 2
            and all(tried[k + 1] - tried[k] >= (widths[k] + widths[k + 1]) / 2 for k in (0, 1))
        )
        assert sum((m - p) ** 2 for m, p in zip(middles, places, strict=True)) <= best + 1e-9
