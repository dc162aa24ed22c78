"""The methods by which a system is decided, each alone, in the order in which they are tried.

A method takes a task and returns a proof that the task's facts have no common solution, a solution (a point, or numbers for the
task's variables), or None where it has no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hedging_games.algebra.cells.line import solve_line
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.inequalities.branch import prove_by_halving
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.pair import solve_pair
from hedging_games.algebra.inequalities.products import prove_by_products
from hedging_games.algebra.inequalities.proof import (
    Asked,
    Combination,
    OneVariable,
    Proof,
    Signs,
    TwoVariables,
    minus,
)
from hedging_games.algebra.inequalities.setting import Setting
from hedging_games.algebra.inequalities.smt import NAME, ask
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.inequalities.witness import find_witness
from hedging_games.algebra.polynomials import (
    Terms,
    affine_form,
    degree_of,
    linear_parts,
    univariate,
    variables_of,
)
from hedging_games.errors import CouldNotFinish

Values = dict[int, Number]
"""Numbers for some of the variables, by position."""

Found = Proof | Values | tuple[Number, ...] | None

HIGHEST_DEGREE = 8
"""Degree beyond which two variables are not decided by cells."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard to try. Everything is a count, so that answers do not depend on the machine.

    ``samples`` points are looked at first; ``products`` is the largest number of facts multiplied; ``cells`` the number of facts in two variables up to which the plane is cut into cells; ``signs`` the depth of
    cases by sign; ``parts`` bounds the halving of the box; ``asking`` says whether z3 is asked.
    """

    samples: int = 256
    products: int = 2
    cells: int = 24
    signs: int = 2
    parts: int = 400
    asking: bool = True


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try, when to stop, how to decide a case of its own, and what was tried in vain so far."""

    limits: Limits
    check_time: Check | None
    decide: Callable[[Setting, list[int], Effort], Proof | Values | None]
    tried: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Task:
    """Facts that hang together: their positions (``part``), and with the ends of their variables' ranges (``used``).

    ``spare`` are further facts, which follow from the box. ``told`` : whether z3 has said that there is no solution.
    """

    setting: Setting
    part: list[int]
    used: dict[int, Fact]
    variables: list[int]
    effort: Effort
    spare: dict[int, Fact]
    told: bool = False

    @property
    def facts(self) -> list[Fact]:
        """The facts with the ends of the ranges."""
        return list(self.used.values())

    @property
    def limits(self) -> Limits:
        """How hard to try."""
        return self.effort.limits


def by_roots(task: Task) -> Found:
    """One variable: the real roots decide."""
    if len(task.variables) != 1:
        return None
    variable = task.variables[0]
    asked = [(univariate(fact.terms, variable) or (), fact.relation) for fact in task.facts]
    pieces = solve_line(asked, task.setting.box[variable], task.effort.check_time or no_check)
    return {variable: pieces[0].sample()} if pieces else OneVariable(variable, tuple(task.used))


def by_linear_program(task: Task) -> Found:
    """The affine facts alone may contradict each other; if there are no others they are decided either way."""
    affine = {i: fact for i, fact in task.used.items() if affine_form(fact.terms) is not None}
    decided = decide_linear(affine, len(task.setting.box), task.effort.check_time)
    if isinstance(decided, Combination):
        return decided
    return decided if all(fact.holds_at(decided) for fact in task.facts) else None


def by_samples(task: Task) -> Found:
    """Points spread over the box."""
    if not task.limits.samples:
        return None
    search = find_witness(task.facts, task.setting.box, task.limits.samples, climb=False, check=task.effort.check_time)
    return search.point


def by_products(task: Task) -> Found:
    """Products of facts that cancel."""
    order = task.limits.products
    return prove_by_products({**task.used, **task.spare}, task.setting.box, order, check=task.effort.check_time)


def by_climbing(task: Task) -> Found:
    """From the best points uphill; where that fails, products again, with squares centred where it ended."""
    if not task.limits.samples:
        return None
    search = find_witness(task.facts, task.setting.box, task.limits.samples, check=task.effort.check_time)
    if search.point is not None or search.closest is None:
        return search.point
    order = task.limits.products
    found = prove_by_products(
        {**task.used, **task.spare}, task.setting.box, order, hint=search.closest, check=task.effort.check_time
    )
    if found is None:
        task.effort.tried.append(f"products of {order}")
    return found


def by_cells(task: Task) -> Found:
    """Two variables: a complete decomposition of the plane decides."""
    degree = max(degree_of(fact.terms) for fact in task.facts)
    if len(task.variables) != 2 or len(task.used) > task.limits.cells or degree > HIGHEST_DEGREE:
        return None
    first, second = task.variables
    try:
        found = solve_pair(task.facts, (first, second), task.setting.box, task.effort.check_time)
    except CouldNotFinish:
        task.effort.tried.append("cells of the plane")
        return None
    return {first: found[0], second: found[1]} if found else TwoVariables(first, second, tuple(task.used))


def by_signs(task: Task) -> Found:
    """Three cases by the sign of a factor (or of what an equation must be divided by) that is not known."""
    if not task.limits.signs:
        return None
    terms = _undecided_factor(task)
    if terms is None:
        return None
    less = replace(task.limits, signs=task.limits.signs - 1, asking=False)
    proofs: list[Proof] = []
    for fact in (Fact(minus(terms), ">"), Fact(terms, "=="), Fact(terms, ">")):
        extended = task.setting.having(fact)
        case = replace(task.effort, limits=less)
        answer = case.decide(extended, [*task.part, len(task.setting.facts)], case)
        if isinstance(answer, dict):
            return answer
        if answer is not None:
            proofs.append(answer)
    return Signs(terms, *proofs) if len(proofs) == 3 else None


def _undecided_factor(task: Task) -> Terms | None:
    facts = [task.setting.facts[i] for i in task.part]
    for fact in facts:
        factors = factors_of(fact.terms)
        if len(factors) > 1:
            return min((factor for factor, _ in factors), key=_simplicity)
    for fact in facts:
        if fact.relation == "==":
            slopes = [parts[0] for v in variables_of(fact.terms) if (parts := linear_parts(fact.terms, v)) is not None]
            if slopes:
                return min(slopes, key=_simplicity)
    return None


def _simplicity(terms: Terms) -> tuple[int, list[tuple[tuple[int, ...], int]]]:
    return len(terms), sorted(terms.items())


def by_halving(task: Task) -> Found:
    """The box cut in halves, each refuted by bounds."""
    parts = task.limits.parts
    if not parts:
        return None
    inequalities = {i: task.used[i] for i in task.part}
    found = prove_by_halving(task.setting, inequalities, parts, check=task.effort.check_time)
    if found is None:
        task.effort.tried.append(f"{parts} parts of the box")
    return found


def by_asking(task: Task) -> Found:
    """z3 may know a point, which is checked; where it says that there is none, only a proof is still sought."""
    if not task.limits.asking:
        return None
    answer = ask(task.facts, len(task.setting.box))
    if answer.answer == "unsat":
        task.told = True
    elif answer.point is None:
        task.effort.tried.append(NAME)
    return answer.point


def by_word(task: Task) -> Found:
    """What z3 said, as its word, where no proof was found."""
    return Asked((NAME,), task.limits.samples) if task.told else None


METHODS: tuple[Callable[[Task], Found], ...] = (
    by_roots,
    by_linear_program,
    by_samples,
    by_products,
    by_asking,
    by_climbing,
    by_cells,
    by_signs,
    by_halving,
    by_word,
)
