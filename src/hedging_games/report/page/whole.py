"""A page about a model: one HTML file that nothing has to be fetched for, and in which nothing is run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from hedging_games.analysis.limits import LEAST, seconds_allowed, stopped_after
from hedging_games.errors import CouldNotFinish, InputError
from hedging_games.report.page import parts
from hedging_games.report.page.parts import Asked, Seconds

STYLE: Final = """
body { font: 1rem/1.5 Georgia, 'Times New Roman', serif; color: #1a1a1a; background: #ffffff; margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1, h2, h3 { line-height: 1.25; font-family: system-ui, sans-serif; }
h2 { border-bottom: 1px solid #595959; margin-top: 2.5rem; }
a { color: #0b4f8a; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-style: italic; padding: 0.25rem 0; }
th, td { border: 1px solid #8c8c8c; padding: 0.2rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
thead th { background: #eeeeee; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f5f5; padding: 0.5rem; font-size: 0.85rem; }
dt { font-weight: bold; }
.tree ul { border-left: 1px solid #8c8c8c; }
figure { margin: 1rem 0; }
figure img { max-width: 100%; height: auto; }
.missing { border: 2px solid #8a1c1c; padding: 0.5rem; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h2, h3, caption { break-after: avoid; }
  tr, li, dd { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
"""

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may load for the page: nothing but its own style, and pictures that are in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page. ``weight`` : its share of the time that is left, against those after it; 0 where it takes none.
    ``needed`` : whether there is no page without it: what is wrong with the question is said by it.
    """

    key: str
    title: str
    told: Callable[[Asked, Seconds], str]
    weight: int = 0
    needed: bool = False


PARTS: Final = (
    Part("story", "The story", parts.story),
    Part("game", "The game", parts.the_game),
    Part("parameters", "Parameters", parts.parameters),
    Part("figures", "Figures", parts.drawn, 2),
    Part("equilibria", "Equilibria at the point", parts.equilibria, 1, needed=True),
    Part("cases", "Equilibria by case", parts.by_case, 1),
    Part("some", "When the event is played in some equilibrium", parts.conditions("some"), 2),
    Part("every", "When it is played in every equilibrium", parts.conditions("every"), 2),
    Part("thresholds", "Thresholds", parts.thresholds, 1),
    Part("robustness", "How robust the event is", parts.how_robust, 1),
    Part("claims", "Claims and verdicts", parts.claims, 2),
    Part("commands", "To make this again", parts.commands),
    Part("file", "The model file", parts.file_text),
    Part("cite", "How to cite", parts.cite),
)


@dataclass(frozen=True, slots=True)
class Report:
    """A page as text, and the titles of the parts that time did not allow (``missing``)."""

    html: str
    missing: tuple[str, ...]


def report(asked: Asked, time_limit: float | None = None, tell: Callable[[str], None] = lambda _said: None) -> Report:
    """The page about a model. The same bytes for the same question, unless the time limit cuts it.

    Parameters
    ----------
    time_limit : seconds, shared among the parts; a part that does not get done in its share says so in its place.
    tell : is told which part is being worked on.

    Raises InputError for a case, a parameter or a concept that the model does not know, or that does not fit it.
    """
    left = _clock(seconds_allowed(time_limit))
    written: list[tuple[Part, str]] = []
    missing = []
    for number, part in enumerate(PARTS):
        tell(part.title)
        body, finished = _body(part, asked, left, sum(later.weight for later in PARTS[number:]))
        if body:
            written.append((part, body))
        if not finished:
            missing.append(part.title)
    return Report(_whole(asked, written, missing), tuple(missing))


def _clock(seconds: float | None) -> Seconds:
    started = time.monotonic()
    return lambda: None if seconds is None else max(seconds - (time.monotonic() - started), LEAST)


def _body(part: Part, asked: Asked, left: Seconds, weights: int) -> tuple[str, bool]:
    """What a part says, and whether it was finished."""
    seconds = left()
    share = None if seconds is None or not part.weight else seconds * part.weight / weights
    try:
        with stopped_after(share):
            return part.told(asked, _clock(share)), True
    except CouldNotFinish as stopped:
        why = "; ".join(problem.what for problem in stopped.problems)
        return f'<p class="missing">Missing: this was not finished ({escape(why)}).</p>', False
    except InputError as refused:
        if part.needed:
            raise
        return parts.refusal(refused), True


def _whole(asked: Asked, written: list[tuple[Part, str]], missing: list[str]) -> str:
    title = escape(asked.model.title or asked.model.name)
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        f"<header><h1>{title}</h1></header>",
        *_contents(written),
        "<main>",
        *([f'<p class="missing">Missing: {escape("; ".join(missing))}.</p>'] if missing else []),
        *(_section(part, body) for part, body in written),
        "</main>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def _contents(written: list[tuple[Part, str]]) -> Iterator[str]:
    yield '<nav aria-label="Contents"><ol>'
    yield from (f'<li><a href="#{part.key}">{escape(part.title)}</a></li>' for part, _ in written)
    yield "</ol></nav>"


def _section(part: Part, body: str) -> str:
    return f'<section id="{part.key}">\n<h2>{escape(part.title)}</h2>\n{body}\n</section>'
