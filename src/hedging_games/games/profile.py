"""A profile: how likely each player takes each action at each information set, with beliefs where a concept has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hedging_games.algebra.numbers import number_text, shown_factor
from hedging_games.errors import did_you_mean, input_error
from hedging_games.games.form import CHANCE, Form


@dataclass(frozen=True, eq=False)
class MixedProfile:
    """A behaviour strategy for every player (in a matrix game: a mixed strategy).

    Attributes
    ----------
    form : the form the profile is about.
    probabilities : shape (S,), the probability of each slot; zero at chance's slots, which belong to the game.
    unreached : the information sets that their own player's earlier choice rules out; what stands there is arbitrary.
    """

    form: Form
    probabilities: np.ndarray
    unreached: frozenset[int] = frozenset()

    def at(self, label: str) -> dict[str, Any]:
        """Action to probability at the information set called ``label``; InputError if there is none."""
        for s, information_set in enumerate(self.form.information_sets):
            if information_set.label == label and information_set.player != CHANCE:
                return {self.form.action_of_slot[k]: self.probabilities[k] for k in self.form.slots(s)}
        labels = [s.label for s in self.form.information_sets if s.player != CHANCE]
        raise input_error("profile", f"no information set '{label}'", did_you_mean(label, labels))

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Information set to action to probability, in the form's order."""
        return {s.label: self.at(s.label) for s in self.form.information_sets if s.player != CHANCE}

    @cached_property
    def is_pure(self) -> bool:
        """Whether nobody randomises."""
        return all(p in (0, 1) for p in self.probabilities)

    @cached_property
    def is_taken(self) -> np.ndarray:
        """Shape (S,): whether a slot is taken for sure."""
        return np.asarray(self.probabilities == 1, dtype=bool)

    def support(self, information_set: int) -> tuple[int, ...]:
        """The slots of an information set that are taken with positive probability."""
        return tuple(slot for slot in self.form.slots(information_set) if self.probabilities[slot] > 0)

    def key(self) -> tuple[Any, ...]:
        """What two equal profiles share."""
        return tuple(self.probabilities)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MixedProfile) and self.form == other.form and self.key() == other.key()

    def __hash__(self) -> int:
        return hash((self.form, self.key()))

    def __str__(self) -> str:
        return "; ".join(f"{label}: {mixture_text(mixture)}" for label, mixture in self.as_dict().items())

    def __repr__(self) -> str:
        return f"<MixedProfile {self}>"


def mixture_text(mixture: Mapping[str, Any], *, decimals: bool = False) -> str:
    """A mixed action for people: ``Hedge`` or ``1/3 Align + 2/3 Hedge``; actions called by numbers in quotes, ``1/3 '1' + 2/3 '2'``.

    With ``decimals``, unwieldy probabilities have a decimal beside them: ``sqrt(3)/2 (≈0.866) Resist``.
    """
    text = shown_factor if decimals else number_text
    played = [(action, p) for action, p in mixture.items() if p != 0]
    if len(played) == 1 and played[0][1] == 1:
        return played[0][0]
    return " + ".join(f"{text(p)} {action if action[:1].isalpha() else repr(action)}" for action, p in played)


def pure_profile(form: Form, slots: Sequence[int] | Mapping[int, int]) -> MixedProfile:
    """The pure profile that takes the given slots (one for each information set of a player).

    Sets without a slot among them are taken as ruled out by their own player and filled with their first action.
    """
    from fractions import Fraction

    probabilities = np.full(form.slot_count, Fraction(0), dtype=object)
    chosen = np.array(sorted(slots.values() if isinstance(slots, Mapping) else slots), dtype=int)
    is_left_out = form.player_of_set != CHANCE
    is_left_out[form.set_of_slot[chosen]] = False
    unreached = np.flatnonzero(is_left_out)
    is_taken = np.zeros(form.slot_count, dtype=bool)
    is_taken[chosen] = is_taken[form.first_slot[unreached]] = True
    probabilities[is_taken] = Fraction(1)
    profile = MixedProfile(form, probabilities, frozenset(unreached.tolist()))
    vars(profile).update(is_pure=True, is_taken=is_taken)  # as the numbers would tell, one by one
    return profile


def profile_from(form: Form, mixtures: Mapping[str, Mapping[str, Any]]) -> MixedProfile:
    """A profile of a form from names.

    ``form`` : the form of a game, ``game.form``. ``mixtures`` : information set label to action to exact probability; actions
    that are left out get 0.

    Raises InputError for unknown labels or actions, labels left out, negative probabilities, and sums other than one.
    """
    from hedging_games.algebra.numbers import exact_number

    by_label = {s.label: k for k, s in enumerate(form.information_sets) if s.player != CHANCE}
    probabilities = np.full(form.slot_count, exact_number(0), dtype=object)
    for label, mixture in mixtures.items():
        if label not in by_label:
            raise input_error("profile", f"no information set '{label}'", did_you_mean(label, list(by_label)))
        s = by_label[label]
        actions = form.information_sets[s].actions
        for action, probability in mixture.items():
            if action not in actions:
                raise input_error("profile", f"'{label}' has no action '{action}'", did_you_mean(action, actions))
            probabilities[form.slots(s)[actions.index(action)]] = exact_number(
                probability, f"the probability of {action}"
            )
    for label, s in by_label.items():
        if label not in mixtures:
            actions = form.information_sets[s].actions
            raise input_error(
                "profile", f"nothing is said of '{label}'", f"add '{label}' and one of {', '.join(actions)}"
            )
        here = [probabilities[slot] for slot in form.slots(s)]
        if min(here) < 0 or sum(here) != 1:
            raise input_error(
                "profile",
                f"the probabilities at '{label}' are not a distribution",
                "give numbers from 0 to 1 that sum to 1",
            )
    return MixedProfile(form, probabilities)
