"""Deriving by parts of the box where what is chosen bends both ways: by the signs of the coefficients that decide it (decision 0059).

Where a coefficient of second degree in the choices may have either sign, a payoff is concave on one side, convex on the other, and
constant between: what can be played has little in common there. So each part is derived apart, those coefficients held at zero that are
zero in it, and the parts are joined again. A part that is not derived within a counted number of questions is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Generic, TypeVar

from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import All, Atom, Formula, conjunction, disjunction
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.algebra.polynomials import polynomial_of
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.games.continuous import ContinuousGame, End, walk

FEW = 2
"""Open parameters with which a game is derived as a whole: with a line or a plane of them that is quick, roots of quadratics included."""

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """A part of the box: by the ``signs`` of parameters, its ``setting``, and what was ``derived`` in it; None where nothing was."""

    signs: Mapping[str, str]
    setting: Setting
    derived: T | None


def parts_of(setting: Setting, derive: Callable[[Setting], T]) -> list[Part[T]]:
    """The parts of a setting's box with what is derived in each; none if it is to be derived as a whole.

    What is not followed in a part (`UnfollowedError`) leaves it without a derivation.
    """
    assert isinstance(setting.posed, ContinuousGame)
    deciding = {} if len(setting.names) <= FEW else _deciding(setting)
    if not any({"<", ">"} <= set(signs) for signs in deciding.values()):
        return []
    found = []
    for combined in product(*deciding.values()):
        signs = dict(zip(deciding, combined, strict=True))
        part = _narrowed(setting, signs)
        derived = None
        with suppress(UnfollowedError):
            derived = derive(part)
        found.append(Part(signs, part, derived))
    return found


def joined(parts: Sequence[Part[T]], whole: Sequence[Part[T]]) -> list[dict[str, str]]:
    """Parts by as few signs as tell them from the others of the ``whole``: a parameter is left out where its sign makes no difference."""
    among = [part.signs for part in parts]
    found: list[dict[str, str]] = []
    for signs in among:
        wide = dict(signs)
        for name in signs:
            wider = {n: s for n, s in wide.items() if n != name}
            if all(part.signs in among for part in whole if wider.items() <= part.signs.items()):
                wide = wider
        if wide not in found:
            found.append(wide)
    return found


def where(setting: Setting, signs: Mapping[str, str]) -> Formula:
    """Where parameters have given signs."""
    generators = dict(zip(setting.names, setting.functions.gens, strict=True))
    return conjunction(setting.order(generators[name], sign, 0) for name, sign in signs.items())


def _deciding(setting: Setting) -> dict[str, list[str]]:
    """The open parameters that are coefficients of squares and products of choices, with the signs that each may have."""
    found = {}
    for name in sorted(set(_coefficients(setting)), key=setting.names.index):
        within = setting.model.parameters[name].range
        may = {"<": within.low < 0, "==": Fraction(0) in within, ">": within.high > 0}
        signs = [sign for sign, is_met in may.items() if is_met]
        if len(signs) > 1:
            found[name] = signs
    return found


def _coefficients(setting: Setting) -> Iterator[str]:
    """The parameters that stand alone as coefficients of second degree in the choices."""
    game = setting.posed
    assert isinstance(game, ContinuousGame)
    size = len(setting.names)
    for node in walk(game.root):
        for worth in node.worth if isinstance(node, End) else ():
            alone: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
            for e, _ in worth.numer.terms():
                alone.setdefault(e[size:], []).append(e[:size])
            for choices, coefficients in alone.items():
                if sum(choices) == 2 and len(coefficients) == 1 and sum(coefficients[0]) == 1:
                    yield setting.names[coefficients[0].index(1)]


def _narrowed(setting: Setting, signs: Mapping[str, str]) -> Setting:
    """The setting in which parameters have given signs."""
    model = setting.model
    changed = {}
    for name, sign in signs.items():
        declared = model.parameters[name]
        within = declared.range
        if sign == ">" and within.low <= 0:
            changed[name] = replace(declared, range=replace(within, low=Fraction(0), low_open=True))
        elif sign == "<" and within.high >= 0:
            changed[name] = replace(declared, range=replace(within, high=Fraction(0), high_open=True))
    held = {**setting.fixed, **{name: 0 for name, sign in signs.items() if sign == "=="}}
    narrowed = replace(model, parameters={**model.parameters, **changed})
    return setting_of(narrowed, held)


def lifted(formula: Formula, part: Setting, setting: Setting) -> Formula:
    """A formula over the open parameters of a part as one over those of the whole."""
    if isinstance(formula, Atom):
        place = [setting.names.index(name) for name in part.names]
        terms = {}
        for e, c in formula.constraint.terms.items():
            full = [0] * len(setting.names)
            for k, power in zip(place, e, strict=True):
                full[k] = power
            terms[tuple(full)] = c
        asked = formula.constraint
        return Atom(constraint(polynomial_of(setting.functions.ring, terms), asked.relation, asked.reason))
    join = conjunction if isinstance(formula, All) else disjunction
    return join(lifted(inner, part, setting) for inner in formula.parts)
