"""All equilibria of a small game of any number of players, support by support, in exact numbers.

Profiles of supports that survive conditional dominance (`supports`) are solved directly where few mix (`few_mixing`), else screened in
floats (`screening`). Of those that are left the equations of indifference are split into components
(`hedging_games.algebra.polynomial_systems`). Components of dimension zero give the isolated candidates, exact
(`quotient_algebra`); those of higher dimension are searched by `strata`. A support whose algebra grows beyond its limits is
left to `boxes`, which encloses its simple equilibria with proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, groupby, islice
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.algebra.polynomial_systems import Component, decompose, normal_form
from hedging_games.errors import CouldNotFinish
from hedging_games.solvers.multilinear.boxes import enclosed_equilibria
from hedging_games.solvers.multilinear.few_mixing import Direct, is_direct
from hedging_games.solvers.multilinear.results import (
    Cell,
    Continuum,
    EnclosedEquilibrium,
    MixedStrategies,
    Supports,
    TensorEquilibria,
)
from hedging_games.solvers.multilinear.screening import may_carry
from hedging_games.solvers.multilinear.strata import Findings, equilibria_on
from hedging_games.solvers.multilinear.supports import as_machine_integers, possible_supports
from hedging_games.solvers.multilinear.system import SupportSystem, support_system

SCREENED_TOGETHER: Final = 500
"""Supports of the same sizes that are screened at a time."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A component of a support's equations that carries equilibria, with a sample and the known ends."""

    system: SupportSystem
    component: Component
    sample: MixedStrategies
    ends: tuple[MixedStrategies, ...]


@dataclass(slots=True)
class _Collected:
    """What has been found on all supports so far."""

    points: list[MixedStrategies] = field(default_factory=list)
    continua: list[_Found] = field(default_factory=list)
    enclosed: list[EnclosedEquilibrium] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    undecided: bool = False


def solve_general(
    tensors: Sequence[np.ndarray], check: Check, keep: Callable[[MixedStrategies], None]
) -> TensorEquilibria:
    """All equilibria of a game with integer payoff ``tensors``, one of shape (m1, ..., mn) a player, every m at least 2.

    ``complete`` is "all" unless a support could not be settled; then a note names it.
    """
    found = _Collected()
    direct = Direct(tensors)
    for supports in _open_supports(tensors, check):
        check()
        points = direct.equilibria(supports)
        if points is not None:
            for profile in points:
                found.points.append(profile)
                keep(profile)
            continue
        system = support_system(tensors, supports)
        findings, boxes = on_support(system, check)
        for point in findings.points:
            profile = system.profile(point)
            found.points.append(profile)
            keep(profile)
        for component, sample, ends in findings.cells:
            known = tuple(system.profile(end) for end in ends or ())
            found.continua.append(_Found(system, component, system.profile(sample), known))
        found.enclosed += boxes
        if findings.cells:
            found.notes.append(f"supports {_text(supports)} carry a continuum")
        if findings.undecided:
            found.undecided = True
            found.notes.append(f"supports {_text(supports)} are not decided: there may be more equilibria on them")
    cells = _cells(found, check)
    return TensorEquilibria(
        tuple(p for p in found.points if not any(cell.contains(p) for cell in cells)),
        _continua(cells),
        "some" if found.undecided else "all",
        tuple(found.notes),
        tuple(found.enclosed),
    )


def _open_supports(tensors: Sequence[np.ndarray], check: Check) -> Iterator[Supports]:
    """The supports that may carry an equilibrium, screened in floats unless they are solved directly."""
    tensors = as_machine_integers(tensors)
    possible = possible_supports(tensors, check)
    for sizes, group in groupby(possible, key=lambda supports: sorted(map(len, supports))):
        if is_direct(sizes):
            yield from group
            continue
        while several := list(islice(group, SCREENED_TOGETHER)):
            yield from compress(several, may_carry(tensors, several, check))


def on_support(system: SupportSystem, check: Check) -> tuple[Findings, list[EnclosedEquilibrium]]:
    """The equilibria with exactly these supports."""
    if not system.variables:
        return Findings([()] if system.is_content(()) else []), []
    try:
        # Of supports without conditional dominance every equation has both signs at the profiles, or none.
        components = decompose(system.equations, system.ring, may_vanish=system.may_vanish, all_may=True, check=check)
        findings = Findings()
        for component in components:
            findings.add(equilibria_on(system, component, check))
    except CouldNotFinish as stop:
        if any(problem.topic != "algebra" for problem in stop.problems):
            raise
        enclosed = enclosed_equilibria(system, check)
        return Findings(list(enclosed.points), undecided=not enclosed.complete), enclosed.boxes
    return findings, []


# --- continua


def _cells(found: _Collected, check: Check) -> list[Cell]:
    """The cells that are not part of a larger one, each with all known equilibria on it of smaller dimension."""
    if not found.continua:
        return []
    known = list(dict.fromkeys([*found.points, *(p for c in found.continua for p in c.ends)]))
    cells = []
    for inner in found.continua:
        check()
        if any(_is_part_of(inner, outer) for outer in found.continua if outer is not inner):
            continue
        bare = _cell(inner, ())
        cells.append(_cell(inner, [p for p in known if p != inner.sample and bare.contains(p)]))
    return cells


def _is_part_of(inner: _Found, outer: _Found) -> bool:
    """Whether the cell of one component contains that of another.

    It does if the supports do and the outer equations hold on the inner component: then all actions of the outer supports
    are worth the same there, namely the most, as the inner points are equilibria; so the outer gaps are not negative.
    """
    if outer.component.dimension <= inner.component.dimension or not all(
        set(a) <= set(b) for a, b in zip(inner.system.supports, outer.system.supports, strict=True)
    ):
        return False
    ring = inner.system.ring
    gens = dict(zip(inner.system.variables, ring.gens(), strict=True))
    last = {}
    for group, rest in zip(inner.system.groups, inner.system.rests, strict=True):
        player = inner.system.variables[group[0]][0]
        last[player, inner.system.supports[player][-1]] = rest
    images = []
    for player, action in outer.system.variables:
        support = inner.system.supports[player]
        if support == (action,):
            images.append(ring.constant(1))
        else:
            images.append(gens.get((player, action), last.get((player, action), ring.constant(0))))
    return all(
        normal_form(p.compose(*images, ctx=ring), inner.component.basis, ring) == 0 for p in outer.component.basis
    )


def _cell(found: _Found, known: Sequence[MixedStrategies]) -> Cell:
    system, component = found.system, found.component
    gaps = [gap for gap in system.gaps if not gap.is_constant()]
    return Cell(
        system.supports,
        system.variables,
        tuple(system.as_constraint(p, "=") for p in component.basis),
        tuple(system.as_constraint(gap, ">=") for gap in gaps),
        component.dimension,
        found.sample,
        tuple(known),
    )


def _continua(cells: Sequence[Cell]) -> tuple[Continuum, ...]:
    """The cells, grouped where a known point of one lies in another."""
    groups: list[list[Cell]] = []
    for cell in cells:
        joined = [group for group in groups if any(_known_to_touch(cell, other) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([other for group in joined for other in group] + [cell])
    return tuple(Continuum(tuple(group), connected=False) for group in groups)


def _known_to_touch(a: Cell, b: Cell) -> bool:
    return any(b.contains(p) for p in (a.sample, *(a.extreme_points or ()))) or any(
        a.contains(p) for p in (b.sample, *(b.extreme_points or ()))
    )


def _text(supports: Supports) -> str:
    return "{" + ", ".join("{" + ", ".join(map(str, support)) + "}" for support in supports) + "}"
