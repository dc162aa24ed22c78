"""Which figure belongs to which answer."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from hedging_games.analysis.phases import Phases
from hedging_games.analysis.precision import LogitBranch
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.figures.drawing import Drawing
from hedging_games.figures.logit_curves import logit_curves
from hedging_games.figures.matrices import matrix
from hedging_games.figures.phase_diagrams import phase_diagram
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
def _phases(found: Phases, **options: Any) -> Drawing:
    return (strip if len(found.parameters) == 1 else phase_diagram)(found, **options)


drawing_of.register(LogitBranch, logit_curves)
drawing_of.register(Sweep, phase_diagram)


def _is_matrix(game: AnyGame) -> bool:
    """Whether two players choose at once, and nothing else happens."""
    return isinstance(game, Game) and game.form.is_simultaneous and len(game.players) == MATRIX_PLAYERS
