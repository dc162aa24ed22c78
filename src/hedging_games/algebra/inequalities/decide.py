"""Deciding whether a system of polynomial inequalities has a solution: a proof, a point, or an honest "undecided".

1. Simplification (substitution, factors of known sign, bounds) may already end in a contradiction.
2. The parts of a system that share no variable are decided apart.
3. Each part goes through the methods of `methods`, from cheap to dear, until one answers.

Whatever is found is checked again in exact arithmetic before it is returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import Check
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.methods import METHODS, Effort, Limits, Task, Values
from hedging_games.algebra.inequalities.proof import After, Combination, Proof, check
from hedging_games.algebra.inequalities.setting import Setting
from hedging_games.algebra.inequalities.simplify import Simplified, simplify
from hedging_games.algebra.inequalities.system import System, apart
from hedging_games.algebra.polynomials import affine_form, linear_parts, value_at, variables_of
from hedging_games.errors import CouldNotFinish

DEFAULT = Limits()

QUICK = Limits(signs=0, cells=0, parts=40, asking=False)
"""Limits for questions asked in bulk, whose answer may be left open."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``empty`` with its ``proof``; ``witness`` with a point that satisfies everything; or ``undecided``.

    A witness has one exact number per variable, rational where a rational one was found, else algebraic. ``tried`` names
    what was tried in vain where the answer is undecided.
    """

    status: Literal["empty", "witness", "undecided"]
    witness: tuple[Number, ...] | None = None
    proof: Proof | None = None
    tried: tuple[str, ...] = ()

    @property
    def rational_witness(self) -> tuple[Fraction, ...] | None:
        """The witness where all of it is rational."""
        if self.witness is None or not all(isinstance(x, Fraction) for x in self.witness):
            return None
        return tuple(x for x in self.witness if isinstance(x, Fraction))


def decide_empty(system: System, limits: Limits = DEFAULT, check_time: Check | None = None) -> Verdict:
    """Whether a system has no solution (see the module).

    ``check_time`` is called between and inside the steps and may raise to stop the work.
    """
    setting = Setting.of(system)
    effort = Effort(limits, check_time, _decide)
    found = _decide(setting, list(range(len(setting.facts))), effort)
    if found is None:
        return Verdict("undecided", tried=tuple(dict.fromkeys(effort.tried)))
    if isinstance(found, dict):
        point = tuple(found[v] for v in range(len(system.box)))
        if not system.contains(point):
            raise AssertionError(f"{point} was taken for a solution of {system}")
        return Verdict("witness", witness=point)
    if not check(found, system, asking=False):
        raise AssertionError(f"a proof that {system} is empty does not hold")
    return Verdict("empty", proof=found)


def _decide(setting: Setting, active: list[int], effort: Effort) -> Proof | Values | None:
    """Simplify, take the system apart, decide the parts, and put the answer together."""
    if all(affine_form(setting.facts[i].terms) is not None for i in active):
        return _decide_affine(setting, active, effort)
    now, contradiction = simplify(setting, active, effort.check_time)
    if contradiction is not None:
        return After(tuple(now.steps), contradiction) if now.steps else contradiction
    values: Values = {}
    undecided = False
    for part in apart({i: now.fact(i) for i in now.active}):
        answer = _decide_part(now, part, effort)
        if answer is None:
            undecided = True
        elif isinstance(answer, dict):
            values |= answer
        else:
            return After(tuple(now.steps), answer) if now.steps else answer
    return None if undecided else _completed(now, values)


def _decide_affine(setting: Setting, active: list[int], effort: Effort) -> Proof | Values:
    """An affine system goes to the linear program as it is: the proof then speaks of its own facts only."""
    ends = [i for v in range(len(setting.box)) for i in setting.ends(v)]
    used = {i: setting.facts[i] for i in dict.fromkeys([*active, *ends])}
    decided = decide_linear(used, len(setting.box), effort.check_time)
    if isinstance(decided, Combination):
        return decided
    spoken = {v for fact in used.values() for v in variables_of(fact.terms)}
    return {v: decided[v] if v in spoken else setting.box[v].sample() for v in range(len(setting.box))}


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
        try:
            slope = value_at(parts[0], point)
            if slope == 0:
                return None
            values[variable] = -value_at(parts[1], point) / slope
        except CouldNotFinish:
            # The number exists, but in a field too large to compute in.
            return None
    return values


def _decide_part(now: Simplified, part: list[int], effort: Effort) -> Proof | Values | None:
    """Decide facts that hang together, by the methods in turn."""
    variables = sorted({v for i in part for v in variables_of(now.fact(i).terms)})
    ends = [i for v in variables for i in now.setting.ends(v)]
    used = {i: now.fact(i) for i in dict.fromkeys([*part, *ends])}
    spare = {i: now.fact(i) for i in now.spare if set(variables_of(now.fact(i).terms)) <= set(variables)}
    task = Task(now.setting, part, used, variables, effort, spare)
    for method in METHODS:
        if effort.check_time is not None:
            effort.check_time()
        answer = method(task)
        if isinstance(answer, tuple):
            return {v: answer[v] for v in variables}
        if answer is not None:
            return answer
    return None
