"""Every example in the README and in docs/ is run: ``pycon`` blocks as doctests, ``console`` blocks as commands."""

import doctest
import io
import re
import shlex
from pathlib import Path

import pytest

from command_line import run
from hedging_games.theory.concepts import CONCEPTS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```(?P<kind>pycon|console)\n(?P<body>.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(path, kind):
    text = path.read_text(encoding="utf-8")
    return [(text[: m.start()].count("\n") + 2, m["body"]) for m in BLOCK.finditer(text) if m["kind"] == kind]


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if blocks(p, "pycon")], ids=lambda p: p.name)
def test_python_examples(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for line, body in blocks(path, "pycon"):
        example = doctest.DocTestParser().get_doctest(body, names, path.name, str(path), line)
        runner.run(example, out=report.write, clear_globs=False)
        names = example.globs
    assert runner.failures == 0, report.getvalue()


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if blocks(p, "console")], ids=lambda p: p.name)
def test_commands(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    for line, body in blocks(path, "console"):
        for command, expected in commands(body):
            words = shlex.split(command)
            assert words[0] == "hedging-games", f"{path.name}:{line}: only hedging-games is run here"
            done = run(*words[1:])
            checker = doctest.OutputChecker()
            got = done.stdout + done.stderr
            flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
            assert checker.check_output(expected, got, flags), f"{path.name}:{line}: {command}\n{got}"


def commands(body):
    found = []
    for text in body.splitlines():
        if text.startswith("$ "):
            found.append((text[2:], []))
        elif found:
            found[-1][1].append(text)
    return [(command, "\n".join(lines) + "\n") for command, lines in found]


def test_readme_opens_with_two_commands_of_one_line():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert [kind for kind, _ in found[:2]] == ["sh", "sh"]
    assert all(body.count("\n") == 1 for _, body in found[:2])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links {target}"


def test_every_concept_has_its_page():
    folder = ROOT / "docs" / "concepts"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for name in [*CONCEPTS, "refinements", "elimination", "risk-dominance"]:
        assert f"({name}.md)" in listed
        page = (folder / f"{name}.md").read_text(encoding="utf-8")
        for part in ("$$", "*Source*", "## Example", "## Completeness", "```pycon"):
            assert part in page, f"{name}.md has no {part}"
