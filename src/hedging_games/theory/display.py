"""Answers as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hedging_games.algebra.numbers import number_text, shown_number
from hedging_games.games.profile import mixture_text
from hedging_games.games.reductions import strategic_form
from hedging_games.games.values import path_outcome
from hedging_games.layout import page, table_width, text_table
from hedging_games.theory.dominance import plan_names
from hedging_games.theory.equilibria import Equilibria, Equilibrium
from hedging_games.theory.renaming import Alike, alike

COMPLETE = {
    "all": "all of them",
    "extreme": "the extreme ones, which span all",
    "some": "some: there may be more",
}


MAX_SHOWN_BELIEFS = 20
"""Equilibria whose beliefs off the path are printed, on a page that is not full; the JSON answer has them all."""


MAX_SHOWN_CHOICES = 8
"""Information sets up to which all choices are printed; beyond that, on a page that is not full, what is played on the path."""


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
        groups = [Alike((k,), ()) for k in range(len(found))] if page().full else alike(found)
        lines += _table(found, groups)
        lines += _renamed(groups)
        lines += _jointly(found)
        lines += _beliefs(found)
    else:
        lines.append("none" if found.complete == "all" else "none found; this is not a proof that there is none")
    if found.ranges is not None:
        spans = (f"{name} {shown_number(low)} to {shown_number(high)}" for name, (low, high) in found.ranges.items())
        lines.append("ranges: " + ", ".join(spans))
    for cell in found.continua:
        where = "; ".join(f"{player} in {{{', '.join(plans)}}}" for player, plans in cell.support.items())
        component = "a component that was not determined" if cell.component is None else f"component {cell.component}"
        lines.append(f"continuum in {component}, dimension {cell.dimension}: {where}: {cell.conditions}")
    lines += [f"note: {note}" for note in found.notes]
    return "\n".join(lines)


def _table(found: Equilibria, groups: Sequence[Alike]) -> list[str]:
    """A row for each group; where all choices would be too many, or too wide, those on the path."""
    whole = _columns(found, groups, [[mixture_text(m, decimals=True) for m in _known(e).values()] for e in found])
    labels = list(found[0].profile.as_dict())
    if not _is_cut(found, whole.header(labels), whole.rows):
        return [text_table(whole.header(labels), whole.rows)]
    path = _columns(found, groups, [[_on_path(found, k)] for k in range(len(found))])
    more = [] if page().width is None else ["what would be done off the path: --full"]
    return [text_table(path.header(["on the path"]), path.rows), *more]


def _is_cut(found: Equilibria, header: list[str], rows: list[list[str]]) -> bool:
    """Whether choices off the path are left out: never on a full page."""
    if page().full:
        return False
    if len(found[0].profile.as_dict()) > MAX_SHOWN_CHOICES:
        return True
    return not page().holds(table_width(header, rows)) and not all(_reaches_all(found, k) for k in range(len(found)))


def _reaches_all(found: Equilibria, k: int) -> bool:
    """Whether every information set is reached."""
    form = found.game.form
    reached = path_outcome(found.game, found[k].profile.probabilities)
    sets = {int(form.set_of_slot[slot]) for z, _ in reached for slot in form.path(int(form.terminals[z]))}
    return len(sets) == len(form.information_sets)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What stands before and after the choices in the header, and the rows."""

    before: list[str]
    after: list[str]
    rows: list[list[str]]

    def header(self, choices: Sequence[str]) -> list[str]:
        return [*self.before, *choices, *self.after]


def _columns(found: Equilibria, groups: Sequence[Alike], choices: Sequence[Sequence[str]]) -> _Columns:
    component_of = {k: number for number, members in enumerate(found.components) for k in members}
    components = 0 < len(found.components) < len(found)
    hedge = found.game.hedge is not None
    rows = []
    for group in groups:
        k = group.numbers[0]
        equilibrium = found[k]
        known = float if equilibrium.error is not None else (lambda value: value)
        row = [", ".join(map(str, group.numbers))]
        row += [", ".join(dict.fromkeys(str(component_of.get(n, "")) for n in group.numbers))] if components else []
        row += [*choices[k], *(shown_number(known(value)) for value in equilibrium.payoffs.values())]
        row += [shown_number(known(equilibrium.hedge))] if hedge else []
        rows.append([*row, "yes" if equilibrium.strict else "no", _gain_text(equilibrium.certificate)])
    before = ["#", *(["component"] if components else [])]
    after = [
        *(f"u({player})" for player in found.game.players),
        *(["hedge"] if hedge else []),
        "strict",
        "largest gain",
    ]
    return _Columns(before, after, rows)


def _known(equilibrium: Equilibrium) -> dict[str, dict[str, Any]]:
    """Decision to action to probability, as a float where it is known up to an error."""
    mixtures = equilibrium.profile.as_dict()
    if equilibrium.error is None:
        return mixtures
    return {label: {action: float(p) for action, p in mixture.items()} for label, mixture in mixtures.items()}


def _renamed(groups: Sequence[Alike]) -> list[str]:
    """Which equilibria differ only by who is called what."""
    return [
        f"{len(group.numbers)} equilibria, {', '.join(map(str, group.numbers))}, differ by which of "
        f"{', '.join(group.players)} does what: the first one is shown"
        + ("" if page().width is None else " (--full: all)")
        for group in groups
        if len(group.numbers) > 1
    ]


def _jointly(found: Equilibria) -> list[str]:
    """The distributions of correlated play: the table has what each player does alone, which does not tell them."""
    if all(equilibrium.distribution is None for equilibrium in found):
        return []
    names = plan_names(strategic_form(found.game))
    lines = ["", "jointly, with the plans of " + ", ".join(found.game.players) + ":"]
    for k, equilibrium in enumerate(found):
        cells = (
            f"{shown_number(p)} ({', '.join(plans[plan] for plans, plan in zip(names, cell, strict=True))})"
            for cell, p in (equilibrium.distribution or {}).items()
            if p != 0
        )
        lines.append(f"{k}  {', '.join(cells)}")
    return lines


def _beliefs(found: Equilibria) -> list[str]:
    """Between which numbers beliefs may lie wherever an equilibrium leaves a choice of them."""
    from hedging_games.theory.beliefs.supporting import open_beliefs

    lines = []
    for k in range(len(found) if page().full else min(len(found), MAX_SHOWN_BELIEFS)):
        sets = open_beliefs(found, k)
        lines += [f"beliefs off the path in {k}, {line}" for line in (sets.lines() if sets is not None else ())]
        lines += [f"beliefs off the path in {k}, not decided: {what}" for what in (sets.undecided if sets else ())]
    return lines


def _on_path(found: Equilibria, k: int) -> str:
    form = found.game.form
    reached = path_outcome(found.game, found[k].profile.probabilities)
    return " | ".join(
        (f"{shown_number(p)}: " if p != 1 else "") + form.history_labels[form.terminals[z]] for z, p in reached
    )


def _gain_text(certificate: Any) -> str:
    if certificate.exact:
        return f"{number_text(certificate.largest_gain)} (exact)"
    return f"{float(certificate.largest_gain):.3g} (near by)"
