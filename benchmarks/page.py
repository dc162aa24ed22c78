"""The page and the tables, written from the figures of one run and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.common import BEFORE, OURS, RESULTS, ROOT, Figure, Suite, duration, ratio, table, told

LIMIT_ROW = "limit:"
NOTES = "only whether played", "building included", LIMIT_ROW, BEFORE


def cases(figures: Sequence[Figure]) -> list[list[Figure]]:
    """The figures of each case, ours first."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for one in figures:
        groups.setdefault((one.title, one.case), []).append(one)
    return list(groups.values())


def times(mine: Figure, theirs: Figure) -> float | None:
    """How many times our time theirs is; None where bounds do not tell: one game that never ends says nothing of the others."""
    if mine.seconds is None or theirs.seconds is None or (mine.bound and theirs.bound):
        return None
    found = theirs.seconds / mine.seconds
    if theirs.bound and theirs.done:
        return None
    if (theirs.bound and found < 1) or (mine.bound and found > 1):
        return None
    return found


def compared(group: Sequence[Figure]) -> tuple[Figure, list[tuple[float, Figure]]]:
    """Our figure of a case, and the peers' with their ratios, the fastest first."""
    mine = next(one for one in group if one.method == OURS)
    peers = [one for one in group if one.method != OURS and not any(note in one.method for note in NOTES)]
    known = [(found, one) for one in peers if (found := times(mine, one)) is not None]
    return mine, sorted(known, key=lambda pair: pair[0])


def answer(one: Figure) -> str:
    return one.gives + ("" if one.share is None else f"; {100 * one.share:.0f} % of our list")


def rows(figures: Sequence[Figure], *, faster: bool) -> list[str]:
    """A row for each case with peers on that side: of the faster the fastest first, of the slower the one that comes closest."""
    word = "faster" if faster else "slower"
    first = "fastest" if faster else "nearest behind"
    lines = [
        f"| question | ours | {first} | theirs | times {word} | what it gives | also {word} |",
        "|---|--:|---|--:|--:|---|---|",
    ]
    for group in cases(figures):
        mine, peers = compared(group)
        side = [(found, one) for found, one in peers if (found < 1) == faster]
        if side:
            _, one = side[0]
            others = "; ".join(f"{other.method} {gap(mine, other, found)}" for found, other in side[1:])
            found = side[0][0]
            lines.append(
                f"| {one.title}: {one.case} | {told(mine)} | {one.method} | {told(one)} | {gap(mine, one, found)} "
                f"| {answer(one)} | {others or '–'} |"
            )
    return lines


def gap(mine: Figure, theirs: Figure, found: float) -> str:
    """How many times faster or slower, with its sign where one of the two is a bound."""
    return ("> " if mine.bound or theirs.bound else "") + ratio(1 / found if found < 1 else found)


def summary(figures: Sequence[Figure]) -> str:
    """How often somebody is faster, and how often somebody who gives as much."""
    groups = [compared(group)[1] for group in cases(figures)]
    groups = [peers for peers in groups if peers]
    lost = sum(any(found < 1 for found, _ in peers) for peers in groups)
    equal = sum(any(found < 1 and one.gives.startswith("exact") for found, one in peers) for peers in groups)
    nobody = len(groups) - lost
    return f"Of {len(groups)} cases some peer is faster in {lost}, one that computes exactly in {equal}; in {nobody} all peers are slower."


def unanswered(figures: Sequence[Figure]) -> list[str]:
    """Who did not finish all games, ours among them."""
    lines = []
    for group in cases(figures):
        names = [f"{one.method} ({one.done} of {one.number})" for one in group if one.done < one.number]
        if names:
            lines.append(f"- {group[0].title}, {group[0].case}: {', '.join(names)}.")
    return lines or ["- None."]


def rates(figures: Sequence[Figure]) -> list[str]:
    """The sweeps' table: points a second."""
    lines: list[str] = []
    for group in cases(figures):
        mine = next(one for one in group if one.method == OURS)
        assert mine.seconds is not None
        if len(group) == 1:
            lines += ["", f"{mine.case}: {duration(mine.seconds)}."]
            continue
        lines += [
            "",
            f"### {mine.case}",
            "",
            "| | answer | points a second | ours is times that |",
            "|---|---|--:|--:|",
        ]
        for one in group:
            assert one.seconds is not None
            lines.append(
                f"| {one.method} | {one.gives} | {1 / one.seconds:,.0f} | {ratio(one.seconds / mine.seconds)} |"
            )
    return lines


def before_and_after(figures: Sequence[Figure]) -> list[str]:
    """A row for each case with a figure of the older version: how many times faster it got, and how many times our time the peers need."""
    lines = ["| question | older | now | times faster | peers, as multiples of our time now |", "|---|--:|--:|--:|---|"]
    for group in cases(figures):
        older = next((one for one in group if one.method == BEFORE), None)
        mine, peers = compared(group)
        if older is None:
            continue
        gained = times(mine, older)
        gain = "–" if gained is None else ("> " if older.bound else "") + ratio(gained)
        beside = "; ".join(
            f"{one.method} {'> ' if one.bound else ''}{ratio(found)} ({answer(one)})" for found, one in peers
        )
        lines.append(f"| {mine.title}: {mine.case} | {told(older)} | {told(mine)} | {gain} | {beside or '–'} |")
    return lines


def write(figures: Sequence[Figure], suites: Sequence[Suite], about: Sequence[str], missing: Sequence[str]) -> None:
    """The page, and a file of tables for each kind of question."""
    sweeps = [one for one in figures if one.title.startswith("Sweeps")]
    files = {
        "two_player": ["two_player"],
        "many_players": ["many_players"],
        "small": [suite.key for suite in suites if suite.key not in {"two_player", "many_players"}],
    }
    for name, keys in files.items():
        lines = ["# " + name.replace("_", " ").capitalize(), "", *about]
        for suite in suites:
            own = [one for one in figures if one.title == suite.title]
            if suite.key in keys and own:
                lines += [
                    "",
                    f"## {suite.title}",
                    "",
                    suite.preface,
                    "",
                    f"Limit: {suite.limit:.0f} CPU seconds a method for the games of a case.",
                ]
                lines += table(own)
        (RESULTS / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if sweeps:
        lines = ["# Sweeps", "", *about, "", *SWEEPS, *rates(sweeps)]
        (RESULTS / "sweeps.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if any(one.method == BEFORE for one in figures):
        lines = ["# Before and after, beside the peers", "", *about, "", *OLDER, "", *before_and_after(figures)]
        (RESULTS / "before-and-after.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    page = [
        "# Benchmarks",
        "",
        *about,
        *(["", *missing] if missing else []),
        "",
        "## What we lose",
        "",
        summary(figures),
        *LOSSES,
        "",
        *rows(figures, faster=True),
    ]
    page += ["", "## What we lead in", "", *LEADS, "", *rows(figures, faster=False)]
    page += [
        "",
        "## Who did not finish",
        "",
        "Games solved of those asked, where it is not all of them: because of the limit of CPU seconds, or of an error that was raised.",
        "",
    ]
    page += [*unanswered(figures), "", *HOW]
    (ROOT / "benchmarks" / "README.md").write_text("\n".join(page) + "\n", encoding="utf-8")


SWEEPS = [
    (
        "From parameters to the named set of equilibria at each point, exact at ties on our side; *only whether played* is ours without the "
        "names, which peers always return, and heads no comparison. Peers also return probabilities, which our sweep does not. A peer's rate "
        "is that of its solver alone, games built beforehand, which is kinder to it; *building included* is from payoffs on. Both sides take "
        "points of the same Sobol box, or of the same grid. The limit reads the sample's parameters (a grid has only its axes to read) and "
        "writes arrays of the same size as the answer. On grids the peers, and numpy, take points one by one and make no use of its being a grid."
    ),
]
OLDER = [
    (
        "The older version is commit 3123cce, the last before arrays of whole numbers (`--old`, with the folder `src` of that commit). A multiple below one says that the peer is faster. "
        "A time behind `>` is a lower bound: the limit of CPU seconds was met."
    ),
]
LOSSES = [
    "Every case in which some peer needs less CPU time for a game (for sweeps: a point) than we do, whatever it gives for it."
]
LEADS = [
    "The peer that comes closest among those that need more time, and how many times our time the others need. A peer that met the limit after it had finished some games is not counted here."
]
HOW = [
    "## How it is measured",
    "",
    (
        "- `python -m benchmarks --old FOLDER` runs all of this, FOLDER being `src` of an older version to stand beside; `python -m benchmarks one sweeps` measures parts anew; `--page` writes the page from what is kept. It "
        "needs the extra `oracles` (pygambit, quantecon), nashpy, and Debian's `lrslib` if lrsnash is to take part."
    ),
    (
        "- Public interface beside public interface: `hg.solve(hg.matrix_game(...))` with its certificates, `hg.sweep(...)`; of a peer the "
        "function that its manual names. The clock runs from numbers in memory to the answer that is returned; lrsnash's includes its process "
        "and file."
    ),
    (
        "- CPU seconds of the process and its children, one thread, within a part one process at a time (parts whose times overlap above ran side by side); medians over the games of a case, for sweeps the least "
        "of three runs on both sides. Limits are CPU seconds too. Where a method met the limit, the time is a lower bound on its "
        "mean (>)."
    ),
    "- pygambit's `enummixed` computes in rationals unless told `rational=False`: both are shown.",
    "- *Share of our list*: equilibria that we list, exactly, and the peer lists within 1e-6 in every probability.",
    "",
    (
        "Tables: [two players](results/two_player.md), [three and more](results/many_players.md), [small questions](results/small.md), "
        "[sweeps](results/sweeps.md), and all but the sweeps [before and after](results/before-and-after.md) the work on small questions. Of ourselves alone, each with its own command and its own day: "
        "[conditions](results/conditions.md), [growth of sweeps](results/growth.md), [moves in the explorer](results/explorer.md), [games over time](results/over-time.md), [degenerate games](results/degenerate.md), "
        "[small faults](results/mutants.md), [arrays, before and after](results/arrays.md), [the sequence form and others, before and after](results/sequence-form.md), "
        "[several players and sweeps, before and after](results/several-players.md)."
    ),
]
