"""Tables as CSV, Markdown and LaTeX; and the committed tables of the examples against what can be worked out by hand."""

import csv
import io
import runpy
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import hedging_games as hg
from figures_checked import compiled, needs_tex
from hedging_games.report.tables import (
    EQUILIBRIA_HEADER,
    Table,
    equilibria_rows,
    hedged_in,
    payoffs_text,
    play_text,
    write,
)

ROOT = Path(__file__).parents[2]
HOSTILE = Table(
    ("name", "value", "text"),
    [
        ("a_b", "-37/10", 'says "x", y'),
        ("50% & $5 #1 {~^}", "2", "back\\slash | pipe <tag>"),
        ("two\nlines", "", "*bold* [x] `c`"),
    ],
    title="A_title | with 100%",
    note="A_note.",
)


def test_csv_reads_back():
    assert list(csv.reader(io.StringIO(HOSTILE.csv()))) == [list(row) for row in (HOSTILE.header, *HOSTILE.rows)]
    assert "\r" not in HOSTILE.csv()


def test_markdown_keeps_its_columns():
    lines = HOSTILE.markdown().splitlines()
    assert lines[0] == r"**A\_title \| with 100%**"
    assert lines[2] == "| name | value | text |"
    assert lines[3] == "| --- | ---: | --- |"
    assert lines[4] == r'| a\_b | -37/10 | says "x", y |'
    assert lines[5] == r"| 50% & $5 #1 {~^} | 2 | back\\slash \| pipe \<tag> |"
    assert lines[6] == r"| two lines |  | \*bold\* \[x] \`c\` |"
    assert lines[8:] == [r"A\_note."]
    assert HOSTILE.markdown().endswith("\n")


def test_latex_is_escaped():
    lines = HOSTILE.latex().splitlines()
    assert lines[:3] == [f"% hedging-games {hg.__version__}", "% A_title | with 100%", "% A_note."]
    assert lines[3:6] == [r"\begin{tabular}{lrl}", r"\toprule", r"name & value & text \\"]
    assert lines[7] == r"a\_b & $-37/10$ & says {\char34}x{\char34}, y \\"
    assert lines[8] == (
        r"50\% \& \$5 \#1 \{\textasciitilde{}\textasciicircum{}\} & $2$ & back\textbackslash{}slash \textbar{} pipe"
        r" \textless{}tag\textgreater{} \\"
    )
    assert lines[9] == r"two lines &  & *bold* [x] `c` \\"
    assert lines[10:] == [r"\bottomrule", r"\end{tabular}"]


@needs_tex
def test_latex_compiles_and_says_what_it_holds(tmp_path):
    (tmp_path / "table.tex").write_text(HOSTILE.latex(), encoding="utf-8")
    document = r"\documentclass{article}\usepackage{booktabs}\begin{document}\input{table}\end{document}"
    text = compiled(document, tmp_path)
    for said in ('says "x", y', "50% & $5 #1 {", "back\\slash | pipe <tag>", "−37/10"):
        assert said in text


def test_latex_says_what_it_was_made_from():
    table = Table(("a",), [("x",)], provenance="all models; hedging-games\nreproduce")
    assert table.latex().startswith(f"% hedging-games {hg.__version__}: all models; hedging-games reproduce\n")


def test_a_cell_that_opens_a_row_with_a_bracket_is_no_option_of_the_line_before():
    # After \\ LaTeX reads [..] as a distance.
    lines = Table(("a",), [("x",), ("*z",), ("[y]",)]).latex().splitlines()
    assert lines[-4:-2] == [r"{}*z \\", r"{}[y] \\"]


def test_columns_of_numbers():
    table = Table(
        ("all", "none", "mixed", "empty"), [("1", "a", "1", ""), ("-1/2", "b", "b", ""), ("0.25", "c", "", "")]
    )
    assert table.markdown().splitlines()[1] == "| ---: | --- | --- | --- |"
    assert r"{rlll}" in table.latex()


def test_a_ragged_row_is_refused():
    with pytest.raises(ValueError, match="row 2 has 1 cells, the header 2"):
        Table(("a", "b"), [("1", "2"), ("3",)])


def test_write(tmp_path):
    written = write(Table(("a",), [("é",)]), tmp_path / "new" / "name.v1")
    assert [path.name for path in written] == ["name.v1.csv", "name.v1.md", "name.v1.tex"]
    assert written[0].read_bytes() == "a\né\n".encode()


def test_equilibria_as_rows():
    tie = hg.solve(hg.load("engagement-card").at(card="3"))
    rows = [dict(zip(EQUILIBRIA_HEADER, row, strict=True)) for row in equilibria_rows(tie)]
    assert {row["play"] for row in rows} == {
        "Choice: Engage; Reply: Tolerate; Client: Restrain",
        "Choice: Align; Reply: Punish; Client: Restrain",
        "Choice: Align; Reply: 5/6 Tolerate + 1/6 Punish; Client: Restrain",
        "Choice: Engage; Reply: 5/6 Tolerate + 1/6 Punish; Client: Restrain",
    }
    assert {row["payoffs"] for row in rows} == {
        "SmallState 2, Ally -2, Partner 3",
        "SmallState 1, Ally 0, Partner 0",
        "SmallState 1, Ally -2, Partner 5/2",
    }
    assert {(row["equilibria"], row["strict"]) for row in rows} == {("1", "no")}
    assert hedged_in(tie) == "some"
    assert hedged_in(()) == "none"


def test_equilibria_of_a_large_tree_share_a_row_if_their_paths_agree():
    found = hg.solve(hg.load("blockade-threat").on_grid(21).at())
    rows = {row[3]: row[2] for row in equilibria_rows(found)}
    # At 3/4 the small state is indifferent between conceding and defying: of the 12 corners 4 are pure, and 2 mix on the path.
    assert {play: count for play, count in rows.items() if ":" not in play} == {
        "diversification=3/4, Leave": "4",
        "diversification=4/5, Leave": "6",
    }
    assert play_text(found, found[0]) in rows
    assert payoffs_text({"A": 1, "B": -2}) == "A 1, B -2"


def test_no_equilibrium_is_a_row_too():
    pennies = hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert equilibria_rows(hg.solve(pennies, concept="pure-nash")) == [["pure-nash", "all", "0", "", "", "", ""]]


# Ally tolerates where card - alignment_loss >= -punishment_cost = -2; at equality it is indifferent.
def test_card_regimes_by_hand(tmp_path):
    runpy.run_path(str(ROOT / "examples" / "card_regimes.py"))["main"](tmp_path)
    header, *rows = csv.reader((tmp_path / "card_regimes.csv").read_text(encoding="utf-8").splitlines())
    assert len(rows) == len(header) - 1 == 11
    for row in rows:
        for name, cell in zip(header[1:], row[1:], strict=True):
            margin = int(name.removeprefix("card ")) - int(row[0]) + 2
            assert cell == ("every" if margin > 0 else "some" if margin == 0 else "none")


# The partner gets c e (1 - a) + a - a²/2 and aligns to a = 1 - c e; the small state gets e/5 - e²/2 - a/2, so e = 1/5 + c/2.
def test_the_wedge_by_hand():
    text = (ROOT / "examples" / "output" / "driving_a_wedge.csv").read_text(encoding="utf-8")
    inside = [row for row in csv.DictReader(text.splitlines()) if row["hedge"] == "1"]
    assert len(inside) == 4
    for row in inside:
        c, e, a = (Fraction(row[name]) for name in ("complementarity", "engagement", "alignment"))
        assert (row["penalty"], e, a) == ("0", Fraction(1, 5) + c / 2, 1 - c * e)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_an_example_is_short_enough_to_be_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


@pytest.mark.parametrize("script", ["card_regimes", "triangle_regimes", "equilibria_at_baseline"])
def test_examples_do_not_depend_on_the_hash_seed(script, tmp_path):
    for seed in ("1", "2"):
        code = f"import runpy, pathlib; runpy.run_path({str(ROOT / 'examples' / script)!r} + '.py')['main'](pathlib.Path('.'))"
        (tmp_path / seed).mkdir()
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path / seed, env={"PYTHONHASHSEED": seed}, check=True)
    for ending in (".csv", ".md", ".tex"):
        name = f"{script}{ending}"
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
