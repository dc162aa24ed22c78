"""Tables for papers: one table of texts, written as CSV, Markdown and LaTeX, the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.files import whole_file, writing
from hedging_games.figures import latex
from hedging_games.games.profile import mixture_text
from hedging_games.games.values import path_outcome
from hedging_games.theory.equilibria import Equilibria, Equilibrium
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.markov_text import mixtures
from hedging_games.theory.reactions import AnyEquilibria, AnyEquilibrium, ContinuousEquilibria
from hedging_games.theory.reactions_text import chosen_text, followed_text
from hedging_games.theory.repeated import RepeatedEquilibria
from hedging_games.theory.repeated_text import said_text

MOST_SETS_SHOWN = 8
"""Information sets up to which an equilibrium is shown by all its choices; beyond that by what is played on the path."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?(/\d+)?", re.ASCII)
_SURD = r"(?:\d+\*)?sqrt\(\d+\)"
_ROOT = re.compile(rf"-?{_SURD}(/\d+)?|-?\d+ [+-] {_SURD}|\(-?\d+ [+-] {_SURD}\)/\d+", re.ASCII)
_MARKDOWN = str.maketrans(
    {"|": r"\|", "\\": r"\\", "*": r"\*", "_": r"\_", "<": r"\<", "`": r"\`", "[": r"\[", "\n": " "}
)


@dataclass(frozen=True, slots=True)
class Table:
    """A ``header`` and ``rows`` of the same length, all texts; ``title`` and ``note`` go with Markdown and LaTeX, and ``provenance`` (what it was
    made from: model and command) is a comment in LaTeX.

    Raises ValueError if a row has another number of cells than the header.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    note: str = ""
    provenance: str = ""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.header):
                raise ValueError(f"row {number} has {len(row)} cells, the header {len(self.header)}: {row}")

    def csv(self) -> str:
        """Comma-separated values (RFC 4180) with the header in the first line; lines end in a newline."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return text.getvalue()

    def markdown(self) -> str:
        """A pipe table; columns of numbers are set to the right."""
        header = [cell.translate(_MARKDOWN) for cell in self.header]
        rules = ["---:" if self._is_numeric(k) else "---" for k in range(len(header))]
        rows = [[cell.translate(_MARKDOWN) for cell in row] for row in self.rows]
        lines = ["| " + " | ".join(cells) + " |" for cells in (header, rules, *rows)]
        above = [f"**{self.title.translate(_MARKDOWN)}**", ""] if self.title else []
        below = ["", self.note.translate(_MARKDOWN)] if self.note else []
        return "\n".join([*above, *lines, *below, ""])

    def latex(self) -> str:
        r"""A ``tabular`` for ``\input``, with the rules of the package booktabs; numbers, and square roots, are set in mathematics."""
        columns = "".join("r" if self._is_numeric(k) else "l" for k in range(len(self.header)))
        above = [f"% {' '.join(text.split())}" for text in (self.title, self.note) if text]
        body = [_latex_row(row) for row in self.rows]
        lines = [
            latex.provenance_line(self.provenance),
            *above,
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            _latex_row(self.header),
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
        ]
        return "\n".join([*lines, ""])

    def _is_numeric(self, column: int) -> bool:
        cells = [row[column] for row in self.rows if row[column]]
        return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


def _latex_row(cells: Sequence[str]) -> str:
    shown = [_latex_cell(cell) for cell in cells]
    # After \\ and after a rule LaTeX would take a bracket or a star for an option of the command before.
    return ("{}" if shown[0].startswith(("[", "*")) else "") + " & ".join(shown) + r" \\"


def _latex_cell(cell: str) -> str:
    """A number or a root as mathematics, anything else as text."""
    if _NUMBER.fullmatch(cell):
        return f"${cell}$"
    if _ROOT.fullmatch(cell):
        return "$" + re.sub(r"sqrt\((\d+)\)", r"\\sqrt{\1}", cell).replace("*", "") + "$"
    return latex.words(cell)


def write(table: Table, stem: Path) -> list[Path]:
    """Write a table as ``stem.csv``, ``stem.md`` and ``stem.tex``, making the folder if it is missing; the paths written.

    ``stem`` : the path without an ending.

    Raises InputError where the folder or a file cannot be written.
    """
    with writing(stem.parent):
        stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for ending, text in ((".csv", table.csv()), (".md", table.markdown()), (".tex", table.latex())):
        path = stem.with_name(stem.name + ending)
        with whole_file(path) as partial:
            partial.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


# --- equilibria as rows --------------------------------------------------------------------------------------------------

EQUILIBRIA_HEADER = ("concept", "complete", "equilibria", "play", "payoffs", "hedge", "strict")
"""The columns that `equilibria_rows` gives."""


def equilibria_rows(found: AnyEquilibria) -> list[list[str]]:
    """What `solve` ``found`` as rows under `EQUILIBRIA_HEADER`; one row, with empty cells, if there is no equilibrium.

    ``play`` lists every choice, or in games with more than `MOST_SETS_SHOWN` information sets what is played on the path;
    equilibria that this does not tell apart share a row, and ``equilibria`` counts them. ``hedge`` is the probability of
    the model's event.
    """
    if isinstance(found, ContinuousEquilibria):
        return _continuous_rows(found)
    counted: dict[tuple[str, ...], int] = {}
    for number in range(len(found)):
        equilibrium = found[number]
        hedge = "" if equilibrium.hedge is None else number_text(equilibrium.hedge)
        strict = "yes" if equilibrium.strict else "no"
        row = (_play(found, number), payoffs_text(equilibrium.payoffs), hedge, strict)
        counted[row] = counted.get(row, 0) + 1
    if not counted:
        return [[found.concept, found.complete, "0", "", "", "", ""]]
    return [[found.concept, found.complete, str(count), *row] for row, count in counted.items()]


def _play(found: Equilibria | MarkovEquilibria | RepeatedEquilibria, number: int) -> str:
    if isinstance(found, Equilibria):
        return play_text(found, found[number])
    if isinstance(found, RepeatedEquilibria):
        return said_text(found[number].said)
    return "; ".join(
        f"{label}: {mixture_text(mixture)}" for label, mixture in mixtures(found.game, found[number]).items()
    )


def _continuous_rows(found: ContinuousEquilibria) -> list[list[str]]:
    rows = []
    for e in found:
        numbers = [f"{name} {chosen_text(value)}" for name, value in e.choices.items()]
        play = "; ".join([*numbers, *(f"{decision}: {action}" for decision, action in e.actions)])
        worth = ", ".join(f"{player} {followed_text(value)}" for player, value in e.worth.items())
        hedge = "" if e.hedge is None else number_text(e.hedge)
        rows.append([found.concept, found.complete, "1", play, worth, hedge, ""])
    return rows or [[found.concept, found.complete, "0", "", "", "", ""]]


def play_text(found: Equilibria, equilibrium: Equilibrium) -> str:
    """Who does what in an equilibrium: all choices, or in larger games what is played on the path."""
    mixtures = equilibrium.profile.as_dict()
    if len(mixtures) <= MOST_SETS_SHOWN:
        return "; ".join(f"{label}: {mixture_text(mixture)}" for label, mixture in mixtures.items())
    form = found.game.form
    reached = path_outcome(found.game, equilibrium.profile.probabilities)
    return "; ".join(
        (f"{number_text(p)}: " if p != 1 else "") + form.history_labels[form.terminals[z]] for z, p in reached
    )


def payoffs_text(payoffs: Mapping[str, object]) -> str:
    """Payoffs by player: ``SmallState 2, Ally -1``."""
    return ", ".join(f"{player} {number_text(value)}" for player, value in payoffs.items())


def hedged_in(equilibria: Iterable[AnyEquilibrium]) -> str:
    """In how many equilibria the model's event is certain: ``every``, ``some`` or ``none``."""
    hedged = [equilibrium.hedge == 1 for equilibrium in equilibria]
    return "every" if hedged and all(hedged) else "some" if any(hedged) else "none"
