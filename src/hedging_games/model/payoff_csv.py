"""Payoffs in a table of comma-separated values: a column for each decision, and ``u(PLAYER)`` for each player.

A row is about the outcomes in which what it says was chosen; an empty cell says nothing. `formats.payoff_csv` writes such tables.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping as MappingType
from pathlib import Path
from typing import Final

from hedging_games.algebra.expressions.expression import Expression
from hedging_games.algebra.expressions.parser import parse_condition, parse_expression
from hedging_games.errors import ExpressionError, InputError, Place, did_you_mean
from hedging_games.model.declarations import Decision, Player, Row, Table, is_number
from hedging_games.model.fields import Report, text_of
from hedging_games.model.source import read_source
from hedging_games.model.yaml_tree import Node

MOST_ROWS: Final = 2_000
"""Lines that a table may have."""

_EXAMPLE: Final = "begin the file with a line such as Choice,Reply,u(SmallState),u(Ally)"


def read_payoff_csv(
    node: Node, players: MappingType[str, Player], decisions: MappingType[str, Decision], report: Report
) -> Table:
    """The table in the file that a model names, its path seen from the model's file."""
    name = text_of(node, "payoff", "'csv'", report)
    if name is None:
        return Table(())
    path = Path(node.source.file).parent / name
    report.files.append(str(path))
    try:
        text = read_source(path).text
    except InputError as refused:
        report.problems += refused.problems
        return Table(())
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first and "," not in first else ",", strict=True)
    rows: list[Row] = []
    lines = text.split("\n")
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not _is_header(header, players, decisions, Place(str(path), 1, 1, first), report):
            return Table(())
        for cells in reader:
            where = Place(str(path), reader.line_num, 1, lines[reader.line_num - 1])
            if any(cell.strip() for cell in cells):
                rows += _row(dict(zip(header, cells, strict=False)), len(cells) - len(header), decisions, where, report)
            if len(rows) > MOST_ROWS:
                report.add("payoff", f"the table has more than {MOST_ROWS:,} rows", "write payoffs as formulas", where)
                break
    except csv.Error as problem:
        where = Place(str(path), reader.line_num, 1)
        report.add("payoff", f"this is no table: {problem}", "save it as CSV once more", where)
    return Table(tuple(rows))


def _is_header(
    header: list[str],
    players: MappingType[str, Player],
    decisions: MappingType[str, Decision],
    where: Place,
    report: Report,
) -> bool:
    """Whether the columns are decisions, each at most once, and the payoffs of all players."""
    payoffs = [f"u({name})" for name in players]
    known = [*decisions, *payoffs]
    before = len(report.problems)
    for column in header:
        if column not in known:
            report.add(
                "payoff",
                f"the column '{column[:60]}' is neither a decision nor a payoff",
                did_you_mean(column, known),
                where,
            )
        elif header.count(column) > 1:
            report.add("payoff", f"the column '{column}' is there twice", "keep one of them", where)
    missing = [column for column in payoffs if column not in header]
    if missing:
        report.add("payoff", f"there is no column '{missing[0]}'", _EXAMPLE, where)
    return len(report.problems) == before


def _row(
    cells: dict[str, str], surplus: int, decisions: MappingType[str, Decision], where: Place, report: Report
) -> list[Row]:
    """A line as a row of the table; none, and a problem, if it is none."""
    if surplus:
        what = f"this line has {abs(surplus)} cells {'more' if surplus > 0 else 'fewer'} than the first"
        report.add("payoff", what, "write numbers with a decimal point, and one cell in each column", where)
        return []
    chosen = {name: cell.strip() for name, cell in cells.items() if name in decisions and cell.strip()}
    if not chosen:
        report.add("payoff", "this line says nothing about what was chosen", "name an action in some column", where)
        return []
    said = [f"{n} == {c}" if is_number(decisions[n].choice) else f"{n}.{c}" for n, c in chosen.items()]
    payoffs: dict[str, Expression] = {}
    try:
        at = parse_condition(" and ".join(said), lambda _at: where, report.cast)
        for column, cell in cells.items():
            if column not in decisions:
                payoffs[column[2:-1]] = parse_expression(cell, lambda _at: where, report.cast)
    except ExpressionError as error:
        report.add_all(error, "payoff")
        return []
    return [Row(at, payoffs, where)]
