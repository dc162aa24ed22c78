"""Names out of files, printable, never empty, never two alike; and names for files, as Gambit takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final


def printable(text: str) -> str:
    """The text with a blank for every control character, line break or other character that does not print."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


_PLAIN: Final = str.maketrans({
    "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‘": "'", "’": "'", "“": '"', "”": '"',
    "→": "->", "≤": "<=", "≥": ">=", "×": "x", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
})  # fmt: skip


def gambit_label(text: str) -> str:
    """The text as Gambit 16.7 takes it: ASCII, single blanks, none at the ends; and no backslash at the end, which would
    escape the closing quote. Accents are dropped, and what has no plain form becomes a question mark.
    """
    if not (text.isascii() and text.isprintable()):
        from unicodedata import combining, normalize

        folded = normalize("NFKD", printable(text).translate(_PLAIN))
        text = "".join(c if c.isascii() else "?" for c in folded if not combining(c))
    return " ".join(text.split()).rstrip("\\ ")


def clashes(names: Sequence[str]) -> bool:
    """Whether some name is the number of a later one. Gambit 16.7 refuses such names in a table: it numbers the players
    and strategies first, renames them one by one, and finds the later one's number taken (``"2" "4" "6"``).
    """
    number = {str(k): k for k in range(1, len(names) + 1)}
    return any(number.get(name, 0) > k for k, name in enumerate(names, start=1))


def distinct(names: Sequence[str], unnamed: str = "") -> tuple[str, ...]:
    """The names, made non-empty and unlike each other.

    A blank name becomes ``unnamed`` and its number among the names, counted from 1. A name that stands more than once
    gets ``_1``, ``_2``, ... appended, at every place, passing over what is already a name here: Gambit's own rule. Names
    that are distinct already are not touched.
    """
    if len(set(names)) == len(names) and all(map(str.strip, names)):
        return tuple(names)
    filled = [name if name.strip() else f"{unnamed}{number}" for number, name in enumerate(names, start=1)]
    times = Counter(filled)
    taken = set(filled)
    suffix: Counter[str] = Counter()
    given = []
    for name in filled:
        chosen = name
        while times[name] > 1 and chosen in taken:
            suffix[name] += 1
            chosen = f"{name}_{suffix[name]}"
        taken.add(chosen)
        given.append(chosen)
    return tuple(given)


def set_labels(labels: Sequence[str], numbers: Sequence[int], owners: Sequence[str]) -> tuple[str, ...]:
    """Labels of information sets, unlike each other in the whole form.

    A blank label becomes ``Owner:number``, the number being the file's. A label that stands at several sets becomes
    ``Owner:label`` at each of them; what is alike even then is numbered as in `distinct`.
    """
    named = [
        label if label.strip() else f"{owner}:{number}"
        for label, number, owner in zip(labels, numbers, owners, strict=True)
    ]
    times = Counter(named)
    return distinct([f"{owner}:{name}" if times[name] > 1 else name for name, owner in zip(named, owners, strict=True)])
