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
    """A solution concept: its ``name``, a one-sentence ``meaning`` with its ``source``, and ``misfit``: why it does not
    fit a form (None if it does).

    ``scopes`` are where no player alone may gain, for the concepts that say no more than that; the others are judged in
    `theory.certificate` by what they add (beliefs, groups, a mediator, mutants).
    """

    name: str
    meaning: str
    source: str
    scopes: ScopeRule | None = None
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
)
SUBGAME_PERFECT: Final = Concept(
    "subgame-perfect",
    "a Nash equilibrium in every subgame",
    "Selten (1965)",
    every_stage,
)

MARKOV_PERFECT: Final = Concept(
    "markov-perfect",
    "a subgame-perfect equilibrium in which what is done depends on the state alone, for games over time",
    "Maskin and Tirole (2001); existence: Fink (1964)",
    misfit=lambda _form: "it is for games over time",
)
PURE_MARKOV_PERFECT: Final = Concept(
    "pure-markov-perfect",
    "a Markov-perfect equilibrium in which nobody randomises",
    "Maskin and Tirole (2001)",
    misfit=lambda _form: "it is for games over time",
)

GRIM_TRIGGER: Final = Concept(
    "grim-trigger",
    "the same is played in every period; once somebody leaves it, the equilibrium of the period that is worst for that player, for ever",
    "Friedman (1971)",
    misfit=lambda _form: "it is for repeated games",
)
TIT_FOR_TAT: Final = Concept(
    "tit-for-tat",
    "two players begin alike, then do what the other one did in the period before; a Nash equilibrium of the repeated game",
    "Axelrod and Hamilton (1981)",
    misfit=lambda _form: "it is for repeated games",
)
OPTIMAL_PENAL_CODE: Final = Concept(
    "optimal-penal-code",
    "the same is played in every period by a pure subgame-perfect equilibrium, deviations being punished as hard as one can be",
    "Abreu (1988)",
    misfit=lambda _form: "it is for repeated games",
)
REPEATED: Final = Concept(
    "repeated",
    "the same is played in every period, sustained by one of the punishments that the model names",
    "Mailath and Samuelson (2006)",
    misfit=lambda _form: "it is for repeated games",
)
REPEATED_CONCEPTS: Final = (GRIM_TRIGGER, TIT_FOR_TAT, OPTIMAL_PENAL_CODE, REPEATED)
"""What is said of repeated games alone."""

PURE_SUBGAME_PERFECT: Final = Concept(
    "pure-subgame-perfect",
    "a subgame-perfect equilibrium in which nobody randomises, for games with continuous choices",
    "Selten (1965); existence: Harris (1985)",
    misfit=lambda _form: "it is for games with continuous choices",
)

SEQUENTIAL: Final = Concept(
    "sequential",
    "strategies optimal at every information set for beliefs that are limits of Bayesian ones",
    "Kreps and Wilson (1982)",
)
WEAK_PBE: Final = Concept(
    "weak-pbe",
    "strategies optimal at every information set for beliefs that follow Bayes' rule on the path",
    "Mas-Colell, Whinston and Green (1995), definition 9.C.3",
)
CORRELATED: Final = Concept(
    "correlated",
    "a distribution over plans that nobody wants to disobey when told the own part",
    "Aumann (1974)",
)
STRONG_NASH: Final = Concept(
    "strong-nash",
    "no group can deviate so that every member gains",
    "Aumann (1959)",
)
COALITION_PROOF: Final = Concept(
    "coalition-proof",
    "no group gains by a deviation that is itself proof against its subgroups",
    "Bernheim, Peleg and Whinston (1987)",
)
PERFECT: Final = Concept(
    "perfect",
    "a limit of equilibria of games in which hands tremble",
    "Selten (1975); two players: van Damme (1991), theorem 3.2.2",
    misfit=lambda form: (
        None if len(form.players) == 2 and form.is_simultaneous else "it needs two players who choose at once"
    ),
)
STABLE: Final = Concept(
    "evolutionarily-stable",
    "a population strategy that no rare mutant can invade",
    "Maynard Smith and Price (1973)",
    misfit=lambda form: None if is_symmetric_form(form) else "it needs two players with the same actions",
)
QRE: Final = Concept(
    "qre",
    "everybody errs, the more rarely the costlier: logit responses at a given precision",
    "McKelvey and Palfrey (1995, 1998)",
)


def is_symmetric_form(form: Form) -> bool:
    """Whether two players choose at once among actions of the same names."""
    sets = form.information_sets
    return form.is_simultaneous and len(form.players) == len(sets) == 2 and sets[0].actions == sets[1].actions


CONCEPTS: Final = {
    concept.name: concept
    for concept in (
        NASH,
        PURE_NASH,
        SUBGAME_PERFECT,
        PURE_SUBGAME_PERFECT,
        MARKOV_PERFECT,
        PURE_MARKOV_PERFECT,
        *REPEATED_CONCEPTS,
        SEQUENTIAL,
        WEAK_PBE,
        PERFECT,
        CORRELATED,
        STRONG_NASH,
        COALITION_PROOF,
        STABLE,
        QRE,
    )
}


def concept_named(name: str) -> Concept:
    """The concept called ``name``.

    Raises ConceptError for an unknown name, with the nearest one.
    """
    if name in CONCEPTS:
        return CONCEPTS[name]
    raise ConceptError(Problem("concept", f"no concept is called '{name}'", did_you_mean(name, tuple(CONCEPTS))))


def fitting(form: Form) -> Sequence[str]:
    """The names of the concepts that fit a form."""
    return [concept.name for concept in CONCEPTS.values() if concept.misfit(form) is None]


def default_over_time(sustained: Sequence[str]) -> Concept:
    """Markov perfection, or what punishments sustain where a model names some."""
    return REPEATED if sustained else MARKOV_PERFECT


def fitting_over_time(*, repeated: bool) -> str:
    """The names of the concepts that fit a game over time."""
    fit = (MARKOV_PERFECT, PURE_MARKOV_PERFECT, *(REPEATED_CONCEPTS if repeated else ()))
    return ", ".join(concept.name for concept in fit)


def default_concept(form: Form) -> Concept:
    """Nash for simultaneous games, sequential equilibrium where somebody decides without knowing an earlier move of
    chance, subgame perfection for every other game with more than one stage.
    """
    if form.is_simultaneous:
        return NASH
    return SEQUENTIAL if form.has_private_information else SUBGAME_PERFECT
