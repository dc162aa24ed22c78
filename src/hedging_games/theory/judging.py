"""What each deviation from a profile is worth, whoever proposes the profile: the certificate, opened for a reader.

A profile of one's own, right or wrong, is put before the same judge that certifies the solvers' answers: at every information set
each action gets its gain, every plan for the rest of the scope the largest one, and the verdict is that of the definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hedging_games.algebra.numbers import number_text, shown_number
from hedging_games.errors import ConceptError, InputError, Problem, input_error
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game, require_exact
from hedging_games.games.named import GameLike, game_of
from hedging_games.games.profile import MixedProfile, profile_from
from hedging_games.layout import text_table
from hedging_games.shown import Shown
from hedging_games.theory import certificate
from hedging_games.theory.assessments import Beliefs, numbered, set_scope
from hedging_games.theory.concepts import NASH, Concept, concept_named, default_concept
from hedging_games.theory.deviations import Scope, best_plan_gain, one_shot_gains
from hedging_games.theory.equilibria import Candidate

WITH_BELIEFS = ("sequential", "weak-pbe")
"""The concepts under which beliefs are judged together with the profile."""

NOT_PROFILES = {
    "correlated": "it is a distribution over plans, not a profile",
    "coalition-proof": "it compares equilibria with each other",
    "qre": "there everybody errs, and deviations may gain",
}
"""The concepts that a profile alone cannot be judged by, and why."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """A departure of one player.

    ``at`` : the information set; ``action`` : what is taken there instead, once, all else being followed; both empty for
    the best plan of all within the ``scope`` (where it begins: the start, a subgame, an information set). ``probability`` :
    with which the profile takes the action. ``gain`` : what is gained over following the profile, weighted by how likely
    the others lead there (given the beliefs, where there are some).
    """

    player: str
    scope: str
    at: str
    action: str
    probability: Any
    gain: Any

    @property
    def name(self) -> str:
        """The deviation in words."""
        return f"{self.action} at '{self.at}'" if self.action else "the best plan"


@dataclass(frozen=True, slots=True)
class Judgement(Shown):
    """The gain of each deviation from a profile, and whether it is an equilibrium of ``concept``.

    ``deviations`` : of each player, action by action and as a whole. ``largest_gain`` : over all deviations of single players. ``why_not`` : what makes it no equilibrium, empty if it is one.
    """

    concept: str
    profile: MixedProfile
    deviations: tuple[Deviation, ...]
    largest_gain: Any
    why_not: str

    @property
    def is_equilibrium(self) -> bool:
        """Whether the profile (with its beliefs) is an equilibrium of the concept."""
        return not self.why_not

    def __bool__(self) -> bool:
        return self.is_equilibrium

    def of(self, player: str) -> tuple[Deviation, ...]:
        """One player's deviations."""
        return tuple(deviation for deviation in self.deviations if deviation.player == player)

    def __str__(self) -> str:
        said = f"{self.profile} is a" if self.is_equilibrium else f"{self.profile} is not a"
        lines = [f"{said} {self.concept} equilibrium" + (f": {self.why_not}" if self.why_not else "")]
        rows = [
            [d.player, d.scope, d.name, shown_number(d.probability) if d.action else "", shown_number(d.gain)]
            for d in self.deviations
        ]
        table = text_table(["player", "from", "deviation", "played", "gain"], rows)
        return "\n".join([*lines, "", table, f"largest gain: {number_text(self.largest_gain)}"])


def judge(
    game: GameLike,
    profile: MixedProfile | Mapping[str, Any],
    concept: str | None = None,
    *,
    beliefs: Beliefs | None = None,
) -> Judgement:
    """What every deviation from a profile is worth in an exact game, and whether the profile is an equilibrium.

    Parameters
    ----------
    profile : a `MixedProfile`, or information set label to an action or to actions with exact probabilities.
    concept : a name of `theory.concepts`; the game's own by default.
    beliefs : for ``sequential`` and ``weak-pbe``, information set label to history label to probability.

    Raises
    ------
    InputError
        If the profile or the beliefs are no distributions over what there is, or beliefs are missing or out of place.
    ConceptError
        For a concept that does not fit the game, or that no profile is judged by.
    """
    game = game_of(game)
    require_exact(game)
    name = concept or game.default_concept
    wanted = concept_named(name) if name else default_concept(game.form)
    _require_fit(game, wanted)
    if (beliefs is not None) != (wanted.name in WITH_BELIEFS):
        what, remedy = ("are needed", "give beliefs=") if beliefs is None else ("have no say", "leave them out")
        raise input_error("beliefs", f"beliefs {what} under {wanted.name}", remedy)
    judged = profile if isinstance(profile, MixedProfile) else profile_from(game.form, _mixtures(profile))
    deviations = tuple(_deviations(game, judged, wanted, beliefs))
    largest = max((d.gain for d in deviations if not d.action), default=game.arithmetic.number(0))
    return Judgement(wanted.name, judged, deviations, largest, _why_not(game, judged, wanted, beliefs, deviations))


def _require_fit(game: Game, concept: Concept) -> None:
    reason = concept.misfit(game.form) or NOT_PROFILES.get(concept.name)
    if reason is not None:
        raise ConceptError(Problem("concept", f"no profile is judged by {concept.name} here: {reason}"))


def _mixtures(written: Any) -> dict[str, Mapping[str, Any]]:
    """Mixtures by name, a single action being played for sure."""
    if not isinstance(written, Mapping):
        what = f"'{str(written)[:60]}' is no profile"
        raise input_error(
            "profile", what, "write what is done at each decision: {'Choice': 'Align', 'Reply': 'Punish'}"
        )
    return {label: played if isinstance(played, Mapping) else {str(played): 1} for label, played in written.items()}


def _deviations(game: Game, profile: MixedProfile, concept: Concept, beliefs: Beliefs | None) -> Iterator[Deviation]:
    for start, scope, player, own in _scopes(game, profile, concept, beliefs):
        gains = one_shot_gains(game, profile.probabilities, scope, player)
        name = game.players[player]
        worth = dict(zip(gains.slots.tolist(), gains.one_shot.tolist(), strict=True))
        for slot in sorted(worth):
            s = int(game.form.set_of_slot[slot])
            if own is None or s == own:
                label = game.form.information_sets[s].label
                action = game.form.action_of_slot[slot]
                yield Deviation(name, start, label, action, profile.probabilities[slot], worth[slot])
        yield Deviation(name, start, "", "", None, best_plan_gain(game, profile.probabilities, scope, player))


def _scopes(
    game: Game, profile: MixedProfile, concept: Concept, beliefs: Beliefs | None
) -> Iterator[tuple[str, Scope, int, int | None]]:
    """Where a scope begins, the scope, who deviates in it, and the only information set that counts (None: all)."""
    sets = game.form.information_sets
    if beliefs is not None:
        for s, belief in numbered(game.form, beliefs).items():
            yield sets[s].label, set_scope(game, s, belief), sets[s].player, s
        return
    rule = (concept if concept.scopes is not None else NASH).scopes
    assert rule is not None
    for scope in rule(game, profile.probabilities):
        (root,) = scope.start
        start = game.form.history_labels[root] or "the start"
        for player in sorted({sets[s].player for s in scope.sets} - {CHANCE}):
            yield start, scope, player, None


def _why_not(
    game: Game, profile: MixedProfile, concept: Concept, beliefs: Beliefs | None, deviations: tuple[Deviation, ...]
) -> str:
    """What the certificate objects to, in words; empty if nothing."""
    gaining = max(deviations, key=lambda d: (d.gain, d.action != ""), default=None)
    if gaining is not None and gaining.gain > 0:
        return f"{gaining.player} gains {number_text(gaining.gain)} by {gaining.name}"
    try:
        found, _ = certificate.judge(game, Candidate(profile, beliefs), concept)
    except InputError:
        raise
    except AssertionError as objection:
        return str(objection)
    return "" if found.largest_gain == 0 else f"a group gains {number_text(found.largest_gain)}"
