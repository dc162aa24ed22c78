"""Deciding whether a system of polynomial inequalities has a solution: a proof, a point, or an honest "undecided".

The methods are tried from cheap to dear; whatever they find is checked again in exact arithmetic before it is returned.

1. simplification (substitution, factors of known sign, bounds) may already end in a contradiction;
2. the parts of a system that share no variable are decided apart;
3. affine systems and systems in one variable are always decided, exactly;
4. a search for a solution among evenly spread points;
5. combinations of products of facts, proposed in floats and solved exactly;
6. cases by the sign of a factor; halving the box;
7. z3 and cvc5, where installed, within a time limit, each other's check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.cells.line import solve_line
from hedging_games.algebra.cells.roots import Number, RealRoot
from hedging_games.algebra.inequalities.branch import prove_by_halving
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.polynomials import (
    Terms,
    affine_form,
    linear_parts,
    univariate,
    value_at,
    variables_of,
)
from hedging_games.algebra.inequalities.products import prove_by_products
from hedging_games.algebra.inequalities.proof import (
    After,
    Asked,
    Combination,
    OneVariable,
    Proof,
    Signs,
    check,
    minus,
)
from hedging_games.algebra.inequalities.setting import Setting
from hedging_games.algebra.inequalities.simplify import Simplified, simplify
from hedging_games.algebra.inequalities.smt import ask, installed
from hedging_games.algebra.inequalities.system import Fact, System, holds
from hedging_games.algebra.inequalities.witness import find_witness

Check = Callable[[], None]
Values = dict[int, Number]
"""Numbers for some of the variables, by position."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard to try. Everything but the solvers' time is a count, so that answers do not depend on the machine.

    ``samples`` points are looked at first and ``deep_samples`` later; ``products`` is the largest number of facts
    multiplied; ``signs`` the depth of cases by sign; ``parts`` and ``hard_parts`` bound the halving of the box, without and with
    products; ``solver_seconds`` is the time of each outside solver (0: they are not asked).
    """

    samples: int = 256
    deep_samples: int = 4096
    products: int = 2
    signs: int = 2
    parts: int = 400
    hard_parts: int = 12
    solver_seconds: float = 10.0


QUICK = Limits(deep_samples=0, signs=0, parts=40, hard_parts=0, solver_seconds=0)
"""Limits for questions asked in bulk, whose answer may be left open."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``empty`` with its ``proof``; ``witness`` with a point that satisfies everything; or ``undecided``.

    A witness has one exact number per variable; all are rational but for variables that stand alone in their facts,
    which may be irrational roots. ``tried`` names what was tried in vain where the answer is undecided.
    """

    status: Literal["empty", "witness", "undecided"]
    witness: tuple[Number, ...] | None = None
    proof: Proof | None = None
    tried: tuple[str, ...] = ()

    @property
    def rational_witness(self) -> tuple[Fraction, ...] | None:
        """The witness where all of it is rational."""
        if self.witness is None or any(isinstance(x, RealRoot) for x in self.witness):
            return None
        return tuple(x for x in self.witness if isinstance(x, Fraction))


DEFAULT = Limits()


def decide_empty(system: System, limits: Limits = DEFAULT, check_time: Check | None = None) -> Verdict:
    """Whether a system has no solution (see the module).

    ``check_time`` is called between and inside the steps and may raise to stop the work.
    """
    setting = Setting.of(system)
    size = len(system.box)
    effort = _Effort(limits, check_time, [])
    found = _decide(setting, list(range(len(setting.facts))), effort)
    if found is None:
        return Verdict("undecided", tried=tuple(dict.fromkeys(effort.tried)))
    if isinstance(found, dict):
        point = tuple(found[v] for v in range(size))
        if not _satisfies(point, system):
            raise AssertionError(f"{point} was taken for a solution of {system}")
        return Verdict("witness", witness=point)
    if not check(found, system, asking=False):
        raise AssertionError(f"a proof that {system} is empty does not hold")
    return Verdict("empty", proof=found)


def _satisfies(point: Sequence[Number], system: System) -> bool:
    """Whether a point satisfies a system exactly; irrational numbers only in facts of their own variable."""
    for fact in system.facts():
        irrational = [v for v in variables_of(fact.terms) if isinstance(point[v], RealRoot)]
        if irrational:
            root, coefficients = point[irrational[0]], univariate(fact.terms, irrational[0])
            if coefficients is None or not isinstance(root, RealRoot):
                return False
            sign = root.sign_of(coefficients)
            if not holds(sign, fact.relation):
                return False
        elif not fact.holds_at([x if isinstance(x, Fraction) else Fraction(0) for x in point]):
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Effort:
    """How hard to try, when to stop, and what was tried in vain so far."""

    limits: Limits
    check_time: Check | None
    tried: list[str]


def _decide(setting: Setting, active: list[int], effort: _Effort) -> Proof | Values | None:
    """Simplify, take the system apart, decide the parts, and put the answer together."""
    now, contradiction = simplify(setting, active, effort.check_time)
    if contradiction is not None:
        return After(tuple(now.steps), contradiction) if now.steps else contradiction
    values: Values = {}
    undecided = False
    for part in _parts(now):
        answer = _decide_part(now, part, effort)
        if answer is None:
            undecided = True
        elif isinstance(answer, dict):
            values |= answer
        else:
            return After(tuple(now.steps), answer) if now.steps else answer
    return None if undecided else _completed(now, values)


def _parts(now: Simplified) -> list[list[int]]:
    """The active facts grouped so that different groups share no variable, small groups first."""
    groups: list[tuple[set[int], list[int]]] = []
    for i in now.active:
        used = set(variables_of(now.fact(i).terms))
        joined = [i]
        apart = []
        for variables, members in groups:
            if variables & used:
                used |= variables
                joined = members + joined
            else:
                apart.append((variables, members))
        groups = [*apart, (used, joined)]
    return [sorted(members) for _, members in sorted(groups, key=lambda g: (len(g[0]), min(g[1])))]


def _completed(now: Simplified, values: Values) -> Values | None:
    """All variables: those decided, free ones anywhere in their range, and those that equations determine."""
    size = len(now.setting.box)
    determined = {variable for _, variable in now.solved}
    for v in range(size):
        if v not in values and v not in determined:
            values[v] = now.setting.box[v].sample()
    for equation, variable in reversed(now.solved):
        parts = linear_parts(now.fact(equation).terms, variable)
        assert parts is not None
        point = [values.get(v, Fraction(0)) for v in range(size)]
        used = {v for terms in parts for v in variables_of(terms)}
        if any(isinstance(point[v], RealRoot) for v in used):
            return None
        rational = [x if isinstance(x, Fraction) else Fraction(0) for x in point]
        slope = value_at(parts[0], rational)
        if slope == 0:
            return None
        values[variable] = -value_at(parts[1], rational) / slope
    return values


def _decide_part(now: Simplified, part: list[int], effort: _Effort) -> Proof | Values | None:
    """Decide facts that hang together, by the methods in turn."""
    variables = sorted({v for i in part for v in variables_of(now.fact(i).terms)})
    setting = now.setting
    ends = [i for v in variables for i in setting.ends(v)]
    used = {i: setting.facts[i] for i in dict.fromkeys([*part, *ends])}
    facts = list(used.values())
    if len(variables) == 1:
        return _decide_line(used, variables[0], setting.box[variables[0]], effort.check_time)
    affine = {i: fact for i, fact in used.items() if affine_form(fact.terms) is not None}
    linear = decide_linear(affine, len(setting.box), effort.check_time)
    if isinstance(linear, Combination):
        return linear
    if len(affine) == len(used) or all(fact.holds_at(linear) for fact in facts):
        return {v: linear[v] for v in variables}
    point = find_witness(facts, setting.box, effort.limits.samples, climb=False, check=effort.check_time)
    if point is None:
        certificate = prove_by_products(used, setting.box, effort.limits.products, effort.check_time)
        if certificate is not None:
            return certificate
        effort.tried.append(f"products of {effort.limits.products}")
        point = find_witness(facts, setting.box, effort.limits.samples, check=effort.check_time)
    if point is None and effort.limits.signs:
        answer = _by_signs(setting, part, effort)
        if answer is not None:
            return {v: answer[v] for v in variables} if isinstance(answer, dict) else answer
    if point is None:
        return _decide_hard(setting, part, used, variables, effort)
    return {v: point[v] for v in variables}


def _decide_line(used: Mapping[int, Fact], variable: int, within: Interval, check_time: Check | None) -> Proof | Values:
    """One variable: the real roots decide."""
    asked = [(univariate(fact.terms, variable) or (), fact.relation) for fact in used.values()]
    pieces = solve_line(asked, within, check_time)
    return {variable: pieces[0].sample()} if pieces else OneVariable(variable, tuple(used))


def _by_signs(setting: Setting, part: list[int], effort: _Effort) -> Proof | Values | None:
    """Three cases by the sign of a factor (or of what an equation must be divided by) that is not known."""
    terms = _undecided_factor(setting, part)
    if terms is None:
        return None
    less = replace(effort.limits, signs=effort.limits.signs - 1, solver_seconds=0, deep_samples=0)
    inner = replace(effort, limits=less)
    proofs: list[Proof] = []
    open_case = False
    for fact in (Fact(minus(terms), ">"), Fact(terms, "=="), Fact(terms, ">")):
        extended = setting.having(fact)
        answer = _decide(extended, [*part, len(setting.facts)], inner)
        if isinstance(answer, dict):
            return answer
        if answer is None:
            open_case = True
        else:
            proofs.append(answer)
    return None if open_case else Signs(terms, *proofs)


def _undecided_factor(setting: Setting, part: list[int]) -> Terms | None:
    for i in part:
        fact = setting.facts[i]
        factors = factors_of(fact.terms)
        if len(factors) > 1:
            return min((factor for factor, _ in factors), key=lambda f: (len(f), sorted(f.items())))
    for i in part:
        fact = setting.facts[i]
        if fact.relation == "==":
            slopes = [p[0] for v in variables_of(fact.terms) if (p := linear_parts(fact.terms, v)) is not None]
            if slopes:
                return min(slopes, key=lambda f: (len(f), sorted(f.items())))
    return None


def _decide_hard(
    setting: Setting,
    part: list[int],
    used: Mapping[int, Fact],
    variables: list[int],
    effort: _Effort,
) -> Proof | Values | None:
    """Halving, more samples, halving with products, and the solvers outside."""
    inequalities = {i: used[i] for i in part}
    facts = list(used.values())
    for parts, order in ((effort.limits.parts, 0), (effort.limits.hard_parts, effort.limits.products)):
        if parts:
            found = prove_by_halving(setting, inequalities, parts, order=order, check=effort.check_time)
            if isinstance(found, tuple):
                return {v: found[v] for v in variables}
            if found is not None:
                return found
            effort.tried.append(f"{parts} parts of the box" + (f" with products of {order}" if order else ""))
        if order == 0 and effort.limits.deep_samples:
            point = find_witness(facts, setting.box, effort.limits.deep_samples, check=effort.check_time)
            if point is not None:
                return {v: point[v] for v in variables}
            effort.tried.append(f"{effort.limits.deep_samples} points")
    return _ask_solvers(setting, used, variables, effort)


def _ask_solvers(
    setting: Setting,
    used: Mapping[int, Fact],
    variables: list[int],
    effort: _Effort,
) -> Proof | Values | None:
    """Their points are checked; their "unsat" counts as a proof that names them, unless they disagree."""
    if not effort.limits.solver_seconds:
        return None
    agreed = []
    for name in installed():
        if effort.check_time is not None:
            effort.check_time()
        answer = ask(name, list(used.values()), len(setting.box), effort.limits.solver_seconds)
        point = answer.point
        if point is not None and all(fact.holds_at(point) for fact in used.values()):
            return {v: point[v] for v in variables}
        if answer.answer == "sat":
            effort.tried.append(f"{name} (a solution, not rational)")
            return None
        if answer.answer == "unsat":
            agreed.append(name)
        else:
            effort.tried.append(f"{name} within {effort.limits.solver_seconds:g} s")
    # The box stands in the facts used; all facts of the setting are asked again when the proof is checked.
    return Asked(tuple(agreed), effort.limits.samples + effort.limits.deep_samples) if agreed else None
