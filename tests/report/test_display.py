"""What answers look like: tables that are well formed and escaped, frames with exact and float columns, LaTeX that can be read."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hedging_games as hg
from hedging_games.analysis.claims.finding import Findings
from hedging_games.model.reader import read_model_text
from hedging_games.report.display.pages import page_of
from hedging_games.report.display.sheets import LONGEST_CELL, MOST_ROWS, Page, Sheet
from hedging_games.shown import Shown


class Reader(HTMLParser):
    """Reads a piece of HTML: its tables as lists of rows, and all else it says. Fails where tags do not match."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tables, self.tags, self.paragraphs = [], [], set(), []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "table":
            self.tables.append(SimpleNamespace(caption="", scopes=[], rows=[]))
        if tag == "tr":
            self.tables[-1].rows.append([])
        if tag in ("td", "th"):
            self.tables[-1].rows[-1].append("")
            self.tables[-1].scopes.append((tag, dict(attrs).get("scope")))
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        where = self.open[-1] if self.open else ""
        if where == "caption":
            self.tables[-1].caption += data
        elif where in ("td", "th"):
            self.tables[-1].rows[-1][-1] += data
        elif "p" in self.open:
            self.paragraphs[-1] += data


def html_of(answer):
    return Reader(answer._repr_html_())


@pytest.fixture(scope="module")
def answers():
    model = hg.load("engagement-card")
    allies, blockade, waiver, tightrope = (
        hg.load(name) for name in ("allied-resistance", "blockade-threat", "sanctions-waiver", "tightrope")
    )
    solved = hg.solve(allies.at())
    over_time = hg.solve(waiver.at())
    cherries = hg.solve(hg.load("cherry-picking").at())
    repeated = hg.solve(tightrope.at())
    continuous = hg.solve(blockade.at())
    return {
        "model": model,
        "game": model.at(),
        "matrix": hg.matrix_game([[1, 0], [0, 2]], [[3, 0], [0, "1/2"]], actions=[["U", "D"], ["L", "R"]]),
        "continuous game": blockade.at(),
        "game over time": waiver.at(),
        "equilibria": solved,
        "equilibrium": solved[2],
        "refined": hg.refine(cherries, "intuitive"),
        "continuous equilibria": continuous,
        "continuous equilibrium": continuous[0],
        "equilibria over time": over_time,
        "equilibrium over time": over_time[0],
        "path of play": hg.path_of_play(over_time.game, over_time[0], 3),
        "repeated": repeated,
        "repeated path": repeated[0],
        "judgement": hg.judge(model.at(), hg.solve(model.at())[0].profile),
        "region": hg.condition(model, "some"),
        "threshold": hg.threshold(model, "card"),
        "robustness": hg.robustness(model),
        "phases": hg.phases(model, ["card"]),
        "claims": hg.examine(model),
        "claim": hg.examine(model)[0],
        "sweep": hg.sweep(model, {"card": hg.span(0, 10, 5)}),
        "sensitivity": hg.sensitivity(model, points=16),
    }


KINDS = [
    "model", "game", "matrix", "continuous game", "game over time", "equilibria", "equilibrium", "refined",
    "continuous equilibria", "continuous equilibrium", "equilibria over time", "equilibrium over time", "path of play",
    "repeated", "repeated path", "judgement", "region", "threshold", "robustness", "phases", "claims", "claim", "sweep",
    "sensitivity",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_itself(answers, kind):
    answer = answers[kind]
    assert isinstance(answer, Shown)
    seen = html_of(answer)
    assert seen.tags <= {"div", "p", "strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "pre"}
    assert seen.tables or "pre" in seen.tags
    for table in seen.tables:
        assert table.caption
        assert {scope for tag, scope in table.scopes if tag == "th"} <= {"col", "row"}
        assert len({len(row) for row in table.rows}) == 1
    latex = answer._repr_latex_()
    assert latex.count("\\begin{") == latex.count("\\end{") > 0
    page = page_of(answer)
    if page.sheets and kind != "sweep":
        frame = answer.to_frame()
        assert len(frame) == len((page.tidy or page.sheets[0]).rows)
    said = SimpleNamespace(text="")
    answer._repr_pretty_(SimpleNamespace(text=lambda text: setattr(said, "text", text)), cycle=False)
    assert said.text
    assert len(said.text) < 20_000


ALONE = {"equilibrium", "continuous equilibrium", "equilibrium over time", "repeated path", "judgement"}
"""Answers that do not know of which model they are."""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ALONE])
def test_latex_says_of_which_model_it_is(answers, kind):
    first = answers[kind].to_latex().split("\n")[0]
    assert first.startswith("% hedging-games 0.1.0: ")
    named = ["engagement-card", "engagement card", "Allied resistance", "threat of a blockade", "waiver", "tightrope"]
    named += ["Cherry-picking", "game"] if kind in ("refined", "matrix") else []
    assert any(name in first for name in named), first


def test_a_kind_that_is_no_table_says_so(answers):
    with pytest.raises(hg.InputError, match="is a text, not a table"):
        answers["continuous game"].to_frame()
    with pytest.raises(TypeError, match="is no answer"):
        page_of(3)


def test_equilibria_by_hand(answers):
    # Three allies: all accept (worth -1 each), all resist (0), or each resists with probability sqrt(3)/2 (worth -1).
    table = html_of(answers["equilibria"]).tables[0]
    assert table.rows[0] == [
        "#", "Seoul", "Tokyo", "Canberra", "u(Seoul)", "u(Tokyo)", "u(Canberra)", "hedge", "strict", "largest gain",
    ]  # fmt: skip
    assert table.rows[2] == ["1", *["Resist"] * 3, "0", "0", "0", "1", "yes", "0 (exact)"]
    assert table.rows[3][1] == "(2 - sqrt(3))/2 (≈0.134) Accept + sqrt(3)/2 (≈0.866) Resist"
    frame = answers["equilibria"].to_frame()
    assert list(frame["Seoul.Resist"]) == ["0", "1", "sqrt(3)/2"]
    assert list(frame["Seoul.Resist_float"]) == [0.0, 1.0, pytest.approx(math.sqrt(3) / 2, abs=1e-15)]
    assert list(frame["u(Tokyo)"]) == ["-1", "0", "-1"]
    assert list(frame["strict"]) == [True, True, False]
    # The event is that all three resist: (sqrt(3)/2)^3 = 3 sqrt(3)/8.
    assert "$3\\sqrt{3}/8$" in answers["equilibria"].to_latex()


def test_a_matrix_is_shown_as_one(answers):
    table = html_of(answers["matrix"]).tables[0]
    assert table.caption == "payoffs of Player 1 (rows), Player 2 (columns)"
    assert table.rows == [["Player 1", "L", "R"], ["U", "1, 3", "0, 0"], ["D", "0, 0", "2, 1/2"]]
    assert list(answers["matrix"].to_frame()["u(Player 2)_float"]) == [3.0, 0.0, 0.0, 0.5]


def test_a_threshold_by_hand(answers):
    # card >= alignment_loss - example - punishment_cost = 5 - 0 - 2.
    critical, intervals = html_of(answers["threshold"]).tables
    assert critical.rows[1] == ["3", "else Ally would play Punish"]
    assert intervals.rows[1] == ["[3, 10]", "3", "10", "yes", "yes"]
    assert answers["threshold"].to_frame()["card_float"].tolist() == [3.0]


def test_regions_and_claims_have_their_reasons(answers):
    rows = html_of(answers["region"]).tables[0].rows
    assert any(row[2].startswith("card >= ") and "else Ally would play Punish" in row[3] for row in rows)
    assert "\\begin{align*}" in answers["region"].to_latex()
    assert isinstance(answers["claims"], Findings)
    assert answers["claims"] == tuple(answers["claims"])
    frame = answers["claims"].to_frame()
    assert frame["verdict"].tolist() == [finding.verdict for finding in answers["claims"]]
    assert str(answers["claims"]).startswith("engagement-card: ")


# --- text that means harm, and answers that are large -----------------------------------------------------------------------------

HOSTILE = """title: "<script>alert('a')</script> & <b>"
source: "\\"><img src=x onerror=alert(1)>"
players: {"Small": {role: "<i>small</i>"}}
parameters: {x: {baseline: 1, meaning: "a < b & c"}}
play: {Small: [Left, Right]}
payoffs: {Small: "x*[Left]"}
"""


def test_text_of_a_file_is_escaped():
    model = read_model_text(HOSTILE)
    for answer in (model, model.at(), hg.solve(model.at())):
        seen = html_of(answer)
        assert not seen.tags & {"script", "img", "b", "i"}
        assert seen.paragraphs[0] == "<script>alert('a')</script> & <b>"
    assert "a < b & c" in html_of(model).tables[0].rows[1]


@given(st.text(), st.text())
def test_any_text_comes_back_as_it_was(caption, cell):
    # A carriage return and a zero character have no place in HTML; they are no part of any file's text.
    caption, cell = (t.replace("\r", "").replace("\0", "") for t in (caption, cell))
    table = Reader(Sheet(caption, ("a", "b"), [("row", cell)]).html()).tables[0]
    assert table.caption == caption
    assert table.rows[1][1] == (cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…")


def test_large_tables_are_cut_with_a_notice():
    rows = [(str(k), "y" * (LONGEST_CELL + 1)) for k in range(MOST_ROWS + 1)]
    sheet = Sheet("large", ("a", "b"), rows)
    seen = Reader(sheet.html())
    assert len(seen.tables[0].rows) == 1 + MOST_ROWS
    assert seen.paragraphs == [f"Cut: {MOST_ROWS} of {MOST_ROWS + 1} rows are shown; to_frame() has all."]
    whole = Reader(sheet.html(most=None))
    assert len(whole.tables[0].rows) == 2 + MOST_ROWS
    assert (whole.paragraphs, whole.tables[0].rows[1][1]) == ([], rows[0][1])
    wide = Reader(Sheet("wide", [str(k) for k in range(30)], [[str(k) for k in range(30)]]).html())
    assert "24 of 30 columns" in wide.paragraphs[0]
    long = Reader(Page("a text", plain="\n".join("line" for _ in range(100))).html())
    assert f"Cut: {MOST_ROWS} of 100 lines" in long.paragraphs[-1]
    assert len(Sheet("large", ("a", "b"), rows).frame()) == MOST_ROWS + 1


def test_frames_hold_what_floats_cannot():
    frame = Sheet("numbers", ("n", "n"), [(Fraction(10) ** 400, Fraction(1, 3)), (None, "text")]).frame()
    assert frame["n"][0] == str(10**400)
    assert frame["n"].isna().tolist() == [False, True]
    assert frame["n_float"].tolist()[0] == math.inf
    assert math.isnan(frame["n_float"].tolist()[1])
    assert frame["n_1"].tolist() == ["1/3", "text"]


def test_a_frame_without_pandas_names_the_extra(answers, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(hg.InputError, match=r"a data frame needs pandas") as refused:
        answers["equilibria"].to_frame()
    assert "hedging-games[data]" in refused.value.problems[0].remedy


def test_importing_the_package_loads_no_display():
    code = "import sys, hedging_games; print([m for m in sys.modules if m.startswith('hedging_games.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (
        "['hedging_games.errors', 'hedging_games.opening', 'hedging_games.shown', 'hedging_games.version']"
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX with booktabs and amsmath")
@pytest.mark.parametrize("kind", KINDS)
def test_latex_compiles(answers, kind, tmp_path):
    packages = "\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\usepackage{booktabs,amsmath}"
    body = answers[kind].to_latex()
    document = f"\\documentclass{{article}}{packages}\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (tmp_path / "a.tex").write_text(document, encoding="utf-8")
    words = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "a.tex"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
