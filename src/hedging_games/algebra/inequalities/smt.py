"""Asking z3 and cvc5, where they are installed (the ``proofs`` extra), in a process of their own under a time limit.

Both are asked in the standard language SMT-LIB 2 (Barrett, Fontaine, Tinelli 2017), theory of nonlinear real
arithmetic. Variables are renamed, so no name of a model ever reaches a solver. Their word is not a proof that can be
checked here: see `proof.Asked`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from hedging_games.algebra.inequalities.polynomials import Point, Terms, variables_of
from hedging_games.algebra.inequalities.system import Fact

SOLVERS = ("z3", "cvc5")
"""The modules that may be asked, in order."""

SECONDS = 10.0
"""Time a solver has for one question, start of its process included."""

LONGEST_ANSWER = 200_000
"""Characters of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``sat``, ``unsat`` or ``unknown``; with ``sat`` the point, where all its coordinates are rational."""

    solver: str
    answer: Literal["sat", "unsat", "unknown"]
    point: Point | None = None


@cache
def installed() -> tuple[str, ...]:
    """The solvers that can be asked here."""
    from importlib.util import find_spec

    return tuple(name for name in SOLVERS if find_spec(name) is not None)


def ask(solver: str, facts: Sequence[Fact], size: int, seconds: float = SECONDS) -> Answer:
    """Ask one solver whether facts in ``size`` variables have a common solution.

    A solver that is missing, fails or takes longer than ``seconds`` answers "unknown".
    """
    import subprocess
    import sys

    if solver not in installed():
        return Answer(solver, "unknown")
    worker = Path(__file__).with_name("smt_process.py")
    question = smt_text(facts, size)
    try:
        done = subprocess.run(  # noqa: S603 (this very interpreter, on a file of this package)
            [sys.executable, "-P", str(worker), solver, str(max(1, int(1000 * seconds)))],
            input=question,
            capture_output=True,
            text=True,
            timeout=seconds + 1.0,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(solver, "unknown")
    return _read(solver, done.stdout[:LONGEST_ANSWER], facts, size)


def smt_text(facts: Sequence[Fact], size: int) -> str:
    """The question as an SMT-LIB 2 script; variable i is called ``xi``."""
    used = sorted({v for fact in facts for v in variables_of(fact.terms)})
    lines = ["(set-option :produce-models true)", "(set-logic QF_NRA)"]
    lines += [f"(declare-const x{v} Real)" for v in used]
    for fact in facts:
        relation = "=" if fact.relation == "==" else fact.relation
        lines.append(f"(assert ({relation} {_sum(fact.terms)} 0.0))")
    lines.append("(check-sat)")
    if used:
        lines.append("(get-value (" + " ".join(f"x{v}" for v in used if v < size) + "))")
    return "\n".join(lines) + "\n"


def _sum(terms: Terms) -> str:
    products = []
    for exponents, coefficient in terms.items():
        factors = [f"x{i}" for i, power in enumerate(exponents) for _ in range(power)]
        size = f"{abs(int(coefficient))}.0"
        factors.insert(0, f"(- {size})" if coefficient < 0 else size)
        products.append(factors[0] if len(factors) == 1 else "(* " + " ".join(factors) + ")")
    if not products:
        return "0.0"
    return products[0] if len(products) == 1 else "(+ " + " ".join(products) + ")"


def _read(solver: str, text: str, facts: Sequence[Fact], size: int) -> Answer:
    first, _, rest = text.strip().partition("\n")
    if first == "unsat":
        return Answer(solver, "unsat")
    if first != "sat":
        return Answer(solver, "unknown")
    values = _values(rest)
    used = sorted({v for fact in facts for v in variables_of(fact.terms)})
    if any(f"x{v}" not in values for v in used):
        return Answer(solver, "sat")
    return Answer(solver, "sat", tuple(values.get(f"x{v}", Fraction(0)) for v in range(size)))


_WORD = re.compile(r"[()]|[^\s()]+")
_NUMERAL = re.compile(r"\d+(\.\d+)?", re.ASCII)


def _values(text: str) -> dict[str, Fraction]:
    """The rational values of a ``get-value`` answer such as ``((x0 (/ 1.0 2.0)) (x1 (- 3.0)))``."""
    stack: list[list[Any]] = [[]]
    for word in _WORD.findall(text):
        if word == "(":
            stack.append([])
        elif word == ")":
            if len(stack) == 1:
                return {}
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(word)
    pairs = stack[0][0] if stack[0] else []
    found: dict[str, Fraction] = {}
    for pair in pairs:
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):
            value = _number(pair[1])
            if value is not None:
                found[pair[0]] = value
    return found


def _number(tree: Any) -> Fraction | None:
    if isinstance(tree, str):
        return Fraction(tree) if _NUMERAL.fullmatch(tree) else None
    match tree:
        case ["-", inner]:
            value = _number(inner)
            return None if value is None else -value
        case ["/", top, bottom]:
            numerator, denominator = _number(top), _number(bottom)
            return None if numerator is None or not denominator else numerator / denominator
        case _:
            return None
