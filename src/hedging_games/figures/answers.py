"""Which figure belongs to which answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.phases import Phases
from hedging_games.analysis.play_over_time import PlayPath
from hedging_games.analysis.precision import LogitBranch
from hedging_games.analysis.sensitivity_answer import Sensitivity
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.threshold import Thresholds
from hedging_games.figures.drawing import Drawing
from hedging_games.figures.logit_curves import logit_curves
from hedging_games.figures.matrices import matrix
from hedging_games.figures.path_charts import path_chart
from hedging_games.figures.phase_diagrams import phase_diagram
from hedging_games.figures.sensitivity_charts import sensitivity_chart
from hedging_games.figures.strips import strip
from hedging_games.figures.trees import tree
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.model.model import Model
from hedging_games.theory.equilibria import Equilibria
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.reactions import AnyEquilibria, ContinuousEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria

MATRIX_PLAYERS = 2
"""Players whose simultaneous game is drawn as a matrix."""


@singledispatch
def drawing_of(answer: Any, **_options: Any) -> Drawing:
    """The figure of an answer; TypeError for what has none."""
    raise TypeError(f"a {type(answer).__name__} has no figure")


@drawing_of.register
def _model(model: Model, **options: Any) -> Drawing:
    return (matrix if _is_matrix(model.at()) else tree)(model, **options)


@drawing_of.register(Game)
@drawing_of.register(ContinuousGame)
@drawing_of.register(MarkovGame)
def _game(game: AnyGame, **options: Any) -> Drawing:
    return (matrix if _is_matrix(game) else tree)(game, **options)


@drawing_of.register(Equilibria)
@drawing_of.register(ContinuousEquilibria)
@drawing_of.register(MarkovEquilibria)
@drawing_of.register(RepeatedEquilibria)
def _equilibria(found: AnyEquilibria, **options: Any) -> Drawing:
    return (matrix if _is_matrix(found.game) else tree)(found, **options)


@drawing_of.register
def _region(region: Region, over: Sequence[str] | None = None, **options: Any) -> Drawing:
    """Over one or two parameters that the region leaves open, the first two unless told otherwise; the others are at the baseline."""
    model, fixed = region.setting.model, region.setting.fixed
    free = [name for name in model.parameters if name not in fixed and name not in model.structural]
    names = list(over or free[:2])
    asked: dict[str, Any] = {"concept": region.concept, "fixed": fixed, "among": region.among, **options}
    return strip(model, names[0], **asked) if len(names) == 1 else phase_diagram(model, names, **asked)


@drawing_of.register
def _thresholds(found: Thresholds, **options: Any) -> Drawing:
    region = found.region
    asked: dict[str, Any] = {"concept": region.concept, "case": found.case, "fixed": found.held, "among": region.among}
    return strip(region.setting.model, found.parameter, **asked, **options)


@drawing_of.register
def _phases(found: Phases, **options: Any) -> Drawing:
    return (strip if len(found.parameters) == 1 else phase_diagram)(found, **options)


drawing_of.register(LogitBranch, logit_curves)
drawing_of.register(Sweep, phase_diagram)
drawing_of.register(PlayPath, path_chart)
drawing_of.register(Sensitivity, sensitivity_chart)


def _is_matrix(game: AnyGame) -> bool:
    """Whether two players choose at once, and nothing else happens."""
    return isinstance(game, Game) and game.form.is_simultaneous and len(game.players) == MATRIX_PLAYERS
