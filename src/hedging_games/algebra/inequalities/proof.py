"""Proofs that a system has no solution: small records that anybody can check again.

A proof speaks about the *facts* of a system (`System.facts`: constraints, assumptions, ends of the box), by position.
Steps and cases append facts of their own; a fact about a single variable narrows the box. `check` recomputes everything in exact arithmetic and trusts nothing, with
one exception that names itself: `Asked`, the word of solvers outside this package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hedging_games.algebra.cells.enclosure import refutes
from hedging_games.algebra.cells.intervals import Box, Interval
from hedging_games.algebra.inequalities.setting import Setting
from hedging_games.algebra.inequalities.steps import Step, derive
from hedging_games.algebra.inequalities.system import Fact, System
from hedging_games.algebra.polynomials import Terms, add_scaled, multiply, terms_text


@dataclass(frozen=True, slots=True)
class Product:
    """``multiplier`` times the polynomials of some facts times a square; non-negative wherever the facts hold.

    The multiplier is a non-negative number, or any polynomial where one of the facts is an equation. ``root`` is the
    polynomial that is squared, if any.
    """

    multiplier: Terms
    factors: tuple[int, ...]
    root: Terms | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """Products that are non-negative, one of them positive, and yet sum to zero identically.

    With single facts and numbers as multipliers this is Motzkin's transposition theorem (1936, after Farkas 1902);
    with products it is a certificate in the sense of Handelman (1988) and Schmüdgen (1991).
    """

    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """One fact fails on the whole box: exact Bernstein bounds of its polynomial have the wrong sign."""

    fact: int


@dataclass(frozen=True, slots=True)
class Halves:
    """The range of one variable is cut in two (both closed at the cut); each part has its own proof."""

    variable: int
    cut: Fraction
    below: Proof
    above: Proof


@dataclass(frozen=True, slots=True)
class Signs:
    """A polynomial is negative, zero or positive; each case, as an additional fact, has its own proof."""

    terms: Terms
    negative: Proof
    zero: Proof
    positive: Proof


@dataclass(frozen=True, slots=True)
class After:
    """Facts are derived first, each by a step that is checked, and appended in order; then comes the proof."""

    steps: tuple[Step, ...]
    then: Proof


@dataclass(frozen=True, slots=True)
class OneVariable:
    """The facts in which only one variable occurs have no common solution: decided exactly from their real roots."""

    variable: int
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TwoVariables:
    """The facts in which only two variables occur have no common solution: none of the cells of the plane satisfies them."""

    first: int
    second: int
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Solvers outside this package answered "unsat"; nothing here can be recomputed, only asked again.

    ``agreed`` names those that said so. ``confronted`` counts the points of the box at which the system was evaluated
    without finding a solution. One name alone is weaker than two: z3's nonlinear core has erred before.
    """

    agreed: tuple[str, ...]
    confronted: int


Proof = Combination | OutOfBounds | Halves | Signs | After | OneVariable | TwoVariables | Asked


def check(proof: Proof, system: System, *, asking: bool = True) -> bool:
    """Whether a proof shows that a system has no solution, recomputed exactly.

    `Asked` counts as valid where its solvers are installed and still say so; without ``asking`` it is taken at its word.
    """
    return check_in(proof, Setting.of(system), asking=asking)


def check_in(proof: Proof, setting: Setting, *, asking: bool = True) -> bool:
    """Whether a proof shows that the facts of a setting have no common solution in its box."""

    def part(inner: Proof, inside: Setting) -> bool:
        return check_in(inner, inside, asking=asking)

    match proof:
        case Combination():
            return _impossible(proof, setting.facts)
        case OutOfBounds(fact):
            return refutes(setting.facts[fact].terms, setting.facts[fact].relation, setting.box)
        case Halves(variable, cut, below, above):
            return part(below, setting.cut(variable, Interval(None, cut))) and part(
                above, setting.cut(variable, Interval(cut, None))
            )
        case Signs(terms, negative, zero, positive):
            return (
                part(negative, setting.having(Fact(minus(terms), ">")))
                and part(zero, setting.having(Fact(terms, "==")))
                and part(positive, setting.having(Fact(terms, ">")))
            )
        case After(steps, then):
            inside = _after(steps, setting)
            return inside is not None and part(then, inside)
        case OneVariable(variable, facts):
            return _no_number(variable, [setting.facts[i] for i in facts], setting.box[variable])
        case TwoVariables(first, second, facts):
            from hedging_games.algebra.inequalities.pair import solve_pair

            return solve_pair([setting.facts[i] for i in facts], (first, second), setting.box) is None
        case Asked():
            from hedging_games.algebra.inequalities.smt import ask

            return not asking or ask(setting.facts, len(setting.box)).answer == "unsat"


def _after(steps: Sequence[Step], setting: Setting) -> Setting | None:
    """The setting with what the steps derive appended, in order; None if one of them derives nothing."""
    for step in steps:
        derived = derive(step, setting.facts, setting.box)
        if derived is None:
            return None
        setting = setting.having(derived)
    return setting


def minus(terms: Terms) -> Terms:
    """The polynomial with its sign turned."""
    return {exponents: -c for exponents, c in terms.items()}


def _impossible(proof: Combination, facts: Sequence[Fact]) -> bool:
    total: Terms = {}
    some_positive = False
    for product in proof.products:
        relations = [facts[i].relation for i in product.factors]
        constant = len(product.multiplier) == 1 and not any(next(iter(product.multiplier)))
        number = next(iter(product.multiplier.values())) if constant else 0
        if "==" not in relations and number <= 0:
            return False
        strict = product.root is None and number > 0 and all(relation == ">" for relation in relations)
        some_positive = some_positive or strict
        if not product.multiplier:
            return False
        whole: Terms = {(0,) * len(next(iter(product.multiplier))): 1}
        for i in product.factors:
            whole = multiply(whole, facts[i].terms)
        if product.root is not None:
            whole = multiply(whole, multiply(product.root, product.root))
        summand = multiply(product.multiplier, whole)
        add_scaled(total, summand, 1)
    return some_positive and not total


def _no_number(variable: int, facts: Sequence[Fact], within: Interval) -> bool:
    from hedging_games.algebra.cells.line import solve_line
    from hedging_games.algebra.polynomials import univariate

    asked = []
    for fact in facts:
        coefficients = univariate(fact.terms, variable)
        if coefficients is None:
            return False
        asked.append((coefficients, fact.relation))
    return not solve_line(asked, within)


def trusted_parties(proof: Proof) -> frozenset[str]:
    """The solvers outside this package on whose word a proof rests: empty for a proof that checks itself."""
    match proof:
        case Asked(agreed):
            return frozenset(["+".join(agreed)])
        case Halves(_, _, below, above):
            return trusted_parties(below) | trusted_parties(above)
        case Signs(_, negative, zero, positive):
            return trusted_parties(negative) | trusted_parties(zero) | trusted_parties(positive)
        case After(_, then):
            return trusted_parties(then)
        case _:
            return frozenset()


def proof_text(proof: Proof, system: System) -> str:
    """A proof for people, one line a step, indented by cases."""
    return "\n".join(_lines(proof, Setting.of(system), system.names))


def _lines(proof: Proof, setting: Setting, names: Sequence[str]) -> list[str]:
    facts = setting.facts
    match proof:
        case Combination(products):
            parts = [_product_text(product, facts, names) for product in products]
            used = sorted({i for product in products for i in product.factors})
            return ["from " + ", ".join(facts[i].text(names) for i in used), "  0 = " + " + ".join(parts) + " > 0"]
        case OutOfBounds(i):
            return [f"{facts[i].text(names)} fails on the whole of " + _box_text(setting.box, names)]
        case Halves(variable, cut, below, above):
            low, high = Interval(None, cut), Interval(cut, None)
            return [
                f"if {names[variable]} <= {cut}:",
                *_indented(_lines(below, setting.cut(variable, low), names)),
                f"if {names[variable]} >= {cut}:",
                *_indented(_lines(above, setting.cut(variable, high), names)),
            ]
        case Signs(terms, negative, zero, positive):
            cases = [(Fact(minus(terms), ">"), negative), (Fact(terms, "=="), zero), (Fact(terms, ">"), positive)]
            lines = []
            for fact, part in cases:
                lines += [f"if {fact.text(names)}:", *_indented(_lines(part, setting.having(fact), names))]
            return lines
        case After(steps, then):
            inside = _after(steps, setting)
            assert inside is not None
            derived = inside.facts[len(facts) :]
            return [*(f"so {fact.text(names)}" for fact in derived), *_lines(then, inside, names)]
        case OneVariable(variable, used_facts):
            texts = ", ".join(facts[i].text(names) for i in used_facts)
            return [f"no {names[variable]} in {setting.box[variable]} satisfies {texts or 'the range'}"]
        case TwoVariables(first, second, used_facts):
            texts = ", ".join(facts[i].text(names) for i in used_facts)
            return [f"no cell of the plane of {names[first]} and {names[second]} satisfies {texts}"]
        case Asked(agreed, confronted):
            return [f"{' and '.join(agreed)} answered unsat ({confronted} points tried in vain)"]


def _product_text(product: Product, facts: Sequence[Fact], names: Sequence[str]) -> str:
    bracketed = [f"[{terms_text(facts[i].terms, names)}]" for i in product.factors]
    if product.root is not None:
        bracketed.append(f"[{terms_text(product.root, names)}]^2")
    return "*".join([f"({terms_text(product.multiplier, names)})", *bracketed])


def _indented(lines: Sequence[str]) -> list[str]:
    return ["  " + line for line in lines]


def _box_text(box: Box, names: Sequence[str]) -> str:
    return ", ".join(f"{name} in {interval}" for name, interval in zip(names, box, strict=True))
