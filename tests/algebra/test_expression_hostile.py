"""Whatever is typed where a formula is expected ends in one clear error, in its place, within a second."""

from __future__ import annotations

import time

import pytest

from hedging_games.algebra.evaluation import evaluate
from hedging_games.algebra.expressions.parser import parse_condition, parse_expression
from hedging_games.algebra.expressions.size import check_size
from hedging_games.errors import ExpressionError

HOSTILE = [
    # towers and nests
    ("9**9**9**9", "the exponent '9**9**9' is not a whole number"),
    ("9**99999999999999999999", "is too large"),
    ("(" * 10_000 + "1" + ")" * 10_000, "20,001 characters"),
    ("(" * 900 + "1" + ")" * 900, "more than 40 brackets"),
    ("[" * 900 + "a" + "]" * 900, "more than 40 brackets"),
    ("-" * 5_000 + "1", "characters"),
    ("-" * 1_900 + "1", "too many signs"),
    ("+" * 1_900 + "1", "too many signs"),
    ("[" + "not " * 400 + "a]", "too many signs"),
    ("max(1," * 300 + "1" + ")" * 300, "characters"),
    ("max(1," * 200 + "1" + ")" * 200, "more than 40 brackets"),
    ("/".join(["a"] * 900), "divides too often"),
    ("**".join(["2"] * 600), "is not a whole number"),
    # code
    ("__import__('os').system('true')", "begins with an underscore"),
    ("().__class__.__bases__[0]", "begins with an underscore"),
    ("a.__class__", "begins with an underscore"),
    ("a.b.c.d", "is an action where a number is expected"),
    ("lambda: 1", "'lambda' cannot be used"),
    ("(lambda x: x)(1)", "'lambda' cannot be used"),
    ("f'{a}'", "a quotation mark is not part"),
    ("'a' * 3", "a quotation mark is not part"),
    ('"a"', "a quotation mark is not part"),
    ("(x := 1)", "':=' is not part"),
    ("[x for x in y]", "'for' cannot be used"),
    ("{1: 2}", "'{' is not part"),
    ("{a}", "'{' is not part"),
    ("eval(a)", "'eval' is not a function"),
    ("exec", None),  # a name like any other: it means nothing here
    ("print(1)", "'print' is not a function"),
    ("a if b else c", "write a*[c] + b*[not c]"),
    ("yield a", "'yield' cannot be used"),
    ("await a", "'await' cannot be used"),
    ("*a", "missing"),
    ("max(*a)", "missing"),
    ("max(a, key=b)", "'=' is not part"),
    ("a; b", "';' is not part"),
    ("a\n;b", "';' is not part"),
    ("a # b", "'#' is not part"),
    ("a \\\n b", "'\\' is not part"),
    ("a[0]", "side by side"),
    ("a[1:2]", "':' is not part"),
    ("...", "missing"),
    ("a @ b", "'@' is not part"),
    ("a // b", "'//' is not part"),
    ("a % b", "'%' is not part"),
    ("a << b", "missing"),
    ("~a", "'~' is not part"),
    ("a & b", "'&' is not part"),
    ("a ^ b", "write ** for a power"),
    ("a == b", "write [a == b]"),
    ("True", "'True' cannot be used"),
    ("None", "'None' cannot be used"),
    ("a is b", "'is' cannot be used"),
    ("a in b", "'in' cannot be used"),
    # numbers
    ("1e400", "out of range"),
    ("1e-400", "out of range"),
    ("1e99999999999999999999", "out of range"),
    ("1" * 1_999, "more than 60 digits"),
    ("0." + "1" * 1_900, "more than 60 digits"),
    ("0x1F", "write 0*x1F"),
    ("1_000", "grouped"),
    ("1j", "write 1*j"),
    ("08", "begins with a zero"),
    ("1.2.3", "two decimal points"),
    ("1..2", "two decimal points"),
    ("0**0", "has no value"),
    ("0**-1", "has no value"),
    ("1/0", "divides by zero"),
    ("nan", None),  # a name
    ("٣ + 1", "arabic-indic digit three"),
    ("１２", "fullwidth digit one"),
    # look-alikes
    ("a − b", "write - (the hyphen on the keyboard)"),
    ("a – b", "write - (the hyphen on the keyboard)"),
    ("a × b", "write *"),
    ("a · b", "write *"),
    ("a ÷ b", "write /"),
    ("[a ≤ b]", "write <="),
    ("[a ≠ b]", "write !="),
    ("a²", "write **2"),
    ("½", "write 1/2"),
    ("аlpha", "cyrillic small letter a"),
    ("a\u00a0+ b", "no-break space"),
    ("a\u200b", "zero width space"),
    ("\u202ea + b", "right-to-left override"),
    ("a\u2028b", "line separator"),
    ("\ufeffa", "zero width no-break space"),
    ("a\0b", "control character 0x00"),
    ("a\x1bb", "control character 0x1b"),
    ("\ud800", "is not part of a formula"),
    ("😀", "grinning face"),
    # bits and pieces
    ("", "the formula is empty"),
    (" \n\t ", "the formula is empty"),
    ("a +", "a value is missing after '+' at the end"),
    ("+", "a value is missing after '+' at the end"),
    ("* a", "a value is missing at the beginning"),
    ("a * / b", "a value is missing after '*' before '/'"),
    ("()", "a value is missing after '(' before ')'"),
    ("[]", "the brackets hold no condition"),
    ("[a, b]", "join them with and or or"),
    ("a, b", "a comma stands where a formula is expected"),
    ("max()", "a value is missing"),
    ("max(a)", "at least two values"),
    ("(a", "'(' is never closed"),
    ("a)", "nothing is open"),
    ("(a]", "']' closes where ')' is awaited"),
    ("2x", "write 2*x"),
    ("2(x)", "side by side"),
    ("(a)(b)", "side by side"),
    ("a b", "side by side"),
    ("a" * 65, "is too long"),
    ("a" * 2_001, "2,001 characters"),
    ("[1]", "is a number where a condition is expected"),
    ("[[a]]", "leave out the [ ]"),
    ("[(a < b) < c]", "write [a < b]"),
    ("x**y", "is not a whole number"),
    ("x**0.5", "is not a whole number"),
    ("x**1000", "is too large"),
    ("(a+b+c+d+e)**12*(a+b)**12", "more than 20,000 terms"),
    ("((((2**64)**64)**64)**64)**64", "thousands of digits"),
]


def refusal_of(parse, text):
    """The error that a text is answered with, and the formula if there is none; within a second."""
    start = time.process_time()
    try:
        formula = parse(text)
        check_size(formula, {})
    except ExpressionError as error:
        return error, None
    else:
        return None, formula
    finally:
        assert time.process_time() - start < 1


@pytest.mark.parametrize(("text", "message"), HOSTILE, ids=[repr(text)[:40] for text, _ in HOSTILE])
def test_a_hostile_formula_is_refused_within_a_second(text, message):
    error, formula = refusal_of(parse_expression, text)
    if message is None:
        with pytest.raises(ExpressionError, match="has no value"):
            evaluate(formula, {})
        return
    assert error is not None
    assert message in str(error)
    (problem,) = error.problems
    assert problem.where is not None
    assert problem.where.line >= 1
    assert 1 <= problem.where.column <= len(problem.where.text) + 1
    assert problem.remedy


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE], ids=lambda text: repr(text)[:40])
def test_a_hostile_condition_is_refused_within_a_second(text):
    error, formula = refusal_of(parse_condition, text)
    assert formula is not None or error.problems[0].remedy


def test_the_place_is_that_of_the_offence():
    with pytest.raises(ExpressionError) as caught:
        parse_expression("card - sanction\n  + trade × share")
    where = caught.value.problems[0].where
    assert (where.line, where.column, where.text) == (2, 11, "  + trade × share")
    assert str(caught.value) == (
        "error[expression]: '×' (multiplication sign) is not part of a formula\n"
        "  --> formula:2:11\n"
        "   |   + trade × share\n"
        "   |           ^\n"
        "  help: write *"
    )


def test_long_flat_formulas_are_not_deep():
    terms = " + ".join(["a"] * 490)
    assert str(parse_expression(terms)) == terms
    factors = "*".join(["a"] * 900)
    assert str(parse_expression(factors)) == factors


def test_forty_nested_brackets_are_read():
    assert str(parse_expression("(" * 40 + "a" + ")" * 40)) == "a"
