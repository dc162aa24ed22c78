"""Small questions: one equilibrium, pure equilibria, a large tree, a branch, correlated play."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np

from benchmarks.common import (
    OURS,
    Case,
    Method,
    Read,
    Solve,
    Suite,
    gambit_by,
    gambit_game,
    integers,
    ours_by,
    quantecon_by,
)

LEVELS: Final = {"63 nodes": (6, 5), "4,095 nodes": (12, 5), "131,071 nodes": (17, 2)}
"""Levels of a binary tree, and how many are drawn: of 4,095 nodes 2,047 are decisions and 2,048 ends."""


def small_game() -> list[Any]:
    return [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]


# --- one equilibrium -----------------------------------------------------------------------------------------------------------


def quantecon_one() -> tuple[Solve, Read]:
    from quantecon import game_theory

    def solve(tables: Any) -> Any:
        return game_theory.lemke_howson(game_theory.NormalFormGame(np.stack([np.array(t) for t in tables], axis=-1)))

    return solve, lambda _game, _found: True


def one() -> Suite:
    sizes = {20: 3, 50: 3, 100: 3, 300: 3}
    return Suite(
        "one",
        "One equilibrium of a two-player game",
        "Payoffs within ±99. Ours is `solve(game, 'nash', just_one=True)`: a pure equilibrium if there is one, else the end of a path, exact "
        "and certified. Peers return after the first.",
        tuple(Case(f"{n}×{n}", k, integers((n, n), -99, 99, k), "one") for n, k in sizes.items()),
        (
            Method(OURS, "exact, one, certified", ours_by("nash", just_one=True)),
            Method("quantecon lemke_howson", "floats, one", quantecon_one),
            Method("pygambit lcp, floats", "floats, one", gambit_by("lcp_solve", rational=False, stop_after=1)),
            Method("pygambit lcp, rational", "exact, one", gambit_by("lcp_solve", rational=True, stop_after=1)),
            Method("pygambit gnm", "floats, one", gambit_by("gnm_solve")),
            Method("pygambit ipa", "floats, one", gambit_by("ipa_solve")),
            Method("nashpy lemke_howson", "floats, one", nashpy_one),
        ),
        small_game,
        6.0,
        compared=False,
    )


def nashpy_one() -> tuple[Solve, Read]:
    import nashpy

    def solve(tables: Any) -> Any:
        found = nashpy.Game(np.array(tables[0]), np.array(tables[1])).lemke_howson(initial_dropped_label=0)
        if not all(np.isfinite(side).all() and len(side) == len(tables[0]) for side in found):
            raise ArithmeticError("no equilibrium")
        return found

    return solve, lambda _game, _found: True


# --- pure equilibria -------------------------------------------------------------------------------------------------------------


def numpy_pure() -> tuple[Solve, Read]:
    """What a scholar writes: a cell is one where every player's payoff is the largest along his axis."""

    def solve(tables: Any) -> Any:
        best = True
        for player, table in enumerate(tables):
            payoffs = np.array(table)
            best = best & (payoffs == payoffs.max(axis=player, keepdims=True))
        return np.argwhere(best)

    def read(game: Any, found: Any) -> Any:
        return [_pure(np.shape(game[0]), cell) for cell in found.tolist()]

    return solve, read


def quantecon_pure() -> tuple[Solve, Read]:
    solve, _ = quantecon_by("pure_nash_brute")()
    return solve, lambda game, found: [_pure(np.shape(game[0]), cell) for cell in found]


def _pure(shape: tuple[int, ...], cell: Any) -> list[list[int]]:
    return [[int(a == played) for a in range(size)] for size, played in zip(shape, cell, strict=True)]


def pure() -> Suite:
    shapes = {(2,) * 10: "2^10", (5,) * 5: "5^5", (100, 100): "100×100"}
    return Suite(
        "pure",
        "Pure equilibria",
        "Payoffs within ±99; all methods list all pure equilibria.",
        tuple(Case(name, 5, integers(shape, -99, 99, 5), name) for shape, name in shapes.items()),
        (
            Method(OURS, "exact, all, certified", ours_by("pure-nash")),
            Method("numpy, by hand", "exact, all", numpy_pure),
            Method("quantecon pure_nash_brute", "floats, all", quantecon_pure),
            Method("pygambit enumpure", "exact, all", gambit_by("enumpure_solve")),
        ),
        small_game,
        10.0,
    )


# --- a large tree ----------------------------------------------------------------------------------------------------------------


def trees(levels: int, number: int) -> Iterator[tuple[str, np.ndarray]]:
    """Complete binary trees in which two players alternate: Gambit's text, and the payoffs of the ends."""
    rng = np.random.default_rng(levels)
    for _ in range(number):
        payoffs = rng.integers(-(10**6), 10**6, (2, 2 ** (levels - 1)))
        yield _tree_text(levels - 1, payoffs), payoffs


def _tree_text(depth: int, payoffs: np.ndarray) -> str:
    lines = ['EFG 2 R "tree" { "A" "B" }']
    sets = [0, 0]
    ends = iter(payoffs.T.tolist())

    def below(level: int) -> None:
        if level == depth:
            a, b = next(ends)
            lines.append(f't "" {len(lines)} "" {{ {a} {b} }}')
            return
        mover = level % 2
        sets[mover] += 1
        lines.append(f'p "" {mover + 1} {sets[mover]} "" {{ "l" "r" }} 0')
        below(level + 1)
        below(level + 1)

    below(0)
    return "\n".join(lines) + "\n"


def our_tree() -> tuple[Solve, Read]:
    import hedging_games as hg

    return lambda game: hg.solve(game, "subgame-perfect"), lambda _game, _found: True


def read_by_us(game: Any) -> Any:
    import hedging_games as hg

    return _read(game[0], hg.read_game)


def read_by_gambit(game: Any) -> Any:
    import pygambit

    return _read(game[0], pygambit.read_efg)


def _read(text: str, reader: Callable[[str], Any]) -> Any:
    with tempfile.NamedTemporaryFile("w", suffix=".efg") as file:
        file.write(text)
        file.flush()
        return reader(file.name)


def gambit_tree(solver: str, **options: Any) -> Any:
    def load() -> tuple[Solve, Read]:
        import pygambit

        function = getattr(pygambit.nash, solver)
        return lambda game: function(game, **options), lambda _game, _found: True

    return load


def numpy_tree() -> tuple[Solve, Read]:
    """Backward induction as reshapes: the choices of each level and what they are worth."""

    def solve(game: Any) -> Any:
        worth, choices = game[1], []
        for level in reversed(range(int(np.log2(game[1].shape[1])))):
            pairs = worth.reshape(2, -1, 2)
            choice = pairs[level % 2].argmax(axis=1)
            choices.append(choice)
            worth = pairs[:, np.arange(len(choice)), choice]
        return choices, worth

    return solve, lambda _game, _found: True


def plain_tree() -> tuple[Solve, Read]:
    """Backward induction as a textbook's recursion in plain Python."""

    def solve(game: Any) -> Any:
        ends = game[1].T.tolist()

        def best(level: int, first: int, count: int) -> tuple[Any, list[int]]:
            if count == 1:
                return ends[first], []
            half = count // 2
            left, right = best(level + 1, first, half), best(level + 1, first + half, half)
            chosen = int(right[0][level % 2] > left[0][level % 2])
            return (left, right)[chosen][0], [chosen, *left[1], *right[1]]

        return best(0, 0, len(ends))

    return solve, lambda _game, _found: True


def tree() -> Suite:
    return Suite(
        "tree",
        "Subgame-perfect equilibrium of a binary tree",
        "Two players alternate; random whole payoffs within ±10^6. The game is read from a file, or the array of payoffs made, before "
        "the clock starts. pygambit has no method for subgame perfection: `lcp` finds a Nash "
        "equilibrium, `logit` a limit of quantal responses.",
        tuple(Case(name, k, partial(trees, levels, k), "tree") for name, (levels, k) in LEVELS.items()),
        (
            Method(OURS, "exact, all, certified", our_tree, prepare=read_by_us),
            Method("numpy, by hand", "exact, one", numpy_tree),
            Method("Python, by hand", "exact, one", plain_tree),
            Method(
                "pygambit lcp, floats",
                "floats, one Nash",
                gambit_tree("lcp_solve", rational=False),
                prepare=read_by_gambit,
            ),
            Method("pygambit logit", "floats, one", gambit_tree("logit_solve"), prepare=read_by_gambit),
        ),
        lambda: next(trees(2, 1)),
        6.0,
        compared=False,
    )


def reading() -> Suite:
    cases = [(name, size) for name, size in LEVELS.items() if name != "63 nodes"]
    return Suite(
        "reading",
        "Reading a binary tree",
        "The same trees, from Gambit's file format to a game. The file is written within the time, by all alike.",
        tuple(Case(name, k, partial(trees, levels, k), "tree") for name, (levels, k) in cases),
        (
            Method(OURS, "exact", lambda: (read_by_us, lambda _game, _found: True)),
            Method("pygambit read_efg", "exact", lambda: (read_by_gambit, lambda _game, _found: True)),
        ),
        lambda: next(trees(2, 1)),
        20.0,
        compared=False,
    )


# --- the logit branch --------------------------------------------------------------------------------------------------------------


def our_branch() -> tuple[Solve, Read]:
    import hedging_games as hg

    return lambda tables: hg.logit_branch(hg.matrix_game(*tables)), lambda _game, _found: True


def gambit_branch() -> tuple[Solve, Read]:
    import pygambit.qre

    return lambda tables: pygambit.qre.logit_solve_branch(gambit_game(tables)), lambda _game, _found: True


def branch() -> Suite:
    return Suite(
        "branch",
        "The logit branch",
        "Payoffs within ±9, the principal branch from uniform play to its limit, as a list of points. Both compute in floats.",
        (
            Case("2×2×2", 10, integers((2, 2, 2), -9, 9, 10), "2"),
            Case("5×5", 5, integers((5, 5), -9, 9, 5), "5"),
        ),
        (
            Method(OURS, "points with residuals", our_branch),
            Method("pygambit logit_solve_branch", "points", gambit_branch),
        ),
        small_game,
        6.0,
        compared=False,
    )


# --- correlated equilibria -------------------------------------------------------------------------------------------------------


def linear_programs() -> tuple[Solve, Read]:
    """The same ranges by HiGHS: smallest and largest payoff of each player over the polytope."""
    from scipy.optimize import linprog

    def solve(tables: Any) -> Any:
        payoffs = [np.array(table, dtype=float) for table in tables]
        rows = []
        for player, table in enumerate(payoffs):
            own = np.moveaxis(table, player, 0)
            for told in range(len(own)):
                for other in range(len(own)):
                    if other != told:
                        row = np.zeros_like(own)
                        row[told] = own[other] - own[told]
                        rows.append(np.moveaxis(row, 0, player).ravel())
        ends = []
        for table in payoffs:
            for sign in (1, -1):
                found = linprog(
                    sign * table.ravel(), rows, np.zeros(len(rows)), np.ones((1, table.size)), [1], method="highs"
                )
                assert found.fun is not None
                ends.append(sign * found.fun)
        return ends

    return solve, lambda _game, _found: True


def our_ranges() -> tuple[Solve, Read]:
    solve, _ = ours_by("correlated")()
    return solve, lambda _game, _found: True


def correlated() -> Suite:
    return Suite(
        "correlated",
        "Correlated equilibria: ranges of payoffs",
        "Payoffs within ±99; the smallest and largest payoff of each player over all correlated equilibria. No peer package has them: "
        "beside us stand the same four linear programs in scipy's HiGHS.",
        tuple(Case(f"{n}×{n}", k, integers((n, n), -99, 99, k), "c") for n, k in ((4, 5), (10, 5), (20, 2))),
        (
            Method(OURS, "exact, certified", our_ranges),
            Method("scipy linprog, by hand", "floats", linear_programs),
        ),
        small_game,
        6.0,
        compared=False,
    )


def suites() -> list[Suite]:
    return [one(), pure(), tree(), reading(), branch(), correlated()]
