"""Which page belongs to which answer."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from hedging_games.analysis.claims.finding import Finding, Findings
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.phases import Phases
from hedging_games.analysis.play_over_time import PlayPath
from hedging_games.analysis.precision import LogitBranch
from hedging_games.analysis.refine import Refined
from hedging_games.analysis.robust import Robustness
from hedging_games.analysis.select import Selected
from hedging_games.analysis.sensitivity_answer import Sensitivity
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.threshold import Thresholds
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame
from hedging_games.model.model import Model
from hedging_games.report.display import equilibria, games, regions
from hedging_games.report.display.sheets import Page
from hedging_games.theory.equilibria import Equilibria, Equilibrium
from hedging_games.theory.judging import Judgement
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium
from hedging_games.theory.repeated import RepeatedEquilibria, RepeatedPath


@singledispatch
def page_of(answer: Any) -> Page:
    """What an answer looks like; TypeError for what is none."""
    raise TypeError(f"a {type(answer).__name__} is no answer")


page_of.register(Model, games.model_page)
page_of.register(Game, games.game_page)
page_of.register(ContinuousGame, games.other_game_page)
page_of.register(MarkovGame, games.other_game_page)
page_of.register(PlayPath, games.path_page)
page_of.register(Equilibria, equilibria.equilibria_page)
page_of.register(Equilibrium, equilibria.equilibrium_page)
page_of.register(Refined, equilibria.refined_page)
page_of.register(ContinuousEquilibria, equilibria.continuous_page)
page_of.register(ContinuousEquilibrium, equilibria.continuous_equilibrium_page)
page_of.register(MarkovEquilibria, equilibria.markov_page)
page_of.register(MarkovEquilibrium, equilibria.markov_equilibrium_page)
page_of.register(RepeatedEquilibria, equilibria.repeated_page)
page_of.register(RepeatedPath, equilibria.repeated_path_page)
page_of.register(LogitBranch, equilibria.branch_page)
page_of.register(Judgement, equilibria.judgement_page)
page_of.register(Region, regions.region_page)
page_of.register(Thresholds, regions.thresholds_page)
page_of.register(Robustness, regions.robustness_page)
page_of.register(Phases, regions.phases_page)
page_of.register(Findings, regions.findings_page)
page_of.register(Sweep, regions.sweep_page)
page_of.register(Sensitivity, regions.sensitivity_page)


@page_of.register
def _selected(selected: Selected) -> Page:
    whole = page_of(selected.whole)
    lines, notes = [*whole.lines, selected.said], [*whole.notes, *selected.notes]
    return Page(whole.title, whole.sheets, lines, notes, tidy=whole.tidy)


@page_of.register
def _finding(finding: Finding) -> Page:
    return regions.findings_page([finding])
