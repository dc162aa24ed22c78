"""Signatures as they are written, and the house form of docstrings as reStructuredText.

Underlined headings with items ``name : what it is``, whose next lines are indented, become definition lists; a line may hold several items.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

ITEM = re.compile(r"(?P<name>[`\w*]+(?:, [`\w*]+)*) : (?P<said>.*)")
ANOTHER = re.compile(r"(?<=[.?]) (?=[`\w]+(?:, [`\w]+)* : )")
CODE = re.compile(r"(``[^`]*``|`[^`]*`)")


def rewritten(lines: list[str]) -> list[str]:
    """The docstring as reStructuredText."""
    return list(_written([_escaped(line) for line in lines]))


def _escaped(line: str) -> str:
    """Stars and underscores of prose stand for themselves."""
    parts = CODE.split(line)
    return "".join(part if part.startswith("`") else re.sub(r"([*|]|(?<=\w)_\b)", r"\\\1", part) for part in parts)


def _written(lines: list[str]) -> Iterator[str]:
    heading = ""
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line and set(line) == {"-"}:
            continue
        if line and following and set(following) == {"-"}:
            heading = line
            yield from ("", f"**{line}**", "")
        elif heading and line and not line.startswith(" "):
            if not ITEM.match(line) and heading in {"Parameters", "Attributes"}:
                heading = ""
                yield from ("", line)
            else:
                yield from _items(line)
        elif heading and line.startswith("    ") and ANOTHER.search(line):
            first, *others = ANOTHER.split(line.strip())
            yield f"    {first}"
            for other in others:
                yield from _items(other)
        else:
            yield line


def _items(line: str) -> Iterator[str]:
    for one in ANOTHER.split(line):
        found = ITEM.match(one)
        if found is None:
            yield one
        else:
            yield from (
                ", ".join(f"``{name.strip('`')}``" for name in found["name"].split(", ")),
                f"    {found['said']}",
            )


def process(_app: Any, _what: str, _name: str, _of: Any, _options: Any, lines: list[str]) -> None:
    """What autodoc calls for each docstring."""
    lines[:] = rewritten(lines)


def signature(
    _app: Any, _what: str, _name: str, of: Any, _options: Any, said: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """What autodoc calls for each signature: annotations stay the words of the source, which name types briefly."""
    if said is None or isinstance(of, type) or not callable(of):
        return said, returned
    written = inspect.signature(of)
    parameters = [one for name, one in written.parameters.items() if name != "self"]
    answered = "" if written.return_annotation is inspect.Signature.empty else str(written.return_annotation)
    bare = written.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
    return re.sub(r": '([^']*)'", r": \1", str(bare)), answered


def setup(app: Any) -> dict[str, bool]:
    """Have autodoc read docstrings in the house form."""
    app.connect("autodoc-process-docstring", process)
    app.connect("autodoc-process-signature", signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
