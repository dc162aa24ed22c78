"""When is each outcome played in a subgame-perfect equilibrium? Backward induction with the parameters left open.

At every stage the continuations of each leaf are known as outcomes, each with what it is worth and the formula under
which it is an equilibrium of its subgame. A decision for leaf c followed by outcome o stands if o stands and, for every
other leaf, *some* equilibrium outcome there is worth no more to the mover: ties are followed, whoever is indifferent
may settle them either way, and no product over strategies is formed. Deviations from a stage's pure profile lead to a
leaf each of its own, so the same holds for simultaneous moves; there mixed equilibria of two movers with two
actions each are followed too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, Reason, conjunction, disjunction
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form, Stage

MOST_OUTCOMES = 5_000
"""Outcomes of a stage followed at most."""


Said: TypeAlias = tuple[str, str, Any]
"""A decision, what is done there, and with what probability."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What can be played from a history on.

    ``path`` : terminal history (its position among the terminals) to probability, a rational function.
    ``taken`` : information set and action to probability, on the path. ``worth`` : what each player expects.
    ``formula`` : where it is the outcome of a subgame-perfect equilibrium. ``said`` : decisions, what is
    done there in words, and with what probability, where choices are continuous or play goes on over time, and the path has no list.
    ``numbers`` : of the decisions ``said`` the numbers chosen, as rational functions; an outcome whose numbers coincide with those of
    another at a point is the same there.
    ``likely`` : where it has the event with positive probability, if that is not told by the path.
    """

    path: tuple[tuple[int, Any], ...]
    taken: tuple[tuple[int, Any], ...]
    worth: tuple[Any, ...]
    formula: Formula
    said: tuple[Said, ...] = ()
    likely: Formula | None = None
    numbers: tuple[tuple[str, Any], ...] = ()


def outcomes(setting: Setting, check: Check = no_check) -> list[Outcome]:
    """Every outcome of a subgame-perfect equilibrium, ties resolved purely, with its formula.

    Raises CouldNotFinish if a stage has too many, or shares moves in a way that is not covered (more than two movers with
    mixed equilibria are followed in pure strategies only; see `is_complete`).
    """
    return all_outcomes(setting, check)[0]


def all_outcomes(setting: Setting, check: Check = no_check, *, pure: bool = False) -> dict[int, list[Outcome]]:
    """The outcomes of every subgame, by its root; see `outcomes`. With ``pure``, without those of shared stages that are mixed."""
    return outcomes_after(setting, setting.game.form.stages, check, pure=pure)


def outcomes_after(
    setting: Setting, listed: Sequence[Stage], check: Check = no_check, *, pure: bool = False
) -> dict[int, list[Outcome]]:
    """The outcomes of subgames, by their roots, from the last of their stages to the first; and of terminal histories."""
    found = ended(setting)
    unsure: set[int] = set()
    for stage in listed:
        check()
        here = merged(_stage_outcomes(setting, stage, found, pure=pure))
        after = [found[leaf] for leaf in stage.leaves.tolist() if leaf in unsure]
        if pure and (after or _movers(stage) is not None):
            # Where several decide at once there may be no pure equilibrium, and then the tree has none, whoever may lead there.
            unsure.add(stage.root)
            everywhere = conjunction(disjunction(outcome.formula for outcome in there) for there in after)
            here = [replace(outcome, formula=conjunction([outcome.formula, everywhere])) for outcome in here]
        if len(here) > MOST_OUTCOMES:
            raise could_not_finish("condition", f"a stage has {len(here)} outcomes", "use fewer grid levels")
        found[stage.root] = here
    return found


def ended(setting: Setting) -> dict[int, list[Outcome]]:
    """The one outcome of each terminal history, by its number: where backward induction begins."""
    game = setting.game
    one = game.arithmetic.number(1)
    # Equal payoffs are one object: they are compared and looked up over and over.
    alike: dict[Any, Any] = {}
    worths = [tuple(alike.setdefault(worth, worth) for worth in column) for column in game.payoffs.T]
    return {int(history): [Outcome(((z, one),), (), worths[z], TRUE)] for z, history in enumerate(game.form.terminals)}


def is_covered(form: Form) -> bool:
    """Whether every stage is a single decision, a move of chance, or moves of players who all choose on every path."""
    return all(_movers(stage) is None or _is_shared(form, stage) for stage in form.stages)


def _is_shared(form: Form, stage: Stage) -> bool:
    sets = [form.information_sets[s] for s in stage.sets]
    return all(s.player != CHANCE for s in sets) and all(len(i) == len(sets) for i in leaf_of(form, stage))


def is_complete(form: Form) -> bool:
    """Whether `outcomes` misses nothing but mixtures at ties: every shared stage has two movers with one binary choice."""
    return are_complete(form, form.stages)


def are_complete(form: Form, listed: Sequence[Stage]) -> bool:
    """Whether some stages are all single decisions, moves of chance, or shared by two movers with one binary choice."""
    return all(_movers(stage) is None or _is_two_by_two(form, stage) for stage in listed)


def _is_two_by_two(form: Form, stage: Stage) -> bool:
    sets = [form.information_sets[s] for s in stage.sets]
    return len(sets) == 2 and all(s.player != CHANCE and len(s.actions) == 2 for s in sets) and len(stage.leaves) == 4


def _movers(stage: Stage) -> list[int] | None:
    """The information sets of a stage that is shared; None for a single decision or a single move of chance."""
    return None if len(stage.sets) == 1 and len(stage.inner) == 1 else list(stage.sets)


def merged(listed: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes that are played alike taken together: one stands where any of them does."""
    alike: dict[tuple[Any, ...], list[Outcome]] = {}
    for outcome in listed:
        alike.setdefault((outcome.path, outcome.taken), []).append(outcome)
    return [
        Outcome(same[0].path, same[0].taken, same[0].worth, disjunction(o.formula for o in same))
        for same in alike.values()
    ]


def _stage_outcomes(setting: Setting, stage: Stage, found: dict[int, list[Outcome]], *, pure: bool) -> list[Outcome]:
    form = setting.game.form
    if _movers(stage) is None:
        s = stage.sets[0]
        leaves = [found[leaf] for leaf in stage.leaves.tolist()]
        if form.information_sets[s].player == CHANCE:
            return chance_outcomes(setting, s, leaves)
        return _decision_outcomes(setting, s, leaves)
    listed = _shared_pure(setting, stage, found)
    return [*listed, *(_shared_mixed(setting, stage, found) if not pure and _is_two_by_two(form, stage) else [])]


def chance_outcomes(setting: Setting, s: int, leaves: Sequence[list[Outcome]]) -> list[Outcome]:
    """One outcome for each choice of an outcome after every action of chance."""
    odds = [setting.game.chance[slot] for slot in setting.game.form.slots(s)]
    return [mixture(setting, list(zip(odds, chosen, strict=True)), ()) for chosen in product(*leaves)]


def mixture(setting: Setting, parts: Sequence[tuple[Any, Outcome]], taken: tuple[tuple[int, Any], ...]) -> Outcome:
    """Outcomes played with given probabilities."""
    players = range(len(setting.game.players))
    zero = setting.game.arithmetic.number(0)
    path: dict[int, Any] = {}
    for weight, outcome in parts:
        for z, p in outcome.path:
            path[z] = path.get(z, zero) + weight * p
    return Outcome(
        tuple(sorted(((z, p) for z, p in path.items() if p != 0), key=lambda item: item[0])),
        (*taken, *(step for weight, outcome in parts if weight != 0 for step in outcome.taken)),
        tuple(sum((weight * outcome.worth[i] for weight, outcome in parts), zero) for i in players),
        conjunction(outcome.formula for _, outcome in parts),
    )


def _decision_outcomes(setting: Setting, s: int, leaves: Sequence[list[Outcome]]) -> list[Outcome]:
    form = setting.game.form
    player = form.information_sets[s].player
    one = setting.game.arithmetic.number(1)
    reasons = _reasons(setting, s)
    found = []
    for slot, here in zip(form.slots(s), leaves, strict=True):
        for outcome in here:
            stays = [
                _no_better(setting, player, outcome.worth[player], there, reasons[slot, other])
                for other, there in zip(form.slots(s), leaves, strict=True)
                if other != slot
            ]
            formula = conjunction([outcome.formula, *stays])
            found.append(Outcome(outcome.path, ((slot, one), *outcome.taken), outcome.worth, formula))
    return found


def _no_better(setting: Setting, player: int, worth: Any, there: Sequence[Outcome], reason: Reason) -> Formula:
    """Some of the equilibria after another action gives the player no more than ``worth``."""
    alternatives = []
    for outcome in there:
        stays = setting.at_least(worth, outcome.worth[player], reason)
        if stays != FALSE:
            alternatives.append(conjunction([outcome.formula, stays]))
    return disjunction(alternatives)


def _reasons(setting: Setting, s: int) -> dict[tuple[int, int], Reason]:
    """For two actions of an information set why the first is not left for the second."""
    form = setting.game.form
    player, action = setting.game.players[form.information_sets[s].player], form.action_of_slot
    in_words = {slot: said(form, slot, action[slot]) for slot in form.slots(s)}
    return {
        (slot, other): Reason(player, here, there, brief=action[other])
        for slot, here in in_words.items()
        for other, there in in_words.items()
    }


def said(form: Form, slot: int, action: str) -> str:
    """An action for people: with its information set where the action's name alone does not say which."""
    information_set = form.information_sets[int(form.set_of_slot[slot])]
    return action if form.namesakes[information_set.player, action] == 1 else f"{action} at '{information_set.label}'"


def leaf_of(form: Form, stage: Stage) -> dict[frozenset[int], int]:
    """From the slots taken inside a stage to its leaf."""
    inside = {}
    for leaf in stage.leaves.tolist():
        slots, history = [], leaf
        while history != stage.root:
            slots.append(int(form.last_slot[history]))
            history = int(form.parent[history])
        inside[frozenset(slots)] = leaf
    return inside


def _shared_pure(setting: Setting, stage: Stage, found: dict[int, list[Outcome]]) -> list[Outcome]:
    """Pure equilibria of a stage in which every mover decides once and on every path."""
    form = setting.game.form
    inside = leaf_of(form, stage)
    sets = [form.information_sets[s] for s in stage.sets]
    if not _is_shared(form, stage):
        raise could_not_finish(
            "condition",
            "a subgame with hidden moves has no exact conditions yet",
            "ask for pure-nash, or solve at points",
        )
    one = setting.game.arithmetic.number(1)
    reasons = [_reasons(setting, s) for s in stage.sets]
    listed = []
    for profile in product(*(form.slots(s) for s in stage.sets)):
        for outcome in found[inside[frozenset(profile)]]:
            stays = []
            for k, s in enumerate(stage.sets):
                player = sets[k].player
                for other in form.slots(s):
                    if other != profile[k]:
                        there = found[inside[frozenset((*profile[:k], other, *profile[k + 1 :]))]]
                        why = reasons[k][profile[k], other]
                        stays.append(_no_better(setting, player, outcome.worth[player], there, why))
            taken = tuple((slot, one) for slot in profile)
            listed.append(
                Outcome(outcome.path, (*taken, *outcome.taken), outcome.worth, conjunction([outcome.formula, *stays]))
            )
    return listed


def _shared_mixed(setting: Setting, stage: Stage, found: dict[int, list[Outcome]]) -> list[Outcome]:
    """Equilibria of a two-by-two stage in which somebody randomises, for every combination of continuations.

    Both randomise so that the other is indifferent; or one does, indifferent itself, while the other has a pure best
    reply: then the extreme mixtures are the one where the other becomes indifferent (the pure ones stand elsewhere).
    """
    form = setting.game.form
    inside = leaf_of(form, stage)
    first, second = (tuple(form.slots(s)) for s in stage.sets)
    movers = [form.information_sets[s].player for s in stage.sets]
    leaves = [[found[inside[frozenset((a, b))]] for b in second] for a in first]
    listed = []
    for chosen in product(*leaves[0], *leaves[1]):
        grid = [[chosen[0], chosen[1]], [chosen[2], chosen[3]]]
        listed += _mixed_of(setting, grid, (first, second), movers)
    return listed


def _mixed_of(
    setting: Setting, grid: Sequence[Sequence[Outcome]], slots: Sequence[tuple[int, ...]], movers: Sequence[int]
) -> list[Outcome]:
    # a[j]: what the first mover gains from its first action when the second takes action j; b[i] likewise.
    a = [grid[0][j].worth[movers[0]] - grid[1][j].worth[movers[0]] for j in range(2)]
    b = [grid[i][0].worth[movers[1]] - grid[i][1].worth[movers[1]] for i in range(2)]
    listed = []
    mixes_second = _indifference(setting, a)
    mixes_first = _indifference(setting, b)
    if mixes_first is not None and mixes_second is not None:
        (p, p_ok), (q, q_ok) = mixes_first, mixes_second
        listed.append(_played(setting, grid, slots, p, q, conjunction([p_ok, q_ok])))
    if mixes_second is not None:
        # The second mover is indifferent against the pure action i of the first and mixes to q.
        for i in range(2):
            tie = setting.compare(b[i], "==", "so that the second mover is indifferent")
            pure = setting.game.arithmetic.number(1 - i)
            listed.append(_played(setting, grid, slots, pure, mixes_second[0], conjunction([tie, mixes_second[1]])))
    if mixes_first is not None:
        for j in range(2):
            tie = setting.compare(a[j], "==", "so that the first mover is indifferent")
            pure = setting.game.arithmetic.number(1 - j)
            listed.append(_played(setting, grid, slots, mixes_first[0], pure, conjunction([tie, mixes_first[1]])))
    return listed


def _indifference(setting: Setting, gains: Sequence[Any]) -> tuple[Any, Formula] | None:
    """The weight w strictly between 0 and 1 with w*gains[0] + (1 - w)*gains[1] = 0, and where there is exactly one."""
    spread = gains[1] - gains[0]
    if spread == 0:
        return None
    up = conjunction(
        [
            setting.compare(gains[1], ">", "so that mixing is possible"),
            setting.compare(gains[0], "<", "so that mixing is possible"),
        ]
    )
    down = conjunction(
        [
            setting.compare(gains[1], "<", "so that mixing is possible"),
            setting.compare(gains[0], ">", "so that mixing is possible"),
        ]
    )
    return gains[1] / spread, disjunction([up, down])


def _played(
    setting: Setting,
    grid: Sequence[Sequence[Outcome]],
    slots: Sequence[tuple[int, ...]],
    p: Any,
    q: Any,
    formula: Formula,
) -> Outcome:
    one = setting.game.arithmetic.number(1)
    weights = [[p * q, p * (one - q)], [(one - p) * q, (one - p) * (one - q)]]
    parts = [(weights[i][j], grid[i][j]) for i in range(2) for j in range(2)]
    taken = tuple(
        (slot, x)
        for pair, w in zip(slots, (p, q), strict=True)
        for slot, x in zip(pair, (w, one - w), strict=True)
        if x != 0
    )
    outcome = mixture(setting, parts, taken)
    return Outcome(outcome.path, outcome.taken, outcome.worth, conjunction([outcome.formula, formula]))
