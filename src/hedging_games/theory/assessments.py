"""Assessments: profiles with beliefs (Kreps and Wilson 1982), and how they are judged.

An assessment is sequentially rational if at every information set, on the path or off it, the player who decides there
cannot gain by another plan for the rest of the game, the belief and the others' strategies given. It is consistent if
its beliefs are the limit of Bayesian beliefs under trembles (see `trembles`). A sequential equilibrium is both; a weak
perfect Bayesian equilibrium (Mas-Colell, Whinston and Green 1995, definition 9.C.3) is sequentially rational with
beliefs that follow Bayes' rule on the path and are arbitrary elsewhere.

Everything here works from the definition, on given beliefs, and shares nothing with the search for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.algebra.numbers import exact_number
from hedging_games.errors import did_you_mean, input_error
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.deviations import Scope, best_plan_gain, is_strict
from hedging_games.theory.equilibria import Certificate
from hedging_games.theory.trembles import Origin, Ranking, difference, orders, origins, pasts, relations

Beliefs = Mapping[str, Mapping[str, Any]]
"""Information set label to history label to probability, as in answers."""

Belief = tuple[Any, ...]
"""A belief at one information set: a probability for each of its histories, in order."""


def personal_sets(form: Form) -> tuple[int, ...]:
    """The information sets of the players, in order: all but chance's."""
    return tuple(s for s, information_set in enumerate(form.information_sets) if information_set.player != CHANCE)


def labelled(form: Form, beliefs: Mapping[int, Belief]) -> dict[str, dict[str, Any]]:
    """Beliefs by names, in the form's order."""
    return {
        form.information_sets[s].label: {
            form.history_labels[h]: x for h, x in zip(form.histories_of[s].tolist(), beliefs[s], strict=True)
        }
        for s in sorted(beliefs)
    }


def numbered(form: Form, beliefs: Beliefs) -> dict[int, Belief]:
    """Beliefs by information set number; a history that is left out has probability zero.

    Raises InputError if a label is unknown, a set of a player is missing, or a belief is not an exact distribution.
    """
    by_label = {form.information_sets[s].label: s for s in personal_sets(form)}
    for label in beliefs:
        if label not in by_label:
            raise input_error("beliefs", f"no player decides at '{label}'", did_you_mean(label, list(by_label)))
    found: dict[int, Belief] = {}
    for label, s in by_label.items():
        if label not in beliefs:
            raise input_error("beliefs", f"there is no belief at '{label}'", "give one for every information set")
        names = [form.history_labels[h] for h in form.histories_of[s].tolist()]
        for name in beliefs[label]:
            if name not in names:
                raise input_error("beliefs", f"'{name}' is no history of '{label}'", did_you_mean(name, names))
        belief = tuple(_exact(beliefs[label].get(name, 0)) for name in names)
        if min(belief) < 0 or sum(belief) != 1:
            raise input_error(
                "beliefs", f"the belief at '{label}' is not a distribution", "give numbers from 0 to 1 that sum to 1"
            )
        found[s] = belief
    return found


def _exact(x: Any) -> Any:
    """A probability as a Fraction or an algebraic number; InputError for a float."""
    return x if isinstance(x, AlgebraicNumber) else exact_number(x, "a belief")


# --- sequential rationality -------------------------------------------------------------------------------------------


def set_scope(game: Game, information_set: int, belief: Sequence[Any]) -> Scope:
    """Where deviations at one information set are looked at: play starts at its histories with the believed
    probabilities and runs to the end. Only the player who decides there plans here; the others' plans start elsewhere.
    """
    form = game.form
    histories = form.histories_of[information_set].tolist()
    after = np.concatenate([np.arange(h, form.end[h]) for h in histories])
    is_over = form.decided_at[after] == TERMINAL
    inner, leaves = after[~is_over], after[is_over]
    values = game.payoffs[:, np.searchsorted(form.terminals, leaves)]
    sets = tuple(dict.fromkeys(form.decided_at[inner].tolist()))
    return Scope(dict(zip(histories, belief, strict=True)), inner, leaves, values, sets)


def sequential_scopes(game: Game, beliefs: Beliefs) -> Iterator[tuple[int, Scope]]:
    """The player who decides and the scope of each information set, given beliefs; see `set_scope`."""
    for s, belief in numbered(game.form, beliefs).items():
        yield game.form.information_sets[s].player, set_scope(game, s, belief)


def certify_assessment(game: Game, profile: MixedProfile, beliefs: Beliefs, *, consistent: bool = True) -> Certificate:
    """The certificate of an assessment: the largest gain, over information sets, of the best plan from there on.

    ``consistent``: whether beliefs must be consistent (sequential equilibrium) or only follow Bayes' rule on the path
    (weak perfect Bayesian equilibrium). The gain is exactly 0 for an equilibrium.

    Raises
    ------
    InputError
        If the beliefs are not distributions over the histories of every information set of a player.
    AssertionError
        If the beliefs are not consistent with the profile; a solver that proposes such beliefs has a defect.
    """
    why_not = inconsistency(game, profile, beliefs, on_path_only=not consistent)
    if why_not is not None:
        raise AssertionError(f"the beliefs are not consistent with {profile}: {why_not}")
    largest: Any = game.arithmetic.number(0)
    for player, scope in sequential_scopes(game, beliefs):
        largest = max(largest, best_plan_gain(game, profile.probabilities, scope, player))
    return Certificate(exact=game.arithmetic.name == "exact", largest_gain=largest)


def assessment_is_strict(game: Game, profile: MixedProfile, beliefs: Beliefs) -> bool:
    """Whether at every information set every other plan from there on is worse, the beliefs given."""
    return profile.is_pure and all(
        is_strict(game, profile.probabilities, scope, player) for player, scope in sequential_scopes(game, beliefs)
    )


# --- consistency ------------------------------------------------------------------------------------------------------


def inconsistency(game: Game, profile: MixedProfile, beliefs: Beliefs, *, on_path_only: bool = False) -> str | None:
    """Why an assessment is not consistent, in one sentence; None if it is. Exact; see `trembles` for the theorem.

    ``on_path_only`` asks for no more than Bayes' rule where the profile leads.
    """
    form = game.form
    past = pasts(game, profile.probabilities)
    believed = numbered(form, beliefs)
    rankings: list[Ranking] = []
    differences: list[dict[int, int]] = []
    ratios: list[Any] = []
    for s, belief in believed.items():
        label = form.information_sets[s].label
        possible = origins(form, past, s)
        is_reached = possible[0].mistakes == ()
        if on_path_only and not is_reached:
            continue
        if sum(belief[k] for origin in possible for k in origin.histories) != 1:
            return f"at '{label}' something is believed that the profile and chance rule out"
        if any(_departs(belief, origin) for origin in possible):
            return f"at '{label}' the belief departs from Bayes' rule among histories with the same mistakes"
        if not is_reached:
            first = [origin for origin in possible if belief[origin.histories[0]] > 0]
            rankings.append(_ranking(possible, first))
            differences += [difference(origin.mistakes, first[0].mistakes) for origin in first[1:]]
            ratios += [_likelihood(belief, origin) / _likelihood(belief, first[0]) for origin in first[1:]]
    if orders(rankings) is None:
        return "no ranking of the players' mistakes by likelihood explains which histories are believed in"
    for relation in relations(differences):
        product: Any = 1
        for ratio, power in zip(ratios, relation, strict=True):
            product = product * ratio**power
        if product != 1:
            return "beliefs at different histories disagree about how likely the players' mistakes are"
    return None


def _ranking(possible: Sequence[Origin], first: Sequence[Origin]) -> Ranking:
    return Ranking(tuple(o.mistakes for o in first), tuple(o.mistakes for o in possible if o not in first))


def _departs(belief: Belief, origin: Origin) -> bool:
    lead = (belief[origin.histories[0]], origin.weights[0])
    return any(
        belief[k] * lead[1] != lead[0] * weight for k, weight in zip(origin.histories, origin.weights, strict=True)
    )


def _likelihood(belief: Belief, origin: Origin) -> Any:
    """How likely an origin's mistakes are held to be, up to a factor common to the set."""
    return belief[origin.histories[0]] / origin.weights[0]
