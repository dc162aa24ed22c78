"""Asking z3 (de Moura and Bjørner 2008), in this process: its points are checked exactly, its "unsat" is its word.

Variables are renamed, so no name of a model ever reaches it. Each `Oracle` has a context of its own and a fixed seed, and what a
question may cost is a count of z3's own steps, so that answers depend neither on the machine, nor on what else it is busy with, nor on
earlier questions elsewhere. What it forgets to count is ended after so much CPU time, never by a clock on the wall. Its word is not a
proof that can be checked here: see `proof.Asked`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from threading import Thread
from time import process_time
from typing import Any, Literal

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import Terms, degree_of
from hedging_games.errors import CouldNotFinish

NAME = "z3"
"""By whose word it is, where a result rests on it."""

BY_WORD = f"by {NAME}'s word"
"""The remark on whatever rests on it, for people."""

BRIEF = 200_000
"""What a question may cost at first, in z3's count of its steps: most need no more."""

STEPS = 1_000_000
"""What one question may cost the incremental solver, in z3's count of its steps (about half a second)."""

INCREMENTAL_DEGREE = 8
"""Degree of a formula beyond which the incremental solver is not asked of it: at 9 it took a minute, heeding no limit."""

NONLINEAR_STEPS, BRIEF_NONLINEAR = 1_000_000, 100_000
"""What it may then cost the solver for polynomials (Jovanović and de Moura 2012), whose steps are shorter; and if its answer would only be
convenient."""

HARD, NONLINEAR_HARD = 16, 4
"""How many times as much a question may cost on whose answer everything hangs. The longest of the 43 questions about the catalogue
that the solver for polynomials answers took 0.17 s, about what `NONLINEAR_STEPS` take."""

CPU_SECONDS, HARD_CPU_SECONDS = 2.0, 10.0
"""CPU time for an attempt at a question, should z3 forget to count: it does in the arithmetic of irrational numbers. More than the counted
steps take."""

GLANCE = 0.25
"""Seconds between two looks at the CPU time that a long attempt has taken."""

GRACE = 0.25
"""Seconds for which an interrupted attempt is waited for: it ends much sooner as a rule."""

DENOMINATORS = (4, 12, 60)
"""Denominators tried first, as points that are easier to read."""

DIGITS = 12
"""Decimal digits to which an irrational coordinate is first approximated."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``sat`` with a point, checked where a judge was given, if one was found; ``unsat`` with the keys that it needs; or ``unknown``."""

    answer: Literal["sat", "unsat", "unknown"]
    point: tuple[Number, ...] | None = None
    core: tuple[int, ...] = ()


UNKNOWN = Answer("unknown")

Judge = Callable[[tuple[Number, ...]], bool]
"""Tells exactly whether a point is a solution."""


class Oracle:
    """A solver with facts in ``size`` variables that always hold, and conditions that a question may name by a key.

    What it has learned from one question serves the next.
    """

    def __init__(self, facts: Iterable[Fact], size: int) -> None:
        from importlib import import_module

        z3: Any = import_module("z3")
        self._z3 = z3
        # A time limit or Ctrl-C may leave a context half made: it is then freed without a complaint that it owns nothing.
        z3.Context.owner = False
        self.context = z3.Context()
        self.unknowns = [z3.Real(f"x{i}", self.context) for i in range(size)]
        self._conditions: dict[int, Any] = {}
        self._proxies: dict[int, tuple[Any, Any]] = {}
        self._sums: dict[int, tuple[Terms, Any]] = {}
        self._values: dict[int, Any] = {}
        self.long = 0
        """Attempts so far that may have taken long."""
        self._thread: Thread | None = None
        self._degrees: dict[int, int] = {}
        always = list(facts)
        self._degree = max((degree_of(fact.terms) for fact in always), default=1)
        self._facts = [self.compared(fact.terms, fact.relation) for fact in always]
        self._solver = z3.SimpleSolver(ctx=self.context)
        self._solver.set(ctrl_c=False, random_seed=0)
        self._solver.add(self._facts)
        self._tactic = z3.Tactic("qfnra-nlsat", ctx=self.context)
        self._apart: dict[int, Any] = {}

    def compared(self, terms: Terms, relation: str) -> Any:
        """``terms relation 0`` in z3's terms; the relation is one of >, >=, ==, <=, < and !=."""
        left = self._sum(terms)
        zero = self._number(0)
        match relation:
            case ">":
                return left > zero
            case ">=":
                return left >= zero
            case "<":
                return left < zero
            case "<=":
                return left <= zero
            case "!=":
                return left != zero
            case _:
                return left == zero

    def all_of(self, parts: Sequence[Any]) -> Any:
        """The conjunction of conditions in z3's terms."""
        return self._z3.BoolRef(self._z3.Z3_mk_and(self.context.ref(), *self._listed(parts)), self.context)

    def any_of(self, parts: Sequence[Any]) -> Any:
        """The disjunction of conditions in z3's terms."""
        return self._z3.BoolRef(self._z3.Z3_mk_or(self.context.ref(), *self._listed(parts)), self.context)

    def _listed(self, parts: Sequence[Any]) -> tuple[int, Any]:
        """Terms as the functions beneath z3's Python classes take them, which check and convert every one: half of the time."""
        return len(parts), (self._z3.Ast * len(parts))(*(part.as_ast() for part in parts))

    @property
    def is_busy(self) -> bool:
        """Whether z3 still works at a question that was interrupted: it will end, but until then no term may be made."""
        return self._thread is not None and self._thread.is_alive()

    def knows(self, key: int) -> bool:
        """Whether a condition has this key."""
        return key in self._conditions

    def name(self, key: int, condition: Any, degree: int) -> None:
        """Give a condition in z3's terms a key; ``degree`` is the highest of its polynomials."""
        self._degrees[key] = degree
        self._conditions[key] = condition

    def _proxy(self, key: int) -> tuple[Any, Any]:
        """What stands for a condition in a question, and what says so; the incremental solver learns of it where it may be asked."""
        if key not in self._proxies:
            proxy = self._z3.Bool(f"c{key}", self.context)
            implied = self._z3.Implies(proxy, self._conditions[key])
            if self._degrees[key] <= INCREMENTAL_DEGREE:
                self._solver.add(implied)
            self._proxies[key] = proxy, implied
        return self._proxies[key]

    def ask(self, keys: Sequence[int], holds: Judge | None = None, *, hard: bool = False) -> Answer:
        """Whether conditions have a common solution; ``holds`` judges a point exactly (None: z3's own is taken)."""
        times = HARD if hard else 1
        answer = UNKNOWN
        proxies = {key: self._proxy(key) for key in keys}
        degree = max([self._degree, *(self._degrees[key] for key in keys)])
        if degree <= INCREMENTAL_DEGREE:
            self._solver.set(rlimit=BRIEF)
            answer = self._put(self._solver, keys, holds, hard=False)
            if answer.answer == "unknown":
                self.long += 1
                self._solver.set(rlimit=times * STEPS)
                answer = self._put(self._solver, keys, holds, hard=hard)
        if answer.answer != "unknown" or degree == 1:
            return answer
        self.long += 1
        solver = self._tactic.solver()
        solver.set(ctrl_c=False, unsat_core=True)
        solver.set(rlimit=(NONLINEAR_HARD if hard else 1) * NONLINEAR_STEPS)
        solver.add(self._facts)
        solver.add([implied for _, implied in proxies.values()])
        return self._put(solver, keys, holds, hard=hard)

    def ask_apart(
        self, keys: Sequence[int], holds: Judge | None = None, *, hard: bool = False, brief: bool = False
    ) -> Answer:
        """As `ask`, by a solver of its own that knows of nothing else: for many small questions about polynomials."""
        solver = self._nonlinear(BRIEF_NONLINEAR if brief else (HARD if hard else 1) * NONLINEAR_STEPS)
        self._assert(solver, (self._conditions[key] for key in keys))
        verdict = self._checked(solver, (), hard=hard)
        if verdict == self._z3.unsat:
            return Answer("unsat", core=tuple(keys))
        return UNKNOWN if verdict != self._z3.sat else self._found(solver, holds)

    def _nonlinear(self, steps: int) -> Any:
        """A solver told the facts alone, once: it begins every question anew."""
        solver = self._apart.get(steps)
        if solver is None:
            # What the tactic does before its search pays for large questions only.
            solver = self._z3.Then("simplify", "tseitin-cnf", "nlsat", ctx=self.context).solver()
            solver.set(ctrl_c=False, rlimit=steps)
            self._assert(solver, self._facts)
            self._apart[steps] = solver
        # Now and not after the last question: a time limit may have struck on any line of that.
        solver.pop(solver.num_scopes())
        solver.push()
        return solver

    def _assert(self, solver: Any, conditions: Iterable[Any]) -> None:
        """What the methods of z3's Python classes do, without looking at every argument again: a fifth of the time."""
        for condition in conditions:
            self._z3.Z3_solver_assert(self.context.ref(), solver.solver, condition.as_ast())

    def _put(self, solver: Any, keys: Sequence[int], holds: Judge | None, *, hard: bool) -> Answer:
        proxies = {key: self._proxy(key)[0] for key in keys}
        verdict = self._checked(solver, list(proxies.values()), hard=hard)
        if verdict == self._z3.unsat:
            needed = {proxy.get_id() for proxy in solver.unsat_core()}
            return Answer("unsat", core=tuple(key for key, proxy in proxies.items() if proxy.get_id() in needed))
        return UNKNOWN if verdict != self._z3.sat else self._found(solver, holds)

    def _found(self, solver: Any, holds: Judge | None) -> Answer:
        model = solver.model()
        values = [model.eval(x, model_completion=True) for x in self.unknowns]
        if holds is not None:
            return self._judged(values, holds)
        is_rational = all(hasattr(value, "as_fraction") for value in values)
        return Answer("sat", tuple(map(_fraction, values)) if is_rational else None)

    def _checked(self, solver: Any, proxies: Sequence[Any], *, hard: bool) -> Any:
        """z3's verdict, waited for in such a way that an interruption, and too much CPU time, interrupt z3 as well."""
        verdicts = []

        def work() -> None:
            # What z3 raises, running out of memory for one, says no more than that it does not know.
            with suppress(self._z3.Z3Exception):
                verdicts.append(solver.check(proxies))

        end = process_time() + (HARD_CPU_SECONDS if hard else CPU_SECONDS)
        self._thread = Thread(target=work, daemon=True)
        try:
            self._thread.start()
            while self._thread.is_alive():
                self._thread.join(GLANCE)
                if process_time() > end:
                    self.context.interrupt()
        except BaseException:
            self.context.interrupt()
            if self.is_busy:
                self._thread.join(GRACE)
            raise
        return verdicts[0] if verdicts else self._z3.unknown

    def _judged(self, values: Sequence[Any], holds: Judge) -> Answer:
        for point in _points(values):
            try:
                if holds(point):
                    return Answer("sat", point)
            except CouldNotFinish:
                continue
        return UNKNOWN

    def _sum(self, terms: Terms) -> Any:
        known = self._sums.get(id(terms))
        if known is not None:
            return known[1]
        total = self._number(0)
        if terms:
            products = [self._product(powers, int(coefficient)) for powers, coefficient in terms.items()]
            added = self._z3.Z3_mk_add(self.context.ref(), *self._listed(products))
            total = self._z3.ArithRef(added, self.context)
        self._sums[id(terms)] = (terms, total)
        return total

    def _product(self, powers: Sequence[int], coefficient: int) -> Any:
        factors = [self.unknowns[i] for i, power in enumerate(powers) for _ in range(power)]
        if coefficient != 1 or not factors:
            factors.insert(0, self._number(coefficient))
        if len(factors) == 1:
            return factors[0]
        return self._z3.ArithRef(self._z3.Z3_mk_mul(self.context.ref(), *self._listed(factors)), self.context)

    def _number(self, value: int) -> Any:
        if value not in self._values:
            self._values[value] = self._z3.RealVal(value, self.context)
        return self._values[value]


def ask(facts: Sequence[Fact], size: int) -> Answer:
    """Ask z3 once whether facts in ``size`` variables have a common solution; the core names facts by position."""
    oracle = Oracle([], size)
    for i, fact in enumerate(facts):
        oracle.name(i, oracle.compared(fact.terms, fact.relation), degree_of(fact.terms))
    return oracle.ask(range(len(facts)), lambda point: all(fact.holds_at(point) for fact in facts), hard=True)


def _points(values: Sequence[Any]) -> Iterator[tuple[Number, ...]]:
    """The values as exact points: simple fractions near them, fractions, and as they are where some are irrational."""
    near = [_fraction(value) for value in values]
    for denominator in DENOMINATORS:
        yield tuple(x.limit_denominator(denominator) for x in near)
    yield tuple(near)
    if not all(hasattr(value, "as_fraction") for value in values):
        yield tuple(_exact(value) for value in values)


def _fraction(value: Any) -> Fraction:
    """A value of z3, or a fraction near it if it is irrational."""
    rational = value if hasattr(value, "as_fraction") else value.approx(DIGITS)
    return Fraction(rational.as_string())


def _exact(value: Any) -> Number:
    """A value of z3 as it is."""
    if hasattr(value, "as_fraction"):
        return _fraction(value)
    roots: tuple[Number, ...] = real_roots([Fraction(c.as_string()) for c in value.poly()])
    return roots[int(value.index()) - 1]
