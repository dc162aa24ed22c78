"""The solution concepts, by the names a scholar uses. A concept says what it is, where deviations are looked at, and
which games it fits; how its equilibria are found is the solvers' business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hedging_games.errors import ConceptError, Problem, did_you_mean
from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.games.values import continuation_values
from hedging_games.theory.deviations import Scope, stage_scope, whole_scope

ScopeRule = Callable[[Game, np.ndarray], Iterator[Scope]]
"""From a game and a profile's slot probabilities to the scopes in which no player may gain."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A solution concept: its ``name``, a one-sentence ``meaning`` with its ``source``, whether only ``pure`` profiles
    count, the ``scopes`` in which deviations must not pay, and ``misfit``: why it does not fit a form (None if it does).
    """

    name: str
    meaning: str
    source: str
    scopes: ScopeRule
    pure: bool = False
    misfit: Callable[[Form], str | None] = lambda _form: None


def whole_game(game: Game, _probabilities: np.ndarray) -> Iterator[Scope]:
    """Nash: plans for the whole game, chosen before it starts."""
    yield whole_scope(game)


def every_stage(game: Game, probabilities: np.ndarray) -> Iterator[Scope]:
    """Subgame perfection: plans for each stage, what follows being worth what the profile makes of it. Checking stage
    by stage from the last is the same as checking every subgame, since each later stage has been checked itself.
    """
    values = continuation_values(game, probabilities)
    for stage in game.form.stages:
        yield stage_scope(game, stage, values)


NASH: Final = Concept(
    "nash",
    "no player gains by another plan, the others' plans given",
    "Nash (1951)",
    whole_game,
)
PURE_NASH: Final = Concept(
    "pure-nash",
    "a Nash equilibrium in which nobody randomises",
    "Nash (1951)",
    whole_game,
    pure=True,
)
SUBGAME_PERFECT: Final = Concept(
    "subgame-perfect",
    "a Nash equilibrium in every subgame",
    "Selten (1965)",
    every_stage,
)

CONCEPTS: Final = {concept.name: concept for concept in (NASH, PURE_NASH, SUBGAME_PERFECT)}

PLANNED: Final = (
    "sequential",
    "qre",
    "correlated",
    "markov-perfect",
    "repeated",
    "strong-nash",
    "coalition-proof",
    "evolutionarily-stable",
)
"""Names that are reserved for concepts this version does not solve yet."""


def concept_named(name: str) -> Concept:
    """The concept called ``name``.

    Raises ConceptError for an unknown name (with the nearest one) and for one that is reserved but not solved yet.
    """
    if name in CONCEPTS:
        return CONCEPTS[name]
    available = ", ".join(CONCEPTS)
    if name in PLANNED:
        raise ConceptError(Problem("concept", f"'{name}' is not available in this version", f"available: {available}"))
    raise ConceptError(Problem("concept", f"no concept is called '{name}'", did_you_mean(name, tuple(CONCEPTS))))


def fitting(form: Form) -> Sequence[str]:
    """The names of the concepts that fit a form."""
    return [concept.name for concept in CONCEPTS.values() if concept.misfit(form) is None]


def default_concept(form: Form) -> Concept:
    """Nash for simultaneous games, subgame perfection for games with more than one stage (a single decision is one)."""
    return NASH if form.is_simultaneous else SUBGAME_PERFECT
