"""Formulas as a circuit of signs of polynomials, ready to be compiled: equal parts are built once.

A circuit answers a yes/no question about a point: its atoms say how a polynomial stands to zero, its gates join them. Read
with *and*, *or* it gives a truth for every point; read with the least and the largest value instead (each atom worth its
polynomial) it gives a margin: positive where the truth is yes and would stay so if payoffs moved a little, negative where
it is no, and zero on the border.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from hedging_games.algebra.formulas.formula import All, Formula, Reason
from hedging_games.algebra.formulas.formula import Atom as Inequality
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.analysis.sweep.polynomials import Polynomial, polynomial_of

Relation: TypeAlias = Literal[">=", ">", "<=", "<", "==", "!="]
Node: TypeAlias = int
"""A node's number; `FALSE` and `TRUE` stand for the constants."""

FALSE: Final = -2
TRUE: Final = -1

_FLIPPED: Final[dict[Relation, Relation]] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}
_OPPOSITE: Final[dict[Relation, Relation]] = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "=="}
_HOLDS: Final[dict[Relation, Callable[[Any], bool]]] = {
    ">=": lambda v: bool(v >= 0),
    ">": lambda v: bool(v > 0),
    "<=": lambda v: bool(v <= 0),
    "<": lambda v: bool(v < 0),
    "==": lambda v: bool(v == 0),
    "!=": lambda v: bool(v != 0),
}


@dataclass(frozen=True, slots=True)
class Atom:
    """``polynomials[polynomial] relation 0``. What it says is worth ``scale`` (positive) times the polynomial."""

    polynomial: int
    relation: Relation
    scale: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Gate:
    """All (``and``) or some (``or``) of the operands."""

    operation: Literal["and", "or"]
    operands: tuple[Node, ...]


@dataclass(slots=True)
class Circuit:
    """The polynomials and nodes built so far; every node stands after its operands. ``because`` says of an atom whose
    action it weighs against which other one.
    """

    polynomials: list[Polynomial] = field(default_factory=list)
    nodes: list[Atom | Gate] = field(default_factory=list)
    because: dict[Node, str] = field(default_factory=dict)
    _polynomial: dict[Polynomial, int] = field(default_factory=dict)
    _node: dict[Atom | Gate, Node] = field(default_factory=dict)
    _negation: dict[Node, Node] = field(default_factory=dict)
    _entered: dict[Formula, Node] = field(default_factory=dict)
    _needed: dict[tuple[Node, ...], list[Node]] = field(default_factory=dict)

    def _add(self, node: Atom | Gate) -> Node:
        if node not in self._node:
            self.nodes.append(node)
            self._node[node] = len(self.nodes) - 1
        return self._node[node]

    def node(self, formula: Formula) -> Node:
        """The node that says what a formula does."""
        if formula not in self._entered:
            if isinstance(formula, Inequality):
                asked, why = formula.constraint, formula.constraint.reason
                polynomial, scale = polynomial_of(asked.terms)
                because = f"{why.player} would play {why.brief or why.deviation}" if isinstance(why, Reason) else ""
                self._entered[formula] = self.compare(polynomial, scale * formula.scale, asked.relation, because)
            else:
                parts = [self.node(part) for part in formula.parts]
                self._entered[formula] = self.all_of(parts) if isinstance(formula, All) else self.any_of(parts)
        return self._entered[formula]

    def compare(self, polynomial: Polynomial, scale: Fraction, relation: Relation, because: str = "") -> Node:
        """The node for ``scale * polynomial relation 0``."""
        if polynomial.is_constant:
            return TRUE if _HOLDS[relation](scale * polynomial.constant) else FALSE
        if polynomial not in self._polynomial:
            self.polynomials.append(polynomial)
            self._polynomial[polynomial] = len(self.polynomials) - 1
        atom = Atom(self._polynomial[polynomial], relation if scale > 0 else _FLIPPED[relation], abs(scale))
        node = self._add(atom)
        if because:
            self.because.setdefault(node, because)
        return node

    def all_of(self, operands: Iterable[Node]) -> Node:
        """True where all operands are."""
        return self._gate("and", operands, TRUE, FALSE)

    def any_of(self, operands: Iterable[Node]) -> Node:
        """True where some operand is."""
        return self._gate("or", operands, FALSE, TRUE)

    def _gate(self, operation: Literal["and", "or"], operands: Iterable[Node], unit: Node, absorbing: Node) -> Node:
        flat: dict[Node, None] = {}
        for operand in operands:
            inner = self.nodes[operand] if operand >= 0 else None
            same = isinstance(inner, Gate) and inner.operation == operation
            flat.update(dict.fromkeys(inner.operands if same and isinstance(inner, Gate) else (operand,)))
        flat.pop(unit, None)
        if absorbing in flat:
            return absorbing
        if not flat:
            return unit
        if len(flat) == 1:
            return next(iter(flat))
        return self._add(Gate(operation, tuple(sorted(flat))))

    def negation(self, node: Node) -> Node:
        """True where the node is not (by De Morgan's laws: atoms turn into their opposites)."""
        if node < 0:
            return TRUE if node == FALSE else FALSE
        if node not in self._negation:
            found = self.nodes[node]
            if isinstance(found, Atom):
                opposite = self._add(Atom(found.polynomial, _OPPOSITE[found.relation], found.scale))
                if node in self.because:
                    self.because.setdefault(opposite, self.because[node])
            else:
                parts = [self.negation(operand) for operand in found.operands]
                opposite = self.any_of(parts) if found.operation == "and" else self.all_of(parts)
            self._negation[node] = opposite
        return self._negation[node]

    def truths(self, wanted: Sequence[Node], point: Sequence[Fraction]) -> list[bool]:
        """The truths of several nodes at one exact point."""
        numerators, denominator = whole_numbers(point)
        return self.truths_of_signs(wanted, [p.times_powers(numerators, denominator) for p in self.polynomials])

    def truths_of_signs(self, wanted: Sequence[Node], signs: Sequence[Any]) -> list[bool]:
        """The truths of several nodes where each polynomial has a given value, or a number of the same sign."""
        known: dict[Node, bool] = {TRUE: True, FALSE: False}
        for number in self.needed(wanted):
            node = self.nodes[number]
            if isinstance(node, Atom):
                known[number] = _HOLDS[node.relation](signs[node.polynomial])
            else:
                parts = (known[operand] for operand in node.operands)
                known[number] = all(parts) if node.operation == "and" else any(parts)
        return [known[node] for node in wanted]

    def needed(self, wanted: Iterable[Node]) -> list[Node]:
        """The nodes that the wanted ones are made of, themselves included, operands first."""
        asked = tuple(wanted)
        if asked not in self._needed:
            self._needed[asked] = self._operands_of(asked)
        return self._needed[asked]

    def _operands_of(self, wanted: Iterable[Node]) -> list[Node]:
        found: set[Node] = set()
        waiting = [node for node in wanted if node >= 0]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                node = self.nodes[number]
                waiting += [] if isinstance(node, Atom) else [n for n in node.operands if n >= 0]
        return sorted(found)
