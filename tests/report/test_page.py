"""The page about a model: one file, nothing fetched, nothing run, headings in order, the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from base64 import b64decode
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

import hedging_games as hg
from browsers import CHROMIUM, headless_chromium
from command_line import answer, run
from hedging_games.cli.main import tell_unraisable
from hedging_games.model.reader import read_model_text
from hedging_games.report.citing import citation_file, citations
from hedging_games.report.page.parts import Asked
from hedging_games.report.page.whole import PARTS, report
from hedging_games.theory.concepts import CONCEPTS

ROOT = Path(__file__).parents[2]
VOID = {"meta", "br", "img"}


class Outline(HTMLParser):
    """Headings, tags, attributes and text of a page; fails where tags do not match."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.headings, self.tags, self.attributes, self.sections = [], [], set(), [], {}
        self.key = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.key = dict(attrs)["id"]
            self.sections[self.key] = ""
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.key = "" if tag == "section" else self.key

    def handle_data(self, data):
        if self.open and re.fullmatch(r"h[1-6]", self.open[-1]):
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)
        if self.key:
            self.sections[self.key] += data


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "card.html"
    done = run("report", "engagement-card", "--to", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"written: {path}\n", "")
    return path


def pictures_of(page):
    """The pictures as SVG texts; fails for one that does not lie in the page or has no words for those who cannot see it."""
    places = [value for tag, name, value in page.attributes if (tag, name) == ("img", "src")]
    head = "data:image/svg+xml;base64,"
    assert all(place.startswith(head) for place in places)
    assert len([value for tag, name, value in page.attributes if (tag, name) == ("img", "alt") and value]) == len(
        places
    )
    return [b64decode(place.removeprefix(head)).decode() for place in places]


def test_the_pictures_are_the_game_and_its_phases(card):
    game, phases = pictures_of(Outline(card.read_text(encoding="utf-8")))
    assert all(f">{word}<" in game for word in ("Engage", "Tolerate", "Restrain", "Punish"))
    assert "trade_loss" in phases


def test_the_page_has_every_part_in_order(card):
    page = Outline(card.read_text(encoding="utf-8"))
    assert list(page.sections) == [part.key for part in PARTS]
    levels = [level for level, _ in page.headings]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    assert links == [f"#{key}" for key in page.sections]


def test_the_page_fetches_and_runs_nothing(card):
    page = Outline(card.read_text(encoding="utf-8"))
    assert not page.tags & {"script", "link", "iframe", "object", "embed", "form", "base"}
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("srcset", "action")]
    pictures = pictures_of(page)
    assert len(pictures) == 2
    assert not [text for text in pictures if "<script" in text or "<image" in text or "@import" in text]
    policy = [
        value for tag, name, value in page.attributes if (tag, name) == ("meta", "content") and "default" in value
    ]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert "url(" not in card.read_text(encoding="utf-8")
    assert "@import" not in card.read_text(encoding="utf-8")


def test_the_page_says_what_the_verbs_say(card):
    says = Outline(card.read_text(encoding="utf-8")).sections
    # Engage, Tolerate, Restrain is the equilibrium at the baseline: worth 2, 4 - 5 = -1 and 4 - 1 = 3.
    assert "1 found, complete: all of them" in says["equilibria"]
    assert "(2, -1, 3) (the event)" in says["game"]
    assert "0 (exact)" in says["equilibria"]
    assert "card >= alignment_loss - example - punishment_cost" in says["some"]
    assert "so that Ally would rather play Tolerate than Punish" in says["every"]
    # card: 5 - 0 - 2; alignment_loss: 4 + 0 + 2.
    assert re.search(r"card\[3, 10\]3else Ally would play Punish", says["thresholds"])
    assert re.search(r"alignment_loss\[0, 6\]6else Ally would play Punish", says["thresholds"])
    verdicts = [claim["verdict"] for claim in answer("claims", "engagement-card")["claims"]]
    assert set(verdicts) == {"proved", "refuted"}
    assert all(verdict in says["claims"] for verdict in verdicts)
    assert "korea" in says["cases"]
    assert "every parameter may move by 1/30 of its range" in says["robustness"]
    assert hg.load("engagement-card").text.rstrip() in says["file"]
    assert "Selten" in says["cite"]


def test_the_commands_of_the_page_run(card, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    says = Outline(card.read_text(encoding="utf-8")).sections["commands"]
    lines = [line for line in says.splitlines() if line.startswith("hedging-games ")]
    assert {line.split()[1] for line in lines} == {
        "report", "show", "solve", "draw", "plot", "condition", "threshold", "robustness", "claims",
    }  # fmt: skip
    for line in lines:
        assert run(*line.split()[1:]).returncode == 0, line
    assert (tmp_path / "engagement-card.html").read_bytes() == card.read_bytes()


def test_the_same_bytes_whatever_the_hash_seed(card, tmp_path):
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"  # not the one that the page was made with
    words = ["-m", "hedging_games", "report", "engagement-card", "--to", "again.html"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "again.html").read_bytes() == card.read_bytes()


def test_a_point_of_ones_own_is_what_the_page_is_about(tmp_path):
    path = tmp_path / "a.html"
    said = answer("report", "engagement-card", "--case", "india", "--set", "card=0", "--out", str(path))
    assert said == {"schema": 1, "model": "engagement-card", "written": [str(path)], "missing": []}
    says = Outline(path.read_text(encoding="utf-8")).sections
    assert "solve engagement-card --case india --set card=0" in says["commands"]
    # india: example 1, punishment_cost 3, alignment_loss 5; tolerating pays 0 + 1 - 5 = -4, less than punishing, so engaging is punished.
    assert "card = 0" in says["equilibria"]
    assert "1 found" in says["equilibria"]
    assert "AlignPunish" in says["equilibria"]


@pytest.mark.parametrize("name", ["cherry-picking", "allied-resistance", "blockade-threat", "sanctions-waiver"])
def test_other_kinds_of_games_have_pages(name):
    made = report(Asked(hg.load(name), name), 600)
    page = Outline(made.html)
    assert made.missing == ()
    assert "Missing" not in made.html
    assert page.sections["game"].strip()
    assert "complete:" in page.sections["equilibria"]


def test_a_page_of_a_game_over_time_draws_its_play(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Outline(report(Asked(hg.load("sanctions-waiver"), "sanctions-waiver"), 600).html)
    last = pictures_of(page)[-1]
    assert "A waiver while dependence falls: play over time" in last
    (line,) = (line for line in page.sections["commands"].splitlines() if line.startswith("hedging-games path "))
    assert run(*line.split()[1:]).returncode == 0
    assert "play over time" in (tmp_path / "sanctions-waiver-path.svg").read_text(encoding="utf-8")


def test_what_time_does_not_allow_is_said_to_be_missing(tmp_path):
    path = tmp_path / "a.html"
    done = run("report", "tightrope", "--to", str(path), "--time-limit", "0.5")
    assert (done.returncode, done.stderr) == (0, "")
    assert "missing, not finished in time: " in done.stdout
    page = Outline(path.read_text(encoding="utf-8"))
    assert "Missing: this was not finished (the time limit was reached)" in path.read_text(encoding="utf-8")
    assert {"story", "game", "commands", "cite"} <= set(page.sections)


HOSTILE = """title: "</title><script>alert(1)</script>"
source: "<img src=x onerror=alert(1)>"
notes: "a & b </section>"
players: {"Small": {role: "<i>small</i>"}}
parameters: {x: {baseline: 1, meaning: "a < b"}}
play: {Small: [Left, Right]}
payoffs: {Small: "x*[Left]"}
"""


def test_text_of_a_file_is_escaped_and_what_it_lacks_is_said():
    made = report(Asked(read_model_text(HOSTILE), "<b>.yaml"))
    page = Outline(made.html)
    assert not page.tags & {"script", "i", "b"}
    assert len(pictures_of(page)) == 1
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert page.headings[0] == (1, "</title><script>alert(1)</script>")
    assert "a & b </section>" in page.sections["story"]
    assert "The model names no event (hedge)" in page.sections["some"]
    assert "The file makes no claims." in page.sections["claims"]
    assert "The model has no cases." in page.sections["cases"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("engagement-crad",), "did you mean 'engagement-card'?"),
        (("engagement-card", "--concept", "sequentail"), "sequential"),
        (("engagement-card", "--concept", "evolutionarily-stable"), "does not fit"),
        (("engagement-card", "--case", "corea"), "korea"),
        (("engagement-card", "--set", "cardd=1"), "card"),
        (("tests/data/two-leaders.nfg",), "a game without parameters"),
        (("engagement-card", "--time-limit", "-1"), "no positive number"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_bad_questions_get_one_message_and_no_file(words, says, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "a.html"
    done = run("report", *words, "--to", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error[")
    assert says in done.stderr
    assert not path.exists()


def test_the_citation_goes_with_the_package():
    assert citation_file() == ROOT / "CITATION.cff"
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["force-include"]["CITATION.cff"] == "hedging_games/CITATION.cff"
    what = dict(citations(hg.load("engagement-card"), CONCEPTS["nash"]))
    assert what["the software"].startswith("The hedging_games authors (2026). hedging_games: exact equilibria")
    assert what["the solution concept"].endswith("Nash (1951).")


def test_what_z3_cannot_free_is_not_told(monkeypatch):
    import z3

    told = []
    monkeypatch.setattr(sys, "__unraisablehook__", told.append)
    half_made, other = SimpleNamespace(object=z3.Context.__del__), SimpleNamespace(object=print)
    for lost in (half_made, other):
        tell_unraisable(lost)
    assert told == [other]


# --- accessibility ----------------------------------------------------------------------------------------------------------

AXE = os.environ.get("AXE_CORE", "")


@pytest.mark.skipif(not AXE, reason="AXE_CORE names no axe.min.js: docs/report.md says how to get one")
@pytest.mark.parametrize("name", ["engagement-card", "hedging-triangle", "sanctions-waiver", "tightrope"])
def test_axe_finds_nothing_and_nothing_is_asked_of_the_network(name, tmp_path):
    axe = Path(AXE).read_text(encoding="utf-8")
    assert CHROMIUM is not None, "chromium is not installed"
    assert find_spec("playwright") is not None, "playwright is not installed"
    path = tmp_path / "a.html"
    path.write_text(report(Asked(hg.load(name), name), 20).html, encoding="utf-8")
    with headless_chromium() as browser:
        # Axe itself is a script, which the page's own policy would refuse.
        sheet = browser.new_context(offline=True, bypass_csp=True).new_page()
        asked = []
        sheet.on("request", lambda request: asked.append(request.url))
        sheet.goto(path.as_uri())
        sheet.evaluate(axe)
        found = sheet.evaluate("axe.run()")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert asked == [path.as_uri()]
