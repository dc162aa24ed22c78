"""Every example in the README and in docs/ is run: ``pycon`` blocks as doctests, ``console`` blocks as commands; ``yaml`` blocks are read."""

import doctest
import io
import re
import shlex
from pathlib import Path

import pytest

from command_line import run
from hedging_games.model.reader import read_model_text
from hedging_games.theory.concepts import CONCEPTS

ROOT = Path(__file__).parents[1]
WRITTEN = {ROOT / "docs" / "models", ROOT / "docs" / "verbs"}
"""Folders of pages that the site writes for itself."""

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(p for p in ROOT.glob("docs/**/*.md") if p.parent not in WRITTEN)])
BLOCK = re.compile(r"^```(?P<kind>[^\n`]*)\n(?P<body>.*?)^```", re.DOTALL | re.MULTILINE)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS

RUN = ("pycon", "console")
"""Kinds of blocks that are run."""

FOLLOWED = {"tutorial.md", "own-model.md", "referee.md", "cluster.md"}
"""Pages that are followed in a folder of one's own."""

READ = ("yaml", "sh", "latex", "text", "")
"""Kinds that are not run here: models, which are read; installing, and the paper, which have tests of their own; what is printed."""


def blocks(path, *kinds):
    text = path.read_text(encoding="utf-8")
    found = [(text[: m.start()].count("\n") + 2, m["kind"], m["body"]) for m in BLOCK.finditer(text)]
    return [block for block in found if block[1] in kinds]


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if blocks(p, *RUN)], ids=lambda p: p.name)
def test_every_example_gives_what_the_page_says(path, tmp_path, monkeypatch):
    """Block by block, in the order of the page; in the checkout, or in an empty folder with the files that the page has the reader write."""
    monkeypatch.chdir(tmp_path if path.name in FOLLOWED else ROOT)
    names = {}
    for line, kind, body in blocks(path, "yaml", *RUN):
        if kind == "pycon":
            names = check_python(path, line, body, names)
        elif kind == "console":
            check_commands(path, line, body)
        elif path.name in FOLLOWED:
            Path(re.match(r"# (\S+\.yaml)\n", body)[1]).write_text(body, encoding="utf-8")


def check_python(path, line, body, names):
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    example = doctest.DocTestParser().get_doctest(body, names, path.name, str(path), line)
    runner.run(example, out=report.write, clear_globs=False)
    assert runner.failures == 0, report.getvalue()
    return example.globs


def check_commands(path, line, body):
    for command, expected in commands(body):
        words = shlex.split(command)
        assert words[0] == "hedging-games", f"{path.name}:{line}: only hedging-games is run here"
        done = run(*words[1:])
        got = done.stdout + done.stderr
        assert doctest.OutputChecker().check_output(expected, got, FLAGS), f"{path.name}:{line}: {command}\n{got}"


def commands(body):
    found = []
    for text in body.splitlines():
        if text.startswith("$ "):
            found.append((text[2:], []))
        elif found:
            found[-1][1].append(text)
    return [(command, "\n".join(lines) + "\n") for command, lines in found]


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if blocks(p, "yaml")], ids=lambda p: p.name)
def test_every_model_on_a_page_is_one(path):
    if path.name != "model-file.md":  # parts of models too: see model/test_documentation.py
        for _, _, body in blocks(path, "yaml"):
            assert read_model_text(body).at()


def test_there_are_no_blocks_that_nobody_looks_at():
    for path in DOCUMENTS:
        kinds = {m["kind"] for m in BLOCK.finditer(path.read_text(encoding="utf-8"))}
        assert {kind for kind in kinds if not kind.startswith("{")} <= {*RUN, *READ}, path.name


def test_readme_opens_with_two_commands_of_one_line():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert [kind for kind, _ in found[:2]] == ["sh", "sh"]
    assert all(body.count("\n") == 1 for _, body in found[:2])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target and (path.parent / target).parent.resolve() not in WRITTEN:
            assert (path.parent / target).exists(), f"{path.name} links {target}"


def test_every_concept_has_its_page():
    folder = ROOT / "docs" / "concepts"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for name in [*CONCEPTS, "refinements", "elimination", "risk-dominance"]:
        assert f"({name}.md)" in listed
        page = (folder / f"{name}.md").read_text(encoding="utf-8")
        for part in ("$$", "*Source*", "## Example", "## Completeness", "```pycon"):
            assert part in page, f"{name}.md has no {part}"
