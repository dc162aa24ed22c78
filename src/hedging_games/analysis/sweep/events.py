"""What is asked at every point, written down once as formulas in the signs of polynomials (`circuit`).

An *outcome* is one way in which a game may be played: a pure profile, a path of play, a pair of supports. Whether it is an
equilibrium depends on finitely many signs; so does whether the event of interest happens in it. `events` finds these
formulas for the games and concepts that have them, and None for the others, which are solved point by point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, negation
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import is_complete
from hedging_games.analysis.limits import is_out_of_time
from hedging_games.analysis.recent import Recent
from hedging_games.analysis.sweep.circuit import FALSE as NEVER
from hedging_games.analysis.sweep.circuit import TRUE as ALWAYS
from hedging_games.analysis.sweep.circuit import Circuit, Node
from hedging_games.analysis.sweep.derived import paths_of_play, pure_nash
from hedging_games.analysis.sweep.gains import Gains
from hedging_games.analysis.sweep.mixed import supports
from hedging_games.analysis.sweep.outcomes import ACTIONS, EVENT, PLAYS, Found, Outcome, TooLargeError
from hedging_games.analysis.sweep.regional import by_actions, by_region, is_posed
from hedging_games.analysis.sweep.signals import signalling_signs
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH
from hedging_games.errors import CouldNotFinish, ExpressionError, HedgingGamesError
from hedging_games.games.form import CHANCE
from hedging_games.model.model import Model

MIXTURES: Final = "mixtures at ties"
"""Told of a regime where equilibria in which an indifferent player mixes change the answer."""


@dataclass(frozen=True, slots=True)
class Events:
    """The formulas of a sweep.

    Attributes
    ----------
    names : the open parameters, in the order of the polynomials' variables.
    valid : where the game exists and the model's assumptions hold.
    some, every : where the event is played in some and in every equilibrium (and there is one).
    kind : what the outcomes are: ``profile``, ``path``, `PLAYS`, `ACTIONS`, ``supports``, or `EVENT` where they are not told apart.
    complete : whether every equilibrium was followed. If not, only that the event is played in some and missed in some
        (``every`` false) is settled.
    degenerate : where the outcomes do not tell the whole answer, and one game of every combination of signs is solved: of the
        signs of the polynomials that the nodes ``deciding`` speak of.
    doubtful : where there may be more equilibria than the outcomes, and mixtures of them; ``unsettled`` : where these would
        change the answer. There the formulas ``mixed``, in the place of `some` and `every`, tell, or the general solver is asked.
    told : whether it is z3's word, without a proof of our own, that the formulas leave out no equilibrium.
    gains : of three players with two actions each, whose mixed equilibria the formulas leave to `three_players`; there
        `degenerate` is true everywhere, and the outcomes stand as the bits of its masks say.
    screened : where three players may mix between two actions each, and their gains: only where these let them all mix is the solver asked.
    assumed : where each of the model's assumptions holds, in their order; `valid` requires all of them.
    """

    circuit: Circuit
    names: tuple[str, ...]
    outcomes: tuple[Outcome[Node], ...]
    valid: Node
    some: Node
    every: Node
    kind: str
    players: tuple[str, ...]
    complete: bool = True
    degenerate: Node = NEVER
    deciding: tuple[Node, ...] = ()
    gains: Gains | None = None
    doubtful: Node = NEVER
    unsettled: Node = NEVER
    mixed: tuple[Node, Node] | None = None
    told: bool = False
    assumed: tuple[Node, ...] = ()
    screened: tuple[tuple[Node, Gains], ...] = ()

    @property
    def tell_all(self) -> bool:
        """Whether the truths of `some` and `every`, and their margins, are the answer at every point."""
        return self.complete and self.degenerate == NEVER and self.kind not in (EVENT, PLAYS, ACTIONS)

    def flags(self, some: bool, every: bool) -> tuple[int, int]:  # noqa: FBT001  # truths
        """The truths of `some` and `every` as a sweep's flags: where equilibria may be missing, only what those that were
        found prove is settled.
        """
        if self.complete:
            return int(some), int(every)
        return 1 if some else COULD_NOT_FINISH, COULD_NOT_FINISH if every else 0


def events(
    model: Model,
    concept: str,
    open_names: Sequence[str],
    point: Mapping[str, Fraction],
    *,
    alone: bool = False,
    acted: bool = False,
) -> Events | None:
    """The formulas for a concept where ``open_names`` vary and every other parameter has its value in ``point``; None if
    this game and concept have none here.

    ``alone`` : the event alone is asked for, so that formulas without outcomes serve as well. ``acted`` : whether continuous choices are
    worth the seconds that it takes to tell their outcomes apart.
    """
    free = [name for name in model.parameters if name in open_names]
    if not free:
        return None
    fixed = {name: value for name, value in point.items() if name not in free}
    found = None
    if not (model.is_continuous or model.is_over_time):
        found = _remembered(_found, model, fixed, concept, point)
    elif acted and not alone and model.is_continuous:
        found = _remembered(_acted, model, fixed, concept, point)
    if alone and (found is None or found[2].kind == PLAYS):
        # What the region says of the event follows the mixtures at ties.
        found = _remembered(_event_alone, model, fixed, concept, point) or found
    return None if found is None else _events(free, *found)


def events_by_signs(
    model: Model, concept: str, open_names: Sequence[str], point: Mapping[str, Fraction]
) -> Events | None:
    """The same, where signs alone tell the answer and no solver has to be asked for it: of each outcome where formulas tell outcomes
    apart, else of the event, in the declared ranges.
    """
    found = events(model, concept, open_names, point)
    if found is not None and found.degenerate != ALWAYS and found.kind not in (PLAYS, ACTIONS):
        return found
    free = [name for name in model.parameters if name in open_names]
    fixed = {name: value for name, value in point.items() if name not in free}
    alone = _remembered(_event_alone, model, fixed, concept, point) if free else None
    return None if alone is None else _events(free, *alone)


def _events(free: Sequence[str], setting: Setting, valid: Sequence[Formula], found: Found) -> Events:
    """The formulas of an answer in one circuit."""
    circuit = Circuit()
    node = circuit.node
    outcomes = tuple(
        Outcome(node(o.stands), node(o.hedged), o.label, o.probability, o.payoffs, o.supports) for o in found.outcomes
    )
    some, never_missed, doubtful = node(found.some), circuit.negation(node(found.missed)), node(found.doubtful)
    # Of the event, or of actions, the formulas say nothing there.
    changing = [] if found.kind in (EVENT, ACTIONS) else [circuit.any_of([circuit.negation(some), never_missed])]
    unsettled = circuit.all_of([doubtful, *changing])
    every = circuit.all_of([some, never_missed]) if found.complete else never_missed
    mixed = None
    if found.mixed is not None:
        # There is a subgame-perfect equilibrium at every point (Kuhn 1953).
        mixed = (node(found.mixed[0]), circuit.negation(node(found.mixed[1])))
    return Events(
        circuit,
        tuple(free),
        outcomes,
        circuit.all_of([node(part) for part in valid]),
        some,
        every,
        found.kind,
        setting.players,
        found.complete,
        node(found.degenerate),
        tuple(node(formula) for formula in found.deciding),
        found.gains,
        doubtful,
        unsettled,
        mixed,
        found.told,
        tuple(node(part) for part in valid[: len(setting.model.assumptions)]),
        tuple((node(alive), gains) for alive, gains in found.screened),
    )


Answer: TypeAlias = tuple[Setting, Sequence[Formula], Found]
"""A setting, where there is a game in it, and what was found."""


def _found(model: Model, fixed: Mapping[str, Fraction], concept: str, point: Mapping[str, Fraction]) -> Answer | None:
    """What formulas say of each outcome, at every point."""
    try:
        setting = Setting(model, fixed, model.symbolic(**fixed), everywhere=True)
    except HedgingGamesError:
        # An assumption fails whatever the open parameters are: the general path says so point by point.
        return None
    try:
        valid = _valid(setting, point)
        found = _outcomes(setting, concept)
    except (TooLargeError, ExpressionError, CouldNotFinish) as problem:
        if is_out_of_time(problem):
            raise
        return None
    return None if found is None else (setting, valid, found)


def _event_alone(
    model: Model, fixed: Mapping[str, Fraction], concept: str, point: Mapping[str, Fraction]
) -> Answer | None:
    """What the derivation of the region says of the event."""
    return _of_region(by_region, model, fixed, concept, point)


def _acted(model: Model, fixed: Mapping[str, Fraction], concept: str, point: Mapping[str, Fraction]) -> Answer | None:
    """What it says of the actions on the paths."""
    return _of_region(by_actions, model, fixed, concept, point)


def _of_region(
    derive: Callable[[Model, Mapping[str, Fraction], str], tuple[Setting, Found]],
    model: Model,
    fixed: Mapping[str, Fraction],
    concept: str,
    point: Mapping[str, Fraction],
) -> Answer | None:
    try:
        setting, found = derive(model, fixed, concept)
        return setting, _valid(setting, point), found
    except HedgingGamesError as problem:
        if is_out_of_time(problem):
            raise
        return None


Derive: TypeAlias = Callable[[Model, Mapping[str, Fraction], str, Mapping[str, Fraction]], Answer | None]

_known: Recent[tuple[Derive, str, str, tuple[tuple[str, Fraction], ...]], Answer | None] = Recent(24)
"""What was derived for the last few sweeps of this process: it can take seconds."""


def _remembered(
    derive: Derive, model: Model, fixed: Mapping[str, Fraction], concept: str, point: Mapping[str, Fraction]
) -> Answer | None:
    key = (derive, model.fingerprint, concept, tuple(sorted(fixed.items())))
    return _known(key, lambda: derive(model, fixed, concept, point))


def _outcomes(setting: Setting, concept: str) -> Found | None:
    if concept == "pure-nash":
        return pure_nash(setting)
    if concept == "subgame-perfect" and is_complete(setting.game.form):
        return paths_of_play(setting)
    if concept in ("sequential", "weak-pbe"):
        signs = signalling_signs(setting)
        return Found("classes", (), FALSE, FALSE, signs, TRUE) if signs else None
    return supports(setting) if concept == "nash" else None


# --- where the game exists -------------------------------------------------------------------------------------------------


def _valid(setting: Setting, point: Mapping[str, Fraction]) -> list[Formula]:
    """Each assumption holds; then: no denominator is zero, no probability of chance is negative.

    Raises ExpressionError where an assumption compares by ``min``, ``max`` or an indicator what is left open.
    """
    parts = [setting.condition(condition) for condition in setting.model.assumptions]
    if not setting.is_listed:
        return [*parts, is_posed(setting)]
    game, form = setting.game, setting.game.form
    program = setting.model.unrolled(point).program
    if program.divisors:
        values = {name: game.arithmetic.number(value) for name, value in game.parameters.items()}
        divisors = replace(program, outputs=tuple(program.divisors)).run(values, game.arithmetic)
        parts += [negation(setting.compare(divisor, "==")) for divisor in divisors]
    parts += [
        setting.compare(game.chance[slot], ">=")
        for slot in range(form.slot_count)
        if form.player_of_slot[slot] == CHANCE
    ]
    return parts
