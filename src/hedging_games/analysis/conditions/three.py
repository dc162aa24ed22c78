"""When is each Nash equilibrium of a 2×2×2 game played? Supports one by one, the mixed ones in closed form.

With p, q, r the probabilities of the first actions, what a player gains by the first over the second action is
``A + B*x + C*y + D*x*y`` in the probabilities of the two others. One or two players mix: linear equations. All three mix: q
and p follow from r by the first two equations, and the third becomes a quadratic in r; what its roots must satisfy is said by
polynomials again (`radical`; virtual substitution, Weispfenning 1997). Where two players may mix freely because a gain vanishes
identically, further equilibria may exist: `degenerate` says where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, Formula, conjunction, disjunction
from hedging_games.analysis.conditions import plans
from hedging_games.analysis.conditions.radical import Radical, total
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, merged
from hedging_games.games.form import Form


def is_two_by_two_by_two(form: Form) -> bool:
    """Whether three players choose at once between two actions each."""
    return form.is_simultaneous and len(form.players) == 3 and all(len(s.actions) == 2 for s in form.information_sets)


@dataclass(frozen=True, slots=True)
class _Gain:
    """What a player gains by the first action: ``a + b*x + c*y + d*x*y``, x and y those of the others in order."""

    a: Any
    b: Any
    c: Any
    d: Any

    def at(self, x: Any, y: Any) -> Any:
        return self.a + self.b * x + self.c * y + self.d * (x * y)


class _Game:
    """The table of a setting, as gains."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.zero, self.one = setting.game.arithmetic.number(0), setting.game.arithmetic.number(1)
        self.table = setting.game.payoff_table()
        self.gains = [self._gain(i) for i in range(3)]

    def _gain(self, i: int) -> _Gain:
        own = np.moveaxis(self.table[i], i, 0)
        g = own[0] - own[1]
        a, b, c = g[1, 1], g[0, 1] - g[1, 1], g[1, 0] - g[1, 1]
        return _Gain(a, b, c, g[0, 0] - g[0, 1] - g[1, 0] + g[1, 1])

    def name(self, i: int) -> str:
        return self.setting.game.players[i]

    def others(self, i: int) -> tuple[int, int]:
        j, k = (n for n in range(3) if n != i)
        return j, k

    def gain(self, i: int, at: Mapping[int, Any]) -> Any:
        j, k = self.others(i)
        return self.gains[i].at(at[j], at[k])

    def best(self, i: int, at: Mapping[int, Any]) -> Formula:
        """Where a pure choice of player i (1 for the first action) is best."""
        value = self.gain(i, at)
        relation = ">=" if at[i] == 1 else "<="
        actions = self.setting.game.form.information_sets[self.setting.game.form.sets_of(i)[0]].actions
        return self.setting.compare(value, relation, f"else {self.name(i)} would play {actions[int(at[i] == 1)]}")

    def mixed(self, i: int, weight: Any) -> Formula:
        """Where a probability lies strictly between 0 and 1."""
        why = f"so that {self.name(i)} mixes"
        return conjunction([self.setting.compare(weight, ">", why), self.setting.compare(weight - self.one, "<", why)])


def outcomes(setting: Setting, check: Check = no_check) -> list[Outcome]:
    """Every extreme Nash equilibrium with its formula, but where `degenerate` holds."""
    game = _Game(setting)
    listed = plans.outcomes(setting, check)
    for i in range(3):
        for pure in product((game.zero, game.one), repeat=2):
            listed += _one_mixes(game, i, dict(zip(game.others(i), pure, strict=True)))
    for i, j in combinations(range(3), 2):
        k = 3 - i - j
        for pure in (game.zero, game.one):
            check()
            listed += _two_mix(game, i, j, {k: pure})
    return merged([*listed, *_all_mix(game)])


def _root(constant: Any, slope: Any) -> Any:
    """Where ``constant + slope*x`` vanishes; None if it never depends on x."""
    return None if slope == 0 else -constant / slope


def _slopes(game: _Game, i: int, of: int, at: Mapping[int, Any]) -> tuple[Any, Any]:
    """Player i's gain as a function of the probability of ``of``: its value at 0, and its slope."""
    low, high = (game.gain(i, {**at, of: x}) for x in (game.zero, game.one))
    return low, high - low


def _one_mixes(game: _Game, i: int, pure: dict[int, Any]) -> list[Outcome]:
    """Player i is indifferent between two pure equilibria, or as far as another player stays put: the far end."""
    tie = game.setting.compare(game.gain(i, pure), "==", f"so that {game.name(i)} is indifferent")
    listed = []
    for limit in pure:
        weight = _root(*_slopes(game, limit, i, pure))
        if weight is not None and tie != FALSE:
            at = {**pure, i: weight}
            (other,) = (k for k in pure if k != limit)
            listed.append(_outcome(game, at, conjunction([tie, game.mixed(i, weight), game.best(other, at)])))
    return listed


def _two_mix(game: _Game, i: int, j: int, pure: dict[int, Any]) -> list[Outcome]:
    (k,) = pure
    y, x = _root(*_slopes(game, i, j, pure)), _root(*_slopes(game, j, i, pure))
    if x is None or y is None:
        return []
    at = {**pure, i: x, j: y}
    return [_outcome(game, at, conjunction([game.mixed(i, x), game.mixed(j, y), game.best(k, at)]))]


def _quadratic(game: _Game) -> tuple[Any, Any, Any, tuple[Any, ...]]:
    """The coefficients of the quadratic in r, and numerators and denominators of q and p as (constant, slope) in r."""
    first, second, third = game.gains
    n1, m1 = (-first.a, -first.c), (first.b, first.d)
    n2, m2 = (-second.a, -second.c), (second.b, second.d)

    def times(u: tuple[Any, Any], v: tuple[Any, Any]) -> tuple[Any, Any, Any]:
        return u[0] * v[0], u[0] * v[1] + u[1] * v[0], u[1] * v[1]

    parts = [(third.a, times(m1, m2)), (third.b, times(n2, m1)), (third.c, times(n1, m2)), (third.d, times(n1, n2))]
    c, b, a = (sum((factor * term[n] for factor, term in parts), game.zero) for n in range(3))
    return a, b, c, (n1, m1, n2, m2)


def _all_mix(game: _Game) -> list[Outcome]:
    a, b, c, lines = _quadratic(game)
    setting = game.setting
    listed = []
    if a != 0:
        square = b * b - 4 * a * c
        real = [setting.compare(square, ">=", "so that the probabilities are real"), _nonzero(setting, a)]
        for sign in (1, -1):
            listed += _with_root(game, Radical(-b / (2 * a), sign / (2 * a), square), lines, real)
    if b != 0:
        real = [setting.compare(a, "==", "so that the equation is linear")] if a != 0 else []
        listed += _with_root(game, Radical(-c / b, game.zero, game.zero), lines, [*real, _nonzero(setting, b)])
    return listed


def _nonzero(setting: Setting, value: Any) -> Formula:
    return disjunction([setting.compare(value, ">"), setting.compare(value, "<")])


def _with_root(game: _Game, r: Radical, lines: tuple[Any, ...], formulas: list[Formula]) -> list[Outcome]:
    """The equilibrium that belongs to a root, if all probabilities lie strictly between 0 and 1."""
    n1, m1, n2, m2 = (r * line[1] + line[0] for line in lines)
    inside = [r.positive(game.setting, _why(game, 2)), (1 - r).positive(game.setting, _why(game, 2))]
    inside += [_between(game, n2, m2, 0), _between(game, n1, m1, 1)]
    formula = conjunction([*formulas, *inside])
    if formula == FALSE:
        return []
    at = {0: n2 / m2, 1: n1 / m1, 2: r}
    return [_outcome(game, at, formula)]


def _why(game: _Game, i: int) -> str:
    return f"so that {game.name(i)} mixes"


def _between(game: _Game, top: Radical, bottom: Radical, i: int) -> Formula:
    """Where ``0 < top/bottom < 1``."""
    setting, why = game.setting, _why(game, i)
    return disjunction(
        conjunction(part.positive(setting, why) for part in parts)
        for parts in ((top, bottom, bottom - top), (-top, -bottom, top - bottom))
    )


def _outcome(game: _Game, at: Mapping[int, Any], formula: Formula) -> Outcome:
    symbolic, form = game.setting.game, game.setting.game.form
    weights = {
        slot: x for i, p in at.items() for slot, x in zip(form.slots(form.sets_of(i)[0]), (p, 1 - p), strict=True)
    }
    path = []
    for z, history in enumerate(form.terminals.tolist()):
        weight: Any = game.one
        for slot in form.path(history):
            weight = weights[slot] * weight
        if weight != 0:
            path.append((z, weight))
    worth = tuple(total([w * symbolic.payoffs[i, z] for z, w in path]) for i in range(3))
    taken = tuple((slot, x) for slot, x in sorted(weights.items()) if x != 0)
    return Outcome(tuple(path), taken, worth, formula)


def degenerate(setting: Setting) -> Formula:
    """Where equilibria may exist that `outcomes` does not list: a gain does not depend on what another player mixes."""
    game = _Game(setting)
    cases = []
    for i in range(3):
        for other, pure in product(game.others(i), (game.zero, game.one)):
            (mixer,) = (k for k in game.others(i) if k != other)
            low, slope = _slopes(game, i, mixer, {other: pure})
            cases.append(conjunction([setting.compare(low, "=="), setting.compare(slope, "==")]))
    a, b, c, lines = _quadratic(game)
    cases.append(conjunction(setting.compare(x, "==") for x in (a, b, c)))
    for n, m in (lines[:2], lines[2:]):
        # Numerator and denominator vanish at the same r.
        same = setting.compare(n[0] * m[1] - n[1] * m[0], "==")
        met = [disjunction([_nonzero(setting, line[1]), setting.compare(line[0], "==")]) for line in (n, m)]
        cases.append(conjunction([same, *met]))
    return disjunction(cases)
