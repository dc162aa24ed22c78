"""Reading the fields of a model file: each function either gives a value or reports what is wrong and gives None, so that
all problems of a file are found in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from fractions import Fraction
from typing import Final, TypeVar

from hedging_games.algebra.evaluation import evaluate
from hedging_games.algebra.expressions.expression import Condition, Event, Expression, Name, events_in, names_in
from hedging_games.algebra.expressions.lexer import (
    LONGEST_NAME,
    NAME,
    RESERVED_WORDS,
    WITH_COMMAS,
    Locate,
    without_commas,
)
from hedging_games.algebra.expressions.parser import Cast as AnyCast
from hedging_games.algebra.expressions.parser import parse_condition, parse_expression
from hedging_games.algebra.expressions.size import check_size
from hedging_games.errors import ExpressionError, ModelFileError, Place, Problem, did_you_mean
from hedging_games.model.declarations import CHANCE_NAME
from hedging_games.model.families import Cast, Families
from hedging_games.model.yaml_tree import Mapping, Node, Scalar
from hedging_games.model.yaml_tree import Sequence as ListNode

_WITHOUT_COLON: Final = re.compile(r"(\w+)(?::|\s+)\s*(\S.*)", re.ASCII | re.DOTALL)

MOST_PROBLEMS: Final = 40
"""Problems shown of one file."""

MOST_UNKNOWN: Final = 100
"""Unknown keys of one mapping that are looked at one by one; the others are counted."""

MOST_ENTRIES: Final = 500
"""Entries that one list or mapping may have."""

RESERVED: Final = RESERVED_WORDS | {CHANCE_NAME, "all", "nothing", "table", "note"}
"""Words that cannot name a player, a parameter, a decision or an action."""

_Read = TypeVar("_Read")


ABOUT_THE_GAME: Final = frozenset({"claim", "case"})
"""Topics that are said about a game: mistakes there hide none in the game itself."""


class Report:
    """The problems found so far, and the topics of which something was lost: what is missing there has been reported."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lost: set[str] = set()
        self.files: list[str] = []
        """Other files that were read."""
        self.further = 0
        """Problems that were counted and not described."""
        self.families = Families()
        self.cast = Cast(self.families)
        """What names in formulas mean just now."""

    @contextmanager
    def speaking_of(self, cast: Cast) -> Iterator[None]:
        """Formulas read meanwhile are about a member of a family."""
        before, self.cast = self.cast, cast
        try:
            yield
        finally:
            self.cast = before

    def add(self, topic: str, what: str, remedy: str = "", where: Place | None = None) -> None:
        """Note one problem."""
        self.problems.append(Problem(topic, what, remedy, where))

    def add_all(self, error: ExpressionError, topic: str = "") -> None:
        """Note the problems of an error, under another topic if one is given."""
        for problem in error.problems:
            self.problems.append(Problem(topic or problem.topic, problem.what, problem.remedy, problem.where))

    @property
    def concerns_the_game(self) -> bool:
        """Whether a problem was found in what the game is made of, not only in what is said about it."""
        return any(problem.topic not in ABOUT_THE_GAME for problem in self.problems)

    def stop_if_any(self) -> None:
        """Raise all problems found so far as one error, in the order of the file."""
        if not self.problems:
            return
        ordered = sorted(self.problems, key=lambda p: (p.where.line, p.where.column) if p.where else (0, 0))
        shown = list(dict.fromkeys(ordered))
        if len(shown) + self.further > MOST_PROBLEMS:
            rest = len(shown) + self.further - MOST_PROBLEMS
            more = "1 more problem" if rest == 1 else f"{rest} more problems"
            shown = [*shown[:MOST_PROBLEMS], Problem("file", f"and {more}", "mend these first")]
        raise ModelFileError(*shown)


# --- what kind of node -----------------------------------------------------------------------------------------------


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    return "a text" if node.text else "nothing"


def text_of(node: Node, topic: str, what: str, report: Report) -> str | None:
    """A text that is not empty."""
    if isinstance(node, Scalar) and node.text.strip():
        return node.text.strip()
    remedy = "write it in one line, in quotes if it holds ': ' or begins with [ or {"
    report.add(topic, f"{what} is {kind_of(node)}, not a text", remedy, node.place)
    return None


def entries_of(node: Node, topic: str, what: str, report: Report, example: str) -> Iterator[tuple[Scalar, Node]]:
    """The entries of a mapping that has some."""
    if isinstance(node, Mapping) and node.entries:
        if not _too_many(len(node.entries), topic, what, report, node):
            yield from node.entries
        return
    shown = "an empty mapping" if isinstance(node, Mapping) else kind_of(node)
    report.add(topic, f"{what} is {shown}", f"write entries such as {example}", node.place)


def _too_many(count: int, topic: str, what: str, report: Report, node: Node) -> bool:
    if count > MOST_ENTRIES:
        report.add(topic, f"{what} has {count:,} entries", f"keep it to {MOST_ENTRIES}", node.place)
    return count > MOST_ENTRIES


def items_of(node: Node, topic: str, what: str, report: Report, example: str) -> tuple[Node, ...]:
    """The items of a list; a single text counts as a list of one."""
    if isinstance(node, ListNode):
        return () if _too_many(len(node.items), topic, what, report, node) else node.items
    if isinstance(node, Scalar) and node.text.strip():
        return (node,)
    report.add(topic, f"{what} is {kind_of(node)}, not a list", f"write {example}", node.place)
    return ()


def fields_of(node: Node, topic: str, what: str, known: Sequence[str], report: Report) -> dict[str, Node] | None:
    """The values of a mapping whose keys have to be among ``known``; None if it is no mapping."""
    if not isinstance(node, Mapping):
        report.add(
            topic,
            f"{what} is {kind_of(node)} where a mapping is expected",
            f"it may have: {', '.join(known)}",
            node.place,
        )
        return None
    found = {}
    unknown = 0
    for key, value in node.entries:
        if key.text in known:
            found[key.text] = value
            continue
        unknown += 1
        if unknown > MOST_UNKNOWN:
            continue
        if isinstance(value, Scalar) and not value.text and node.is_flow:
            stands_alone(key, topic, what, known, report)
        else:
            report.add(topic, f"unknown key '{key.text}' in {what}", did_you_mean(key.text, known), key.place)
    if unknown > MOST_UNKNOWN:
        report.further += unknown - MOST_UNKNOWN
    return found


def stands_alone(key: Scalar, topic: str, what: str, known: Sequence[str], report: Report) -> None:
    """Report what stands between two commas without a value: a known key without its colon, or a part of a formula."""
    found = _WITHOUT_COLON.fullmatch(key.text)
    if found and found[1] in known:
        report.add(topic, f"'{key.text}' has no value in {what}", f"write {found[1]}: {found[2]}", key.place)
        return
    report.add(
        topic,
        f"'{key.text}' stands by itself in {what}: inside {{ }} a comma ends a value",
        decimal_point(key) or "put the text or formula before it in quotes",
        key.place,
    )


def decimal_point(node: Scalar) -> str:
    """What to write where the text is what stands behind the comma in a number; nothing where it is not."""
    text, first = node.source.text, max(0, node.start - LONGEST_NAME)
    for number in WITH_COMMAS.finditer(text, first, node.end + LONGEST_NAME):
        if number.start() < node.start < number.end():
            return without_commas(number.group(), text[number.end() : node.end])
    return ""


def one_of(node: Node, topic: str, what: str, known: Sequence[str], report: Report) -> str | None:
    """A text that has to be one of the known ones."""
    text = text_of(node, topic, what, report)
    if text is None or text in known:
        return text
    report.add(topic, f"{what} is '{text}'", did_you_mean(text, known), node.place)
    return None


def name_of(node: Node, topic: str, what: str, report: Report) -> str | None:
    """A name that formulas can use: letters, digits and underscores, not a reserved word."""
    text = text_of(node, topic, what, report)
    if text is None or not _is_name(text, node, topic, what, report):
        report.lost.add(topic)
        return None
    return text


def _is_name(text: str, node: Node, topic: str, what: str, report: Report) -> bool:
    if not NAME.fullmatch(text):
        plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in text).strip("_")[:LONGEST_NAME]
        remedy = "begin with a letter; use letters, digits and _"
        if NAME.fullmatch(plain) and plain != text:
            remedy = f"write {plain}"
        if (opened := _WITHOUT_COLON.fullmatch(text)) and opened[2][0] in "{[":
            line = node.place.text[node.place.column - 1 :].removeprefix(opened[1]).strip()
            remedy = f"write {opened[1]}: {_short(line)}"
        if isinstance(node, Scalar) and node.in_flow and not node.style:
            remedy = decimal_point(node) or remedy
            is_key = node.source.text[node.end :].lstrip().startswith(":")
            if not is_key and len(several := text.split()) > 1 and all(map(NAME.fullmatch, several)):
                remedy = f"write {', '.join(several)} if these are {len(several)} names, {plain} if it is one"
        report.add(topic, f"'{_short(text)}' cannot be {what}: formulas could not mention it", remedy, node.place)
        return False
    if len(text) > LONGEST_NAME:
        report.add(topic, f"the name '{_short(text)}' is too long", f"use at most {LONGEST_NAME} letters", node.place)
        return False
    if text in RESERVED:
        report.add(topic, f"'{text}' is a reserved word and cannot be {what}", "choose another name", node.place)
        return False
    return True


# --- formulas ----------------------------------------------------------------------------------------------------------


def expression_of(node: Node, topic: str, what: str, report: Report) -> Expression | None:
    """An expression."""
    return _formula(node, topic, what, parse_expression, report)


def condition_of(node: Node, topic: str, what: str, report: Report) -> Condition | None:
    """A condition."""
    return _formula(node, topic, what, parse_condition, report, brackets=False)


def _formula(
    node: Node,
    topic: str,
    what: str,
    parse: Callable[[str, Locate, AnyCast], _Read],
    report: Report,
    *,
    brackets: bool = True,
) -> _Read | None:
    if not isinstance(node, Scalar):
        raw = node.source.text[node.start : node.end].split("\n")[0].strip()
        report.add(topic, *_no_formula(node, raw, what, brackets=brackets), node.place)
        return None
    if not node.text.strip():
        report.add(topic, f"{what} is empty", "write a formula, such as card - sanction", node.place)
        return None
    try:
        return parse(node.text, node.locate, report.cast)
    except ExpressionError as error:
        report.add_all(_cut_by_comma(error, node), topic)
        return None


def _no_formula(node: Node, raw: str, what: str, *, brackets: bool) -> tuple[str, str]:
    """What to say, and to write, where a list or a mapping stands for a formula; ``raw`` is its first line."""
    whole = raw[:1] in {"[", "{"} and '"' not in raw
    if whole and raw.startswith("{") and raw.endswith("}"):
        return f"{what} is {kind_of(node)}; in a formula ( ) group", f"write ({_short(raw[1:-1].strip())})"
    remedy = f'write "{_short(raw)}"' if whole and brackets else "write it as one text"
    if whole and not brackets and raw.endswith("]"):
        parts = [part.strip() for part in raw[1:-1].split(",")]
        remedy = f"write {_short(' and '.join(parts))}"
        remedy += f" if all of it happens, {_short(' or '.join(parts))} if one is enough" if parts[1:] else ""
    return f"{what} is {kind_of(node)}; a formula that starts with [ has to be in quotes", remedy


def _cut_by_comma(error: ExpressionError, node: Scalar) -> ExpressionError:
    """Inside { } and [ ] a comma ends a value: say so where that is why a bracket is missing."""
    problem = error.problems[0]
    if not (node.in_flow and not node.style and "is never closed" in problem.what):
        return error
    remedy = "inside { } and [ ] a comma ends the value: put the whole formula in quotes"
    return ExpressionError(Problem(problem.topic, problem.what, remedy, problem.where))


def formulas_of_players(
    given: MappingOf[str, Node], players: Iterable[str], topic: str, what: str, report: Report
) -> dict[str, Expression]:
    """The formulas of players, by player, of those who have one that can be read; that of a family is read for each of its members."""
    found: dict[str, Expression] = {}
    for written in report.families.written(players):
        for player, cast in report.families.spoken_for(written) if written in given else ():
            with report.speaking_of(cast):
                formula = expression_of(given[written], topic, f"the {what} of '{written}'", report)
            if formula is not None:
                found[player] = formula
    return found


def number_of(
    node: Node, topic: str, what: str, report: Report, remedy: str = "write 1/3, 0.25 or 2"
) -> Fraction | None:
    """An exact number, possibly as a formula of numbers (``8.53/0.935``); ``remedy`` is said of names."""
    expression = expression_of(node, topic, what, report)
    if expression is None:
        return None
    mentioned: list[Name | Event] = [*names_in(expression), *events_in(expression)]
    if mentioned:
        name = mentioned[0]
        report.add(topic, f"{what} mentions '{name}'; it has to be a number", remedy, name.where)
        return None
    try:
        check_size(expression, {})
        value: Fraction = evaluate(expression, {})
    except ExpressionError as error:
        report.add_all(error, topic)
        return None
    return value


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
