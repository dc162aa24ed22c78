"""The site: what its own pages say, and that a browser which opens it fetches nothing from elsewhere.

``HG_SITE`` names the folder that ``sphinx-build -W -n docs FOLDER`` wrote; `.ci/run` builds it and sets it.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

import hedging_games as hg
from hedging_games.cli.main import cli
from hedging_games.model.catalogue import every_name

ROOT = Path(__file__).parents[1]
SITE = os.environ.get("HG_SITE")

FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
"""What a browser fetches by itself, and the attribute that says from where; ``link`` is looked at by what it is."""

NOT_FETCHED = {"canonical", "next", "prev", "index", "search", "author", "license"}


class Outside(HTMLParser):
    """Collects what a page has fetched from elsewhere."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        wanted = said.get(FETCHED.get(tag, ""), "")
        if tag == "link" and not set((said.get("rel") or "").split()) & NOT_FETCHED:
            wanted = said.get("href", "")
        self.look(
            [wanted, *re.findall(r"url\(([^)]*)\)", said.get("style") or ""), *(said.get("srcset") or "").split()]
        )

    def handle_data(self, data):
        if self.lasttag == "style":
            self.look(addresses_of_style(data))

    def look(self, addresses):
        self.found += [address for address in addresses if is_outside(address)]


def addresses_of_style(text):
    return re.findall(r"url\(\s*['\"]?([^'\")]*)", text) + re.findall(r"@import\s+['\"]([^'\"]*)", text)


def is_outside(address):
    return (
        bool(address)
        and re.match(r"\s*(//|[a-z][a-z+.-]*:)", address, re.IGNORECASE) is not None
        and not address.startswith("data:")
    )


def outside(html):
    page = Outside()
    page.feed(html)
    return page.found


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/f.css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="http://example.org/a.png">',
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>a { background: url(https://example.org/a.png) }</style>",
        '<p style="background: url(https://example.org/a.png)">',
    ],
)
def test_what_comes_from_elsewhere_is_noticed(html):
    assert outside(html)


def test_links_that_are_followed_by_hand_are_none_of_that():
    assert not outside(
        '<a href="https://example.org"></a><link rel="license" href="https://example.org"><img src="data:,">'
    )


@pytest.mark.skipif(SITE is None, reason="needs HG_SITE, a built site")
def test_no_page_of_the_site_fetches_anything_from_elsewhere():
    pages = sorted(Path(SITE).rglob("*.html"))
    assert {"index.html", "tutorial.html", "search.html", "engagement-card.html", "solve.html"} <= {
        p.name for p in pages
    }
    assert {str(p): found for p in pages if (found := outside(p.read_text(encoding="utf-8")))} == {}
    styles = sorted(Path(SITE).rglob("*.css"))
    assert styles
    for style in styles:
        assert [a for a in addresses_of_style(style.read_text(encoding="utf-8")) if is_outside(a)] == [], style


@pytest.mark.skipif(SITE is None, reason="needs HG_SITE, a built site")
def test_its_search_needs_no_server():
    search = (Path(SITE) / "search.html").read_text(encoding="utf-8")
    assert 'src="searchindex.js' in search
    assert "overheard" in (Path(SITE) / "searchindex.js").read_text(encoding="utf-8")
    options = (Path(SITE) / "_static" / "documentation_options.js").read_text(encoding="utf-8")
    assert "SHOW_SEARCH_SUMMARY: false" in options  # a summary would be fetched


@pytest.mark.skipif(SITE is None, reason="needs HG_SITE, a built site")
def test_formulas_are_set_by_the_browser_itself():
    page = (Path(SITE) / "concepts" / "nash.html").read_text(encoding="utf-8")
    assert "<math" in page
    assert "MathJax" not in page


def test_every_public_name_has_its_place_in_the_reference():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    named = Counter(re.findall(r"^\.\. auto(?:function|class|exception|data):: (\w+)$", text, re.MULTILINE))
    assert named == Counter(hg.__all__)


def built_by(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "site" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages():
    return built_by("pages")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[card](../models/engagement-card.yaml)", "[card](models/engagement-card.md)"),  # in docs
        ("[card](../../models/engagement-card.yaml)", "[card](../models/engagement-card.md)"),  # in docs/concepts
        ("[war](../models/classics/attrition.yaml)", "[war](models/attrition.md)"),
        ("[other](my-model.yaml)", "[other](my-model.yaml)"),
    ],
)
def test_links_to_model_files_lead_to_their_pages(written, read):
    assert built_by("links").led_to_pages(written) == read


def test_docstrings_of_the_house_become_lists():
    written = [
        "Judge it.",
        "",
        "Parameters",
        "----------",
        "game : a game. players : who",
        "    plays *it*.",
        "",
        "Raises nothing.",
    ]
    assert [line for line in built_by("docstrings").rewritten(written) if line] == [
        "Judge it.",
        "**Parameters**",
        "``game``",
        "    a game.",
        "``players``",
        "    who",
        "    plays \\*it\\*.",
        "Raises nothing.",
    ]


def test_the_page_of_a_model_says_its_story_condition_verdicts_and_assumptions(pages):
    page = pages.model_page("engagement-card")
    assert "May a small state engage the partner of its ally's adversary?" in page  # the file's opening comment
    assert (
        "card &gt;= alignment_loss - example - punishment_cost" in page
    )  # at 3 the ally is indifferent, see tests/models
    assert "else Ally would play Punish" in page
    assert '<span class="verdict refuted">refuted</span> A partner that keeps its gains' in page
    assert "what the client&#x27;s restraint is worth to the ally" in page
    assert page.count("<figure>") == 1


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_page_of_a_verb_has_every_option(pages, name):
    page = pages.verb_page(name)
    for parameter in cli.commands[name].params:
        assert all(option in page for option in parameter.opts if option.startswith("--"))
    assert f"$ hedging-games {name}" in page


def test_every_model_is_in_the_list_of_models(pages):
    listed = pages.models_index()
    assert set(every_name()) <= set(re.findall(r"\((\S+)\.md\)", listed))
