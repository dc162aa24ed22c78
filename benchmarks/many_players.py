"""All equilibria of three and more players: `hedging_games.solve` beside pygambit's solvers, all in floats."""

from __future__ import annotations

from typing import Final

from benchmarks.common import OURS, Case, Method, Suite, gambit_by, integers, ours_by

CLASSES: Final = (
    ((2, 2, 2), -99, 99, 300),
    ((3, 2, 2), -99, 99, 30),
    ((2, 2, 2, 2), -99, 99, 15),
    ((3, 3, 2), -99, 99, 7),
    ((3, 3, 3), -99, 99, 5),
    ((2, 2, 2, 2, 2), -99, 99, 3),
    ((2, 2, 2, 2, 2, 2), -99, 99, 2),
    ((4, 4, 4), -99, 99, 2),
    ((2, 2, 2), 0, 4, 60),
)
LIMIT: Final = 5.0


def suite() -> Suite:
    cases = tuple(
        Case(
            f"{'×'.join(map(str, shape))}, {low} to {high}",
            number,
            integers(shape, low, high, number),
            "random" if low else "tied",
        )
        for shape, low, high, number in CLASSES
    )
    return Suite(
        "many_players",
        "All equilibria of three and more players",
        "Our answers are exact and complete (irrational equilibria as algebraic numbers, continua as cells); no peer is. The share is that "
        "of the equilibria in our list: where payoffs tie (0 to 4) it holds corners and samples of continua, of which peers "
        "describe none.",
        cases,
        (
            Method(OURS, "exact, all, certified", ours_by("nash")),
            Method("pygambit enumpoly", "floats, not all", gambit_by("enumpoly_solve")),
            Method("pygambit gnm", "floats, some", gambit_by("gnm_solve")),
            Method("pygambit ipa", "floats, one", gambit_by("ipa_solve")),
            Method("pygambit logit", "floats, one", gambit_by("logit_solve")),
        ),
        lambda: [
            [[[0, 1], [2, 5]], [[3, 1], [0, 2]]],
            [[[1, 0], [0, 3]], [[2, 1], [1, 4]]],
            [[[3, 0], [1, 2]], [[0, 2], [4, 1]]],
        ],
        LIMIT,
    )
