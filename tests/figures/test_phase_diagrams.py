"""Phase diagrams: regions, borders, ties and cases are where they are, and words stand where they belong."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import hedging_games as hg
from figures_checked import at_widths, clashes, compiled_text, needs_tex, outside
from hedging_games.figures.charts import short_text
from hedging_games.figures.lettering import box_of
from hedging_games.figures.palette import told_apart
from hedging_games.figures.phase_diagrams import phase_scene
from hedging_games.figures.phase_naming import MOST_TOLD, TALLEST
from hedging_games.figures.regime_names import outcome_names, places, regime_name
from hedging_games.figures.regions import BOUND, mapped
from hedging_games.figures.scene import Frame, Line, Mark, Polygon, Text
from hedging_games.model.catalogue import every_name
from hedging_games.model.reader import read_model_text

pytest.importorskip("matplotlib")

OVER = {
    "engagement-card": ["alignment_loss", "card"],
    "gradual-decoupling": ["discount", "capacity_loss"],
    "hedging-triangle": ["leverage", "card"],
    "blockade-threat": ["harm_small", "harm_partner"],
    "tolerated-example": ["p", "onlookers"],
    "tightrope": ["discount", "loss"],
    "wedge-driving": ["leak", "threat"],
}
"""The two parameters where the first two of the file would say less (or take longer)."""


def over(name):
    model = hg.load(name)
    return OVER.get(name) or [p for p in model.parameters if p not in model.structural][:2]


@pytest.fixture(scope="module")
def drawn():
    """A model's phases and their scene, each made once."""
    made = {}

    def of(name, width=6.9 * 72):
        if name not in made:
            made[name] = hg.phases(hg.load(name), over(name))
        if (name, width) not in made:
            made[name, width] = phase_scene(made[name], width)
        return made[name], made[name, width]

    return of


def frame_of(scene):
    (frame,) = (item for item in scene.items if isinstance(item, Frame))
    return frame


SOME, EVERY, NONE = "in some, not in every", "in every equilibrium", "in none"


def is_folded(scene):
    """Whether only the event is told apart."""
    return any("too many to be told apart here" in " ".join(text.split()) for text in texts(scene))


@cache
def conditions(name):
    return {among: hg.condition(hg.load(name), among) for among in ("some", "every")}


def where_played(found, x, y):
    """In which equilibria the event is played at an exact point, by the conditions."""
    model = found.setting.model
    at = {**found.fixed, **dict(zip(found.parameters, (x, y), strict=True))}
    at = {name: value for name, value in at.items() if name not in model.structural}
    in_some, in_every = (conditions(model.name)[among].contains(at) for among in ("some", "every"))
    return f"{EVERY if in_every else SOME if in_some else NONE}: {model.hedge}"


def names_at(found, x, y, *, folded):
    """What the region at an exact point is called, by the cells of the phases; by the conditions where there are too many equilibria."""
    if folded:
        return {where_played(found, x, y)}
    names = outcome_names(found.outcomes)
    (phase,) = (phase for phase in found.phases if any(cell.holds(x, y) for cell in phase.cells))
    return {
        regime_name([names[k] for k in phase.outcomes], "\n"),
        ", ".join(f"[{k}]" for k in phase.outcomes) or "no equilibrium",
    }


@pytest.mark.parametrize(("name", "width"), at_widths(every_name(), (3.4 * 72, 6.9 * 72)))
def test_words_meet_no_others_stay_on_the_page_and_in_their_regions(drawn, name, width):
    found, scene = drawn(name, width)
    assert clashes(scene) == []
    assert outside(scene) == []
    assert scene.height <= TALLEST
    met = {k for phase in found.phases for k in phase.outcomes}
    assert is_folded(scene) or len(met) <= MOST_TOLD
    frame = frame_of(scene)
    (left, low), (right, high) = (
        frame.place((frame.across.low, frame.up.low)),
        frame.place((frame.across.high, frame.up.high)),
    )
    every_name = {n for phase in found.phases for cell in phase.cells for n in names_of(found, phase)}
    folded = is_folded(scene)
    if folded:
        every_name = {f"{said}: {found.setting.model.hedge}" for said in (SOME, EVERY, NONE)}
    labels = [
        item
        for item in frame.items
        if isinstance(item, Text) and item.anchor == "centre" and " ".join(item.text.split()) in every_name
    ]
    assert labels or any(text.startswith("(1)") for text in texts(scene))
    for label in labels:
        box = box_of(label, frame)
        corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        for x, y in [*corners, frame.place(label.at)]:
            at = (
                Fraction(frame.across.low + (x - left) / (right - left) * (frame.across.high - frame.across.low)),
                Fraction(frame.up.low + (y - low) / (high - low) * (frame.up.high - frame.up.low)),
            )
            assert " ".join(label.text.split()) in {" ".join(n.split()) for n in names_at(found, *at, folded=folded)}


def names_of(found, phase):
    names = outcome_names(found.outcomes)
    whole = regime_name([names[k] for k in phase.outcomes], "\n")
    return {" ".join(whole.split()), ", ".join(f"[{k}]" for k in phase.outcomes) or "no equilibrium"}


def texts(scene):
    return [item.text for item in [*scene.items, *frame_of(scene).items] if isinstance(item, Text)]


# Another engine: a sweep's formulas say at grid points where the event is played in some and in every equilibrium.
@pytest.mark.parametrize(
    "name", ["engagement-card", "gradual-decoupling", "delegated-engagement", "dependence-backlash", "cherry-picking"]
)
def test_every_region_says_what_a_sweep_says_inside_it(drawn, name):
    found, _ = drawn(name)
    ranges = [hg.load(name).parameters[p].range for p in over(name)]
    swept = hg.sweep(hg.load(name), {p: hg.span(r.low, r.high, 14) for p, r in zip(over(name), ranges, strict=True)})
    what = mapped(found)
    seen = 0
    for i, x in enumerate(swept.axes()[over(name)[0]]):
        for j, y in enumerate(swept.axes()[over(name)[1]]):
            region = what.at(x, y)
            if region is None or not (region.ends[0] < x < region.ends[1]):
                continue
            low, high = (float(h[0]) for h in region.heights(np.array([x])))
            margin = 2 * BOUND * float(ranges[1].high - ranges[1].low)
            if not low + margin < y < high - margin:
                continue
            seen += 1
            said = {(1, 1): "every", (1, 0): "some", (0, 0): "none"}[
                int(swept["some"][i, j]), int(swept["every"][i, j])
            ]
            assert region.kind[1] == said, (x, y)
    assert seen > 80


@pytest.mark.parametrize("name", every_name())
def test_cases_are_drawn_where_the_same_is_played_as_the_figure_says(drawn, name):
    found, scene = drawn(name)
    model = hg.load(name)
    if model.is_over_time:
        pytest.skip("its cases are compared by the same conditions as its figure")
    marks = {
        item.at: item.shape for item in frame_of(scene).items if isinstance(item, Mark) and item.shape != "diamond"
    }
    for place in places(found):
        point = model.point(None if place.name == "baseline" else place.name)
        assert place.same == all(point[n] == v for n, v in found.fixed.items())
        assert (place.at in marks) >= place.agrees
        there = {**found.fixed, **{p: point[p] for p in found.parameters}}
        assert not place.same or there == point
        if place.agrees and not place.same:
            own, figure = (played(model, found.concept, at) for at in (point, there))
            assert own == figure, place


def played(model, concept, point):
    has = [e.hedge > 0 for e in hg.solve(model.at(**point), concept)]
    return bool(has) and all(has), any(has)


# By hand: at (5, 3) the figure's ally is indifferent, card = alignment_loss - 2; India's own punishment cost is 3, so it tolerates.
def test_a_case_on_a_border_that_is_not_its_own_is_told_in_words(drawn):
    found, scene = drawn("engagement-card")
    (india,) = (place for place in places(found) if place.name == "india")
    assert not india.agrees
    assert india.regime == "Engage, Tolerate, Restrain"
    assert (5.0, 3.0) not in [item.at for item in frame_of(scene).items if isinstance(item, Mark)]
    said = next(text for text in texts(scene) if text.startswith("india"))
    assert " ".join(said.split()).endswith("with which there is: Engage, Tolerate, Restrain")


def test_the_equation_stands_along_the_border(drawn):
    assert "card = -example + alignment_loss - punishment_cost" in texts(drawn("engagement-card")[1])
    assert "capacity_loss = (partner_value + subsidy)/(partner_value*discount + partner_value)" in texts(
        drawn("gradual-decoupling")[1]
    )
    assert "p = abuse/(welcome + abuse)" in texts(drawn("tolerated-example")[1])


# By hand: l is better than r outside the circle x**2 + y**2 = 9.
CIRCLE = """
title: A round border
players: {A: {role: ally}}
parameters:
  x: {baseline: 1, range: [-4, 4], meaning: a number, source: assumed}
  y: {baseline: 1, range: [-4, 4], meaning: a number, source: assumed}
play: {Move: {by: A, actions: [l, r]}}
payoffs: {A: "(x**2 + y**2)*[l] + 9*[r]"}
hedge: l
"""


def test_curved_borders_are_where_their_equation_is_zero():
    found = hg.phases(read_model_text(CIRCLE), ["x", "y"])
    what = mapped(found)
    rng = random.Random(5)
    drawn_points = 0
    for edge in what.edges:
        for one, other in zip(edge.points, edge.points[1:], strict=False):
            share = rng.random()
            x, y = (a + share * (b - a) for a, b in zip(one, other, strict=True))
            # Upright at its ends the circle is steep: there the distance is what counts, not the height.
            assert abs(np.hypot(x, y) - 3) <= BOUND * 8, (x, y)
            drawn_points += 1
    assert drawn_points > 40
    inside = what.at(0.0, 0.0)
    assert inside is not None
    assert inside.kind[1] == "none"
    assert all(r.kind[1] == "every" for x, y in [(-3.5, 0), (3.5, 0), (0, 3.5), (0, -3.5)] if (r := what.at(x, y)))


def test_a_curve_of_gradual_decoupling_by_hand(drawn):
    found, _ = drawn("gradual-decoupling")
    edges = [edge for edge in mapped(found).edges if edge.curve is not None]
    rng = random.Random(3)
    for edge in edges:
        xs, ys = zip(*edge.points, strict=True)
        for _ in range(50):
            x = rng.uniform(xs[0], xs[-1])
            assert abs(np.interp(x, xs, ys) - 1 / (1 + x)) <= BOUND


# By hand: the third action is worth x less two squares, so it is best where both are zero alone, at (2, 2), and there l and r tie with it.
POINT = """
title: One point
players: {A: {role: ally}}
parameters:
  x: {baseline: 1, range: [0, 4], meaning: a number, source: assumed}
  y: {baseline: 1, range: [0, 4], meaning: a number, source: assumed}
play: {Move: {by: A, actions: [l, r, third]}}
payoffs: {A: "x*[l] + y*[r] + (x - (x - 2)**2 - (x - y)**2)*[third]"}
hedge: third
"""


def test_lines_and_points_of_ties_are_drawn_as_such_and_named():
    model = read_model_text(POINT)
    found = hg.phases(model, ["x", "y"])
    what = mapped(found)
    (tie,) = what.ties
    assert tie.points == ((2.0, 2.0),)
    scene = phase_scene(found, 400.0)
    assert [item.at for item in frame_of(scene).items if isinstance(item, Mark) and item.shape == "diamond"] == [
        (2.0, 2.0)
    ]
    assert "(a) l | r | third" in texts(scene)
    assert any(text == "(a)" for text in texts(scene))


def test_ties_of_the_tolerated_example_have_lines_of_their_own(drawn):
    found, scene = drawn("tolerated-example")
    what = mapped(found)
    lines = [tie for tie in what.ties if len(tie.points) > 1]
    # p = 1/2 above two onlookers: four equilibria, beside it one and two.
    (along,) = (tie for tie in lines if tie.points == ((0.5, 2.0), (0.5, 10.0)))
    assert len(found.phases[along.kind[0]].outcomes) == 4
    styles = {
        (item.colour, item.dash) for item in frame_of(scene).items if isinstance(item, Line) and item.width == 2.4
    }
    assert len(styles) == len({tie.kind for tie in lines})


@pytest.mark.parametrize("name", every_name())
def test_kinds_are_told_apart_in_grey_or_numbered(drawn, name):
    _, scene = drawn(name)
    fills = {(i.fill, i.hatch): i for i in frame_of(scene).items if isinstance(i, Polygon) and i.fill is not None}
    from hedging_games.figures.palette import Fill

    listed = [Fill(*key) for key in fills]
    assert all(told_apart(a, b) for k, a in enumerate(listed) for b in listed[:k])


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "tex"])
def test_figures_are_the_same_bytes_every_time(tmp_path, ending):
    written = [
        hg.phase_diagram(hg.load("engagement-card"), OVER["engagement-card"])
        .save(tmp_path / f"{k}.{ending}")
        .read_bytes()
        for k in range(2)
    ]
    assert written[0] == written[1]


def test_figures_do_not_depend_on_the_hash_seed(tmp_path):
    script = (
        "import sys, hedging_games as hg\n"
        "hg.phase_diagram(hg.load('tolerated-example'), ['p', 'onlookers']).save(sys.argv[1])\n"
    )
    files = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.svg"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(path)], check=True, env=environment)
        files.append(path.read_bytes())
    assert files[0] == files[1]


def test_a_window_other_than_the_declared_range():
    found = hg.phases(hg.load("engagement-card"), ["alignment_loss", "card"], ranges={"alignment_loss": ("4", "20")})
    what = mapped(found)
    assert what.window == ((4.0, 20.0), (0.0, 10.0))
    (edge,) = what.edges
    assert edge.points == ((4.0, 2.0), (12.0, 10.0))


def test_only_the_event(drawn):
    found, _ = drawn("hedging-triangle")
    scene = phase_scene(found, 400.0, "every")
    assert any(text.startswith("not in every equilibrium") for text in texts(scene))
    assert clashes(scene) == []
    kinds = {region.kind for region in mapped(found, "some").regions}
    assert kinds == {(0, "every"), (0, "none")}


def test_a_sweep_is_drawn_point_by_point():
    swept = hg.sweep(hg.load("engagement-card"), {"alignment_loss": hg.span(0, 10, 11), "card": hg.span(0, 10, 11)})
    drawing = hg.phase_diagram(swept)
    said = " ".join(" ".join(texts(drawing.scene)).split())
    assert "drawn from a grid of 11 × 11 points: borders are known to half a step" in said
    assert clashes(drawing.scene) == []
    polygons = [item for item in frame_of(drawing.scene).items if isinstance(item, Polygon)]
    areas = sum((p.points[1][0] - p.points[0][0]) * (p.points[2][1] - p.points[1][1]) for p in polygons)
    assert areas == pytest.approx(100)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda m: hg.phase_diagram(m, ["card"]), "two axes"),
        (hg.phase_diagram, "two axes"),
        (lambda m: hg.phase_diagram(hg.phases(m, ["card"])), "one parameter"),
        (lambda m: hg.phase_diagram(hg.phases(m, ["card", "sanction"]), case="korea"), "found already"),
        (lambda m: hg.phase_diagram(m.at(), ["card", "sanction"]), "no phases"),
        (lambda m: hg.phase_diagram(m, ["card", "sanction"], among="all"), "some or every"),
        (lambda m: hg.phase_diagram(m, ["card", "sanction"], ranges={"card": (3, 3)}), "is empty"),
        (lambda m: hg.phase_diagram(m, ["card", "sanction"], ranges={"loss": (3, 4)}), "not moved"),
        (lambda m: hg.phase_diagram(hg.sweep(m, {"card": hg.span(0, 1, 3)})), "two axes"),
    ],
)
def test_what_cannot_be_drawn_is_refused(asked, says):
    with pytest.raises(hg.InputError, match=says):
        asked(hg.load("engagement-card"))


@needs_tex
def test_latex_has_the_words_of_the_figure(drawn, tmp_path):
    text = compiled_text(drawn("engagement-card")[1], tmp_path)
    for words in ("Engage, Tolerate, Restrain", "baseline", "korea", "in every equilibrium: Engage and Tolerate"):
        assert words in text


def test_ticks_are_exact():
    assert short_text(Fraction(1, 4)) == "0.25"
    assert short_text(Fraction(1, 3)) == "1/3"
