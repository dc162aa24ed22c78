"""What a page holds, in few bytes: texts that have pieces in common, and what was computed beforehand, packed."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

SHORTEST_SHARED: Final = 6
"""Characters of a piece from which on a number is shorter."""


def written(data: Any) -> str:
    """JSON without spaces."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def shared(given: Any) -> list[str]:
    """The pieces that several texts of ``given`` have. In each text, a list of strings, such a piece is replaced by how many places of this list lie
    between it and the one before: mostly none, as texts have their pieces in the same order.
    """
    count = Counter(piece for text in _texts(given) for piece in text)
    number: dict[str, int] = {}
    for text in _texts(given):
        last = -1
        for k, piece in enumerate(text):
            if count[piece] > 1 and len(piece) > SHORTEST_SHARED:
                place = number.setdefault(piece, len(number))
                text[k], last = place - last - 1, place
    return list(number)


def _texts(part: Any) -> Iterator[list[Any]]:
    if isinstance(part, list) and part and isinstance(part[0], str):
        yield part
    elif isinstance(part, list | dict):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)


def packed(data: Any) -> str:
    """JSON, deflated (RFC 1951), in base64: what the page's script unpacks with the browser's own `DecompressionStream`."""
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b64encode(deflating.compress(written(data).encode()) + deflating.flush()).decode()
