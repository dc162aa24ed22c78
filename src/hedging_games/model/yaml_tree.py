"""YAML as a tree of texts with places, and nothing more.

Every scalar is read as the text it is: ``no`` is not false, ``1_000`` not a thousand, ``12:30`` not a time. Anchors,
aliases, tags, directives, several documents and repeated keys are refused. The tree is built from the parser's events
with a stack of our own, so that depth is bounded before anything else happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from hedging_games.errors import ModelFileError, Place, Problem
from hedging_games.model.source import FORBIDDEN, Source

DEEPEST: Final = 12
"""How deep lists and mappings may be nested."""


class _Placed:
    """What stands somewhere in a source."""

    source: Source
    start: int

    @property
    def place(self) -> Place:
        """Where it starts."""
        return self.source.place(self.start)


@dataclass(frozen=True)
class Scalar(_Placed):
    """A piece of text; ``start`` and ``end`` are its bounds in the source, quotes included."""

    text: str
    source: Source
    start: int
    end: int
    style: str
    in_flow: bool

    def locate(self, offset: int) -> Place:
        """The place of the text's character number ``offset``, through quotes, folding and indentation."""
        raw = self.source.text
        at = self.start
        if self.style in {'"', "'"}:
            at += 1
        elif self.style in {"|", ">"}:
            at = raw.find("\n", at) + 1
        ahead = sum(not sign.isspace() for sign in self.text[:offset])
        after = at
        while at < self.end:
            if not raw[at].isspace():
                if ahead == 0:
                    return self.source.place(at)
                ahead -= 1
                after = at + 1
            at += 1
        closing = self.style in {'"', "'"} and after > self.start + 1 and after == self.end
        return self.source.place(after - 1 if closing else after)


@dataclass(frozen=True)
class Sequence(_Placed):
    """A list."""

    items: tuple[Node, ...]
    source: Source
    start: int
    end: int
    is_flow: bool


@dataclass(frozen=True)
class Mapping(_Placed):
    """Keys with their values, in the order of the file; no key twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    source: Source
    start: int
    end: int
    is_flow: bool

    def get(self, key: str) -> Node | None:
        """The value of a key, None if it is not there."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


class _Open:
    """A list or mapping whose end has not come yet."""

    def __init__(self, event: Any, *, is_mapping: bool) -> None:
        self.start = event.start_mark.index
        self.is_flow = bool(event.flow_style)
        self.is_mapping = is_mapping
        self.children: list[Node] = []


def read_tree(source: Source) -> tuple[Node, tuple[Problem, ...]]:
    """The tree of a YAML text, and the repeated keys found in it (the first mention of each is kept).

    Raises
    ------
    ModelFileError
        If the text is not YAML, or uses a part of YAML that is refused here, or is nested deeper than `DEEPEST`.
    """
    import yaml

    root: Node | None = None
    stack: list[_Open] = []
    repeated: list[Problem] = []
    try:
        for event in _events(source):
            _refuse_specials(event, source)
            match event:
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    if len(stack) == DEEPEST:
                        raise _too_deep(source, _index(event.start_mark))
                    stack.append(_Open(event, is_mapping=isinstance(event, yaml.MappingStartEvent)))
                    continue
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    node = _closed(stack.pop(), source, _index(event.end_mark), repeated)
                case yaml.ScalarEvent():
                    is_flow = bool(stack) and stack[-1].is_flow
                    start, end = _index(event.start_mark), _index(event.end_mark)
                    node = Scalar(event.value, source, start, end, event.style or "", is_flow)
                    _refuse_control(node)
                case yaml.DocumentStartEvent() if root is not None:
                    raise _error(
                        "the file holds a second document after '---'", "give each its own file", source, event
                    )
                case _:
                    continue
            if stack:
                _add(stack[-1], node)
            else:
                root = node
    except yaml.YAMLError as problem:
        raise _unreadable(problem, source) from None
    if root is None or (isinstance(root, Scalar) and not root.text):
        raise ModelFileError(
            Problem("file", f"'{source.file}' is empty", "begin with 'title:', 'players:' and 'parameters:'")
        )
    return root, tuple(repeated)


def _index(mark: Any) -> int:
    """Where a mark points to."""
    return int(mark.index)


def _events(source: Source) -> Iterator[Any]:
    import yaml

    yield from yaml.parse(source.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _error(what: str, remedy: str, source: Source, event: Any) -> ModelFileError:
    return ModelFileError(Problem("file", what, remedy, source.place(event.start_mark.index)))


def _too_deep(source: Source, index: int) -> ModelFileError:
    what = f"lists are nested more than {DEEPEST} deep"
    return ModelFileError(Problem("file", what, "flatten them", source.place(index)))


def _refuse_specials(event: Any, source: Source) -> None:
    import yaml

    if isinstance(event, yaml.AliasEvent):
        raise _error(
            f"'*{event.anchor}' is a YAML alias",
            "write the value out, or put a formula that starts with * in quotes",
            source,
            event,
        )
    if getattr(event, "anchor", None):
        raise _error(f"'&{event.anchor}' is a YAML anchor", "write the value out where it is needed", source, event)
    if getattr(event, "tag", None):
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        raise _error(f"'{tag}' is a YAML tag", "remove it; every value is read as text", source, event)
    if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
        raise _error("the file begins with a YAML directive", "remove the line that starts with %", source, event)


def _refuse_control(node: Scalar) -> None:
    """Refuse what an escape in double quotes puts into a text: it would reach the terminal of whoever prints it."""
    foreign = FORBIDDEN.search(node.text)
    if foreign:
        raise ModelFileError(
            Problem(
                "file",
                f"the text holds the control character U+{ord(foreign.group()):04X}",
                "remove its escape",
                node.place,
            )
        )


def _add(parent: _Open, node: Node) -> None:
    if parent.is_mapping and len(parent.children) % 2 == 0 and not isinstance(node, Scalar):
        raise ModelFileError(
            Problem(
                "file",
                "a list stands where a key is expected",
                "put the key in quotes if it is meant as text",
                node.place,
            )
        )
    parent.children.append(node)


def _closed(opened: _Open, source: Source, end: int, repeated: list[Problem]) -> Node:
    if not opened.is_mapping:
        return Sequence(tuple(opened.children), source, opened.start, end, opened.is_flow)
    first: dict[str, Scalar] = {}
    entries: list[tuple[Scalar, Node]] = []
    for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
        assert isinstance(key, Scalar)
        if key.text == "<<":
            raise ModelFileError(Problem("file", "'<<' merges another mapping in", "write its entries out", key.place))
        if key.text in first:
            line = first[key.text].place.line
            repeated.append(
                Problem(
                    "file", f"the key '{key.text}' occurs twice (first in line {line})", "keep one of them", key.place
                )
            )
            continue
        first[key.text] = key
        entries.append((key, value))
    return Mapping(tuple(entries), source, opened.start, end, opened.is_flow)


# --- what is wrong with a text that is not YAML --------------------------------------------------------------------

_ENTRY: Final = re.compile(r"^\s*(?:- +)?(?:[\w .'\"]+:\s+)?(?P<value>\S.*?)\s*$")
_NO_COLON: Final = re.compile(r"(?P<key>\w+) +(?P<value>[\[{].*: .*[\]}])")
_BLOCK_OR_COMMENT: Final = re.compile(r"[|>][-+]?(\s+#.*)?|#.*")
_KEY: Final = re.compile(r"^\s*(?:- +)?(?P<key>\w+)\s*:\s+(?P<value>\S.*?)\s*$")


def _unreadable(problem: Any, source: Source) -> ModelFileError:
    """The parser's complaint in words that say what to write."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    said = getattr(problem, "problem", None) or "the text is not YAML"
    if mark is None:
        return ModelFileError(Problem("file", f"this is not YAML: {said}", "check the file", Place(source.file, 1, 1)))
    context = getattr(problem, "context_mark", None)
    lines = [mark.line] + ([context.line] if context is not None and context.line != mark.line else [])
    where = source.place(mark.index)
    if "nesting depth" in said:  # some versions of the parser stop by themselves, ahead of the events
        return _too_deep(source, mark.index)
    if indented := _not_by_spaces(source, [*lines, mark.line - 1]):
        return indented
    if "end of stream" in said and context is not None:
        what = "a quotation mark is opened here and never closed"
        return ModelFileError(Problem("file", what, "close it", source.place(context.index)))
    if context is not None and "expected ',' or" in said:
        return _never_closed(source, context.index, said[-2])
    if "could not find expected ':'" in said or "document start" in said:
        return _without_colon(source, context.index if context is not None else _first_word(source))
    if closed := _closed_too_soon(where):
        return ModelFileError(Problem("file", *closed, where))
    for number in lines:
        quoted = _quoting(source.line(number))
        if quoted:
            start = source.line_starts[number] + quoted[0]
            return ModelFileError(Problem("file", quoted[1], quoted[2], source.place(start)))
    what, remedy = _known_complaint(said, str(getattr(problem, "context", "") or ""))
    return ModelFileError(Problem("file", what, remedy, where))


def _quoting(line: str) -> tuple[int, str, str] | None:
    """Where a line holds a value that has to be quoted, why, and what to write; None if it does not."""
    match = _KEY.match(line) or _ENTRY.match(line)
    if match is None or _BLOCK_OR_COMMENT.fullmatch(match["value"]):
        return None
    value = match["value"]
    start = match.start("value")
    mark = "'" if '"' in value else '"'
    quoted = f"{mark}{value}{mark}"
    shown = quoted if len(quoted) <= 70 else f"{quoted[:66]}...{mark}"
    remedy = f"put the formula in quotes: {shown}"
    sign = value[0]
    if sign in "“”„«‘’‚":
        text = value.strip("“”„«»‘’‚").replace('"', "'")
        shown = text if len(text) <= 60 else f"{text[:60]}..."
        return start, f"'{sign}' is no quotation mark of YAML", f'write straight ones: "{shown}"'
    if sign in "[{" and _goes_on(value):
        read_as = "a list" if sign == "[" else "a mapping"
        return start, f"the value starts with '{sign}', which YAML reads as {read_as}", remedy
    if sign in "@`%*&!>|,":
        return start, f"a value cannot start with '{sign}'", remedy.replace("the formula", "it")
    if value.startswith(("- ", "? ")):
        return start, f"a value cannot start with '{value[:2]}'", remedy
    if sign in "\"'" and value.rstrip()[-1] != sign:
        return start, "the value goes on after its closing quotation mark", "put all of it in quotes, or none"
    if found := _NO_COLON.fullmatch(value):
        return start, f"no colon follows '{found['key']}'", f"write {found['key']}: {found['value'][:60]}"
    if ": " in value and sign not in "\"'[{":
        return start, "the value holds ': ', which YAML reads as another key", remedy.replace("the formula", "it")
    return None


def _goes_on(value: str) -> bool:
    """Whether something follows the bracket that closes the first one, or a bracket of the other kind closes it."""
    closing = {"[": "]", "{": "}"}[value[0]]
    depth = 0
    for position, sign in enumerate(value):
        depth += (sign == value[0]) - (sign == closing)
        if depth == 0:
            rest = value[position + 1 :].lstrip()
            return bool(rest) and not rest.startswith(("#", ",", "}", "]"))
    return value[-1] in ")]" and value[-1] != closing


def _not_by_spaces(source: Source, lines: Iterable[int]) -> ModelFileError | None:
    """The first of some lines that is indented by something else than spaces."""
    for number in lines:
        line = source.line(number)
        indent = line[: len(line) - len(line.lstrip())]
        other = next((k for k, sign in enumerate(indent) if sign != " "), None)
        if other is not None:
            blank = "a tab" if indent[other] == "\t" else "a blank that is no ordinary space"
            where = source.place(source.line_starts[number] + other)
            return ModelFileError(Problem("file", f"{blank} indents this line", "indent with spaces", where))
    return None


def _closed_too_soon(where: Place) -> tuple[str, str] | None:
    """What to say of a closing bracket too many, which stands here or before the comma here."""
    before, here = where.text[: where.column - 1].rstrip(), where.text[where.column - 1 :][:1]
    if here in {"}", "]"}:
        return f"nothing is open that '{here}' could close", "remove it"
    if here == "," and before[-1:] in {"}", "]"}:
        return f"'{before[-1]}' before this comma closes all that was open", f"remove one '{before[-1]}'"
    return None


def _first_word(source: Source) -> int:
    """Where the first line begins that is neither empty nor a comment."""
    found = re.search(r"^ *[^\s#]", source.text, re.MULTILINE)
    return found.end() - 1 if found else 0


def _without_colon(source: Source, start: int) -> ModelFileError:
    """A line that should be a key, and its value if it has one."""
    where = source.place(start)
    line = re.sub(r"\s+#.*", "", where.text[where.column - 1 :]).strip()
    key, sign, value = re.fullmatch(r"([^\s:]*)(:?)\s*(.*)", line).groups()  # type: ignore[union-attr]
    what = f"no space follows the colon after '{key}'" if sign else f"no colon follows '{key}'"
    shown = value if len(value) <= 60 else f"{value[:57]}..."
    return ModelFileError(Problem("file", what, f"write {key}: {shown or 'and its value'}", where))


_HALF_OPEN: Final = re.compile(r"[\[(][^\[\](),]+,[^\[\](),]+\)")


_INDICATOR: Final = re.compile(r""":\s+(?P<formula>[^\s"'\[{,}][^"'{},]*\[[^\]]*\][^,}]*|\[[^\]]*\]\s*[-+*/][^,}]*)""")


def _never_closed(source: Source, start: int, closing: str) -> ModelFileError:
    """A list or mapping without its end; a half-open range is taken for one."""
    where = source.place(start)
    half_open = _HALF_OPEN.match(where.text, where.column - 1)
    indicator = _INDICATOR.search(where.text, where.column - 1) if closing == "}" else None
    if indicator:
        where = source.place(start + indicator.start("formula") - where.column + 1)
        what, remedy = "inside { } a formula with [ ] has to be in quotes", f'write "{indicator["formula"].strip()}"'
    elif half_open:
        what, remedy = "a range with an open end has to be in quotes", f'write "{half_open.group()}"'
    else:
        what = f"'{source.text[start]}' is opened here and never closed by '{closing}'"
        remedy = f"close it with {closing}, or put the text in quotes"
    return ModelFileError(Problem("file", what, remedy, where))


def _known_complaint(said: str, context: str) -> tuple[str, str]:
    if "maximum nesting depth" in said:  # The scanner of PyYAML 6.0.4 gives up before our own count is asked.
        return f"lists are nested more than {DEEPEST} deep", "flatten them"
    if "mapping values" in said:
        return "a key stands where none is expected", "indent it like its neighbours, or put a text with ': ' in quotes"
    if "node content" in said:
        return "a value is missing here", "write it, or remove the comma before it"
    if "alphabetic or numeric" in said or "cannot start any token" in said:
        return "this sign cannot stand here", "write a comma instead, or put the whole value in quotes"
    if "expected key" in said or "'-' indicator" in said or "block end" in said:
        return (
            "this line does not continue what stands above it",
            "indent it like its neighbours; quote texts with [ ] { }",
        )
    return (
        f"this is not YAML: {said}{f' ({context})' if context else ''}",
        "check the indentation and the quotation marks",
    )
