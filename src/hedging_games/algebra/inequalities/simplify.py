"""Simplifying a system before deciding it, every change a step that a proof can check.

Equations are used up by substitution, factors of known sign are divided out, facts in one variable narrow its range,
bounds are propagated, and what holds all over the box is set aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from hedging_games.algebra.cells.enclosure import enclose, entails, refutes
from hedging_games.algebra.cells.intervals import rational
from hedging_games.algebra.inequalities.factors import Key, factors_of, key_of
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.proof import Combination, OutOfBounds
from hedging_games.algebra.inequalities.setting import Setting, half_line
from hedging_games.algebra.inequalities.steps import (
    Bounded,
    Divided,
    Nonzero,
    Squeezed,
    Step,
    Substituted,
    derive,
    sign_of,
)
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import Terms, affine_form, linear_parts, multiply, variables_of

ROUNDS = 40
"""Passes over the facts; each pass that changes nothing ends the work."""

PROPAGATIONS = 3
"""Rounds of bound propagation."""

LARGEST = 400
"""Terms beyond which a substitution's result is not wanted."""


@dataclass(slots=True)
class Simplified:
    """A setting on its way: its facts so far, the steps that led there, which facts still matter.

    ``active`` are positions of facts in more than one variable (or nonlinear); those in one variable live in the box.
    ``solved`` lists, in order, equations used up by substitution and the variable each one determines. ``spare`` are facts
    that follow from the box: nothing need be shown of them, but proofs by products may use them.
    """

    setting: Setting
    active: list[int]
    steps: list[Step] = field(default_factory=list)
    solved: list[tuple[int, int]] = field(default_factory=list)
    spare: list[int] = field(default_factory=list)

    def fact(self, index: int) -> Fact:
        """The fact at a position."""
        return self.setting.facts[index]

    def take(self, step: Step) -> int | None:
        """Append the fact that a step yields; None where the step is not valid."""
        derived = derive(step, self.setting.facts, self.setting.box)
        if derived is None:
            return None
        self.setting = self.setting.having(derived)
        self.steps.append(step)
        return len(self.setting.facts) - 1

    def variables(self) -> list[int]:
        """The variables of the active facts."""
        return sorted({v for i in self.active for v in variables_of(self.fact(i).terms)})


def simplify(
    setting: Setting, active: list[int], check: Callable[[], None] | None = None
) -> tuple[Simplified, Combination | OutOfBounds | None]:
    """Simplify the facts at the positions ``active``; the second part is a proof if they turned out contradictory.

    The proof speaks of the simplified setting: it goes after the steps.
    """
    now = Simplified(setting, [i for i in active if half_line(setting.facts[i]) is None])
    propagated = 0
    for _ in range(ROUNDS):
        if check is not None:
            check()
        contradiction = _contradiction(now)
        if contradiction is not None:
            return now, contradiction
        _set_aside(now)
        changed = _divide(now) or _squeeze(now) or _substitute(now)
        if not changed and propagated < PROPAGATIONS and not _all_affine(now):
            propagated += 1
            changed = _propagate(now)
        if not changed:
            break
    return now, _contradiction(now)


def _all_affine(now: Simplified) -> bool:
    """Whether a linear program will decide anyway."""
    return all(affine_form(now.fact(i).terms) is not None for i in now.active)


def _contradiction(now: Simplified) -> Combination | OutOfBounds | None:
    for variable, interval in enumerate(now.setting.box):
        if interval.empty:
            ends = {i: f for i, f in enumerate(now.setting.facts) if (said := half_line(f)) and said[0] == variable}
            proof = decide_linear(ends, len(now.setting.box))
            assert isinstance(proof, Combination)
            return proof
    # Constants appear among the facts as steps cancel variables.
    for i, fact in enumerate(now.setting.facts):
        if not variables_of(fact.terms) and not fact.holds_at([Fraction(0)] * len(now.setting.box)):
            proof = decide_linear({i: fact}, len(now.setting.box))
            assert isinstance(proof, Combination)
            return proof
    for i in now.active:
        if refutes(now.fact(i).terms, now.fact(i).relation, now.setting.box):
            return OutOfBounds(i)
    return None


def _set_aside(now: Simplified) -> None:
    """Leave out facts that the box entails, facts said twice, and ``p >= 0`` beside ``p > 0`` or ``p == 0``."""
    kept: dict[tuple[Key, str], int] = {}
    for i in now.active:
        fact = now.fact(i)
        if half_line(fact) is not None:
            continue
        if entails(fact.terms, fact.relation, now.setting.box):
            now.spare.append(i)
        else:
            kept.setdefault((key_of(fact.terms), fact.relation), i)
    weaker = {key for key, relation in kept if relation != ">="}
    now.active = sorted(i for (key, relation), i in kept.items() if relation != ">=" or key not in weaker)


def _divide(now: Simplified) -> bool:
    """Divide out factors whose sign is known; report whether anything changed."""
    changed = False
    for i in list(now.active):
        factors = factors_of(now.fact(i).terms)
        if sum(multiplicity for _, multiplicity in factors) < 2:
            continue
        changed = _exclude_zeros(now, i, factors) or changed
        for step in _divisions(now, i, factors):
            derived = derive(step, now.setting.facts, now.setting.box)
            if derived is None or derived in now.setting.facts:
                continue
            new = now.take(step)
            assert new is not None
            now.active.append(new)
            if not (isinstance(step, Divided) and step.root):
                # Of a square only the sign goes into the new fact, not that it is not zero: there the old one stays.
                now.active.remove(i)
            changed = True
            break
    return changed


def _exclude_zeros(now: Simplified, index: int, factors: tuple[tuple[Terms, int], ...]) -> bool:
    """From a strict fact: those of its factors that could be zero, but have a weak sign, are not."""
    fact = now.fact(index)
    if fact.relation != ">":
        return False
    changed = False
    for factor, _ in factors:
        values = enclose(factor, now.setting.box)
        weak = values.nonnegative or values.nonpositive
        if weak and not (values.positive or values.negative) and _who_states(now, factor) is None:
            new = now.take(Nonzero(index, factor, _quotient(fact.terms, factors, factor)))
            assert new is not None
            if half_line(now.fact(new)) is None:
                now.active.append(new)
            changed = True
    return changed


def _divisions(now: Simplified, index: int, factors: tuple[tuple[Terms, int], ...]) -> list[Divided]:
    """Divisions of one fact that are valid: by all factors of known sign, by one that a fact states, by a square."""
    fact = now.fact(index)
    one: Terms = {(0,) * len(now.setting.box): 1}
    known, unknown, root = one, one, one
    steps: list[Divided] = []
    for factor, multiplicity in factors:
        power = _power(factor, multiplicity)
        if sign_of(factor, now.setting.box) != 0:
            known = multiply(known, power)
            continue
        unknown = multiply(unknown, power)
        by = _who_states(now, factor)
        if by is not None:
            steps.append(Divided(index, factor, _quotient(fact.terms, factors, factor), by=by))
        elif multiplicity > 1:
            root = multiply(root, _power(factor, multiplicity // 2))
    if known != one:
        return [Divided(index, known, _scaled_to(fact.terms, known, unknown))]
    if not steps and fact.relation == ">" and root != one:
        square = multiply(root, root)
        steps.append(Divided(index, square, _remaining(fact.terms, factors, root), root=root))
    return steps


def _power(terms: Terms, power: int) -> Terms:
    result = terms
    for _ in range(power - 1):
        result = multiply(result, terms)
    return result


def _scaled_to(terms: Terms, first: Terms, second: Terms) -> Terms:
    """``second`` with the sign that makes ``first * second`` the primitive polynomial ``terms``."""
    product = multiply(first, second)
    monomial = next(iter(product))
    return second if product[monomial] == terms.get(monomial) else {e: -c for e, c in second.items()}


def _quotient(terms: Terms, factors: tuple[tuple[Terms, int], ...], divisor: Terms) -> Terms:
    rest: Terms = {(0,) * len(next(iter(terms))): 1}
    for factor, multiplicity in factors:
        power = multiplicity - (factor == divisor)
        if power:
            rest = multiply(rest, _power(factor, power))
    return _scaled_to(terms, divisor, rest)


def _remaining(terms: Terms, factors: tuple[tuple[Terms, int], ...], root: Terms) -> Terms:
    """The quotient by the square of ``root``, which holds half of each multiplicity of the unknown factors."""
    inside = {tuple(sorted(f.items())): m for f, m in factors_of(root)}
    rest: Terms = {(0,) * len(next(iter(terms))): 1}
    for factor, multiplicity in factors:
        power = multiplicity - 2 * inside.get(tuple(sorted(factor.items())), 0)
        if power:
            rest = multiply(rest, _power(factor, power))
    return _scaled_to(terms, multiply(root, root), rest)


def _squeeze(now: Simplified) -> bool:
    """Join ``p >= 0`` and ``-p >= 0`` to an equation."""
    seen: dict[tuple[object, ...], int] = {}
    for i in now.active:
        fact = now.fact(i)
        if fact.relation != ">=":
            continue
        opposite = seen.get(tuple(sorted((e, -c) for e, c in fact.terms.items())))
        if opposite is not None:
            new = now.take(Squeezed(opposite, i))
            if new is not None:
                now.active = [k for k in now.active if k not in (i, opposite)] + [new]
                return True
        seen[tuple(sorted(fact.terms.items()))] = i
    return False


def _substitute(now: Simplified) -> bool:
    """Use one equation up: a variable fixed by its range, or one in which an equation is linear."""
    fixed = next((v for v in now.variables() if now.setting.box[v].point), None)
    if fixed is not None:
        ends = now.setting.ends(fixed)
        equation = next((i for i in ends if now.fact(i).relation == "=="), None)
        if equation is None:
            equation = now.take(Squeezed(*ends))
        return equation is not None and _replace(now, equation, fixed)
    for i in now.active:
        if now.fact(i).relation != "==":
            continue
        for variable in _by_simplicity(now.fact(i).terms):
            if _replace(now, i, variable):
                return True
    return False


def _by_simplicity(terms: Terms) -> list[int]:
    """The variables in which a polynomial is linear, those with the simplest coefficient first."""
    slopes = {v: linear_parts(terms, v) for v in variables_of(terms)}
    linear = {v: len(parts[0]) + any(map(any, parts[0])) for v, parts in slopes.items() if parts is not None}
    return sorted(linear, key=lambda v: (linear[v], v))


def _replace(now: Simplified, equation: int, variable: int) -> bool:
    """Substitute for a variable in all active facts and in the ends of its range, if the step is valid."""
    parts = linear_parts(now.fact(equation).terms, variable)
    if parts is None or not parts[0]:
        return False
    by = _who_states(now, parts[0])
    if sign_of(parts[0], now.setting.box, None if by is None else now.fact(by)) == 0:
        return False
    involved = [i for i in now.active if i != equation and variable in variables_of(now.fact(i).terms)]
    ends = [i for i in now.setting.ends(variable) if i != equation]
    before = Simplified(now.setting, list(now.active), list(now.steps), list(now.solved))
    new: list[int] = []
    for i in [*involved, *ends]:
        position = now.take(Substituted(i, equation, variable, by))
        if position is None or len(now.fact(position).terms) > LARGEST:
            now.setting, now.active, now.steps = before.setting, before.active, before.steps
            return False
        new.append(position)
    now.active = [i for i in now.active if i not in involved and i != equation] + [
        i for i in new if half_line(now.fact(i)) is None
    ]
    now.solved.append((equation, variable))
    return True


def _who_states(now: Simplified, slope: Terms) -> int | None:
    """The position of a strict fact about exactly this polynomial or its negative."""
    turned = {e: -c for e, c in slope.items()}
    for i, fact in enumerate(now.setting.facts):
        if fact.relation == ">" and fact.terms in (slope, turned):
            return i
    return None


def _propagate(now: Simplified) -> bool:
    """Narrow ranges by what each fact says about each variable; report whether any became clearly narrower."""
    changed = False
    for i in now.active:
        for variable in variables_of(now.fact(i).terms):
            derived = derive(Bounded(i, variable), now.setting.facts, now.setting.box)
            if derived is None:
                continue
            narrowed = now.setting.having(derived).box[variable]
            if narrowed != now.setting.box[variable] and _clearly(now, variable, derived):
                now.take(Bounded(i, variable))
                changed = True
                if now.setting.box[variable].empty:
                    return True
    return changed


def _clearly(now: Simplified, variable: int, derived: Fact) -> bool:
    """Whether a bound takes away at least a tenth of a range, or gives it its first end on a side."""
    old = now.setting.box[variable]
    new = now.setting.having(derived).box[variable]
    if new.empty or (old.low is None) != (new.low is None) or (old.high is None) != (new.high is None):
        return True
    if old.low is None or old.high is None or new.low is None or new.high is None:
        return False
    width = rational(new.high) - rational(new.low)
    return width * 10 <= (rational(old.high) - rational(old.low)) * 9
