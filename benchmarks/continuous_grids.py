"""What a grid makes of a continuous choice: the answer on 11, 101 and 1,001 levels beside that for any number.

Run it as ``python -m benchmarks.continuous_grids [SECONDS]``; it writes ``benchmarks/results/continuous-grids.md``. Each model
stands at its baseline. Each cell is solved in a process of its own, which the system ends after so many CPU seconds (60).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from typing import Any, Final

import hedging_games as hg
from benchmarks.common import ONE_THREAD, RESULTS, ROOT, duration, load
from benchmarks.grid_paths import equilibrium_paths, line_of, polynomial_value, value

MOST_SHOWN: Final = 4
RELATIONS: Final = {">": gt, ">=": ge, "==": eq, "<=": le, "<": lt}

Outcome = tuple[str, str, str, str]
"""The number that is chosen (or the two ends between which it is free), what is played, what the small state gets, the event."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A model, the choice that is shown with its place in the order of play, and the grids; the coarser ones serve where one fails.

    Grids of more than ``most_listed`` levels are not listed history by history but gone through on arrays.
    """

    model: str
    choice: str
    place: int = 0
    levels: tuple[int, ...] = (11, 101, 1001)
    coarser: tuple[int, ...] = (201,)
    note: str = ""
    most_listed: int | None = None


MODELS: Final = (
    Asked("blockade-threat", "diversification"),
    Asked("tariff-linkage", "hedging_investment"),
    Asked("rival-forum", "proposal", place=1, note="The number is China's; the small state joins or stays."),
    Asked("tolerance-band", "tilt"),
    Asked(
        "wedge-driving",
        "engagement",
        place=1,
        levels=(6, 11, 21, 101, 1001),
        coarser=(),
        note=(
            "The number is the second, engagement. Three choices one after the other, so 1,001 levels have 10^9 histories: grids of 101 and more "
            "are gone through by backward induction on arrays of whole numbers (paths alone, no certificates), which on fewer must "
            "find what `solve` does."
        ),
        most_listed=21,
    ),
)


# --- a cell: the child -----------------------------------------------------------------------------------------------------


def work(asked: Asked, levels: int | None) -> None:
    """Print the outcomes, and the CPU seconds that finding them took."""
    model = hg.load(asked.model)
    start = time.process_time()
    if levels is not None and asked.most_listed is not None and levels > asked.most_listed:
        outcomes = on_arrays(model, levels, asked)
        seconds = time.process_time() - start
    else:
        found: Any = hg.solve(model.at() if levels is None else model.on_grid(levels).at())
        seconds = time.process_time() - start
        read = of_any_number if levels is None else on_grid
        outcomes = sorted({outcome for one in found if (outcome := read(one, found, asked)) is not None})
        if levels is not None and asked.most_listed is not None and on_arrays(model, levels, asked) != outcomes:
            raise AssertionError(f"arrays and lists find different paths of {asked.model} on {levels} levels")
    print(json.dumps({"seconds": seconds, "outcomes": sorted(outcomes, key=lambda outcome: ends(outcome[0]))}))


def of_any_number(one: Any, _found: Any, asked: Asked) -> Outcome:
    chosen = one.choices[asked.choice]
    number = " to ".join(map(str, chosen)) if isinstance(chosen, tuple) else str(chosen)
    others = [str(value) for name, value in one.sample.items() if name != asked.choice]
    return (
        number,
        ", ".join([*others, *(action for _, action in one.actions)]),
        str(one.payoffs["SmallState"]),
        str(one.hedge),
    )


def on_grid(one: Any, found: Any, asked: Asked) -> Outcome | None:
    """What is played on the path of a pure equilibrium."""
    if not one.profile.is_pure:
        return None
    form, history = found.game.form, 0
    path: list[str] = []
    while form.decided_at[history] >= 0:
        (history,) = [h for h in form.children[history] if one.profile.probabilities[form.last_slot[h]] == 1]
        path.append(form.action_of_slot[form.last_slot[history]])
    number = path.pop(asked.place)
    return number, ", ".join(path), str(one.payoffs["SmallState"]), str(one.hedge)


def on_arrays(model: Any, levels: int, asked: Asked) -> list[Outcome]:
    """What is played on the paths of pure equilibria, by backward induction on arrays."""
    game = model.at()
    line = line_of(game)
    small_state = line.end.worth[game.players.index("SmallState")]
    outcomes = []
    for path in equilibrium_paths(line, levels):
        event = any(
            all(RELATIONS[sign.relation](polynomial_value(sign.polynomial, path), 0) for sign in guard)
            for guard in line.end.event
        )
        others = [str(number) for place, number in enumerate(path) if place != asked.place]
        outcomes.append((str(path[asked.place]), ", ".join(others), str(value(small_state, path)), str(int(event))))
    return sorted(outcomes)


# --- from outside ----------------------------------------------------------------------------------------------------------


def cell(asked: Asked, levels: int | None, seconds: int) -> tuple[float, list[Outcome]] | str:
    """The seconds and outcomes of a cell, or why there are none."""
    command = [sys.executable, "-m", "benchmarks.continuous_grids", "--work", asked.model, str(levels or 0)]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=os.environ | ONE_THREAD, preexec_fn=limit, check=False
    )
    if done.returncode < 0:
        return f"not within {seconds} s"
    if done.returncode:
        return "refused: " + next(
            line for line in reversed(done.stderr.splitlines()) if "error[" in line or "Error" in line
        )
    said = json.loads(done.stdout)
    return said["seconds"], [(number, played, payoff, hedge) for number, played, payoff, hedge in said["outcomes"]]


def distance(outcomes: Sequence[Outcome], whole: Sequence[Outcome], part: int) -> str:
    """The largest distance of a number of the grid's answers to the nearest answer for any number, and the other way round."""
    one = [ends(outcome[part]) for outcome in outcomes]
    other = [ends(outcome[part]) for outcome in whole]
    if not one or not other:
        return "–"
    there = max(min(apart(a, b) for b in other) for a in one)
    back = max(min(apart(a, b) for b in one) for a in other)
    return f"{float(there):.3g}, {float(back):.3g}"


def ends(number: str) -> tuple[Fraction, Fraction]:
    low, *high = number.split(" to ")
    return Fraction(low), Fraction(high[0] if high else low)


def apart(a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> Fraction:
    """The distance of two intervals."""
    return max(Fraction(0), a[0] - b[1], b[0] - a[1])


def shown(outcomes: Sequence[Outcome], part: int) -> str:
    """The values of the outcomes, each once."""
    values = list(dict.fromkeys(outcome[part] for outcome in outcomes))
    more = f"; {len(values) - MOST_SHOWN} more" if len(values) > MOST_SHOWN else ""
    return "; ".join(values[:MOST_SHOWN]) + more or "none"


def section(asked: Asked, seconds: int) -> list[str]:
    """The table of a model."""
    lines = ["", f"## {asked.model}: {asked.choice}", ""]
    if asked.note:
        lines += [asked.note, ""]
    lines += [
        "| numbers | chosen | besides | u(SmallState) | event | distance of the number | of the payoff | CPU |",
        "|---|---|---|---|---|---|---|--:|",
    ]
    whole = cell(asked, None, seconds)
    lines.append(row("any", whole, None))
    print(lines[-1], flush=True)
    todo = list(asked.levels)
    coarser = list(asked.coarser)
    while todo:
        levels = todo.pop(0)
        found = cell(asked, levels, seconds)
        lines.append(row(f"{levels:,}", found, whole))
        print(lines[-1], flush=True)
        if isinstance(found, str) and not todo and coarser:
            todo.append(coarser.pop(0))
    return lines


def row(name: str, found: tuple[float, list[Outcome]] | str, whole: tuple[float, list[Outcome]] | str | None) -> str:
    if isinstance(found, str):
        return f"| {name} | {found} | | | | | | |"
    used, outcomes = found
    far = ["–", "–"]
    if isinstance(whole, tuple):
        far = [distance(outcomes, whole[1], part) for part in (0, 2)]
    return f"| {name} | {' | '.join([*(shown(outcomes, part) for part in range(4)), *far])} | {duration(used)} |"


def main() -> None:
    """Solve every cell and write the tables."""
    if sys.argv[1:2] == ["--work"]:
        (asked,) = [one for one in MODELS if one.model == sys.argv[2]]
        work(asked, int(sys.argv[3]) or None)
        return
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    before = load()
    tables = [line for asked in MODELS for line in section(asked, seconds)]
    lines = [
        "# Grids in the place of continuous choices",
        "",
        (
            f"Written by `python -m benchmarks.continuous_grids {seconds}` on {time.strftime('%Y-%m-%d')}; {os.cpu_count()} shared cores, load averages "
            f"{before} before, {load()} after."
        ),
        "",
        (
            "Each model at its baseline: the pure equilibrium paths on grids, and the outcomes for any number. *Besides*: what else is played. "
            "*Distance*: the largest from an answer of the grid to the nearest answer for any number, then from one for any number to the nearest of "
            f"the grid; to and from a continuum (a to b), its nearest number. CPU seconds of building and solving with certificates, one process for each cell, no more than {seconds} s."
        ),
        *tables,
    ]
    (RESULTS / "continuous-grids.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
