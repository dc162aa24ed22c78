"""Words and numbers in LaTeX, for tables and figures alike."""

from __future__ import annotations

import re
from typing import Final

from hedging_games.algebra.expressions.text import latex_name
from hedging_games.figures.lettering import parted
from hedging_games.version import __version__

SPECIAL: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"{\char34}",
        "\n": " ",
        "\N{MINUS SIGN}": "$-$",
        "\N{MIDDLE DOT}": r"$\cdot$",
        "\N{MULTIPLICATION SIGN}": r"$\times$",
        "\N{LESS-THAN OR EQUAL TO}": r"$\leq$",
        "\N{GREATER-THAN OR EQUAL TO}": r"$\geq$",
        "\N{NOT EQUAL TO}": r"$\neq$",
        "\N{UNION}": r"$\cup$",
        "\N{HORIZONTAL ELLIPSIS}": r"\ldots{}",
        "\N{EN DASH}": "--",
        "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
        "\N{ALMOST EQUAL TO}": r"$\approx$",
    }
)
"""Characters that LaTeX does not take as they are, and what it takes instead."""

_SIGNS: Final = str.maketrans(
    {
        "\N{LESS-THAN OR EQUAL TO}": r"\leq ",
        "\N{GREATER-THAN OR EQUAL TO}": r"\geq ",
        "\N{NOT EQUAL TO}": r"\neq ",
        "\N{ALMOST EQUAL TO}": r"\approx ",
        "\N{ELEMENT OF}": r"\in ",
    }
)

_TOKEN = re.compile(
    r"sqrt\((?P<root>[^()]*)\)|(?P<name>[A-Za-z_]\w*)|(?:\*\*|\^)\s*(?P<exponent>\d+)|(?P<times>\*)|(?P<special>[%&#${}~])"
)


def words(text: str) -> str:
    """A text as LaTeX sets it letter by letter."""
    return text.translate(SPECIAL)


def formula(text: str) -> str:
    r"""A formula in plain notation (``card - loss``, ``-1/2``, ``sqrt(3)/2``, ``x**2``) as mathematics, with its dollar signs; a name with a
    colon before it is set as words.
    """
    name, rest = parted(text)
    return f"{words(name)}${_mathematics(rest)}$" if rest else words(name)


def _mathematics(text: str) -> str:
    return _TOKEN.sub(_set, text).translate(_SIGNS)


def _set(token: re.Match[str]) -> str:
    if token["root"] is not None:
        return rf"\sqrt{{{_mathematics(token['root'])}}}"
    if token["name"]:
        return latex_name(token["name"])
    if token["exponent"]:
        return f"^{{{token['exponent']}}}"
    return r"\," if token["times"] else rf"\text{{{token[0].translate(SPECIAL)}}}"


def provenance_line(provenance: str) -> str:
    """The comment that says what a LaTeX file was made from: model, version and command."""
    said = " ".join(provenance.split())
    return f"% hedging-games {__version__}{': ' if said else ''}{said}"
