"""Where a tree's stages stand: who moves before them, what comes after, and which cell of a stage leads where."""

from __future__ import annotations

from hedging_games.games.form import CHANCE, Form, Stage


def movers_before(form: Form) -> dict[int, frozenset[int]]:
    """The players who move at the proper predecessors of each root of a stage and each terminal history."""
    found = {0: frozenset[int]()}
    for stage in reversed(form.stages):
        movers = {form.information_sets[s].player for s in stage.sets} - {CHANCE}
        for leaf in stage.leaves.tolist():
            found[leaf] = found[stage.root] | movers
    return found


def stages_below(form: Form, stage: Stage) -> list[Stage]:
    """The stages strictly after a stage."""
    end = int(form.end[stage.root])
    return [other for other in form.stages if stage.root < other.root < end]


def sets_below(form: Form, stage: Stage) -> frozenset[int]:
    """The players' information sets strictly after a stage, but those of shared stages, whose weights are always followed."""
    return frozenset(
        s
        for other in stages_below(form, stage)
        if len(other.sets) == 1
        for s in other.sets
        if form.information_sets[s].player != CHANCE
    )


def cell_of(form: Form, stage: Stage, leaf: int) -> tuple[int, int]:
    """Which actions of a stage of two binary choices lead to a leaf."""
    taken = {int(form.set_of_slot[slot]): slot for slot in form.path(leaf)[-2:]}
    first, second = (taken[s] - form.slots(s)[0] for s in stage.sets)
    return first, second
