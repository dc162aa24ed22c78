"""Refinements: filters that drop equilibria resting on beliefs or strategies that are hard to justify, with the reason.

The intuitive criterion and D1 (Cho and Kreps 1987, "Signaling games and stable equilibria", sections III and IV; D1 goes
back to Banks and Sobel 1987) ask which types could gain from a message that nobody sends, compared with what they get in
equilibrium. They judge outcomes, so equilibria that differ only off the path stand and fall together. An equilibrium in
undominated strategies uses no plan that some mixture of plans never does worse than and sometimes better (for two players
these are the trembling-hand perfect equilibria).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from hedging_games.algebra.numbers import number_text
from hedging_games.algebra.polyhedron import vertices
from hedging_games.errors import ConceptError, Problem, did_you_mean
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile, mixture_text
from hedging_games.games.reductions import strategic_form
from hedging_games.theory.coalitions import plan_weights
from hedging_games.theory.dominance import plan_names, weakly_dominating
from hedging_games.theory.signalling import Message, SignallingGame, as_signalling, largest_best_sets


class HasProfile(Protocol):
    """An equilibrium or a candidate."""

    @property
    def profile(self) -> MixedProfile:
        """Who does what."""


Found = TypeVar("Found", bound=HasProfile)

Test = Callable[[Game, MixedProfile], str | None]
"""Why a profile fails, in one sentence; None if it passes."""


def refine(
    game: Game, equilibria: Sequence[Found], criterion: str
) -> tuple[tuple[Found, ...], tuple[tuple[Found, str], ...]]:
    """The equilibria that pass a criterion of `REFINEMENTS`, and those that fail, each with the reason in one sentence.

    ``equilibria`` are anything with a ``profile``, which is taken to be a sequential equilibrium.

    Raises
    ------
    ConceptError
        If the criterion is unknown, or is one for signalling games and this is none.
    CouldNotFinish
        If the table of plans that "undominated" needs is too large.
    """
    if criterion not in REFINEMENTS:
        remedy = did_you_mean(criterion, tuple(REFINEMENTS))
        raise ConceptError(Problem("refinement", f"no refinement is called '{criterion}'", remedy))
    test = REFINEMENTS[criterion]
    judged = [(equilibrium, test(game, equilibrium.profile)) for equilibrium in equilibria]
    kept = tuple(equilibrium for equilibrium, reason in judged if reason is None)
    return kept, tuple((equilibrium, reason) for equilibrium, reason in judged if reason is not None)


# --- signalling -------------------------------------------------------------------------------------------------------


def fails_intuitive(game: Game, profile: MixedProfile) -> str | None:
    """The intuitive criterion: a message that nobody sends could only make some types worse off than they are, whatever the
    receiver believes; once it is not attributed to these, another type gains by it, however the receiver responds.
    """
    signalling = _signalling(game, "intuitive")
    paid = _paid(signalling, profile)
    for message in _unsent(signalling, profile):
        able = tuple(message.senders)
        best = _best_to_some_belief(message, able)
        ruled_out = tuple(t for t in able if paid[t] > max(message.sender_worth[t][r] for r in best))
        others = tuple(t for t in able if t not in ruled_out)
        if not others:
            continue
        sensible = _best_to_some_belief(message, others)
        for t in others:
            least = min(message.sender_worth[t][r] for r in sensible)
            if least > paid[t]:
                names = _names(signalling, ruled_out)
                without = (
                    f"never pays {names}, so it is not attributed to {names}; then" if ruled_out else "is such that"
                )
                return (
                    f"{_message_text(game, signalling, message)} {without} {signalling.names[t]} gains by it: at least "
                    f"{number_text(least)} instead of {number_text(paid[t])}"
                )
    return None


def fails_d1(game: Game, profile: MixedProfile) -> str | None:
    """D1: a message that nobody sends is not attributed to a type that gains by it, even weakly, under fewer responses than
    another type gains strictly; with beliefs among the types left no response keeps every type from sending it.
    """
    signalling = _signalling(game, "D1")
    paid = _paid(signalling, profile)
    for message in _unsent(signalling, profile):
        able = tuple(message.senders)
        faces = _best_faces(message, able)
        ruled_out = {t: u for t in able for u in able if t != u and _gains_less_often(message, faces, paid, t, u)}
        left = tuple(t for t in able if t not in ruled_out)
        if left and not any(_deters(message, face, paid) for face in _best_faces(message, left)):
            pairs = ", ".join(f"{signalling.names[u]} rather than {signalling.names[t]}" for t, u in ruled_out.items())
            return (
                f"{_message_text(game, signalling, message)} is attributed to {pairs or _names(signalling, left)} (who gain "
                f"by it under more responses); then no best response keeps every type from sending it"
            )
    return None


def _signalling(game: Game, criterion: str) -> SignallingGame:
    found = as_signalling(game)
    if found is None:
        raise ConceptError(
            Problem(
                "refinement",
                f"{criterion} is for signalling games: chance draws a type, the sender sends a message, a receiver responds",
                "refine by 'undominated' instead",
            )
        )
    return found


def _paid(signalling: SignallingGame, profile: MixedProfile) -> list[Any]:
    """What each type gets in equilibrium."""
    odds, form = profile.probabilities, profile.form
    paid: list[Any] = []
    for t in range(len(signalling.types)):
        total: Any = Fraction(0)
        for message in signalling.messages:
            if t in message.senders:
                answer = (
                    [1] if message.information_set is None else [odds[a] for a in form.slots(message.information_set)]
                )
                worth = sum(x * w for x, w in zip(answer, message.sender_worth[t], strict=True))
                total = total + odds[message.senders[t]] * worth
        paid.append(total)
    return paid


def _unsent(signalling: SignallingGame, profile: MixedProfile) -> list[Message]:
    """The messages to somebody that no possible type sends, with the types that are possible alone."""
    found = []
    for message in signalling.messages:
        able = {t: slot for t, slot in message.senders.items() if signalling.prior[t] > 0}
        if (
            message.information_set is not None
            and able
            and all(profile.probabilities[slot] == 0 for slot in able.values())
        ):
            found.append(
                Message(message.information_set, message.receiver, able, message.sender_worth, message.receiver_worth)
            )
    return found


def _best_faces(message: Message, types: Sequence[int]) -> tuple[frozenset[int], ...]:
    return largest_best_sets([message.receiver_worth[t] for t in types])


def _best_to_some_belief(message: Message, types: Sequence[int]) -> frozenset[int]:
    """The responses that are best against some belief among the types."""
    return frozenset[int]().union(*_best_faces(message, types))


def _gains_less_often(
    message: Message, faces: Sequence[frozenset[int]], paid: Sequence[Any], t: int, other: int
) -> bool:
    """Whether ``other`` gains strictly under every best response, mixed ones too, under which ``t`` gains weakly."""
    for face in faces:
        demands = [
            [message.sender_worth[t][r] - paid[t] for r in sorted(face)],
            [paid[other] - message.sender_worth[other][r] for r in sorted(face)],
        ]
        if _some_mixture(demands):
            return False
    return True


def _deters(message: Message, face: frozenset[int], paid: Sequence[Any]) -> bool:
    """Whether some mixture of responses leaves no type a gain."""
    return _some_mixture([[paid[t] - message.sender_worth[t][r] for r in sorted(face)] for t in message.senders])


def _some_mixture(demands: Sequence[Sequence[Any]]) -> bool:
    """Whether some distribution makes every row at least zero."""
    count = len(demands[0])
    unit = [[Fraction(int(j == k)) for j in range(count)] for k in range(count)]
    return bool(vertices([[*row, 0] for row in (*unit, *demands)], [[*[1] * count, -1]]).points)


def _names(signalling: SignallingGame, types: Sequence[int]) -> str:
    return " or ".join(signalling.names[t] for t in types)


def _message_text(game: Game, signalling: SignallingGame, message: Message) -> str:
    sender = game.players[signalling.sender]
    names = dict.fromkeys(game.form.action_of_slot[slot] for slot in message.senders.values())
    return f"{sender}'s {' or '.join(names)}, which nobody sends,"


# --- undominated strategies -------------------------------------------------------------------------------------------


def fails_undominated(game: Game, profile: MixedProfile) -> str | None:
    """Undominated strategies: some mixture of plans is never worse than a player's strategy and sometimes better."""
    table = strategic_form(game)
    names = plan_names(table)
    for player, mixed in enumerate(plan_weights(table, profile)):
        if not all(isinstance(weight, (int, Fraction)) for weight in mixed):
            raise ConceptError(
                Problem(
                    "refinement", "'undominated' needs rational probabilities", "leave the irrational equilibria out"
                )
            )
        payoffs = np.moveaxis(table.payoffs[player], player, 0).reshape(len(mixed), -1)
        better = weakly_dominating(payoffs, np.array(mixed, dtype=object) @ payoffs)
        if better is not None:
            mixture = mixture_text({name: weight for name, weight in zip(names[player], better, strict=True) if weight})
            return f"{game.players[player]}'s strategy is never better and sometimes worse than {mixture}"
    return None


REFINEMENTS: Final[Mapping[str, Test]] = {
    "intuitive": fails_intuitive,
    "D1": fails_d1,
    "undominated": fails_undominated,
}
"""The refinements by name."""
