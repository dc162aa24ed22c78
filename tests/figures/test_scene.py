"""One scene, drawn by matplotlib, by TikZ and in pieces of SVG: everything is in both, at the same place, in the same bytes every time."""

import json
import re
import sys
from fractions import Fraction as F
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import hedging_games as hg
from figures_checked import clashes, compiled_text, needs_tex, outside
from hedging_games.errors import InputError
from hedging_games.figures import palette
from hedging_games.figures.charts import Entry, axis_of, chart, filled, short_text, ticks_between
from hedging_games.figures.drawing import Drawing, drawn, points_of
from hedging_games.figures.lettering import box_of, width_of, wrapped
from hedging_games.figures.pieces import pieces
from hedging_games.figures.scene import Axis, Frame, Group, Line, Mark, Polygon, Scene, Text


def example():
    model = hg.load("engagement-card")
    across, up = axis_of(model, "card", F(0), F(10)), axis_of(model, "alignment_loss", F(0), F(10))
    items = [
        filled(((0, 0), (10, 10), (0, 10)), palette.NONE[1]),
        filled(((0, 0), (10, 10), (10, 0)), palette.EVERY[0]),
        Line(((0, 0), (10, 10)), width=1.2, dash=(3, 2)),
        Group("a case", (Mark((4, 5), "ring"), Text((4, 5), "korea", "above right", 7, shift=(3, 2), back="#ffffff"))),
        Text((7, 3), "card - alignment_loss == -1/2", size=7, maths=True),
        Line(((1, 1), (5, 2)), arrow=True),
    ]
    entries = [
        Entry("in every equilibrium", fill=palette.EVERY[0]),
        Entry("in none & <nowhere>: " + "Choice: Align; " * 9, fill=palette.NONE[1], number="(1)"),
        Entry("border", line=("#111111", (3, 2), 1.2)),
        Entry("case", mark=("ring", "#111111")),
    ]
    return chart(
        across,
        up,
        items,
        width=points_of("column"),
        title="Where 100% & <more> is played",
        description='what "one" sees',
        entries=entries,
        provenance="engagement-card\nby hand",
    )


def test_no_text_overlaps_another_or_leaves_the_page():
    scene = example()
    assert clashes(scene) == []
    assert outside(scene) == []


def test_overlaps_and_texts_off_the_page_are_noticed():
    scene = Scene(50, 20, (Text((25, 10), "one"), Text((27, 10), "two"), Text((49, 10), "out")), "bad")
    assert clashes(scene) == [("one", "two")]
    assert outside(scene) == ["out"]


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "tex"])
def test_the_same_bytes_every_time(ending, tmp_path):
    one, two = (Drawing(example()).save(tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert len(one) > 1000


def test_svg_says_what_it_shows():
    text = Drawing(example()).svg()
    assert re.search(r'<svg [^>]*role="img"', text)
    assert text.count("<title>") == 1
    assert "<title>Where 100% &amp; &lt;more&gt; is played</title>" in text
    assert "<desc>what &quot;one&quot; sees</desc>" in text
    assert "korea" in text
    assert "card − alignment_loss == −1/2" in text


def test_identifiers_of_svg_are_unique_and_plain():
    text = hg.tree(hg.load("hedging-triangle")).svg()
    identifiers = re.findall(r' id="([^"]*)"', text)
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[A-Za-z][\w.-]*", identifier) for identifier in identifiers)
    assert "information-set-Ally-1" in identifiers


def test_fonts_of_pdf_are_truetype(tmp_path):
    written = Drawing(example()).save(tmp_path / "a.pdf").read_bytes()
    assert b"/Type3" not in written
    assert b"/CIDFontType2" in written


def test_matplotlib_puts_texts_where_they_were_measured():
    scene = example()
    figure, axes = Drawing(scene)
    figure.dpi = 720  # so fine that pixels do not matter
    figure.canvas.draw()
    pixels = figure.dpi / 72
    by_text = {artist.get_text(): artist for ax in figure.axes for artist in ax.texts}
    for item in (i for i in scene.items if isinstance(i, Text)):
        left, low, right, high = box_of(item)
        for line in item.text.split("\n"):
            drawn_box = by_text[line].get_window_extent()
            assert left - 1 <= drawn_box.x0 / pixels
            assert drawn_box.x1 / pixels <= right + 1
            assert low - 1 <= drawn_box.y0 / pixels
            assert drawn_box.y1 / pixels <= high + 1
    assert axes.get_xlim() == (0, 10)
    assert axes.get_xlabel().replace("\n", " ").startswith("card: what the client's restraint is worth")


def test_axes_of_a_user_are_drawn_into():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    drawing = drawn(example(), right)
    assert drawing.figure is figure
    assert drawing.axes is right
    assert right.get_ylim() == (0, 10)
    assert len(left.patches) == 0
    assert any(text.get_text() == "korea" for text in right.texts)


def test_several_charts_do_not_go_into_one_pair_of_axes():
    axis = Axis("x", 0, 1, ())
    two = Scene(100, 50, (Frame((5, 5, 40, 40), axis, axis, ()), Frame((55, 5, 40, 40), axis, axis, ())), "two")
    assert len(Drawing(two).axes) == 2
    with pytest.raises(InputError, match="2 charts"):
        drawn(two, Figure().subplots())


def test_settings_of_a_user_change_nothing():
    plain = Drawing(example()).svg()
    with mpl.rc_context({"font.family": "serif", "axes.linewidth": 5, "svg.fonttype": "path", "text.usetex": False}):
        assert Drawing(example()).svg() == plain


def test_json_has_every_item():
    scene = example()
    plain = json.loads(json.dumps(scene.to_json()))
    frame = plain["items"][0]
    assert frame["kind"] == "frame"
    assert [item["kind"] for item in frame["items"]] == ["polygon", "polygon", "line", "group", "text", "line"]
    assert frame["items"][3]["items"][1]["text"] == "korea"
    assert frame["across"]["ticks"][1] == {"at": 2.0, "text": "2"}


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.textpath", None)
    with pytest.raises(InputError, match=r"pip install 'hedging-games\[plots\]'"):
        width_of("words that nobody has measured before", 8)


def test_unknown_endings_and_widths_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"choose one of \.svg, \.png, \.pdf, \.tex"):
        Drawing(example()).save(tmp_path / "a.jpg")
    with pytest.raises(InputError, match="did you mean 'column'"):
        points_of("columns")


@needs_tex
def test_tikz_compiles_and_says_everything(tmp_path):
    text = compiled_text(example(), tmp_path)
    for said in (
        "korea",
        "in every equilibrium",
        "in none & <nowhere>: Choice: Align;",
        "Where 100% & <more> is played",
    ):
        assert said in text
    # TeX's letters in mathematics are read back without their underscore's width, but in order.
    assert re.search(r"card − alignment.?loss == −1/2", text)


def test_tikz_says_what_it_was_made_from():
    first, second, third = Drawing(example()).tikz().split("\n")[:3]
    assert first == f"% hedging-games {hg.__version__}: engagement-card by hand"
    assert second == "% Where 100% & <more> is played"
    assert third == r"% needs \usepackage{tikz} \usetikzlibrary{patterns}"


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (F(0), F(10), ["0", "2", "4", "6", "8", "10"]),
        (F(0), F(1), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (F(-1, 3), F(1, 3), ["-0.2", "0", "0.2"]),
        (F(1, 2), F(19, 20), ["0.5", "0.6", "0.7", "0.8", "0.9"]),
        (F(0), F(3, 100000), ["0", "1/100000", "1/50000", "3/100000"]),
    ],
)
def test_ticks_are_round_and_exact(low, high, texts):
    ticks = ticks_between(low, high)
    assert [tick.text for tick in ticks] == texts
    assert [tick.at for tick in ticks] == [float(F(text)) for text in texts]


def test_numbers_that_are_no_short_decimals_stay_fractions():
    assert short_text(F(1, 3)) == "1/3"
    assert short_text(F(-5, 4)) == "-1.25"
    assert short_text(F(10**12)) == "1000000000000"


def test_wrapped_words_fit_and_none_is_lost():
    text = "Conduct after revisionist: 1/3 Moderate + 2/3 Aggress-without-any-end-in-sight"
    for room in (20, 40, 90, 500):
        broken = wrapped(text, 8, room)
        assert width_of(broken, 8) <= room
        assert "".join(broken.split()) == "".join(text.split())


def test_hatched_shapes_need_the_library_of_patterns():
    plain = Scene(10, 10, (Polygon(((0, 0), (1, 0), (1, 1)), fill="#123456"),), "plain")
    assert "patterns" not in Drawing(plain).tikz()


# --- pieces of SVG -------------------------------------------------------------------------------------------------------


def words(svg):
    """The texts of an SVG, each with where it stands, which part of it stands there, and how it is turned; in order of all these."""
    found = []
    for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        moved = text.get("transform", "")
        turned = re.search(r"rotate\((-?[\d.]+)", moved)
        place = re.findall(r"-?[\d.]+", moved)[:2] if "translate" in moved else [text.get("x"), text.get("y")]
        anchored = re.search(r"text-anchor: (\w+)", text.get("style", ""))
        anchor = anchored[1] if anchored else text.get("text-anchor", "start")
        angle = float(turned[1]) if turned else 0.0
        found.append((text.text, angle, anchor, *map(float, place)))
    return sorted(found)


def test_pieces_have_the_words_of_matplotlib_turned_as_it_turns_them():
    ours, theirs = words("".join(pieces(example()))), words(drawn(example()).svg())
    assert [word[:2] for word in ours] == [word[:2] for word in theirs]


def test_pieces_of_a_tree_have_their_words_where_matplotlib_puts_them():
    drawing = hg.tree(hg.load("delegated-engagement"))
    ours, theirs = words("".join(pieces(drawing.scene))), words(drawing.svg())
    assert len(ours) > 15
    for (*looks, x, y), (*others, u, v) in zip(ours, theirs, strict=True):
        assert looks == others
        assert (x, y) == pytest.approx((u, v), abs=0.06)  # places are rounded to a tenth


def test_pieces_are_a_whole_svg_that_says_what_it_shows_and_has_each_name_once():
    svg = "".join(pieces(example()))
    root = ET.fromstring(svg)
    children = {child.tag.split("}")[1]: child.text for child in root}
    assert (children["title"], children["desc"]) == ("Where 100% & <more> is played", 'what "one" sees')
    assert root.get("role") == "img"
    names = re.findall(r" id='([^']*)'", svg)
    assert len(set(names)) == len(names) > 1
    assert set(re.findall(r"url\(#([^)]*)\)", svg)) == set(names)
    assert len(svg) * 2 < len(drawn(example()).svg())


def test_shapes_in_pieces_by_hand():
    # A page 100 high: heights are seen from above. In the frame 1 is 10 points to the right and 20 up, and its corner is at (10, 20).
    frame = Frame(
        (10, 20, 50, 60),
        Axis("", 0, 5, ()),
        Axis("", 0, 3, ()),
        (Line(((1, 1), (3, 1), (3, 2)), colour="#aabbcc"),),
        sides=False,
    )
    scene = Scene(80, 100, (Polygon(((0, 0), (10, 0), (10, 5)), fill="#123456", edge="#777777", width=0.7, dash=(3, 2)),
                            frame, Mark((7, 30), "diamond", 4, "#111111")), "by hand")  # fmt: skip
    drawn_pieces = pieces(scene)
    assert "<path d='M0 100H10V95z' fill='#123456' stroke='none'/>" in drawn_pieces
    assert "<path d='M0 100H10V95z' stroke-dasharray='3 2'/>" in drawn_pieces
    assert "<clipPath id='c1'><path d='M10 80H60V20H10z'/></clipPath>" in drawn_pieces
    assert "<path d='M20 60H40V40' stroke='#abc' stroke-width='0.8' clip-path='url(#c1)'/>" in drawn_pieces
    assert "<path d='M5 70L7 68L9 70L7 72z' fill='#111' stroke='#111' stroke-width='.9'/>" in drawn_pieces


def test_figures_of_one_game_have_most_pieces_in_common():
    model = hg.load("engagement-card")
    korea, india = (pieces(hg.tree(hg.solve(model.at(case))).scene) for case in ("korea", "india"))
    assert 2 * len(set(korea) & set(india)) > len(korea)
