"""Pages that are written when the site is built: one for each model of the catalogue, one for each verb of the command line.

They lie in ``docs/models`` and ``docs/verbs``, which git ignores, and are written again when the package or the model has changed.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import click

import hedging_games as hg
from hedging_games.analysis.solve import concept_of, solve
from hedging_games.cli.main import cli
from hedging_games.cli.verbs import GAMBIT_TOO, MODEL_MAY_BE, Verb
from hedging_games.errors import InputError
from hedging_games.figures.answers import drawing_of
from hedging_games.model.catalogue import form_of
from hedging_games.report.page import parts
from hedging_games.report.page.drawn import figure

ROOT = Path(__file__).parents[2]
VERDICTS = sorted(
    path for name in ("claims", "classics") for path in (ROOT / "examples" / "output").glob(f"{name}.csv")
)
"""The tables of claims: of the essays' models, and of the literature's."""

FOLDER = ROOT / "models"

MODELS = {path.stem: path for path in sorted(FOLDER.rglob("*.yaml"), key=lambda path: (len(path.parts), path))}
"""Every shipped model, those in folders of their own too."""

ASSUMED = (
    "Who moves, who sees what, and the payoffs above; that all of it is known to all; and these numbers, of which only those with"
    " a source of their own are more than an illustration. The condition above holds for all values in the ranges."
)

SECONDS = 300.0
"""How long a part of a page may take."""


# --- models ---------------------------------------------------------------------------------------------------------------


def model_page(name: str) -> str:
    """The story, the game, when the event is played, the claims, and what is assumed."""
    model = hg.load(MODELS[name])
    asked = parts.Asked(model, name)
    concept = concept_of(model.at())
    sections: dict[str, Callable[[], Iterable[str]]] = {
        "The story": lambda: [*_opening(model.text), *_shown(parts.story, asked)],
        "The game": lambda: [*_html(_game_drawn(model)), *_shown(parts.the_game, asked)],
        "Equilibria at the baseline": lambda: [
            f"Of the concept [{concept.name}](../concepts/{concept.name}.md): {concept.meaning}.",
            "",
            *_shown(parts.equilibria, asked),
        ],
        "Equilibria in its cases": lambda: _shown(parts.by_case, asked) if model.cases else (),
        "When the event is played": lambda: [*_shown(parts.conditions("some"), asked), *_phases(name)],
        "Claims and verdicts": lambda: _claims(name),
        "What is assumed": lambda: [
            ASSUMED,
            "",
            *_shown(parts.parameters, asked),
        ],
        "To cite it, and to make it again": lambda: [
            *_shown(parts.cite, asked),
            f"The model file: {{download}}`{name}.yaml <../../{MODELS[name].relative_to(ROOT)}>`. A page with every answer, to be read offline:",
            "",
            f"    hedging-games report {name} --to {name}.html",
        ],
    }
    lines = [f"# {model.title or name}", "", f"`{name}` in the catalogue."]
    for title, told in sections.items():
        body = list(told())
        lines += ["", f"## {title}", "", *body] if body else []
    return "\n".join(lines) + "\n"


def _opening(text: str) -> list[str]:
    """The comment with which a model file begins, paragraph by paragraph."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return [*lines, ""] if lines else []


def _shown(part: Callable[[parts.Asked, parts.Seconds], str], asked: parts.Asked) -> Iterator[str]:
    """A part of the page that ``hedging-games report`` writes."""
    try:
        yield from _html(part(asked, lambda: SECONDS))
    except InputError as refused:
        yield from _html(parts.refusal(refused))


def _html(text: str) -> list[str]:
    return ["`````{raw} html", '<div class="answer">', text, "</div>", "`````", ""]


def _game_drawn(model: hg.Model) -> str:
    return figure(drawing_of(solve(model.at())), "The game at the baseline, and what is played in its equilibria.")


def _phases(name: str) -> list[str]:
    """The phase diagram, if it is among the figures that `reproduce` draws."""
    picture = ROOT / "examples" / "output" / f"phases_{name.replace('-', '_')}.svg"
    return (
        [f"![Which equilibria there are, over two parameters](../../{picture.relative_to(ROOT)})", ""]
        if picture.is_file()
        else []
    )


def _claims(name: str) -> Iterator[str]:
    """What `reproduce` found of the claims; nothing is judged here a second time."""
    for path in VERDICTS:
        header, *rows = _verdicts(path)
        found = [row[1:] for row in rows if row[0] == name]
        if found:
            yield "Over the declared ranges and assumptions, not at the baseline; see [how to read them](../conditions.md#claims)."
            yield ""
            yield from _html("\n".join(_claim(dict(zip(header[1:], row, strict=True))) for row in found))


def _claim(said: dict[str, str]) -> str:
    """A claim as a paragraph that fits on a phone: the sentence, its verdict, what that means, then all else that is known."""
    claim, verdict, means = (escape(said.pop(key)) for key in ("claim", "verdict", "what it means"))
    rest = "; ".join(f"{escape(key)}: {escape(value)}" for key, value in said.items() if value)
    return (
        f'<div class="claim"><p><strong>{claim}</strong></p>\n<p><span class="verdict {verdict}">{verdict}</span> {means}</p>\n'
        f"<p><small>{rest}</small></p></div>"
    )


@cache
def _verdicts(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def models_index() -> str:
    """The list of models, and where their pages are."""
    folders: dict[str, list[str]] = {}
    for name, path in MODELS.items():
        model = hg.load(path)
        row = f"| [{model.title}]({name}.md) | {form_of(model)} | {', '.join(model.players)} |"
        folders.setdefault(path.parent.name, []).append(row)
    lines = [
        "# Models",
        "",
        "Each mechanism of the arguments is a file. A page says what it tells, what follows, and when.",
    ]
    for folder, rows in folders.items():
        heading = [] if folder == FOLDER.name else ["", f"## {folder.capitalize()}"]
        lines += [*heading, "", "| model | kind of game | players |", "|---|---|---|", *rows]
    return "\n".join([*lines, "", *_contents(MODELS), ""])


# --- verbs ----------------------------------------------------------------------------------------------------------------


def verb_page(name: str) -> str:
    """What a verb does, an example, its arguments and options."""
    verb = cli.commands[name]
    context = click.Context(verb, info_name=f"hedging-games {name}")
    usage = f"hedging-games {name} {' '.join(verb.collect_usage_pieces(context))}"
    lines = [f"# {name}", "", click.unstyle(verb.help or ""), "", "```text", usage, "```", ""]
    if isinstance(verb, Verb) and verb.example:
        lines += ["For example:", "", "```text", f"$ hedging-games {verb.example}", "```", ""]
    for parameter in verb.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[0] == "MODEL" and isinstance(verb, Verb):
            forms = [*MODEL_MAY_BE, *([GAMBIT_TOO] if verb.gambit else [])]
            lines += ["`MODEL`", f": {'; '.join(f'{what} {how}' for what, how in forms)}", ""]
        elif record is not None:
            lines += [f"`{record[0]}`", f": {_as_text(record[1] or 'See the example.')}", ""]
    return "\n".join(lines)


def _as_text(said: str) -> str:
    return said.replace("*", "\\*").replace("[", "\\[").replace("<", "\\<")


def verbs_index() -> str:
    """The list of verbs."""
    rows = [
        f"| [{name}]({name}.md) | {_as_text(verb.get_short_help_str(90))} |"
        for name, verb in sorted(cli.commands.items())
    ]
    head = ["# The command line, verb by verb", "", "| verb | does |", "|---|---|"]
    return "\n".join([*head, *rows, "", *_contents(sorted(cli.commands)), ""])


def _contents(names: Iterable[str]) -> list[str]:
    return ["```{toctree}", ":hidden:", "", *names, "```"]


# --- writing --------------------------------------------------------------------------------------------------------------


def write_pages(app: Any) -> None:
    """Write what is missing or was made from something else; remove what belongs to nothing any more."""
    made_from = _package()
    verbs = {f"verbs/{name}": (verb_page, name) for name in cli.commands}
    models = {f"models/{name}": (model_page, name) for name in MODELS}
    indexes = {"models/index": models_index(), "verbs/index": verbs_index()}
    source = Path(app.srcdir)
    for folder in ("models", "verbs"):
        (source / folder).mkdir(exist_ok=True)
        for old in (source / folder).glob("*.md"):
            if f"{folder}/{old.stem}" not in verbs | models | indexes:
                old.unlink()
    for place, text in indexes.items():
        _write(source / f"{place}.md", text)
    for place, (page, name) in verbs.items():
        _write(source / f"{place}.md", page(name))
    keys = {place: f"{made_from} {_digest([MODELS[name], *VERDICTS])}" for place, (_, name) in models.items()}
    stale = [place for place, key in keys.items() if not _is_made_from(source / f"{place}.md", key)]
    if stale:
        workers = min(len(stale), os.cpu_count() or 1)
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            written = pool.map(model_page, [models[place][1] for place in stale])
            for place, text in zip(stale, written, strict=True):
                _write(source / f"{place}.md", f"<!-- {keys[place]} -->\n\n{text}")


def _package() -> str:
    return _digest([*sorted((ROOT / "src").rglob("*.py")), Path(__file__)])


def _digest(paths: Iterable[Path]) -> str:
    whole = sha256()
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _is_made_from(page: Path, key: str) -> bool:
    return page.is_file() and page.read_text(encoding="utf-8").startswith(f"<!-- {key} -->")


def _write(path: Path, text: str) -> None:
    """A page that says the same is left alone, so that Sphinx need not read it again."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
