"""Charts of a sensitivity analysis: what is drawn is what was found, and words meet no others."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

import hedging_games as hg
from figures_checked import clashes, compiled_text, needs_tex, outside
from hedging_games.algebra.cells.intervals import Interval, interval
from hedging_games.figures.scene import Frame, Line, Polygon, Text, walk
from hedging_games.figures.sensitivity_charts import changes, sensitivity_scene

pytest.importorskip("matplotlib")

COLUMN, TEXT = 3.4 * 72, 6.9 * 72


@pytest.fixture(scope="module")
def card():
    return hg.sensitivity(hg.load("engagement-card"), points=256)


def frames(scene):
    return [item for item in walk(scene.items) if isinstance(item, Frame)]


def bars_of(frame):
    """By row, from above: the polygons that lie in it, as pairs (from, to), with their colour."""
    rows = {tick.text: [] for tick in frame.up.ticks}
    for item in frame.items:
        if isinstance(item, Polygon):
            (left, low), (right, _), (_, high), _ = item.points
            text = min(frame.up.ticks, key=lambda tick: abs(tick.at - (low + high) / 2)).text
            rows[text].append((left, right, item.fill))
    return rows


# The event needs alignment_loss <= card + example + punishment_cost = 6, of a range from 0 to 10, and the parameter stands at 5: the bar goes from
# -5/10 to 5/10 and is filled up to (6 - 5)/10. Of example, which stands at the end of its range, everything is filled.
def test_a_tornado_shows_exactly_where_each_parameter_alone_keeps_the_event(card):
    (frame,) = frames(sensitivity_scene(card, "tornado", TEXT))
    rows = bars_of(frame)
    (whole, inside) = rows["alignment_loss = 5"]
    assert whole[:2] == pytest.approx((-0.5, 0.5))
    assert inside[:2] == pytest.approx((-0.5, 0.1))
    assert whole[2] != inside[2]
    (whole, inside) = rows["example = 0"]
    assert whole[:2] == inside[:2] == pytest.approx((0, 1))
    words = [item.text for item in frame.items if isinstance(item, Text)]
    assert {"≤ 6", "≥ 3", "≤ 3/4"} <= set(words)


def test_the_most_fragile_parameter_stands_on_top(card):
    (frame,) = frames(sensitivity_scene(card, "tornado", TEXT))
    spans = {name: parameter.range for name, parameter in card.model.parameters.items()}
    shares = []
    for tick in frame.up.ticks:
        index = next(i for i in card.indices if tick.text == f"{i.name} = {i.baseline}")
        span = spans[index.name]
        places = [place for place, _ in changes(index.intervals, span.low, span.high)]
        gone = [abs(place - float(index.baseline)) / float(span.high - span.low) for place in places]
        shares.append(min(gone, default=2.0))
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.1)
    heights = [tick.at for tick in frame.up.ticks]
    assert heights == sorted(heights, reverse=True)


def test_every_end_is_written_with_its_side():
    two = [interval(0, 2, "[)"), interval(2, 3, "(]"), interval(5, 5), interval(7, 9, "()")]
    assert changes(two, F(0), F(9)) == [(2, "≠ 2"), (3, "≤ 3"), (5, "= 5"), (7, "> 7"), (9, "< 9")]
    assert changes([interval(0, 9)], F(0), F(9)) == []
    assert changes([Interval(F(0), F(9), low_closed=False)], F(0), F(9)) == [(0, "> 0")]
    assert changes([], F(0), F(9)) == []


def test_bars_are_as_long_as_the_distances_and_in_their_order(card):
    (frame,) = frames(sensitivity_scene(card, "regional", TEXT))
    rows = bars_of(frame)
    assert {name: bars[0][1] for name, bars in rows.items()} == {i.name: i.ks for i in card.indices}
    lengths = [bars[0][1] for bars in rows.values()]
    assert lengths == sorted(lengths, reverse=True)
    (dashed,) = (item for item in frame.items if isinstance(item, Line))
    assert [x for x, _ in dashed.points] == [card.chance] * 2


# With n and m points of two kinds the distance is below sqrt(-log(0.05/2)/2 * (1/n + 1/m)) in 95 % of samples from one distribution: with
# 100 of each 1.3581 * sqrt(2/100) = 0.19207 (Smirnov 1948, table: 1.36).
def test_the_distance_that_may_be_chance(card):
    n = card.share.hits
    m = card.share.points - n
    assert card.chance == pytest.approx(1.3581015 * (1 / n + 1 / m) ** 0.5, rel=1e-6)
    assert f"KS up to {card.chance:.3f} may be chance" in str(card)


def test_whiskers_reach_from_end_to_end(card):
    (frame,) = frames(sensitivity_scene(card, "sobol", TEXT))
    bars = bars_of(frame)
    level = [item for item in frame.items if isinstance(item, Line) and item.points[0][1] == item.points[1][1]]
    reach = {(line.points[0][0], line.points[1][0]) for line in level}
    for index in card.indices:
        assert [bar[1] for bar in bars[index.name]] == [index.total[0], index.first[0]]
        assert {index.first[1:], index.total[1:]} <= reach
    assert frame.across.low <= min(low for low, _ in reach)
    assert frame.across.high >= max(high for _, high in reach)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("engagement-card", {}),
        ("engagement-card", {"among": "every", "over": ["sanction", "example"], "at": {"card": 1}}),
        ("hedging-triangle", {"concept": "pure-nash"}),
        ("hedging-triangle", {}),
        ("cherry-picking", {}),
        ("forced-choice", {}),
        ("engagement-card", {"over": {"card": (5, 6), "sanction": ("1/3", "10/3")}}),
    ],
)
def test_words_meet_no_others_and_stay_on_the_page(name, options):
    found = hg.sensitivity(hg.load(name), points=16, **options)
    for width in (COLUMN, TEXT):
        scene = sensitivity_scene(found, None, width)
        assert clashes(scene) == []
        assert outside(scene) == []


def test_what_was_not_found_is_said_or_refused(card):
    unknown = tuple(replace(index, intervals=None, first=None, total=None) for index in card.indices)
    found = replace(card, indices=unknown)
    said = " ".join(
        " ".join(item.text.split())
        for item in walk(sensitivity_scene(found, None, TEXT).items)
        if isinstance(item, Text)
    )
    assert "no tornado:" in said
    assert "no Sobol indices:" in said
    with pytest.raises(hg.InputError, match=r"no tornado: .*\n.*draw regional"):
        hg.sensitivity_chart(found, "tornado")
    with pytest.raises(hg.InputError, match=r"no chart is called 'sobbol'.*\n.*sobol"):
        hg.sensitivity_chart(found, "sobbol")


def test_one_chart_goes_into_axes_of_ones_own(card):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    figure, axes = hg.sensitivity_chart(card, "regional", ax=ax)
    assert axes is ax
    assert figure is ax.figure
    with pytest.raises(hg.InputError, match="3 charts"):
        card.plot(ax=ax)


@needs_tex
def test_tex_compiles(card, tmp_path):
    text = compiled_text(sensitivity_scene(card, None, TEXT), tmp_path)
    assert "One parameter at a time" in text
    assert "alignment loss = 5" in text  # TeX draws the underscore as a rule
    assert "≤ 3/4" in text
