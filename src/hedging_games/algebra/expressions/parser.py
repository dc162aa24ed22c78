"""From text to a formula: a whitelist over Python's syntax tree.

`expression_lexer` has already refused everything that is not a formula, so what reaches `ast.parse` is short, shallow,
ASCII, and made of known words. Nothing is ever evaluated here: the tree that Python builds is translated node by node,
and a node that has no translation is an error with its place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final, Protocol

from hedging_games.algebra.expressions import expression as tree
from hedging_games.algebra.expressions.expression import Condition, Expression, Relation
from hedging_games.algebra.expressions.lexer import FUNCTIONS, WITH_COMMAS, Locate, refuse, without_commas, words_of
from hedging_games.errors import ExpressionError, Place

LARGEST_POWER: Final = 64
"""The largest exponent, up or down."""

DEEPEST_TREE: Final = 60
"""How many levels of operations a formula may have."""

DEEPEST_ABSOLUTE: Final = 7
"""How many absolute values may stand in one another: each is written out as the larger of two."""

_RELATIONS: Final[dict[type[ast.cmpop], Relation]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.GtE: ">=",
    ast.Gt: ">",
}


class Cast(Protocol):
    """What names mean where several players are spoken of as one; each method may raise ExpressionError."""

    def event(self, event: tree.Event) -> tree.Event:
        """The action that is meant."""

    def value(self, name: str, where: Place) -> str:
        """The number that is meant."""

    def members(self, words: Iterable[str], where: Place) -> Sequence[Cast]:
        """Those over whom ``count`` of a condition with these words goes."""


class _Plain:
    """Every name means itself."""

    def event(self, event: tree.Event) -> tree.Event:
        return event

    def value(self, name: str, where: Place) -> str:
        del where
        return name

    def members(self, words: Iterable[str], where: Place) -> Sequence[Cast]:
        del words
        raise refuse("count is over a family of players, and there is none here", "add up: [A.Give] + [B.Give]", where)


def parse_expression(text: str, locate: Locate | None = None, cast: Cast | None = None) -> Expression:
    """The expression written in ``text``; its value is a number.

    ``locate`` maps an offset in the text to a place in the file it comes from (default: a line by itself); ``cast`` says what names mean.

    Raises
    ------
    ExpressionError
        If the text is not an expression; the error has the place and what to write instead.
    """
    reader = _Reader(text, locate or _itself(text), cast or _Plain())
    return reader.expression(reader.root(), 0)


def parse_condition(text: str, locate: Locate | None = None, cast: Cast | None = None) -> Condition:
    """The condition written in ``text``, such as ``Hedge and Tolerate`` or ``0 < demand < retaliation``.

    Raises ExpressionError as `parse_expression` does.
    """
    reader = _Reader(text, locate or _itself(text), cast or _Plain())
    return reader.condition(reader.root(), 0)


def _itself(text: str) -> Locate:
    def locate(at: int) -> Place:
        before = text[:at]
        line = before.count("\n")
        lines = text.split("\n")
        return Place("formula", line + 1, at - (before.rfind("\n") + 1) + 1, lines[line])

    return locate


class _Reader:
    """One text being translated."""

    def __init__(self, text: str, locate: Locate, cast: Cast) -> None:
        self.text = text
        self.locate = locate
        self.cast = cast
        self.absolutes = 0
        self.counting = False

    def root(self) -> ast.expr:
        """Python's tree of the text (in brackets, so that line breaks are blanks)."""
        words_of(self.text, self.locate)
        plain = "".join(" " if sign.isspace() else sign for sign in self.text)
        try:
            return ast.parse(f"({plain})", mode="eval").body
        except SyntaxError as problem:
            at = min(max((problem.offset or 1) - 2, 0), len(self.text))
            raise refuse("the formula breaks off here", "complete it", self.locate(at)) from None
        except (RecursionError, MemoryError, ValueError, OverflowError):
            raise refuse("the formula is too deep", "name parts of it under 'let:'", self.locate(0)) from None

    def place(self, node: ast.expr) -> Place:
        """Where a node of Python's tree starts."""
        return self.locate(max(node.col_offset - 1, 0))

    def shown(self, node: ast.expr) -> str:
        """The text of a node, shortened."""
        text = self.text[max(node.col_offset - 1, 0) : (node.end_col_offset or 1) - 1]
        return text if len(text) <= 40 else text[:37] + "..."

    def refuse(self, node: ast.expr, what: str, remedy: str) -> ExpressionError:
        """The error for a node."""
        return refuse(what, remedy, self.place(node))

    # --- expressions -------------------------------------------------------------------------------------------

    def expression(self, node: ast.expr, depth: int) -> Expression:
        """A node read as a number."""
        if depth > DEEPEST_TREE:
            raise self.refuse(node, "the formula is too deep", "name parts of it under 'let:'")
        match node:
            case ast.Constant():
                return self.number(node)
            case ast.Name(id=name):
                return tree.Name(self.cast.value(name, self.place(node)), self.place(node))
            case ast.UnaryOp(op=ast.UAdd() | ast.USub()):
                return self.signed(node, depth)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.sum(node, depth)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self.product(node, depth)
            case ast.BinOp(op=ast.Pow()):
                return self.power(node, depth)
            case ast.Call():
                return self.function(node, depth)
            case ast.List():
                return self.indicator(node, depth)
            case _:
                raise self.no_number(node)

    def no_number(self, node: ast.expr) -> ExpressionError:
        """Why a node is not a number."""
        shown = self.shown(node)
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
            return self.refuse(node, f"'{shown}' is a condition where a number is expected", f"write [{shown}]")
        if isinstance(node, ast.Attribute):
            return self.refuse(node, f"'{shown}' is an action where a number is expected", f"write [{shown}]")
        if isinstance(node, ast.Tuple):
            number = WITH_COMMAS.search(self.text)
            remedy = without_commas(number.group()) if number else ""
            return self.refuse(
                node, "a comma stands where a formula is expected", remedy or "write a decimal point, or remove it"
            )
        return self.refuse(
            node, f"'{shown}' is not part of a formula", "use + - * / **, abs, min, max, count and [conditions]"
        )

    def number(self, node: ast.Constant) -> Expression:
        """A literal, read from its text: 0.3 is 3/10."""
        literal = self.text[node.col_offset - 1 : (node.end_col_offset or 1) - 1]
        return tree.Number(Fraction(literal), self.place(node))

    def signed(self, node: ast.UnaryOp, depth: int) -> Expression:
        """A sign and what it stands before; a plus changes nothing."""
        operand = self.expression(node.operand, depth + 1)
        return tree.negative(operand, self.place(node)) if isinstance(node.op, ast.USub) else operand

    def sum(self, node: ast.BinOp, depth: int) -> Expression:
        """A chain of + and -, however long, at one depth."""
        terms: list[Expression] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub):
            term = self.expression(left.right, depth + 1)
            terms.append(tree.negative(term) if isinstance(left.op, ast.Sub) else term)
            left = left.left
        terms.append(self.expression(left, depth + 1))
        return tree.total(reversed(terms), self.place(node))

    def product(self, node: ast.BinOp, depth: int) -> Expression:
        """A chain of * and /, from left to right."""
        steps: list[tuple[ast.operator, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult | ast.Div):
            steps.append((left.op, left.right))
            left = left.left
        factors = [self.expression(left, depth + 1)]
        divisions = 0
        for operator, operand in reversed(steps):
            value = self.expression(operand, depth + 1)
            if isinstance(operator, ast.Mult):
                factors.append(value)
                continue
            divisions += 1
            if depth + divisions > DEEPEST_TREE:
                raise self.refuse(operand, "the formula divides too often", "bring it to one denominator")
            if isinstance(value, tree.Number) and value.value == 0:
                raise self.refuse(operand, "the formula divides by zero", "write a denominator that is not zero")
            factors = [tree.quotient(tree.product(factors), value, self.place(node))]
        return tree.product(factors, self.place(node))

    def power(self, node: ast.BinOp, depth: int) -> Expression:
        """``base ** exponent`` with a literal integer as exponent."""
        base = self.expression(node.left, depth + 1)
        exponent = self.exponent(node.right)
        if abs(exponent) > LARGEST_POWER:
            raise self.refuse(node.right, f"the exponent {exponent} is too large", f"use at most {LARGEST_POWER}")
        if isinstance(base, tree.Number) and base.value == 0 and exponent <= 0:
            raise self.refuse(node, f"'{self.shown(node)}' has no value", "write the number that is meant")
        return tree.Power(base, exponent, self.place(node))

    def exponent(self, node: ast.expr) -> int:
        """An exponent, which has to be written as an integer."""
        sign = 1
        literal = node
        if isinstance(literal, ast.UnaryOp) and isinstance(literal.op, ast.USub | ast.UAdd):
            sign = -1 if isinstance(literal.op, ast.USub) else 1
            literal = literal.operand
        if isinstance(literal, ast.Constant) and type(literal.value) is int:
            return sign * literal.value if literal.value < 10**9 else sign * 10**9
        raise self.refuse(
            node,
            f"the exponent '{self.shown(node)}' is not a whole number",
            "write one, as in x**2; for a root, make the root a parameter",
        )

    def function(self, node: ast.Call, depth: int) -> Expression:
        """``min(a, b, ...)``, ``max(a, b, ...)``, ``abs(x)`` or ``count(condition)``."""
        name = node.func.id if isinstance(node.func, ast.Name) else self.shown(node.func)
        if name not in FUNCTIONS or node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.refuse(
                node, f"'{name}' is not a function; only abs, min, max and count are", "write * to multiply"
            )
        if name == "abs":
            return self.absolute(node, depth)
        if name == "count":
            return self.count(node, depth)
        if len(node.args) < 2:
            raise self.refuse(node, f"{name} needs at least two values", f"write {name}(a, b)")
        operands = tuple(self.expression(argument, depth + 1) for argument in node.args)
        return tree.Extremum("min" if name == "min" else "max", operands, self.place(node))

    def absolute(self, node: ast.Call, depth: int) -> Expression:
        """``abs(x)``: the larger of ``x`` and ``-x``."""
        if len(node.args) != 1:
            raise self.refuse(node, f"abs is of one value, not of {len(node.args)}", "write abs(x)")
        self.absolutes += 1
        if self.absolutes > DEEPEST_ABSOLUTE:
            what = f"more than {DEEPEST_ABSOLUTE} absolute values stand in one another"
            raise self.refuse(node, what, "name the inner ones under 'let:'")
        operand = self.expression(node.args[0], depth + 1)
        self.absolutes -= 1
        return tree.Extremum("max", (operand, tree.negative(operand)), self.place(node))

    def count(self, node: ast.Call, depth: int) -> Expression:
        """``count(condition)``: of how many members of a family it holds, written out as a sum."""
        if len(node.args) != 1:
            raise self.refuse(node, "count is of one condition", "join several with and or or")
        if self.counting:
            raise self.refuse(node, "count stands in count", "name the inner one under 'let:'")
        words = {word.id for word in ast.walk(node.args[0]) if isinstance(word, ast.Name)}
        outside, self.counting = self.cast, True
        held: list[Expression] = []
        for member in outside.members(words, self.place(node)):
            self.cast = member
            held.append(tree.Indicator(self.condition(node.args[0], depth + 1), self.place(node)))
        self.cast, self.counting = outside, False
        return tree.total(held, self.place(node))

    def indicator(self, node: ast.List, depth: int) -> Expression:
        """``[condition]``."""
        if len(node.elts) != 1:
            raise self.refuse(node, "a comma stands between conditions", "join them with and or or")
        return tree.Indicator(self.condition(node.elts[0], depth + 1), self.place(node))

    # --- conditions --------------------------------------------------------------------------------------------

    def condition(self, node: ast.expr, depth: int) -> Condition:
        """A node read as true or false."""
        if depth > DEEPEST_TREE:
            raise self.refuse(node, "the condition is too deep", "split it into several")
        match node:
            case ast.Name(id=name):
                return self.cast.event(tree.Event(None, name, self.place(node)))
            case ast.Attribute(value=ast.Name(id=decision), attr=action):
                return self.cast.event(tree.Event(decision, action, self.place(node)))
            case ast.UnaryOp(op=ast.Not()):
                return tree.complement(self.condition(node.operand, depth + 1), self.place(node))
            case ast.BoolOp(op=operator, values=values):
                parts = [self.condition(value, depth + 1) for value in values]
                join = tree.conjunction if isinstance(operator, ast.And) else tree.disjunction
                return join(parts, self.place(node))
            case ast.Compare():
                return self.comparison(node, depth)
            case _:
                raise self.no_condition(node)

    def comparison(self, node: ast.Compare, depth: int) -> Condition:
        """A chain of comparisons."""
        relations: list[Relation] = []
        for operator in node.ops:
            if type(operator) not in _RELATIONS:
                raise self.refuse(node, f"'{self.shown(node)}' is not a comparison", "use < <= == != >= >")
            relations.append(_RELATIONS[type(operator)])
        operands = tuple(self.expression(side, depth + 1) for side in (node.left, *node.comparators))
        return tree.Comparison(operands, tuple(relations), self.place(node))

    def no_condition(self, node: ast.expr) -> ExpressionError:
        """Why a node is neither true nor false."""
        shown = self.shown(node)
        if isinstance(node, ast.Tuple):
            return self.refuse(node, "a comma stands between conditions", "join them with and or or")
        if isinstance(node, ast.List):
            return self.refuse(node, f"'{shown}' is a number where a condition is expected", "leave out the [ ]")
        if isinstance(node, ast.Attribute):
            return self.refuse(node, f"'{shown}' names no action", "write Decision.Action")
        return self.refuse(
            node, f"'{shown}' is a number where a condition is expected", f"write {shown} > 0, or the like"
        )
