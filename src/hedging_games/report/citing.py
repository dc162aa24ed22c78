"""How to cite: the software, from its citation file, the model's source, and the source of the solution concept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hedging_games.analysis.claims.finding import Finding, Findings
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.phases import Phases
from hedging_games.analysis.refine import Refined
from hedging_games.analysis.robust import Robustness
from hedging_games.analysis.select import Selected
from hedging_games.analysis.sensitivity_answer import Sensitivity
from hedging_games.analysis.solve import concept_of
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.sweep.task import Task
from hedging_games.analysis.threshold import Thresholds
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.model.catalogue import every_name, load
from hedging_games.model.model import Model
from hedging_games.theory.concepts import Concept, concept_named


def citation_file() -> Path:
    """The citation file: inside the installed package, or beside ``src`` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "CITATION.cff"
    return installed if installed.is_file() else package.parents[1] / "CITATION.cff"


def software() -> Mapping[str, Any]:
    """What the citation file says."""
    import yaml

    said: Mapping[str, Any] = yaml.safe_load(citation_file().read_text(encoding="utf-8"))
    return said


def citations(model: Model | AnyGame, concept: Concept) -> list[tuple[str, str]]:
    """What is cited, and how: the software, the model (or a game without one), the solution concept."""
    return [software_citation(), _of_game(model), _of_concept(concept)]


def software_citation() -> tuple[str, str]:
    """How the software is cited."""
    said = software()
    authors = ", ".join(_author(author) for author in said["authors"])
    year = str(said["date-released"])[:4]
    return "the software", f"{authors} ({year}). {said['title']}, version {said['version']}."


def citations_of(answer: Any) -> list[tuple[str, str]]:
    """What is cited with a model, a game or an answer: what it knows of its model and its solution concept, and the software."""
    answers = list(answer) if isinstance(answer, Findings) else [answer]
    games = [_of_game(game) for game in map(_game_of, answers) if game is not None]
    concepts = [_of_concept(concept) for concept in map(_concept_of, answers) if concept is not None]
    ideas = [("the idea", f"{answer.IDEA}.") for answer in answers if answer.IDEA]
    return [software_citation(), *dict.fromkeys(games), *dict.fromkeys(concepts), *ideas]


def _of_game(game: Model | AnyGame) -> tuple[str, str]:
    is_model = isinstance(game, Model) or bool(game.parameters or game.source)
    source = " ".join(game.source.split())
    called = game.title or game.name or "without a title"
    said = f"{called}{', a model file' if is_model else ''}.{f' Source: {source}' if source else ''}"
    return "the model" if is_model else "the game", said


def _of_concept(concept: Concept) -> tuple[str, str]:
    return "the solution concept", f"{concept.name}: {concept.meaning}. {concept.source}."


def _told(answer: Any) -> Any:
    """What of an answer knows its game and its concept."""
    match answer:
        case Selected():
            return answer.found
        case Refined():
            return answer.kept
        case Thresholds() | Robustness():
            return answer.region
        case Sweep():
            return answer.task
        case _:
            return answer


def _game_of(answer: Any) -> Model | AnyGame | None:
    """The model or game that an answer is about, None if it does not know it."""
    match told := _told(answer):
        case Model() | Game() | ContinuousGame() | MarkovGame():
            return told
        case Finding():
            return load(told.model) if told.model in every_name() else None
        case Region() | Phases():
            return None if told.setting is None else told.setting.model
        case Task() | Sensitivity():
            return told.model
        case _:
            return getattr(told, "game", None)


def _concept_of(answer: Any) -> Concept | None:
    """The solution concept that an answer is about; of a model or a game its own."""
    match told := _told(answer):
        case Model():
            return concept_of(told.at())
        case Game() | ContinuousGame() | MarkovGame():
            return concept_of(told)
        case _:
            name = getattr(told, "concept", "")
            return concept_named(name) if name else None


def _author(author: Mapping[str, str]) -> str:
    named = " ".join(author[key] for key in ("given-names", "name-particle", "family-names") if key in author)
    return named or author["name"]
