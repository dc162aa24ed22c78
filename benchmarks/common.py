"""What every comparison shares: equal work in processes of their own, CPU seconds, and one kind of figure.

A `Suite` asks one question of several methods. Each method runs in a process of its own that warms up on a small game and
then gets every game of a case once, the same games as all others. The clock runs from numbers in memory (arrays, for trees a
game that was read before) to the answer that the method's public interface returns; what is read out of it is not timed. Seconds are
CPU seconds of the process and of those that it starts: their median over the games of a case. A case ends where a method has spent its limit of CPU seconds; larger cases
of the same chain are then left out, though never for us.
"""

from __future__ import annotations

import inspect
import json
import os
import resource
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any, Final

import numpy as np

OURS: Final = "hedging_games"
BEFORE: Final = "hedging_games, older"
ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = Path(__file__).resolve().parent / "results"
NEAR: Final = 1e-6
ONE_THREAD: Final = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}

Profile = list[list[Any]]
"""A probability for each action of each player."""

Solve = Callable[[Any], Any]
Read = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """``load`` imports and returns (solve, read); ``gives`` says what the answer is, ``exact`` that it must equal ours;
    ``prepare`` makes of a game what ``solve`` takes, before the clock starts. ``source`` is the folder of another version of ours.
    """

    name: str
    gives: str
    load: Callable[[], tuple[Solve, Read]]
    exact: bool = False
    prepare: Callable[[Any], Any] | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Some games; ``chain`` names the cases that grow in this one's order."""

    name: str
    number: int
    games: Callable[[], Iterator[Any]]
    chain: str


@dataclass(frozen=True, slots=True)
class Suite:
    """One question. ``warm`` is the small game to begin with; ``limit`` the CPU seconds of a method for a case."""

    key: str
    title: str
    preface: str
    cases: tuple[Case, ...]
    methods: tuple[Method, ...]
    warm: Callable[[], Any]
    limit: float
    compared: bool = True
    is_quick: bool = False

    def quick(self) -> Suite:
        """The first case of each chain, two games of it, three seconds: whether everything still runs."""
        first = {case.chain: case for case in reversed(self.cases)}.values()
        cases = tuple(replace(case, number=2, games=partial(_two, case.games)) for case in first)
        return replace(self, cases=cases, limit=min(3.0, self.limit), is_quick=True)

    def with_older(self, source: str) -> Suite:
        """The suite with an older version of ours beside ours, its package being in the folder ``source``."""
        mine, *others = self.methods
        return replace(self, methods=(mine, replace(mine, name=BEFORE, source=source), *others))


def _two(games: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    return islice(games(), 2)


@dataclass(frozen=True, slots=True)
class Figure:
    """What the page is written from: the seconds of a method for one game (or point) of a case. ``bound``: at least that
    much. ``share``: of the equilibria that we list, None where they were not compared.
    """

    title: str
    case: str
    method: str
    gives: str
    seconds: float | None
    bound: bool = False
    share: float | None = None
    done: int = 0
    number: int = 0


@dataclass
class Run:
    """What a method did on the games of a case, in their order; None stands for an error that it raised."""

    seconds: list[float] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)
    skipped: bool = False
    stopped: str = ""


# --- in a process of its own -------------------------------------------------------------------------------------------------


def cpu() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def work(suite: Suite, name: str, cases: Sequence[str]) -> None:
    """The child: a line of JSON for each game, as soon as it is solved. It is ended from outside where one game meets the limit."""
    warnings.simplefilter("ignore")
    method = next(method for method in suite.methods if method.name == name)
    solve, read = method.load()
    prepare = method.prepare or (lambda game: game)
    solve(prepare(suite.warm()))
    say("ready", None)
    met: set[str] = set()
    for case in (case for case in suite.cases if case.name in cases):
        if case.chain in met:
            continue
        say("case", case.name)
        left = suite.limit
        for game in case.games():
            if left <= 0:
                say("limit", None)
                met |= {case.chain} if name != OURS else set()
                break
            prepared = prepare(game)
            start = cpu()
            try:
                found = solve(prepared)
            except Exception:
                found = None
            seconds = cpu() - start
            left -= seconds
            shown = None if found is None else read(game, found) if suite.compared else True
            say("game", [seconds, shown])


def say(kind: str, what: Any) -> None:
    print(json.dumps([kind, what], default=str), flush=True)


# --- from outside ------------------------------------------------------------------------------------------------------------


class Watch(Thread):
    """Ends a process that has used more CPU seconds than it is given, from outside: nothing that it runs can hold this up."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self.child = child
        self.ends = 120.0  # to start and compile
        self.wall = time.monotonic() + 600

    def give(self, seconds: float) -> None:
        """So much from now on."""
        self.ends = self.used() + seconds
        self.wall = time.monotonic() + 60 + 4 * seconds

    def used(self) -> float:
        """CPU seconds so far."""
        try:
            fields = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def run(self) -> None:
        """Look ten times a second."""
        while self.child.poll() is None:
            if self.used() > self.ends or time.monotonic() > self.wall:
                self.child.send_signal(signal.SIGPROF)
                return
            time.sleep(0.1)


def run(suite: Suite, method: Method) -> dict[str, Run]:
    """All cases of a method. A process that was ended is started again for the other chains."""
    runs = {case.name: Run() for case in suite.cases}
    todo = list(suite.cases)
    while todo:
        current, status = attempt(suite, method, todo, runs)
        if status == 0:
            break
        later = todo[todo.index(current) + 1 :] if current is not None else []
        if current is None:
            print(f"  {method.name} did not start")
            for case in todo:
                runs[case.name].skipped = True
        else:
            runs[current.name].stopped = "limit" if status == -signal.SIGPROF else "died"
            for case in later:
                runs[case.name].skipped |= case.chain == current.chain and method.name != OURS
        todo = [case for case in later if not runs[case.name].skipped]
    return runs


def attempt(suite: Suite, method: Method, todo: Sequence[Case], runs: dict[str, Run]) -> tuple[Case | None, int]:
    """One process for some cases: the last that it began, and its exit status."""
    command = [sys.executable, "-m", "benchmarks", *(["--quick"] if suite.is_quick else [])]
    older = next((m.source for m in suite.methods if m.source), None)
    command += [*(["--old", older] if older else []), "--work", suite.key, method.name, *(case.name for case in todo)]
    environment = os.environ | ONE_THREAD | ({"PYTHONPATH": method.source} if method.source else {})
    current: Case | None = None
    left = suite.limit
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=environment
    ) as child:
        assert child.stdout is not None
        watch = Watch(child)
        watch.start()
        for kind, what in (json.loads(line) for line in child.stdout if line.endswith("]\n")):
            if kind == "case":
                current, left = next(case for case in todo if case.name == what), suite.limit
            elif kind == "game" and current is not None:
                left -= what[0]
                runs[current.name].seconds.append(what[0])
                runs[current.name].found.append(what[1])
            elif kind == "limit" and current is not None:
                runs[current.name].stopped = "limit"
                for case in todo[todo.index(current) + 1 :]:
                    runs[case.name].skipped |= case.chain == current.chain and method.name != OURS
            watch.give(max(left, 0) + 0.5)
    return current, child.returncode


def numbers(profile: Profile) -> list[float]:
    return [float(Fraction(p)) if isinstance(p, str) and "/" in p else float(p) for side in profile for p in side]


def share(theirs: list[Profile] | None, ours: list[Profile]) -> float:
    """The share of our equilibria that they list, within `NEAR` in each probability."""
    if not ours:
        return 1.0
    points = [p for p in map(numbers, theirs or []) if np.isfinite(p).all()]
    if not points:
        return 0.0
    listed = np.array(points)
    return float(np.mean([(abs(listed - numbers(one)).max(axis=1) < NEAR).any() for one in ours]))


def alike(one: list[Profile], other: list[Profile]) -> bool:
    """Whether two exact lists hold the same profiles."""
    return {tuple(map(tuple, p)) for p in one} == {tuple(map(tuple, p)) for p in other}


def figure(suite: Suite, method: Method, case: Case, result: Run, ours: Run) -> Figure | None:
    if result.skipped:
        return None
    done = sum(found is not None for found in result.found)
    solved = [s for s, found in zip(result.seconds, result.found, strict=True) if found is not None]
    is_bound = result.stopped == "limit"
    seconds: float | None = None
    if is_bound:
        seconds = suite.limit / (
            len(result.seconds) + 1
        )  # a bound on the mean: those who finish are not the hard games
    elif done > case.number / 2:
        seconds = median(solved)
    known = None
    if suite.compared and method.name != OURS:
        pairs = [(a, b) for a, b in zip(result.found, ours.found, strict=False) if a is not None and b is not None]
        known = sum(share(theirs, mine) for theirs, mine in pairs) / len(pairs) if pairs else None
        if method.exact and not all(alike(theirs, mine) for theirs, mine in pairs):
            return Figure(
                suite.title, case.name, method.name, f"{method.gives}: DISAGREES WITH OURS", seconds, is_bound, known
            )
    return Figure(suite.title, case.name, method.name, method.gives, seconds, is_bound, known, done, case.number)


def compare(suite: Suite) -> list[Figure]:
    """Every method on every case, one after the other."""
    runs = {}
    for method in suite.methods:
        start = time.perf_counter()
        runs[method.name] = run(suite, method)
        print(f"  {suite.key}: {method.name}, {time.perf_counter() - start:.0f} s, load {load()}", flush=True)
    figures = []
    for case in suite.cases:
        for method in suite.methods:
            made = figure(suite, method, case, runs[method.name][case.name], runs[OURS][case.name])
            if made is not None:
                figures.append(made)
    return figures


# --- showing -----------------------------------------------------------------------------------------------------------------


def load() -> str:
    """The load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def duration(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.1f} s"
    if seconds >= 1e-3:
        return f"{1e3 * seconds:.3g} ms"
    return f"{1e6 * seconds:.3g} µs" if seconds >= 1e-6 else f"{1e9 * seconds:.3g} ns"


def ratio(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"


def told(one: Figure) -> str:
    """The time of a figure."""
    if one.seconds is None:
        return "no answer"
    return ("> " if one.bound else "") + duration(one.seconds)


def table(figures: Sequence[Figure]) -> list[str]:
    """The rows of one case after the other."""
    lines: list[str] = []
    for case in dict.fromkeys(one.case for one in figures):
        rows = [one for one in figures if one.case == case]
        mine = next(one for one in rows if one.method == OURS)
        lines += ["", f"### {case}", "", "| method | answer | CPU time | times ours | share of ours | games |"]
        lines += ["|---|---|---:|---:|---:|---:|"]
        for one in rows:
            known = mine.seconds and one.seconds and not (one.bound and mine.bound)
            times = "–"
            if known:
                assert mine.seconds is not None
                assert one.seconds is not None
                sign = "> " if one.bound else "< " if mine.bound else ""
                times = sign + ratio(one.seconds / mine.seconds)
            part = "–" if one.share is None else f"{100 * one.share:.1f} %"
            games = f"{one.done} of {one.number}"
            lines.append(f"| {one.method} | {one.gives} | {told(one)} | {times} | {part} | {games} |")
    return lines


def as_data(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [asdict(one) for one in figures]


# --- what methods share --------------------------------------------------------------------------------------------------------


def our_profiles(game: Any, found: Any) -> list[Profile]:
    """The listed equilibria of a matrix game."""
    ends = np.cumsum([len(axis) for axis in _axes(game)])[:-1]
    return [[[_number(p) for p in side] for side in np.split(one.profile.probabilities, ends)] for one in found]


def _axes(game: Any) -> list[range]:
    return [range(size) for size in np.shape(game[0])]


def _number(p: Any) -> Any:
    return str(p) if isinstance(p, Fraction | int) else float(p)


def gambit_game(tables: Sequence[Any]) -> Any:
    import pygambit

    return pygambit.Game.from_arrays(*(np.array(table, dtype=object) for table in tables))


def gambit_by(solver: str, **options: Any) -> Callable[[], tuple[Solve, Read]]:
    """A solver of pygambit.nash, from arrays to its result."""

    def load() -> tuple[Solve, Read]:
        import pygambit

        function = getattr(pygambit.nash, solver)
        return lambda tables: function(gambit_game(tables), **options), gambit_profiles

    return load


def gambit_profiles(_game: Any, found: Any) -> list[Profile]:
    return [[[_gambit_number(p[s]) for s in player.strategies] for player in p.game.players] for p in found.equilibria]


def _gambit_number(p: Any) -> Any:
    return str(Fraction(p.numerator, p.denominator)) if isinstance(p, Fraction) else float(p)


def quantecon_by(method: str, **options: Any) -> Callable[[], tuple[Solve, Read]]:
    """A function of quantecon.game_theory, from arrays to its list."""

    def load() -> tuple[Solve, Read]:
        from quantecon import game_theory

        function = getattr(game_theory, method)

        def solve(tables: Sequence[Any]) -> Any:
            return function(game_theory.NormalFormGame(np.stack([np.array(t) for t in tables], axis=-1)), **options)

        return solve, lambda _game, found: [[list(map(float, side)) for side in one] for one in found]

    return load


def nashpy_by(method: str) -> Callable[[], tuple[Solve, Read]]:
    def load() -> tuple[Solve, Read]:
        import nashpy

        def solve(tables: Sequence[Any]) -> Any:
            return list(getattr(nashpy.Game(np.array(tables[0]), np.array(tables[1])), method)())

        return solve, lambda _game, found: [[list(map(float, side)) for side in one] for one in found]

    return load


def ours_by(concept: str, method: str | None = None, *, just_one: bool = False) -> Callable[[], tuple[Solve, Read]]:
    """`hedging_games.solve` of `hedging_games.matrix_game`, certificates included."""

    def load() -> tuple[Solve, Read]:
        import hedging_games as hg

        if not just_one:
            return lambda tables: hg.solve(hg.matrix_game(*tables), concept, method), our_profiles
        # Versions that could not be asked for just one followed the paths from every label.
        is_old = "just_one" not in inspect.signature(hg.solve).parameters
        options: dict[str, Any] = {"method": "lemke-howson"} if is_old else {"just_one": True}
        return lambda tables: hg.solve(hg.matrix_game(*tables), concept, **options), our_profiles

    return load


def integers(shape: Sequence[int], low: int, high: int, number: int) -> Callable[[], Iterator[list[Any]]]:
    """Games with random whole payoffs from ``low`` to ``high``: nested lists, a table for each player."""

    def draw() -> Iterator[list[Any]]:
        rng = np.random.default_rng([*shape, high - low])
        for _ in range(number):
            yield rng.integers(low, high + 1, (len(shape), *shape)).tolist()

    return draw
