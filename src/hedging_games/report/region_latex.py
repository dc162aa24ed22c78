"""Regions as LaTeX: for each equilibrium its inequalities, aligned, each with its reason (needs amsmath)."""

from __future__ import annotations

from fractions import Fraction

from hedging_games.algebra.expressions.text import latex_name
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.analysis.conditions.listing import RegionCell, played_text
from hedging_games.analysis.conditions.region import Region
from hedging_games.figures import latex

_RELATIONS = {">=": r"\geq", ">": ">", "==": "="}


def region_latex(region: Region, provenance: str = "") -> str:
    """The region as text with one ``align*`` environment for each cell, under a comment that says what it was made from."""
    heading = f"The event is played in {region.kind} if and only if"
    pieces = [_cell(cell) for cell in region.cells] or ["never, in the declared ranges."]
    notes = [*region.said, *region.listing_notes]
    return "\n".join(
        [latex.provenance_line(provenance), heading, "\nor\n".join(pieces), *(f"% {note}" for note in notes)]
    )


def _cell(cell: RegionCell) -> str:
    if not cell.system.constraints:
        return "everywhere in the declared ranges."
    rows = [
        f"  {inequality_latex(c)}" + (rf" && \text{{{latex.words(str(c.reason))}}}" if c.reason else "")
        for c in cell.system.constraints
    ]
    above = [f"% {played_text(cell.profile)}"] if cell.profile else []
    return "\n".join([*above, r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def inequality_latex(asked: Constraint) -> str:
    """An inequality with what it adds on the left and what it takes away on the right."""
    names = [latex_name(str(symbol)) for symbol in asked.polynomial.ring.symbols]
    left = [_term(powers, c, names) for powers, c in asked.terms.items() if c > 0]
    right = [_term(powers, -c, names) for powers, c in asked.terms.items() if c < 0]
    return f"{' + '.join(left) or '0'} &{_RELATIONS[asked.relation]} {' + '.join(right) or '0'}"


def _term(powers: tuple[int, ...], coefficient: int | Fraction, names: list[str]) -> str:
    factors = [
        name if power == 1 else f"{{{name}}}^{{{power}}}" for name, power in zip(names, powers, strict=True) if power
    ]
    number = [] if coefficient == 1 and factors else [str(coefficient)]
    return r"\,".join([*number, *factors])
