"""Evolutionary stability against its definition, by mutants on a grid and by another test of copositivity."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import ConceptError, CouldNotFinish, InputError
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.evolution import is_strictly_copositive, why_unstable

F = Fraction
THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def symmetric(A: object) -> hg.Game:
    table = np.array(A, dtype=object)
    return hg.matrix_game(table, table.T)


def against_itself(game: hg.Game, p: list[object]) -> MixedProfile:
    return MixedProfile(game.form, np.array([*p, *p], dtype=object))


def grid(size: int, steps: int) -> list[tuple[Fraction, ...]]:
    return [
        tuple(F(k, steps) for k in counts) for counts in product(range(steps + 1), repeat=size) if sum(counts) == steps
    ]


def a_grid_mutant_invades(A: np.ndarray, p: tuple[Fraction, ...], steps: int) -> bool:
    """Whether some q on a grid does at least as well against p, and as well against itself as p does."""
    own = np.array(p, dtype=object)
    for q in grid(len(A), steps):
        mutant = np.array(q, dtype=object)
        if tuple(q) == tuple(p):
            continue
        against_p = mutant @ A @ own - own @ A @ own
        if against_p > 0 or (against_p == 0 and mutant @ A @ mutant >= own @ A @ mutant):
            return True
    return False


def is_stable_by_eigenvectors(A: np.ndarray, p: np.ndarray) -> bool:
    """Stability of a symmetric equilibrium in floats by another criterion: z'Az < 0 on the cone of directions to other
    best replies, a form being strictly copositive exactly if no principal part has a positive eigenvector with an
    eigenvalue <= 0 (Kaplan 2000).
    """
    A = A.astype(float)
    worth = A @ p
    best = [k for k in range(len(A)) if worth[k] > worth.max() - 1e-9]
    support = [k for k in range(len(A)) if p[k] > 1e-12]
    directions = [*support[1:], *(k for k in best if k not in support)]
    if not directions:
        return True
    shift = np.eye(len(A))[directions] - np.eye(len(A))[support[0]]
    M = -(shift @ A @ shift.T)
    M = (M + M.T) / 2
    free = len(support) - 1  # Within the support both signs are possible: that part must be definite.
    if free and np.linalg.eigvalsh(M[:free, :free]).min() <= 1e-9:
        return False
    signed = M[free:, free:] - M[free:, :free] @ np.linalg.solve(M[:free, :free], M[:free, free:]) if free else M
    return not has_positive_eigenvector(signed)


def has_positive_eigenvector(M: np.ndarray) -> bool:
    """Whether some principal part has a positive eigenvector with an eigenvalue <= 0."""
    for size in range(1, len(M) + 1):
        for chosen in combinations(range(len(M)), size):
            values, vectors = np.linalg.eigh(M[np.ix_(chosen, chosen)])
            for value, vector in zip(values, vectors.T, strict=True):
                if value <= 1e-9 and (np.all(vector > 1e-9) or np.all(vector < -1e-9)):
                    return True
    return False


# --- known games ----------------------------------------------------------------------------------------------------------


def test_hawk_and_dove() -> None:
    # Value 2, cost 3: hawks meet at (2 − 3)/2, share 2/3 of hawks is stable, nothing else.
    game = symmetric([[F(-1, 2), 2], [0, 1]])
    (found,) = hg.solve(game, "evolutionarily-stable")
    assert found.profile == against_itself(game, [F(2, 3), F(1, 3)])
    # Value 4, cost 2: Hawk is strictly dominant.
    (found,) = hg.solve(symmetric([[1, 4], [0, 2]]), "evolutionarily-stable")
    assert found.profile.is_pure
    assert found.strict


@pytest.mark.parametrize(("win", "stable"), [(1, 0), (2, 1), (F(1, 2), 0)])
def test_rock_paper_scissors(win: Fraction, stable: int) -> None:
    # The mixture of thirds is stable exactly if winning pays more than losing costs (1): good, standard and bad.
    A = [[0, -1, win], [win, 0, -1], [-1, win, 0]]
    found = hg.solve(symmetric(A), "evolutionarily-stable")
    assert len(found) == stable
    assert found.complete == "all"
    reason = why_unstable(symmetric(A), against_itself(symmetric(A), [F(1, 3)] * 3))
    assert (reason is None) == bool(stable)


def test_coordination_has_as_many_as_there_are_actions() -> None:
    found = hg.solve(symmetric([[3, 0, 0], [0, 2, 0], [0, 0, 1]]), "evolutionarily-stable")
    assert sorted(e.profile.key().index(1) for e in found) == [0, 1, 2]


def test_reasons() -> None:
    game = symmetric([[0, 7], [2, 6]])
    first, second = [F(1), F(0)], [F(0), F(1)]
    assert why_unstable(game, MixedProfile(game.form, np.array([*first, *second], dtype=object))) == (
        "the players use different strategies"
    )
    assert why_unstable(game, against_itself(game, first)) == "it is not a best reply to itself"
    flat = symmetric([[0, 0], [0, 0]])
    assert why_unstable(flat, against_itself(flat, first)) == "some best reply does as well against itself"
    # A neutral mutant: Tit-for-tat and Always cooperate do equally well against each other.
    neutral = symmetric([[3, 3], [3, 3]])
    assert len(hg.solve(neutral, "evolutionarily-stable")) == 0


def test_a_single_action_is_stable() -> None:
    assert len(hg.solve(symmetric([[0]]), "evolutionarily-stable")) == 1


@pytest.mark.parametrize(
    ("game", "words"),
    [
        (hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), "with the roles exchanged"),
        (hg.matrix_game([[1, 2]], [[1, 2]]), "two players with the same actions"),
        (hg.matrix_game([1, 2]), "two players with the same actions"),
        (hg.matrix_game(*[np.zeros((2, 2, 2), dtype=int)] * 3), "two players with the same actions"),
    ],
)
def test_other_games_are_refused_with_what_fits(game: hg.Game, words: str) -> None:
    with pytest.raises(ConceptError) as refused:
        hg.solve(game, "evolutionarily-stable")
    assert words in str(refused.value)
    remedy = str(refused.value).splitlines()[-1]
    assert "those that fit: nash" in remedy
    assert "evolutionarily-stable" not in remedy


# --- random games ---------------------------------------------------------------------------------------------------------


def symmetric_equilibria_by_support(A: np.ndarray) -> list[np.ndarray]:
    """The symmetric equilibria that are the only ones with their support, by solving for every support in floats."""
    found = []
    for size in range(1, len(A) + 1):
        for support in combinations(range(len(A)), size):
            part = A[np.ix_(support, support)].astype(float)
            system = np.vstack([np.column_stack([part, -np.ones(size)]), [*[1.0] * size, 0.0]])
            if np.linalg.matrix_rank(system) < size + 1:
                continue  # Infinitely many, or none: no stable strategy has this support (Bishop and Cannings 1976).
            solution = np.linalg.solve(system, [*[0.0] * size, 1.0])
            p = np.zeros(len(A))
            p[list(support)] = solution[:-1]
            if p[list(support)].min() > 1e-9 and (A.astype(float) @ p).max() <= solution[-1] + 1e-9:
                found.append(p)
    return found


@pytest.mark.parametrize(("size", "values"), [(2, 3), (3, 3), (3, 8), (4, 3), (4, 6)])
def test_all_are_found_and_none_is_invaded(size: int, values: int) -> None:
    draw = random.Random(f"stable {size} {values}")
    total = 0
    for _ in range(200 if THOROUGH else 15):
        A = np.array([[draw.randrange(values) for _ in range(size)] for _ in range(size)], dtype=object)
        found = hg.solve(symmetric(A), "evolutionarily-stable")
        expected = [p for p in symmetric_equilibria_by_support(A) if is_stable_by_eigenvectors(A, p)]
        strategies = [e.profile.probabilities[:size].astype(float) for e in found]
        assert len(strategies) == len(expected)
        assert all(any(np.abs(p - q).max() < 1e-9 for q in expected) for p in strategies)
        for equilibrium in found:
            assert not a_grid_mutant_invades(A, tuple(equilibrium.profile.probabilities[:size]), 6)
        total += len(found)
    assert total


def test_copositivity_against_sampling_and_eigenvectors() -> None:
    draw = random.Random(11)
    seen = set()
    for _ in range(300 if THOROUGH else 60):
        size = draw.randint(1, 4)
        M = [[F(0)] * size for _ in range(size)]
        for i in range(size):
            for j in range(i + 1):
                M[i][j] = M[j][i] = F(draw.randrange(-2, 4), draw.randint(1, 3))
        answer = is_strictly_copositive(M)
        form = np.array(M, dtype=object)
        samples = [np.array(x, dtype=object) for x in grid(size, 6)]
        if answer:
            assert all(x @ form @ x > 0 for x in samples)
        else:
            assert has_positive_eigenvector(form.astype(float))
        seen.add(answer)
    assert seen == {True, False}


def test_too_many_best_replies() -> None:
    # One action is best against itself only weakly: twenty others do as well, and are worse against each other.
    size = 20
    A = [[1] * size] + [[1] + [0] * (size - 1) for _ in range(size - 1)]
    game = symmetric(A)
    pure = [F(1), *[F(0)] * (size - 1)]
    with pytest.raises(CouldNotFinish, match="20 best replies"):
        why_unstable(game, against_itself(game, pure))


# --- replicator dynamics --------------------------------------------------------------------------------------------------


def test_replicator_dynamics_reach_the_stable_mixture() -> None:
    game = hg.matrix_game([[0, 7], [2, 6]], [[0, 2], [7, 6]], actions=[["Dare", "Yield"]] * 2)
    path = hg.replicator_dynamics(game, {"Dare": "9/10", "Yield": "1/10"}, [0, 1, 40])
    assert path.shape == (3, 2)
    assert np.allclose(path.sum(axis=1), 1)
    assert np.allclose(path[0], [0.9, 0.1])
    assert np.allclose(path[-1], [1 / 3, 2 / 3], atol=1e-6)


def test_replicator_dynamics_of_a_dominant_action_is_logistic() -> None:
    # Action 1 always earns 1 more, so its odds grow like e^t: from even odds, the share is e/(1 + e) at time 1.
    game = symmetric([[1, 1], [0, 0]])
    path = hg.replicator_dynamics(game, times=[0.0, 1.0])
    assert np.allclose(path[-1], [np.e / (1 + np.e), 1 / (1 + np.e)], atol=1e-6)


def test_replicator_dynamics_refusals() -> None:
    game = symmetric([[1, 1], [0, 0]])
    with pytest.raises(InputError, match="no action '3'"):
        hg.replicator_dynamics(game, {"3": 1})
    with pytest.raises(InputError, match="not a distribution"):
        hg.replicator_dynamics(game, {"1": "1/2"})
    with pytest.raises(InputError, match="which is not exact"):
        hg.replicator_dynamics(game, {"1": 0.5, "2": 0.5})
    with pytest.raises(InputError, match="do not rise"):
        hg.replicator_dynamics(game, times=[1, 0])
    with pytest.raises(ConceptError, match="not symmetric"):
        hg.replicator_dynamics(hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
