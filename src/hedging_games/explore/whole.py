"""The page of a model in the browser: one HTML file with its script, its style and the model's formulas in it.

What was computed beforehand (equilibria, pictures, claims) is packed in a file; all else can be read in it.
"""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache, partial
from html import escape
from importlib.resources import files
from typing import Any, Final

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.claims.examine import examine
from hedging_games.analysis.limits import LEAST, seconds_allowed, stopped_after
from hedging_games.analysis.play_over_time import as_markov, path_of_play
from hedging_games.analysis.solve import concept_of, solve
from hedging_games.errors import CouldNotFinish, HedgingGamesError, InputError, could_not_finish
from hedging_games.explore import pictures
from hedging_games.explore.compact import packed, shared, written
from hedging_games.explore.formulas import formulas_of
from hedging_games.model.model import Model
from hedging_games.report.citing import citations
from hedging_games.report.display.pages import page_of
from hedging_games.report.page.parts import Asked, refusal
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria
from hedging_games.version import __version__

MOST_BYTES: Final = 1_000_000
"""Of formulas; a page that is larger does not answer a move of the hand."""

MOST_PATHS: Final = 12
"""Paths of play that each get a picture."""

MOST_FOLLOWED: Final = 6
"""Equilibria in which play over time is shown."""

MOST_ROWS: Final = 40

MOST_BESIDE_FORMULAS: Final = 60_000
"""Bytes of a file without what it says under ``formulas``: the compiled conditions, with their reasons and the payoffs of outcomes."""

LEFT_OUT: Final = (
    "<p>{} left out, as this file would be larger than 60 kB besides its formulas: see hedging-games {}.</p>"
)

Served = Mapping[str, Any]
"""What a served page knows of its server: the ``token``, the ``models`` with their titles, and what styles of the editor carry (``nonce``)."""


def explored(asked: Asked, time_limit: float | None = None, served: Served | None = None) -> str:
    """The page about a model, opened at the point of the question.

    Parameters
    ----------
    time_limit : seconds for what is computed beforehand (equilibria at the baseline, in cases and at the point; claims); what is not
        finished says so in its place. A served page asks for these when it is open.
    served : by whom, if by a server; without, the page needs none.

    Raises InputError for a case, a parameter or a concept that the model does not know or that does not fit it, CouldNotFinish where the
    formulas are larger than `MOST_BYTES`.
    """
    data = data_of(asked, seconds_allowed(time_limit), served)
    if served:
        return _page(data, "", served)
    beforehand = {name: data.pop(name) for name in ("solved", "picture", "paths", "claims")}
    room = MOST_BESIDE_FORMULAS + len(_inside(data["formulas"]).encode()) - len(_page(data, "", None).encode())
    return _page(data, _fitting(beforehand, room), None)


def _page(data: Mapping[str, Any], beforehand: str, served: Served | None) -> str:
    title = escape(data["title"])
    script = (_source("editor.bundle.js") if served else "") + _source("explorer.bundle.js")
    style = _source("explorer.bundle.css")
    connect, nonce = ("connect-src 'self'; ", f" 'nonce-{served['nonce']}'") if served else ("", "")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {connect}img-src data:; style-src {_hash(style)}{nonce}; script-src {_hash(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}: explorer</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1></header>
<main><div id="page"><p>This page needs JavaScript.</p></div></main>
<script type="application/json" id="data">{_inside(data)}</script>
<script type="text/plain" id="beforehand">{beforehand}</script>
<script>{script}</script>
</body>
</html>
"""


def _inside(data: Any) -> str:
    """JSON as it stands inside a page."""
    return written(data).replace("<", r"\u003c")


def _fitting(beforehand: dict[str, Any], room: int) -> str:
    """What was computed beforehand, packed into so many bytes. If need be, some of it gives way and says so in its place: pictures with what is
    solved, of the last cases first, then what is solved, pictures of paths, and claims.
    """
    for give_way in (lambda: None, *_ways_out(beforehand)):
        give_way()
        data = deepcopy(beforehand)
        text = packed(data | {"pieces": shared(data)})
        if len(text) <= room:
            break
    return text


def _ways_out(beforehand: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """One after the other, what makes room."""

    def without_pictures(answer: dict[str, Any]) -> None:
        for shown in (answer, *answer.get("plays", [])):
            shown["picture"] = []
        answer["html"].append(LEFT_OUT.format("Its pictures are", "draw"))

    def without_answer(answer: dict[str, Any]) -> None:
        answer.update(html=[LEFT_OUT.format("What was solved here is", "solve")], picture=[], plays=[])

    for without in (without_pictures, without_answer):
        for answer in reversed(beforehand["solved"]):
            yield partial(without, answer)
    yield lambda: beforehand.update(paths={})
    yield lambda: beforehand.update(claims=LEFT_OUT.format("What became of the claims is", "claims"))


@cache
def _source(name: str) -> str:
    return files("hedging_games.explore").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def data_of(asked: Asked, seconds: float | None, served: Served | None) -> dict[str, Any]:
    """What the script shows, as JSON; arguments and errors are those of `explored`."""
    model = asked.model
    point = model.point(asked.case, **asked.settings)
    concept = concept_of(model.at(asked.case, **asked.settings), asked.concept)
    formulas = formulas_of(model, concept.name, point) if model.hedge is not None else None
    if formulas is not None and len(written(formulas).encode()) > MOST_BYTES:
        what = f"the formulas of '{model.name}' take over {MOST_BYTES // 1000} kB, too much for a page"
        raise could_not_finish("size", what, "explore it at points: hedging-games solve, threshold, plot")
    left = _clock(seconds)
    solved = [] if served else [_solved(asked, case, left) for case in (None, *model.cases)]
    if not served and asked.settings:
        solved.append(_solved(asked, asked.case, left, asked.settings))
    return {
        "schema": 1,
        "name": model.name,
        "title": model.title or model.name,
        "hedge": None if model.hedge is None else str(model.hedge),
        "story": [text for text in (model.source.strip(), model.notes.strip()) if text],
        "version": __version__,
        "concept": {"name": concept.name, "meaning": concept.meaning, "source": concept.source},
        "words": [*asked.of_model(), *asked.of_concept()],
        "named": asked.named,
        "levels": asked.levels,
        "asked_concept": asked.concept,
        "formulas": formulas,
        "parameters": _parameters(model),
        "cases": [
            {"name": case.name, "note": case.note, "values": _texts(model.point(case.name))}
            for case in model.cases.values()
        ],
        "start": _texts(point),
        "case": asked.case,
        "solved": solved,
        "picture": _said(lambda: pictures.of_model(model)),
        "paths": _paths(model, formulas),
        "claims": None if served else claims(model, left()),
        "citations": citations(model, concept),
        "served": served,
    }


def _clock(seconds: float | None) -> Callable[[], float | None]:
    started = time.monotonic()
    return lambda: None if seconds is None else max(seconds - (time.monotonic() - started), LEAST)


def _texts(point: Mapping[str, Any]) -> dict[str, str]:
    return {name: number_text(value) for name, value in point.items()}


def _parameters(model: Model) -> list[dict[str, Any]]:
    return [
        {
            "name": p.name,
            "meaning": p.meaning,
            "unit": p.unit,
            "baseline": number_text(p.baseline),
            "low": number_text(p.range.low),
            "high": number_text(p.range.high),
            "lowOpen": p.range.low_open,
            "highOpen": p.range.high_open,
            "range": str(p.range),
            "structural": p.name in model.structural,
        }
        for p in model.parameters.values()
    ]


def _said(drawn: Callable[[], list[str]]) -> dict[str, list[str]]:
    """A picture, or why there is none (matplotlib may be missing)."""
    try:
        return {"svg": drawn()}
    except HedgingGamesError as problem:
        return {"html": [refusal(problem)]}


def _paths(model: Model, formulas: Mapping[str, Any] | None) -> dict[str, list[str]]:
    if formulas is None or formulas["kind"] != "path" or len(formulas["outcomes"]) > MOST_PATHS:
        return {}
    try:
        return pictures.of_paths(model, [outcome["label"] for outcome in formulas["outcomes"]])
    except InputError:  # no matplotlib: the picture of the model says so
        return {}


def _solved(
    asked: Asked, case: str | None, left: Callable[[], float | None], settings: Mapping[str, str] | None = None
) -> dict[str, Any]:
    point = asked.model.point(case, **(settings or {}))
    return {"point": _texts(point), **solved_at(asked.model, point, asked.concept, left())}


def solved_at(model: Model, point: Mapping[str, object], concept: str | None, seconds: float | None) -> dict[str, Any]:
    """All equilibria at a point as lines of HTML, and the picture with them in pieces; of a game over time also play in each of the first
    `MOST_FOLLOWED`, period by period. What is wrong or not finished is said in its place.
    """
    try:
        with stopped_after(seconds):
            found = solve(model.at(**point), concept)
            drawn = _said(lambda: pictures.of_answer(found))
            plays = _over_time(found)
    except HedgingGamesError as problem:
        return {"html": [refusal(problem)]}
    html = page_of(found).html(MOST_ROWS, heading="h3")
    return {"html": html.splitlines(keepends=True), "picture": drawn.get("svg", []), "plays": plays}


def _over_time(found: Any) -> list[dict[str, list[str]]]:
    if not isinstance(found, MarkovEquilibria | RepeatedEquilibria):
        return []
    plays = []
    for number in range(min(len(found), MOST_FOLLOWED)):
        followed, place = as_markov(found, number)
        play = path_of_play(followed.game, followed[place])
        drawn = _said(lambda play=play: pictures.of_answer(play))  # type: ignore[misc]
        page = page_of(play)
        page = replace(page, sheets=[replace(s, caption=f"{s.caption}, in equilibrium {number}") for s in page.sheets])
        html = page.html(MOST_ROWS, heading="h4").splitlines(keepends=True)
        plays.append({"html": html, "picture": drawn.get("svg", [])})
    return plays


def claims(model: Model, seconds: float | None) -> str:
    """The claims and their verdicts as a piece of HTML."""
    if not model.claims:
        return "<p>The file makes no claims.</p>"
    try:
        with stopped_after(seconds):
            return page_of(examine(model)).html(MOST_ROWS, heading="h3")
    except CouldNotFinish:
        return "<p>Not finished in the time allowed: see hedging-games claims.</p>"
    except HedgingGamesError as problem:
        return refusal(problem)
