"""The parts of a page: each answers one question about the model, or says why it has no answer."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from hedging_games.analysis.claims.examine import examine
from hedging_games.analysis.conditions.judged import judge_region, judged_within
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.limits import LEAST
from hedging_games.analysis.play_over_time import as_markov, path_of_play
from hedging_games.analysis.robust import robustness
from hedging_games.analysis.solve import concept_of, solve
from hedging_games.analysis.threshold import Thresholds, threshold
from hedging_games.errors import HedgingGamesError
from hedging_games.figures.answers import drawing_of
from hedging_games.figures.phase_diagrams import phase_diagram
from hedging_games.model.model import Model
from hedging_games.report.citing import citations
from hedging_games.report.display.games import (
    cases_sheet,
    decisions_sheet,
    parameters_sheet,
    payoffs_sheet,
    players_sheet,
)
from hedging_games.report.display.pages import page_of
from hedging_games.report.display.sheets import Sheet
from hedging_games.report.page.drawn import MOST_ROWS, figure, game_drawn
from hedging_games.report.tables import EQUILIBRIA_HEADER, equilibria_rows
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria
from hedging_games.version import __version__

Seconds = Callable[[], float | None]
"""How many seconds are left; None without a limit."""

AXES = 2
"""Parameters of a phase diagram."""

ABOUT_THE_EVENT = "The model names no event (hedge), so this question has no answer."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is about: a model at a point. ``named`` : how the command named it; ``levels`` : the grid it put in place of
    continuous choices, if any.
    """

    model: Model
    named: str
    levels: int | None = None
    case: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    concept: str | None = None

    def at_point(self) -> list[str]:
        """The words of a command that choose the point."""
        return self.words(self.settings)

    def words(self, settings: Mapping[str, str]) -> list[str]:
        """The words that choose the case, and these values."""
        case = [] if self.case is None else ["--case", self.case]
        return [*case, *(word for name, value in settings.items() for word in ("--set", f"{name}={value}"))]

    def of_model(self) -> list[str]:
        """The words that name the model."""
        return [self.named, *([] if self.levels is None else ["--levels", str(self.levels)])]

    def of_concept(self) -> list[str]:
        """The words of a command that choose the concept."""
        return [] if self.concept is None else ["--concept", self.concept]


def story(asked: Asked, _left: Seconds) -> str:
    """Where the model comes from, and what it is about."""
    model = asked.model
    texts = [f"Source: {model.source.strip()}" if model.source else "", model.notes.strip()]
    if model.hedge is not None:
        texts.append(f"The event of interest: {model.hedge}.")
    said = "\n".join(f"<p>{escape(text)}</p>" for text in texts if text)
    return said + "\n" + players_sheet(model).html(MOST_ROWS)


def the_game(asked: Asked, _left: Seconds) -> str:
    """Who decides what, what it is worth, and the game at the point."""
    model = asked.model
    tables = [sheet.html(MOST_ROWS) for sheet in (decisions_sheet(model), payoffs_sheet(model)) if sheet.rows]
    return "\n".join([game_drawn(model.at(asked.case, **asked.settings)), "<h3>As the file has it</h3>", *tables])


def parameters(asked: Asked, _left: Seconds) -> str:
    """Parameters with meaning, range and source; what is assumed of them; cases."""
    model = asked.model
    tables = [sheet.html(MOST_ROWS) for sheet in (parameters_sheet(model), cases_sheet(model)) if sheet.rows]
    assumed = "".join(f"<li>{escape(str(one))}</li>" for one in model.assumptions)
    return "\n".join([*tables, f"<h3>Assumed</h3>\n<ul>{assumed}</ul>" if assumed else ""])


def equilibria(asked: Asked, left: Seconds) -> str:
    """All equilibria at the point, each with its certificate, and how complete the list is."""
    found = solve(asked.model.at(asked.case, **asked.settings), asked.concept, time_limit=left())
    return page_of(found).html(MOST_ROWS, heading="h3")


def by_case(asked: Asked, left: Seconds) -> str:
    """The equilibria of every case."""
    rows = []
    for case in asked.model.cases.values():
        found = solve(asked.model.at(case.name), asked.concept, time_limit=left())
        rows += [[case.name, *row] for row in equilibria_rows(found)]
    if not rows:
        return "<p>The model has no cases.</p>"
    return Sheet("equilibria by case; hedge is the probability of the event", ("case", *EQUILIBRIA_HEADER), rows).html(
        MOST_ROWS
    )


def conditions(among: Among) -> Callable[[Asked, Seconds], str]:
    """When the event is played, in some or in every equilibrium, each inequality with its reason."""

    def told(asked: Asked, left: Seconds) -> str:
        if asked.model.hedge is None:
            return f"<p>{ABOUT_THE_EVENT}</p>"
        region = condition(asked.model, among, asked.concept, case=asked.case, fixed=_structural(asked))
        seconds = left()
        region.list_cells(None if seconds is None else max(seconds / 2, LEAST))
        judged = judged_within(lambda: judge_region(region), left())
        notes = [f"Solved again, by solvers that know nothing of conditions, at {judged.points} points.", *judged.notes]
        return page_of(region).html(MOST_ROWS, heading="h3") + "".join(f"\n<p>{escape(note)}</p>" for note in notes)

    return told


def _structural(asked: Asked) -> dict[str, str]:
    """What the point says of the parameters that decide the form of the game; the others stay open."""
    return {name: value for name, value in asked.settings.items() if name in asked.model.structural}


def thresholds(asked: Asked, _left: Seconds) -> str:
    """For each parameter, the others at the point: where the event is played, and the critical values."""
    model = asked.model
    if model.hedge is None:
        return f"<p>{ABOUT_THE_EVENT}</p>"
    rows: list[tuple[object, ...]] = []
    for name in _moving(model):
        held = {other: value for other, value in asked.settings.items() if other != name}
        rows += _critical(threshold(model, name, "some", asked.concept, case=asked.case, fixed=held))
    caption = "where the event is played in some equilibrium, the other parameters at the point"
    return Sheet(caption, ("parameter", "played where", "critical value", "because"), rows).html(MOST_ROWS)


def _moving(model: Model) -> list[str]:
    """The parameters that have thresholds: those that do not decide the form of the game."""
    return [name for name in model.parameters if name not in model.structural]


def _critical(found: Thresholds) -> Iterator[tuple[object, ...]]:
    where = " or ".join(map(str, found.intervals)) or "nowhere in its range"
    yield from (
        (found.parameter, where, value, "; ".join(why)) for value, why in zip(found.values, found.because, strict=True)
    )
    if not found.values:
        yield (found.parameter, where, "none in its range", "")


def how_robust(asked: Asked, left: Seconds) -> str:
    """How far the point is from losing the event."""
    if asked.model.hedge is None:
        return f"<p>{ABOUT_THE_EVENT}</p>"
    found = robustness(asked.model, "some", asked.concept, case=asked.case, fixed=asked.settings, time_limit=left())
    return page_of(found).html(MOST_ROWS, heading="h3")


def claims(asked: Asked, _left: Seconds) -> str:
    """What the source asserts, and what became of it."""
    findings = examine(asked.model)
    return page_of(findings).html(MOST_ROWS, heading="h3") if findings else "<p>The file makes no claims.</p>"


def drawn(asked: Asked, left: Seconds) -> str:
    """The game with its equilibria, the phase diagram over the first two parameters that have critical values, and play over time."""
    found = solve(asked.model.at(asked.case, **asked.settings), asked.concept, time_limit=left())
    pieces = [figure(drawing_of(found), "The game at the point, and what is played in its equilibria.")]
    over = _decisive(asked)
    if len(over) == AXES:
        held = {name: value for name, value in asked.settings.items() if name not in over}
        diagram = phase_diagram(asked.model, over, concept=asked.concept, case=asked.case, fixed=held)
        pieces.append(
            figure(diagram, f"Which equilibria there are over {over[0]} and {over[1]}, the others at the point.")
        )
    if isinstance(found, (MarkovEquilibria, RepeatedEquilibria)) and len(found):
        followed, number = as_markov(found)
        play = path_of_play(followed.game, followed[number])
        pieces.append(figure(drawing_of(play), "Play over time in the first equilibrium."))
    return "\n".join(pieces)


def _decisive(asked: Asked) -> list[str]:
    """The first two parameters that have critical values at the point; none where the model names no event."""
    found: list[str] = []
    for name in _moving(asked.model) if asked.model.hedge is not None else ():
        held = {other: value for other, value in asked.settings.items() if other != name}
        if threshold(asked.model, name, "some", asked.concept, case=asked.case, fixed=held).values:
            found.append(name)
        if len(found) == AXES:
            break
    return found


def commands(asked: Asked, _left: Seconds) -> str:
    """What makes this page again, and the answers on it one by one."""
    point, concept, model = asked.at_point(), asked.of_concept(), asked.of_model()
    lines = [["report", *model, *point, *concept], ["show", *model, *point], ["solve", *model, *point, *concept]]
    lines.append(["draw", *model, *point, *concept, "--equilibria", "--to", f"{asked.model.name}.svg"])
    if len(over := _decisive(asked)) == AXES:
        axes = [word for name in over for word in ("--over", name)]
        lines.append(
            ["plot", *model, *_without(asked, over), *concept, *axes, "--out", f"{asked.model.name}-phases.svg"]
        )
    if asked.model.is_over_time:
        lines.append(["path", *model, *point, *concept, "--figure", f"{asked.model.name}-path.svg"])
    if asked.model.hedge is not None:
        held = asked.words(_structural(asked))
        lines += [["condition", *model, *held, *concept, "--among", among] for among in ("some", "every")]
        lines += [["threshold", *model, *point, *concept, "--parameter", name] for name in _moving(asked.model)]
        lines.append(["robustness", *model, *point, *concept])
    if asked.model.claims:
        lines.append(["claims", *model])
    text = "\n".join(shlex.join(["hedging-games", *words]) for words in lines)
    return f"<p>With hedging_games {escape(__version__)}:</p>\n<pre>{escape(text)}</pre>"


def _without(asked: Asked, names: list[str]) -> list[str]:
    """The words that choose the point, but for some parameters."""
    return asked.words({name: value for name, value in asked.settings.items() if name not in names})


def file_text(asked: Asked, _left: Seconds) -> str:
    """The model file as it stands; one that rests on other files, written out as one."""
    text = asked.model.dump() if asked.model.files else asked.model.text
    return f"<pre>{escape(text.rstrip())}</pre>"


def cite(asked: Asked, _left: Seconds) -> str:
    """How to cite."""
    concept = concept_of(asked.model.at(asked.case, **asked.settings), asked.concept)
    entries = [f"<dt>{escape(what)}</dt><dd>{escape(how)}</dd>" for what, how in citations(asked.model, concept)]
    return f"<dl>\n{chr(10).join(entries)}\n</dl>"


def refusal(problem: HedgingGamesError) -> str:
    """Why a part has no answer."""
    return "".join(f"<p>{escape(p.what)}{escape(f' ({p.remedy})' if p.remedy else '')}.</p>" for p in problem.problems)
