"""When is each outcome an equilibrium of a tree in which somebody decides without knowing what chance has done, and all who follow know it?

Screening is of this kind: an offer, made without knowing the other's type, is answered by somebody who knows both. That chance moves after those
who do not know of it changes nothing (`games.late_chance`), and leaves a tree of perfect information, which is solved backward (`stages`), with
mixing at ties. Nobody's beliefs depend on play, so that what is subgame perfect there is sequential here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, Formula, disjunction
from hedging_games.analysis.conditions import stages
from hedging_games.analysis.conditions.markov import Side
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.conditions.ties.doubts import doubts
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.late_chance import LateChance, with_late_chance

if TYPE_CHECKING:
    from hedging_games.analysis.conditions.played import Played


def are_covered(game: Game, *, sequential: bool) -> bool:
    """Whether only chance hides something from anybody, and all of it may be put off until it is known.

    Without ``sequential`` whoever does not know of chance must decide in a subgame where nobody else does: else subgame perfection asks for
    less than this.
    """
    form = game.form
    if form.has_perfect_information or not form.has_private_information:
        return False
    owners = form.player_of_set
    alone = all(sum(owners[s] != CHANCE for s in stage.sets) <= 1 for stage in form.stages)
    return (sequential or alone) and with_late_chance(game).game.form.has_perfect_information


def tree_outcomes(setting: Setting, check: Check = no_check) -> list[Outcome]:
    """Every outcome of an equilibrium, ties resolved purely, with its formula. Raises CouldNotFinish as `stages.outcomes`."""
    late, there = _late(setting)
    size = setting.game.form.slot_count
    return [
        replace(
            outcome,
            path=tuple(sorted(((late.ends[z], p) for z, p in outcome.path), key=lambda end: end[0])),
            taken=tuple((slot, p) for slot, p in outcome.taken if slot < size),
        )
        for outcome in _subgames(there, check)[0]
    ]


def lotteries(setting: Setting, check: Check = no_check) -> Mapping[Side, Formula]:
    """Where the event is played, and missed, in some equilibrium, lots at ties included, as far as these add to it."""
    answer = _answer(setting, check)
    pure = _answer(setting, check, mixed=False)
    sides: Mapping[Side, tuple[Formula | None, Formula | None]]
    sides = {"some": (answer.some, pure.some), "missed": (answer.missed, pure.missed)}
    return {side: FALSE if more is None or more == known else more for side, (more, known) in sides.items()}


def beyond(setting: Setting, check: Check = no_check) -> Mapping[Side, Formula]:
    """Where lots that were not followed may add to that."""
    answer = _answer(setting, check)
    if setting.everywhere:
        return {"some": answer.doubtful, "missed": answer.doubtful}
    return answer.beyond or {"some": FALSE, "missed": FALSE}


def in_doubt(setting: Setting, check: Check = no_check) -> Formula:
    """Where lots at ties may lead to outcomes that are not listed."""
    there = _late(setting)[1]
    return disjunction(doubt.formula for doubt in doubts(there, _subgames(there, check), check))


def _late(setting: Setting) -> tuple[LateChance, Setting]:
    """The game in which chance moves late, and the setting with it."""
    late = with_late_chance(setting.game)
    known = setting.derived.setdefault("late chance", {})
    return late, replace(setting, posed=late.game, derived=known)


def _subgames(there: Setting, check: Check) -> Mapping[int, list[Outcome]]:
    if "outcomes" not in there.derived:
        there.derived["outcomes"] = stages.all_outcomes(there, check)
    found: Mapping[int, list[Outcome]] = there.derived["outcomes"]
    return found


def _answer(setting: Setting, check: Check, *, mixed: bool = True) -> Played:
    """What is played in the game in which chance moves late; remembered event by event."""
    # Both ask what derivations are, and derivations name this module.
    from hedging_games.analysis.conditions.derive import Derivation
    from hedging_games.analysis.conditions.played import played

    there = _late(setting)[1]
    hedge = setting.game.hedge
    key = f"played {mixed} {None if hedge is None else hedge.tolist()}"
    if key not in there.derived:
        derived = Derivation("subgame-perfect", stages.outcomes, by_subgame=stages.all_outcomes if mixed else None)
        there.derived[key] = played(there, derived, check, _subgames(there, check))
    answer: Played = there.derived[key]
    return answer
