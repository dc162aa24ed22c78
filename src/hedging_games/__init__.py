"""Exact equilibria of parametric games of hedging: an ally, a partner and a small state.

import hedging_games as hg

model = hg.load("engagement-card")      # what a scholar wrote, with parameters
game = model.at(card="4")               # a game: payoffs at a point, in exact numbers
found = hg.solve(game)                  # its equilibria, certified, and how complete they are
print(found)

Where a model or a game is wanted its name will do: ``hg.solve("engagement-card", card="4")``, ``hg.threshold("engagement-card", "card")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hedging_games.errors import (
    ConceptError,
    CouldNotFinish,
    ExpressionError,
    HedgingGamesError,
    InputError,
    ModelFileError,
)
from hedging_games.opening import connect as connect_opener
from hedging_games.shown import Display, connect
from hedging_games.version import __version__ as __version__

if TYPE_CHECKING:
    import os

    from hedging_games.analysis.boundaries import boundaries
    from hedging_games.analysis.claims.examine import examine
    from hedging_games.analysis.conditions.question import condition
    from hedging_games.analysis.conditions.region import Region
    from hedging_games.analysis.elimination import eliminate, rationalizable
    from hedging_games.analysis.evolution import replicator_dynamics
    from hedging_games.analysis.phases import phases
    from hedging_games.analysis.play_over_time import path_of_play
    from hedging_games.analysis.precision import estimate_precision, logit_branch
    from hedging_games.analysis.refine import refine
    from hedging_games.analysis.robust import robustness
    from hedging_games.analysis.select import select
    from hedging_games.analysis.sensitivity import sensitivity
    from hedging_games.analysis.solve import solve
    from hedging_games.analysis.sweep.design import latin_hypercube, sobol, span
    from hedging_games.analysis.sweep.run import sweep
    from hedging_games.analysis.threshold import threshold
    from hedging_games.figures.best_replies import best_responses
    from hedging_games.figures.drawing import Drawing
    from hedging_games.figures.logit_curves import logit_curves
    from hedging_games.figures.matrices import matrix
    from hedging_games.figures.path_charts import path_chart
    from hedging_games.figures.phase_diagrams import phase_diagram
    from hedging_games.figures.replicator_fields import replicator_field
    from hedging_games.figures.sensitivity_charts import sensitivity_chart
    from hedging_games.figures.strips import strip
    from hedging_games.figures.trees import tree
    from hedging_games.formats import csv_text, efg_text, losses, nfg_text, read_game
    from hedging_games.games.game import Game, from_nashpy, matrix_game
    from hedging_games.games.profile import MixedProfile, profile_from
    from hedging_games.model.catalogue import catalogue, load
    from hedging_games.model.model import Model
    from hedging_games.model.reader import read_model_text
    from hedging_games.model.starting import starting_text
    from hedging_games.report.region_answers import claims_table
    from hedging_games.report.tables import EQUILIBRIA_HEADER, Table, equilibria_rows, hedged_in
    from hedging_games.report.tables import write as write_table
    from hedging_games.theory.beliefs.supporting import belief_sets
    from hedging_games.theory.equilibria import Equilibria, Equilibrium
    from hedging_games.theory.judging import Judgement, judge
    from hedging_games.theory.risk import p_dominance, risk_dominance

_ROOMS = {
    "load": "model.catalogue",
    "catalogue": "model.catalogue",
    "Model": "model.model",
    "Game": "games.game",
    "matrix_game": "games.game",
    "from_nashpy": "games.game",
    "read_game": "formats",
    "solve": "analysis.solve",
    "condition": "analysis.conditions.question",
    "Region": "analysis.conditions.region",
    "threshold": "analysis.threshold",
    "boundaries": "analysis.boundaries",
    "robustness": "analysis.robust",
    "phases": "analysis.phases",
    "path_of_play": "analysis.play_over_time",
    "examine": "analysis.claims.examine",
    "eliminate": "analysis.elimination",
    "rationalizable": "analysis.elimination",
    "belief_sets": "theory.beliefs.supporting",
    "refine": "analysis.refine",
    "select": "analysis.select",
    "judge": "theory.judging",
    "Judgement": "theory.judging",
    "logit_branch": "analysis.precision",
    "estimate_precision": "analysis.precision",
    "risk_dominance": "theory.risk",
    "p_dominance": "theory.risk",
    "replicator_dynamics": "analysis.evolution",
    "sweep": "analysis.sweep.run",
    "span": "analysis.sweep.design",
    "sobol": "analysis.sweep.design",
    "latin_hypercube": "analysis.sweep.design",
    "sensitivity": "analysis.sensitivity",
    "phase_diagram": "figures.phase_diagrams",
    "path_chart": "figures.path_charts",
    "sensitivity_chart": "figures.sensitivity_charts",
    "logit_curves": "figures.logit_curves",
    "replicator_field": "figures.replicator_fields",
    "strip": "figures.strips",
    "tree": "figures.trees",
    "matrix": "figures.matrices",
    "best_responses": "figures.best_replies",
    "Drawing": "figures.drawing",
    "MixedProfile": "games.profile",
    "profile_from": "games.profile",
    "Equilibria": "theory.equilibria",
    "Equilibrium": "theory.equilibria",
    "read_model_text": "model.reader",
    "starting_text": "model.starting",
    "efg_text": "formats",
    "csv_text": "formats",
    "nfg_text": "formats",
    "losses": "formats",
    "Table": "report.tables",
    "EQUILIBRIA_HEADER": "report.tables",
    "equilibria_rows": "report.tables",
    "hedged_in": "report.tables",
    "write_table": "report.tables:write",
    "claims_table": "report.region_answers",
}
"""Where each public name lives (``module``, or ``module:name`` where it has another name there); it is fetched when first used, so that importing the package stays light."""


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'hedging_games' has no attribute '{name}'")
    from importlib import import_module

    room, _, called = _ROOMS[name].partition(":")
    value = getattr(import_module(f"hedging_games.{room}"), called or name)
    globals()[name] = value
    return value


def _display(answer: Any) -> Display:
    """What an answer looks like, for notebooks and papers; loaded when first asked for."""
    from hedging_games.report.display.pages import page_of

    return page_of(answer)


def _drawing(answer: Any, **options: Any) -> Drawing:
    """The figure of an answer; loaded when first asked for."""
    from hedging_games.figures.answers import drawing_of

    return drawing_of(answer, **options)


def _cited(answer: Any) -> str:
    """How an answer is cited; loaded when first asked for."""
    from hedging_games.report.citing import citations_of

    return "\n".join(f"{what}: {how}" for what, how in citations_of(answer))


def _opened(name: str | os.PathLike[str]) -> Model | Game:
    """The model of a name or path, or the game in a file of Gambit's."""
    if str(name).lower().endswith((".nfg", ".efg")):
        from hedging_games.formats import read_game

        return read_game(name)
    from hedging_games.model.catalogue import load

    return load(name)


connect(_display, _drawing, _cited)
connect_opener(_opened)


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "EQUILIBRIA_HEADER",
    "ConceptError",
    "CouldNotFinish",
    "Drawing",
    "Equilibria",
    "Equilibrium",
    "ExpressionError",
    "Game",
    "HedgingGamesError",
    "InputError",
    "Judgement",
    "MixedProfile",
    "Model",
    "ModelFileError",
    "Region",
    "Table",
    "belief_sets",
    "best_responses",
    "boundaries",
    "catalogue",
    "claims_table",
    "condition",
    "csv_text",
    "efg_text",
    "eliminate",
    "equilibria_rows",
    "estimate_precision",
    "examine",
    "from_nashpy",
    "hedged_in",
    "judge",
    "latin_hypercube",
    "load",
    "logit_branch",
    "logit_curves",
    "losses",
    "matrix",
    "matrix_game",
    "nfg_text",
    "p_dominance",
    "path_chart",
    "path_of_play",
    "phase_diagram",
    "phases",
    "profile_from",
    "rationalizable",
    "read_game",
    "read_model_text",
    "refine",
    "replicator_dynamics",
    "replicator_field",
    "risk_dominance",
    "robustness",
    "select",
    "sensitivity",
    "sensitivity_chart",
    "sobol",
    "solve",
    "span",
    "starting_text",
    "strip",
    "sweep",
    "threshold",
    "tree",
    "write_table",
]
