"""Which derivation of equilibrium outcomes serves which concept and game, and how complete each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import FALSE, Formula
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions import (
    last_moves,
    late_chance,
    layers,
    markov,
    plans,
    receivers,
    repeated,
    stages,
    three,
)
from hedging_games.analysis.conditions.continuous import outcomes_in
from hedging_games.analysis.conditions.markov import Side
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.solve_markov import MIXED, refuse_short_sight
from hedging_games.analysis.solve_repeated import punishments_asked, require_repeated
from hedging_games.errors import ConceptError, Problem, could_not_finish
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.games.markov_tree import tree_of
from hedging_games.model.model import Model
from hedging_games.solvers.markov.supports import MOST_OPEN_SUPPORTS, is_small
from hedging_games.theory.concepts import (
    MARKOV_PERFECT,
    PURE_MARKOV_PERFECT,
    PURE_SUBGAME_PERFECT,
    REPEATED_CONCEPTS,
    Concept,
    concept_named,
    default_concept,
    default_over_time,
    fitting_over_time,
)
from hedging_games.theory.layers import hearing_alike, layers_of

CONCEPTS = ("nash", "pure-nash", "subgame-perfect", "sequential")
"""The concepts whose regions are derived."""

QUESTIONS = 100
"""Sets of inequalities decided to show that no equilibrium is missing."""

UNFOLLOWED_SUPPORTS = "where a player is indifferent at isolated values, randomisation was not followed everywhere"

DEGENERATE = "where a player's gain vanishes whatever another mixes, continua of equilibria were not followed"


@dataclass(frozen=True, slots=True)
class Derivation:
    """Outcomes of equilibria with the formulas under which they are, by a concept.

    ``complete`` : whether every equilibrium outcome, or the extreme ones between which the others lie, is among them.
    ``exists`` : whether there is always an equilibrium among them. ``notes`` : what a reader must know. ``degenerate`` : where
    equilibria may be missing though it is complete elsewhere. ``by_subgame`` : the outcomes of every subgame, where ties of
    later movers are resolved purely and mixing there may add to the answer. ``beyond`` : where what was not followed may have the event
    (``some``), and may miss it (``missed``). ``unfollowed`` : where there may be outcomes that are not among them, ties in trees apart. ``lotteries`` :
    where lotteries that a tie leaves open add equilibria of either kind; there are no outcomes for these.
    """

    concept: str
    outcomes: Callable[[Setting, Check], list[Outcome]]
    complete: bool = True
    exists: bool = True
    notes: tuple[str, ...] = ()
    degenerate: Callable[[Setting], Formula] | None = None
    by_subgame: Callable[[Setting, Check], dict[int, list[Outcome]]] | None = None
    beyond_note: str = UNFOLLOWED_SUPPORTS
    beyond: Callable[[Setting, Check], Mapping[Side, Formula]] | None = None
    unfollowed: Callable[[Setting, Check], Formula] = lambda _setting, _check: FALSE
    lotteries: Callable[[Setting, Check], Mapping[Side, Formula]] | None = None

    @property
    def has_ties(self) -> bool:
        """Whether mixing at ties may add to the outcomes."""
        return self.by_subgame is not None

    def subgames(self, setting: Setting, check: Check) -> dict[int, list[Outcome]]:
        """The outcomes by the root of the subgame: of the whole game (0), and of the others where they are asked for."""
        if self.concept not in setting.derived:
            by_root = self.by_subgame
            found = {0: self.outcomes(setting, check)} if by_root is None else by_root(setting, check)
            setting.derived[self.concept] = found
        known: dict[int, list[Outcome]] = setting.derived[self.concept]
        return known

    def answers_for(self, setting: Setting) -> tuple[bool, tuple[str, ...], bool]:
        """Whether it is complete all over the box under the assumptions, the notes, and whether that it is rests on z3's word."""
        if self.degenerate is None:
            return self.complete, self.notes, False
        missing = setting.ground.number(self.degenerate(setting))
        found = find(setting.ground, missing, questions=QUESTIONS)
        if found.status == "nowhere":
            return self.complete, self.notes, found.is_told
        return False, (*self.notes, DEGENERATE), False


def derivation(model: Model, posed: AnyGame, concept: str | None) -> Derivation:
    """How the regions of a concept (the game's own by default) are derived for a game.

    Raises ConceptError for a concept whose regions are not derived for this game; those that are, are named.
    """
    if isinstance(posed, ContinuousGame):
        return _continuous(concept or model.concept)
    if isinstance(posed, MarkovGame):
        return _over_time(posed, concept or model.concept)
    form = posed.form
    if model.is_over_time:
        # What is done depends on the state alone in a tree in which none comes up twice.
        return replace(_tree_over_time(form), concept=MARKOV_PERFECT.name)
    wanted = concept or model.concept or default_concept(form).name
    concept_named(wanted)
    found = _for(posed, wanted)
    if found is not None:
        return found
    if concept is None and wanted == "nash":
        return Derivation(
            "pure-nash",
            plans.outcomes,
            exists=False,
            notes=("mixed equilibria are not derived for a game of this size: these are the conditions of pure ones",),
        )
    fitting = ", ".join(name for name in CONCEPTS if _for(posed, name) is not None)
    raise ConceptError(Problem("concept", f"regions are not derived for {wanted} in this game", f"derived: {fitting}"))


def own_concept(model: Model, posed: AnyGame) -> Concept:
    """The concept that a model is looked at by, if nobody says another."""
    if model.course is not None:
        return default_over_time(model.course.sustained)
    return default_concept(posed.form) if isinstance(posed, Game) else PURE_SUBGAME_PERFECT


def _continuous(concept: str | None) -> Derivation:
    wanted = concept_named(concept or PURE_SUBGAME_PERFECT.name)
    if wanted is not PURE_SUBGAME_PERFECT:
        what = f"regions of {wanted.name} are not derived for a game with continuous choices"
        remedy = f"ask for {PURE_SUBGAME_PERFECT.name}, or make the choices a grid: --levels 21"
        raise ConceptError(Problem("concept", what, remedy))
    return Derivation(wanted.name, outcomes_in, exists=False)


def _tree_over_time(form: Form) -> Derivation:
    """Subgame perfection, or where that is not derived, pure stationary paths."""
    found = _subgame_perfect(form)
    if found is None:
        raise could_not_finish(
            "condition",
            "a period has hidden moves, for which no exact conditions are derived",
            f"ask for {PURE_MARKOV_PERFECT.name}, or solve at points",
        )
    return found


def posed_for(setting: Setting, concept: str | None) -> Setting:
    """The setting with the game that a concept is derived from: a game over time in which no state comes up twice is a tree."""
    if not isinstance(setting.posed, MarkovGame) or setting.posed.myopic or setting.posed.even:
        return setting
    if (concept or setting.model.concept or own_concept(setting.model, setting.posed).name) != MARKOV_PERFECT.name:
        return setting
    tree = tree_of(setting.posed)
    return setting if tree is None else replace(setting, posed=tree.game)


def _over_time(posed: MarkovGame, concept: str | None) -> Derivation:
    wanted = concept_named(concept or default_over_time(posed.sustained).name)
    if wanted in REPEATED_CONCEPTS:
        return _sustained(posed, wanted)
    if wanted not in (MARKOV_PERFECT, PURE_MARKOV_PERFECT):
        what = f"regions of {wanted.name} are not derived for a game over time"
        raise ConceptError(Problem("concept", what, f"derived: {fitting_over_time(repeated=posed.can_punish)}"))
    refuse_short_sight(posed)
    if wanted is PURE_MARKOV_PERFECT:
        return Derivation(wanted.name, markov.pure_outcomes, exists=False)
    if posed.has_one_mover:
        # Whoever decides alone mixes among what is best, and what chance then does some pure choice among it does as well.
        return Derivation(wanted.name, markov.pure_outcomes)
    if is_small(posed, MOST_OPEN_SUPPORTS):
        # One always exists (Fink 1964).
        return Derivation(
            wanted.name,
            lambda setting, check: markov.stationary(setting, check).outcomes,
            beyond=lambda setting, check: markov.stationary(setting, check).beyond,
            unfollowed=lambda setting, check: markov.stationary(setting, check).unfollowed,
            lotteries=lambda setting, check: markov.stationary(setting, check).ties,
        )
    return Derivation(PURE_MARKOV_PERFECT.name, markov.pure_outcomes, exists=False, notes=(MIXED,))


def _sustained(posed: MarkovGame, wanted: Concept) -> Derivation:
    """What punishments sustain; those that were not followed are bounded by what nobody can be held below."""
    require_repeated(posed, wanted.name)
    asked = punishments_asked(posed, wanted.name)
    return Derivation(
        wanted.name,
        lambda setting, check: repeated.outcomes(setting, asked, check),
        exists=False,
        beyond=lambda setting, check: repeated.beyond(setting, asked, check),
        unfollowed=lambda setting, check: repeated.unfollowed(setting, asked, check),
        beyond_note="punishments other than an equilibrium of the period for ever, or a bad period or two, were not followed everywhere",
    )


def _for(game: Game, concept: str) -> Derivation | None:
    form = game.form
    if concept == "pure-nash":
        return Derivation(concept, plans.outcomes, exists=False)
    by_form = {
        "nash": lambda: _nash(form, concept),
        "subgame-perfect": lambda: _subgame_perfect(form),
        "sequential": lambda: _sequential(form),
    }
    if concept not in by_form:
        return None
    return _with_late_chance(game, concept) or by_form[concept]() or _with_receivers(game, concept)


def _with_late_chance(game: Game, concept: str) -> Derivation | None:
    """A tree of perfect information as soon as chance moves no earlier than it has to."""
    if concept == "nash" or not late_chance.are_covered(game, sequential=concept == "sequential"):
        return None
    return Derivation(
        concept,
        late_chance.tree_outcomes,
        beyond=late_chance.beyond,
        lotteries=late_chance.lotteries,
        unfollowed=late_chance.in_doubt,
    )


def _nash(form: Form, concept: str) -> Derivation | None:
    if layers_of(form) and layers.nobody_moves_twice(form):
        return Derivation(concept, lambda setting, check: layers.tree_outcomes(setting, sequential=False, check=check))
    if three.is_two_by_two_by_two(form):
        return Derivation(concept, three.outcomes, degenerate=three.degenerate)
    if len(form.players) == 2:
        return Derivation(concept, layers.table_outcomes)
    return None


def _subgame_perfect(form: Form) -> Derivation | None:
    if stages.is_covered(form):
        complete = stages.is_complete(form)
        notes = (
            () if complete else ("equilibria with randomisation in stages of more than two movers were not followed",)
        )
        return Derivation(
            "subgame-perfect",
            stages.outcomes,
            complete,
            complete,
            notes,
            by_subgame=stages.all_outcomes if complete else None,
        )
    # Without a proper subgame every Nash equilibrium is subgame perfect.
    return _nash(form, "subgame-perfect") if len(form.stages) == 1 else _with_last_moves(form, "subgame-perfect")


def _sequential(form: Form) -> Derivation | None:
    if form.has_perfect_information:
        # Every information set is a subgame: beliefs have nothing to say.
        return Derivation("sequential", stages.outcomes, by_subgame=stages.all_outcomes)
    if layers_of(form) and hearing_alike(form) is not None:
        return Derivation(
            "sequential", lambda setting, check: layers.tree_outcomes(setting, sequential=True, check=check)
        )
    return _with_last_moves(form, "sequential")


def _with_receivers(game: Game, concept: str) -> Derivation | None:
    """Several receivers answer a signal at once; without a proper subgame every Nash equilibrium is subgame perfect."""
    sequential = concept == "sequential"
    one_stage = concept != "subgame-perfect" or len(game.form.stages) == 1
    if not one_stage or not receivers.are_covered(game, sequential=sequential):
        return None
    return Derivation(
        concept,
        lambda setting, check: receivers.tree_outcomes(setting, sequential=sequential, check=check),
        beyond=lambda setting, check: receivers.beyond(setting, sequential=sequential, check=check),
        beyond_note="between extreme equilibria, what takes several receivers was not followed everywhere",
    )


def _with_last_moves(form: Form, concept: str) -> Derivation | None:
    """A beginning with hidden moves, and subgames: mixing by those who are indifferent in subgames is not followed where it matters."""
    sequential = concept == "sequential"
    if not last_moves.are_covered(form, sequential=sequential):
        return None
    return Derivation(
        concept,
        lambda setting, check: last_moves.tree_outcomes(setting, sequential=sequential, check=check),
        beyond=last_moves.beyond,
        unfollowed=last_moves.in_doubt,
        beyond_note="where a player is indifferent in a subgame, mixing that changes what is best before it was not followed",
    )
