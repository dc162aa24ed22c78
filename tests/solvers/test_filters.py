"""Perfect equilibria of two players: the undominated equilibria, and the sets they span."""

from __future__ import annotations

import os
import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

import hedging_games as hg
from hedging_games.errors import ConceptError
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers import filters

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def is_perfect_in_floats(tables: list[np.ndarray], mixed: list[np.ndarray]) -> bool:
    """By trembles, not by dominance: a strategy of one of two players survives exactly if all its actions are best
    replies to one belief that rules nothing out (Pearce 1984, lemma 4). The belief's least weight is maximised.
    """
    for player, strategy in enumerate(mixed):
        rows = np.moveaxis(tables[player], player, 0).astype(float)
        count, columns = rows.shape
        used = [k for k in range(count) if strategy[k] > 1e-12]
        level = [[*(rows[k] - rows[used[0]]), 0.0] for k in used[1:]]
        answer = linprog(
            [*[0.0] * columns, -1.0],
            A_ub=[
                *([*(rows[k] - rows[used[0]]), 0.0] for k in range(count)),
                *([*(-np.eye(columns)[j]), 1.0] for j in range(columns)),
            ],
            b_ub=[0.0] * (count + columns),
            A_eq=[*level, [*[1.0] * columns, 0.0]],
            b_eq=[*[0.0] * len(level), 1.0],
            bounds=[*[(0, None)] * columns, (None, None)],
        )
        if answer.status != 0 or -answer.fun <= 1e-9:
            return False
    return True


def strategies(game: hg.Game, profile: MixedProfile) -> list[np.ndarray]:
    sizes = [len(s.actions) for s in game.form.information_sets]
    values = profile.probabilities.astype(float)
    return [values[: sizes[0]], values[sizes[0] :]]


def average(profiles: list[MixedProfile], weights: list[list[Fraction]]) -> MixedProfile:
    """Each player's own average of some profiles, with weights by player."""
    form = profiles[0].form
    values = np.full(form.slot_count, F(0), dtype=object)
    for s in range(2):
        for slot in form.slots(s):
            values[slot] = sum(w * p.probabilities[slot] for w, p in zip(weights[s], profiles, strict=True))
    return MixedProfile(form, values)


def test_weakly_dominated_equilibria_are_dropped() -> None:
    # Selten's example: (1, 1) pays (1, 1), all else (0, 0). (2, 2) is an equilibrium of dominated strategies.
    game = hg.matrix_game([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    assert len(hg.solve(game, "nash")) == 2
    found = hg.solve(game, "perfect")
    assert [str(e.profile) for e in found] == ["Player 1: 1; Player 2: 1"]
    assert found.complete == "all"


def test_a_dominated_end_of_a_segment() -> None:
    # Against column 1 both rows pay 1, against column 2 the first pays more: row 2 is dominated, and so is any mixture of
    # the two. Of the segment of equilibria {row 1 .. row 2} × column 1 only its first end is perfect.
    game = hg.matrix_game([[1, 1], [1, 0]], [[1, 0], [1, 0]])
    nash = hg.solve(game, "nash")
    assert (len(nash), nash.complete) == (2, "extreme")
    found = hg.solve(game, "perfect")
    assert [str(e.profile) for e in found] == ["Player 1: 1; Player 2: 1"]
    assert found.complete == "all"
    assert not any("span" in note for note in found.notes)


def test_a_set_whose_ends_are_perfect_but_not_its_middle() -> None:
    # Three rows against two columns of a player who never cares: (2, 0), (0, 2), (1, 1) + 0 with a third column that the
    # column player avoids only weakly. Rows 1 and 2 are each best against some full belief; half of each is worse than
    # row 3 = (1, 1, 1) in the third column, where rows 1 and 2 pay 0.
    A = [[2, 0, 0], [0, 2, 0], [1, 1, 1]]
    game = hg.matrix_game(A, [[1, 1, 0]] * 3)
    found = hg.solve(game, "perfect")
    rows = {tuple(e.profile.probabilities[:3]) for e in found}
    assert (F(1), F(0), F(0)) in rows
    assert (F(0), F(1), F(0)) in rows
    for subset in found.subsets or ():
        together = {k for j in subset for k in range(2) if found[j].profile.probabilities[k] > 0}
        assert together != {0, 1}


def test_everything_is_perfect_where_nothing_matters() -> None:
    found = hg.solve(hg.matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]]), "perfect")
    assert (len(found), found.complete, found.components, found.subsets) == (
        4,
        "extreme",
        ((0, 1, 2, 3),),
        ((0, 1, 2, 3),),
    )


@pytest.mark.parametrize(("shape", "values"), [((2, 2), 2), ((2, 3), 2), ((3, 3), 2), ((3, 3), 3), ((4, 3), 2)])
def test_kept_and_dropped_by_trembles(shape: tuple[int, int], values: int) -> None:
    draw = random.Random(f"perfect {shape} {values}")
    dropped = spans = 0
    for _ in range(100 if THOROUGH else 8):
        tables = [
            np.array([[draw.randrange(values) for _ in range(shape[1])] for _ in range(shape[0])], dtype=object)
            for _ in "12"
        ]
        game = hg.matrix_game(*tables)
        nash, found = hg.solve(game, "nash"), hg.solve(game, "perfect")
        perfect = {e.profile for e in nash if is_perfect_in_floats(tables, strategies(game, e.profile))}
        assert {e.profile for e in found} == perfect
        assert perfect
        dropped += len(nash) - len(found)
        # Every point of a listed set is perfect.
        for subset in found.subsets or ():
            members = [found[k].profile for k in subset]
            raw = [[draw.randrange(1, 5) for _ in members] for _ in range(2)]
            inside = average(members, [[F(w, sum(row)) for w in row] for row in raw])
            assert is_perfect_in_floats(tables, strategies(game, inside))
            spans += len(members) > 1
        # No larger set is: perfect points of one maximal Nash subset that are not listed together have an imperfect mean.
        listed = [frozenset(found[k].profile for k in subset) for subset in found.subsets or ()]
        for subset in nash.subsets or ():
            members = [nash[k].profile for k in subset if nash[k].profile in perfect]
            for one in members:
                for other in members:
                    half = average([one, other], [[F(1, 2)] * 2] * 2)
                    assert is_perfect_in_floats(tables, strategies(game, half)) == any(
                        {one, other} <= together for together in listed
                    )
    assert dropped
    assert spans


def test_too_many_faces_are_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MAX_FACE_POINTS", 1)
    A = [[2, 0, 0], [0, 2, 0], [1, 1, 1]]
    found = hg.solve(hg.matrix_game(A, [[1, 1, 0]] * 3), "perfect")
    assert any("was not determined" in note for note in found.notes)
    assert found.complete == "some"


def test_other_games_are_refused() -> None:
    for game in (
        hg.matrix_game([1, 2]),
        hg.matrix_game(*[np.zeros((2, 2, 2), dtype=int)] * 3),
        hg.load("cherry-picking").at(),
    ):
        with pytest.raises(ConceptError, match="two players who choose at once"):
            hg.solve(game, "perfect")
