"""Answers as text for people."""

from __future__ import annotations

from typing import Any

from hedging_games.algebra.numbers import number_text
from hedging_games.games.profile import mixture_text
from hedging_games.games.reductions import strategic_form
from hedging_games.theory.dominance import plan_names
from hedging_games.theory.equilibria import Equilibria

COMPLETE = {
    "all": "all of them",
    "extreme": "the extreme ones, which span all",
    "some": "some: there may be more",
}


MAX_SHOWN_BELIEFS = 20
"""Equilibria whose beliefs off the path are printed; the JSON answer has them all."""


def text_table(header: list[str], rows: list[list[str]]) -> str:
    """Columns aligned by spaces under a header and a rule."""
    widths = [max(len(row[k]) for row in [header, *rows]) for k in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def equilibria_text(found: Equilibria) -> str:
    """The equilibria as a table: one row each, one column per information set and player, then the certificate."""
    heading = f"{found.game.title or found.game.name or 'game'}: {found.concept} equilibria by {found.method}"
    complete = "all of them lie in the cells below" if found.continua and found.complete == "all" else None
    how_many = f"{len(found)} found, complete: {complete or COMPLETE[found.complete]}"
    if found.grouped:
        how_many += "; one representative of each equilibrium path"
    lines = [heading]
    if found.game.parameters:
        lines.append(
            "at " + ", ".join(f"{name} = {number_text(value)}" for name, value in found.game.parameters.items())
        )
    lines += [how_many, ""]
    if found.equilibria:
        lines.append(_table(found))
        lines += _jointly(found)
        lines += _beliefs(found)
    else:
        lines.append("none" if found.complete == "all" else "none found; this is not a proof that there is none")
    if found.ranges is not None:
        spans = (f"{name} {number_text(low)} to {number_text(high)}" for name, (low, high) in found.ranges.items())
        lines.append("ranges: " + ", ".join(spans))
    for cell in found.continua:
        where = "; ".join(f"{player} in {{{', '.join(plans)}}}" for player, plans in cell.support.items())
        component = "a component that was not determined" if cell.component is None else f"component {cell.component}"
        lines.append(f"continuum in {component}, dimension {cell.dimension}: {where}: {cell.conditions}")
    lines += [f"note: {note}" for note in found.notes]
    return "\n".join(lines)


def _table(found: Equilibria) -> str:
    component_of = {k: number for number, members in enumerate(found.components) for k in members}
    labels = list(found[0].profile.as_dict())
    many = len(labels) > 8
    header = ["#"]
    if 0 < len(found.components) < len(found):
        header.append("component")
    header += ["on the path"] if many else labels
    header += [f"u({player})" for player in found.game.players]
    if found.game.hedge is not None:
        header.append("hedge")
    header += ["strict", "largest gain"]
    rows = []
    for k, equilibrium in enumerate(found):
        row = [str(k)]
        if "component" in header:
            row.append(str(component_of.get(k, "")))
        mixtures = equilibrium.profile.as_dict()
        known = (lambda value: value) if equilibrium.error is None else float
        shown = {label: {action: known(p) for action, p in mixture.items()} for label, mixture in mixtures.items()}
        row += [_on_path(found, k)] if many else [mixture_text(shown[label]) for label in labels]
        row += [number_text(known(value)) for value in equilibrium.payoffs.values()]
        if found.game.hedge is not None:
            row.append(number_text(known(equilibrium.hedge)))
        row += ["yes" if equilibrium.strict else "no", _gain_text(equilibrium.certificate)]
        rows.append(row)
    return text_table(header, rows)


def _jointly(found: Equilibria) -> list[str]:
    """The distributions of correlated play: the table has what each player does alone, which does not tell them."""
    if all(equilibrium.distribution is None for equilibrium in found):
        return []
    names = plan_names(strategic_form(found.game))
    lines = ["", "jointly, with the plans of " + ", ".join(found.game.players) + ":"]
    for k, equilibrium in enumerate(found):
        cells = (
            f"{number_text(p)} ({', '.join(plans[plan] for plans, plan in zip(names, cell, strict=True))})"
            for cell, p in (equilibrium.distribution or {}).items()
            if p != 0
        )
        lines.append(f"{k}  {', '.join(cells)}")
    return lines


def _beliefs(found: Equilibria) -> list[str]:
    """Between which numbers beliefs may lie wherever an equilibrium leaves a choice of them."""
    from hedging_games.theory.beliefs.supporting import open_beliefs

    lines = []
    for k in range(min(len(found), MAX_SHOWN_BELIEFS)):
        sets = open_beliefs(found, k)
        lines += [f"beliefs off the path in {k}, {line}" for line in (sets.lines() if sets is not None else ())]
        lines += [f"beliefs off the path in {k}, not decided: {what}" for what in (sets.undecided if sets else ())]
    return lines


def _on_path(found: Equilibria, k: int) -> str:
    from hedging_games.games.values import path_outcome

    form = found.game.form
    reached = path_outcome(found.game, found[k].profile.probabilities)
    return " | ".join(
        (f"{number_text(p)}: " if p != 1 else "") + form.history_labels[form.terminals[z]] for z, p in reached
    )


def _gain_text(certificate: Any) -> str:
    if certificate.exact:
        return f"{number_text(certificate.largest_gain)} (exact)"
    return f"{float(certificate.largest_gain):.3g} (near by)"
