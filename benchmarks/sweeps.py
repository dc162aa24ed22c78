"""Very many points: `hedging_games.sweep` beside loops over the peers, and beside a limit that is one.

Both sides go from parameters to named sets of equilibria, at points of the same kind: those of one Sobol sequence, and those of one
grid. A grid is a smaller question (each difference of payoffs needs only the axes that it depends on), so its rate is shown
beside that of the peers at points drawn from the same grid, and headlines are those of the sample. CPU seconds, the least of three
runs on both sides.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

import hedging_games as hg
from benchmarks.common import OURS, Figure, gambit_game, load

RUNS: Final = 3
SAMPLE: Final = 1 << 20
TITLE: Final = "Sweeps, for a point"

TWO_BY_TWO = """
title: Two players, two actions, four payoff differences
players: {Row: {role: ally}, Column: {role: partner}}
parameters:
  a: {baseline: 1, range: "[-5, 5]", meaning: first column, source: assumed}
  b: {baseline: 1, range: "[-5, 5]", meaning: second column, source: assumed}
  c: {baseline: 1, range: "[-5, 5]", meaning: first row, source: assumed}
  d: {baseline: 1, range: "[-5, 5]", meaning: second row, source: assumed}
play: {Row: [Up, Down], Column: [Left, Right]}
payoffs: {Row: "[Up]*(a*[Left] + b*[Right])", Column: "[Left]*(c*[Up] + d*[Down])"}
hedge: Up
"""

THREE_BY_THREE = """
title: Two players, three actions, eight parameters
players: {Row: {role: ally}, Column: {role: partner}}
parameters:
  a: {baseline: 1, range: "[0, 9]", meaning: a, source: assumed}
  b: {baseline: 1, range: "[0, 9]", meaning: b, source: assumed}
  c: {baseline: 1, range: "[0, 9]", meaning: c, source: assumed}
  d: {baseline: 1, range: "[0, 9]", meaning: d, source: assumed}
  e: {baseline: 1, range: "[0, 9]", meaning: e, source: assumed}
  f: {baseline: 1, range: "[0, 9]", meaning: f, source: assumed}
  g: {baseline: 1, range: "[0, 9]", meaning: g, source: assumed}
  h: {baseline: 1, range: "[0, 9]", meaning: h, source: assumed}
play: {Row: [Up, Mid, Down], Column: [Left, Centre, Right]}
payoffs:
  Row: >-
    a*[Up and Left] + 41/10*[Up and Centre] + b*[Up and Right] + 37/11*[Mid and Left] + c*[Mid and Centre]
    + 29/7*[Mid and Right] + d*[Down and Right] + 17/13*[Down and Left] + 71/19*[Down and Centre]
  Column: >-
    e*[Up and Left] + 43/9*[Mid and Left] + f*[Down and Left] + 31/8*[Up and Centre] + g*[Mid and Centre]
    + 53/17*[Down and Centre] + h*[Down and Right] + 61/23*[Up and Right] + 83/29*[Mid and Right]
hedge: Up and Left or Mid and Centre
"""

THREE_PLAYERS = """
title: Three players, two actions, six parameters
players: {SmallState: {role: small state}, Ally: {role: ally}, Partner: {role: partner}}
parameters:
  security: {baseline: 5, range: "[0, 10]", meaning: alliance, source: assumed}
  trade: {baseline: 3, range: "[0, 10]", meaning: trade, source: assumed}
  card: {baseline: 2, range: "[0, 10]", meaning: card, source: assumed}
  leak: {baseline: 1, range: "[0, 10]", meaning: leak, source: assumed}
  access: {baseline: 2, range: "[0, 10]", meaning: access, source: assumed}
  cost: {baseline: 1, range: "[0, 10]", meaning: cost, source: assumed}
play: {SmallState: [Align, Hedge], Ally: [Tolerate, Press], Partner: [Engage, Coerce]}
payoffs:
  SmallState: security*([Align] + [Hedge and Tolerate]/2) + trade*[Hedge and Engage] - cost*[Coerce] - cost*[Hedge and Press]
  Ally: card*[Hedge and Engage and Tolerate] - leak*[Hedge] - cost*[Press] + leak*[Hedge and Press]
  Partner: access*[Hedge and Engage] - cost*[Coerce]/2 + card*[Align and Coerce]/3 + trade*[Engage and Press]/5
hedge: Hedge and Tolerate
"""


Peer: TypeAlias = tuple[str, str, int, Callable[[Any], Any], Callable[[Any], Any]]
"""Name, what it gives, how many points it is asked, build and solve."""


@dataclass(frozen=True, slots=True)
class Question:
    """A model, a concept, values an axis of the grid, and the peers; ``apart``: whether the axes end at different numbers."""

    name: str
    text: str
    concept: str
    count: int
    peers: tuple[Peer, ...]
    apart: bool = False


def best(action: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of `RUNS` runs."""
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        action()
        seconds.append(time.process_time() - start)
    return min(seconds)


def loaded(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.yaml"
        path.write_text(text, encoding="utf-8")
        return hg.load(str(path))


# --- peers -------------------------------------------------------------------------------------------------------------------


def quantecon_game(tables: np.ndarray) -> Any:
    import quantecon.game_theory as gt

    return gt.NormalFormGame(np.moveaxis(tables, 0, -1))


def quantecon_by(function: str) -> Callable[[Any], Any]:
    def solve(game: Any) -> Any:
        import quantecon.game_theory as gt

        return getattr(gt, function)(game)

    return solve


def nashpy_game(tables: np.ndarray) -> Any:
    import nashpy

    return nashpy.Game(*tables)


def gambit_by(function: str, **options: Any) -> Callable[[Any], Any]:
    def solve(game: Any) -> Any:
        import pygambit

        return getattr(pygambit.nash, function)(game, **options)

    return solve


TWO_PLAYER_PEERS: Final[tuple[Peer, ...]] = (
    ("quantecon support_enumeration", "floats", 4000, quantecon_game, quantecon_by("support_enumeration")),
    ("nashpy support_enumeration", "floats", 150, nashpy_game, lambda game: list(game.support_enumeration())),
    ("pygambit enummixed, floats", "floats", 300, gambit_game, gambit_by("enummixed_solve", rational=False)),
    ("pygambit enummixed, rational", "exact", 60, gambit_game, gambit_by("enummixed_solve", rational=True)),
)

QUESTIONS: Final = (
    Question(
        "pure, 2×2×2, six parameters",
        THREE_PLAYERS,
        "pure-nash",
        16,
        (
            ("quantecon pure_nash_brute", "floats", 2000, quantecon_game, quantecon_by("pure_nash_brute")),
            ("pygambit enumpure", "exact", 1000, gambit_game, gambit_by("enumpure_solve")),
        ),
    ),
    Question("all, 2×2, four parameters", TWO_BY_TWO, "nash", 56, TWO_PLAYER_PEERS),
    Question("all, 3×3, eight parameters", THREE_BY_THREE, "nash", 8, TWO_PLAYER_PEERS, apart=True),
    Question(
        "all, 2×2×2, six parameters",
        THREE_PLAYERS,
        "nash",
        15,
        (("pygambit enumpoly", "floats, not all", 300, gambit_game, gambit_by("enumpoly_solve")),),
        apart=True,
    ),
)


# --- measuring -----------------------------------------------------------------------------------------------------------------


def payoffs(model: Any, columns: dict[str, np.ndarray]) -> np.ndarray:
    """Float payoffs at points, shape (players, ..., points)."""
    return np.asarray(model.fast(**columns).payoff_table())


def axes_of(model: Any, question: Question) -> dict[str, Any]:
    """The grid's axes; ``apart``: of different ends, on which payoffs hardly tie."""
    return {
        name: hg.span(
            p.range.low + (Fraction(k, 89) if question.apart else 0),
            p.range.high - (Fraction(k, 97) if question.apart else 0),
            question.count,
        )
        for k, (name, p) in enumerate(model.parameters.items())
    }


def from_sample(model: Any, count: int) -> dict[str, np.ndarray]:
    """Points of a scrambled Sobol sequence in the box of the parameters."""
    from scipy.stats import qmc

    low = [float(p.range.low) for p in model.parameters.values()]
    high = [float(p.range.high) for p in model.parameters.values()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        points = qmc.scale(qmc.Sobol(len(low), rng=0).random(count), low, high)
    return {name: np.ascontiguousarray(points[:, k]) for k, name in enumerate(model.parameters)}


def from_grid(axes: dict[str, Any], count: int) -> dict[str, np.ndarray]:
    """Points of the grid, drawn at random."""
    rng = np.random.default_rng(3)
    return {name: rng.choice(np.array([float(v) for v in axis.values()]), count) for name, axis in axes.items()}


def numpy_pure(model: Any, columns: dict[str, np.ndarray]) -> np.ndarray:
    """Which profiles are pure equilibria, a bit for each, in floats: what a scholar writes, in blocks that fit the cache."""
    count = len(next(iter(columns.values())))
    codes = np.empty(count, dtype=np.uint8)
    for start in range(0, count, 1 << 14):
        table = payoffs(model, {name: column[start : start + (1 << 14)] for name, column in columns.items()})
        code = np.zeros(table.shape[-1], dtype=np.uint8)
        best = [np.maximum(own[0], own[1]) for own in (np.moveaxis(table[k], k, 0) for k in range(3))]
        for number, (i, j, k) in enumerate(np.ndindex(2, 2, 2)):
            holds = (table[0, i, j, k] == best[0][j, k]) & (table[1, i, j, k] == best[1][i, k])
            code |= (holds & (table[2, i, j, k] == best[2][i, j])).astype(np.uint8) << number
        codes[start : start + len(code)] = code
    return codes


def drawn_and_solved(model: Any, draw: Callable[[int], dict[str, np.ndarray]], count: int) -> np.ndarray:
    return numpy_pure(model, draw(count))


def limit(found: Any, columns: Sequence[np.ndarray]) -> float:
    """Seconds a point of reading the parameters (of a grid: none but the axes) and writing the answers: nothing can be faster."""
    arrays = [np.empty_like(np.asarray(found[name])) for name in ("some", "every", "regime")]

    def through() -> None:
        for column in columns:
            column.max()
        for array in arrays:
            array.fill(1)

    through()
    return best(through) / arrays[0].size


def looped(tables: np.ndarray, build: Callable[[Any], Any], solve: Callable[[Any], Any]) -> tuple[float, float]:
    """Seconds a point of a loop over games that were built beforehand, and over payoffs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        games = [build(table) for table in tables]
        solve(games[0])
        alone = best(lambda: [solve(game) for game in games])
        whole = best(lambda: [solve(build(table)) for table in tables])
    return alone / len(tables), whole / len(tables)


def measured(question: Question, sample: int, most: int) -> list[Figure]:
    figures = []
    model = loaded(question.text)
    axes = axes_of(model, question)
    start = time.process_time()
    hg.sweep(model, {name: [1, 2] for name in axes}, concept=question.concept)
    first = time.process_time() - start

    def add(kind: str, method: str, gives: str, seconds: float, points: int) -> None:
        figures.append(Figure(TITLE, f"{question.name}: {kind}", method, gives, seconds, done=points, number=points))
        print(f"  {question.name}: {kind}: {method}: {1 / seconds:,.0f} points a second", flush=True)

    kinds: dict[str, tuple[Callable[..., Any], int, dict[str, np.ndarray]]] = {
        "Sobol sample": (
            lambda **kw: hg.sweep(model, sample=hg.sobol(sample), concept=question.concept, **kw),
            sample,
            from_sample(model, most),
        ),
        "grid": (
            lambda **kw: hg.sweep(model, axes, concept=question.concept, **kw),
            question.count ** len(axes),
            from_grid(axes, most),
        ),
    }
    for kind, (ours, points, columns) in kinds.items():
        add(kind, OURS, "exact, sets named", best(ours) / points, points)
        unnamed = best(partial(ours, outputs=()))
        add(kind, f"{OURS}, only whether played", "exact, not named", unnamed / points, points)
        if question.concept == "pure-nash":
            draw = partial(from_grid, axes) if kind == "grid" else partial(from_sample, model)
            drawn = partial(drawn_and_solved, model, draw, sample)
            add(kind, "numpy, by hand", "floats, wrong at ties", best(drawn) / sample, sample)
        for name, gives, count, build, solve in question.peers:
            tables = np.moveaxis(payoffs(model, {n: c[:count] for n, c in columns.items()}), -1, 0)
            alone, whole = looped(np.ascontiguousarray(tables), build, solve)
            add(kind, name, gives, min(alone, whole), len(tables))
            add(kind, f"{name}, building included", gives, whole, len(tables))
        found = ours()
        read = [np.random.default_rng(1).random(points) for _ in axes] if kind != "grid" else []
        add(kind, "limit: read the parameters, write the answers", "nothing", limit(found, read), points)
    add("deriving the formulas, once", OURS, "", first, 1)
    return figures


def figures(*, quick: bool = False) -> list[Figure]:
    made = []
    for question in QUESTIONS:
        made += measured(replace(question, count=3), 1 << 12, 20) if quick else measured(question, SAMPLE, 4096)
        print(f"  load {load()}", flush=True)
    return made
