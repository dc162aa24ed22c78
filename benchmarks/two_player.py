"""All equilibria of two-player games: `hedging_games.solve` beside pygambit, lrsnash, nashpy and quantecon."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from fractions import Fraction
from typing import Any, Final

from benchmarks.common import (
    OURS,
    Case,
    Method,
    Profile,
    Read,
    Solve,
    Suite,
    gambit_by,
    integers,
    nashpy_by,
    ours_by,
    quantecon_by,
)

SIZES: Final = {3: 60, 5: 40, 8: 11, 12: 5}  # actions of each player: games
KINDS: Final = {"random": (-99, 99), "tied": (0, 2)}
LIMIT: Final = 2.0


def lrs() -> tuple[Solve, Read]:
    """How lrsnash is used: a file and a process for each game."""

    def solve(tables: Any) -> str:
        lines = [f"{len(tables[0])} {len(tables[0][0])}"]
        for matrix in tables:
            lines += ["", *(" ".join(map(str, row)) for row in matrix)]
        with tempfile.NamedTemporaryFile("w", suffix=".lrs") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            return subprocess.run(
                ["lrsnash", file.name], capture_output=True, text=True, check=True, timeout=4 * LIMIT
            ).stdout

    return solve, lambda _game, printed: lrs_profiles(printed)


def lrs_profiles(printed: str) -> list[Profile]:
    """The column player's vertices, then the row player's that go with them."""
    found: list[Profile] = []
    for block in printed.split("\n\n"):
        sides: dict[str, list[list[str]]] = {"1": [], "2": []}
        for line in block.splitlines():
            if line[:1] in sides:
                sides[line[0]].append([str(Fraction(word)) for word in line.split()[1:-1]])
        found += [[x, y] for x in sides["1"] for y in sides["2"]]
    return found


def suite() -> Suite:
    methods = [
        Method(OURS, "exact, all, certified", ours_by("nash"), exact=True),
        Method("pygambit enummixed, floats", "floats", gambit_by("enummixed_solve", rational=False)),
        Method("pygambit enummixed, rational", "exact, all", gambit_by("enummixed_solve", rational=True), exact=True),
        Method("pygambit lcp, floats", "floats, some", gambit_by("lcp_solve", rational=False)),
        Method("pygambit gnm", "floats, some", gambit_by("gnm_solve")),
        Method("pygambit ipa", "floats, some", gambit_by("ipa_solve")),
        Method("nashpy support", "floats", nashpy_by("support_enumeration")),
        Method("nashpy vertex", "floats", nashpy_by("vertex_enumeration")),
        Method("quantecon support", "floats", quantecon_by("support_enumeration")),
        Method("quantecon vertex", "floats", quantecon_by("vertex_enumeration")),
    ]
    if shutil.which("lrsnash"):
        methods.insert(1, Method("lrsnash (C)", "exact, all", lrs, exact=True))
    cases = tuple(
        Case(f"{kind} {size}×{size}", number, integers((size, size), *bounds, number), kind)
        for kind, bounds in KINDS.items()
        for size, number in SIZES.items()
    )
    return Suite(
        "two_player",
        "All equilibria of two-player games",
        "Random payoffs are whole numbers within ±99, tied ones 0, 1 or 2. Exact methods were checked to list the same extreme "
        "equilibria on every game that they finished. Where payoffs tie, support enumeration and the methods "
        "that find some equilibria are not meant to list every extreme point.",
        cases,
        tuple(methods),
        lambda: [[[2, 0], [0, 1]], [[1, 0], [0, 2]]],
        LIMIT,
    )
