"""Signalling games: all sequential equilibria, against a brute force over supports that shares no code with the solver,
and at hand-derived points of the classics and of the catalogue's models."""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import combinations, product
from math import lcm

import numpy as np
import pytest

from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on
from hedging_games.solvers import sequential, signalling
from hedging_games.solvers.run import run_for
from hedging_games.theory.assessments import certify_assessment
from hedging_games.theory.beliefs import belief_sets

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


# --- games as arrays ---------------------------------------------------------------------------------------------------


def signalling_game(prior, sender, receiver) -> Game:
    """From arrays: prior[t], and payoffs [t][m][r]. Slots: chance's, then each type's, then each message's."""
    types, messages, responses = len(prior), len(sender[0]), len(sender[0][0])
    sets = [InformationSet("Nature", CHANCE, tuple(f"t{t}" for t in range(types)), "Nature")]
    sets += [InformationSet(f"S{t}", 0, tuple(f"m{m}" for m in range(messages)), "S") for t in range(types)]
    sets += [InformationSet(f"R{m}", 1, tuple(f"r{r}" for r in range(responses)), "R") for m in range(messages)]
    parent, last, decided, paid = [-1], [-1], [0], []

    def add(before, slot, at):
        parent.append(before)
        last.append(slot)
        decided.append(at)
        return len(parent) - 1

    for t in range(types):
        x = add(0, t, 1 + t)
        for m in range(messages):
            y = add(x, types + t * messages + m, 1 + types + m)
            for r in range(responses):
                add(y, types + types * messages + m * responses + r, TERMINAL)
                paid.append((sender[t][m][r], receiver[t][m][r]))
    form = Form(("S", "R"), tuple(sets), np.array(parent), np.array(last), np.array(decided)).check()
    return game_on(form, np.array(paid, dtype=object).T, dict(enumerate(prior)))


def random_arrays(rng, tied):
    types, messages, responses = rng.choice([2, 2, 3]), 2, rng.choice([2, 2, 3])
    draw = (lambda: F(rng.randrange(3))) if tied else (lambda: F(rng.randint(-9, 9)))
    table = lambda: [[[draw() for _ in range(responses)] for _ in range(messages)] for _ in range(types)]  # noqa: E731
    weights = [rng.randint(1, 4) for _ in range(types)]
    return [F(w, sum(weights)) for w in weights], table(), table()


# --- brute force: exact linear programs over every choice of supports --------------------------------------------------


def lp(cost, equal, at_most):
    """max cost.x for x >= 0, rows (a, b): a.x = b and a.x <= b; None if infeasible. Whole numbers, Bland's rule."""
    n, extra = len(cost), len(at_most)
    rows = [[*a, *[0] * extra, b] for a, b in equal]
    rows += [[*a, *(int(j == k) for j in range(extra)), b] for k, (a, b) in enumerate(at_most)]
    rows = [[x * lcm(*(F(y).denominator for y in row)) for x in row] for row in rows]
    rows = [[int(-x if row[-1] < 0 else x) for x in row] for row in rows]
    width, height = n + extra, len(rows)
    table = [[*row[:-1], *(int(j == k) for j in range(height)), row[-1]] for k, row in enumerate(rows)]
    basis = [width + k for k in range(height)]
    scale = lcm(*(F(c).denominator for c in cost))
    prices = [int(c * scale) for c in cost] + [0] * (extra + height + 1)
    phase_one = [sum(table[i][j] for i in range(height)) for j in range(width)] + [0] * height
    phase_one.append(sum(table[i][-1] for i in range(height)))
    table += [phase_one, prices]
    divisor = 1

    def pivot(row, column):
        nonlocal divisor, table
        lead = table[row][column]
        if lead < 0:
            table[row] = [-x for x in table[row]]
            lead = -lead
        for i in range(height + 2):
            if i != row:
                factor = table[i][column]
                table[i] = [(x * lead - factor * y) // divisor for x, y in zip(table[i], table[row], strict=False)]
        divisor, basis[row] = lead, column

    def climb(objective):
        while True:
            column = next((j for j in range(width) if table[objective][j] > 0), None)
            if column is None:
                return
            ratios = [(F(table[i][-1], table[i][column]), basis[i], i) for i in range(height) if table[i][column] > 0]
            pivot(min(ratios)[2], column)

    climb(height)
    if table[height][-1] != 0:
        return None
    for i in range(height):
        if basis[i] >= width:
            column = next((j for j in range(width) if table[i][j] != 0), None)
            if column is not None:
                pivot(i, column)
    climb(height + 1)
    return F(-table[height + 1][-1], divisor * scale)


def subsets(n):
    return [c for size in range(1, n + 1) for c in combinations(range(n), size)]


class BruteForce:
    """Every choice of supports (A: by type, messages; R: by message, responses) that carries sequential equilibria."""

    def __init__(self, prior, sender, receiver):
        self.prior, self.sender, self.receiver = prior, sender, receiver
        self.T, self.M, self.K = len(prior), len(sender[0]), len(sender[0][0])

    def belief_range(self, m, R, t):
        """Lowest and highest belief in type t after m at which all of R are best; None if there is none."""
        better = [
            ([self.receiver[s][m][q] - self.receiver[s][m][r] for s in range(self.T)], F(0))
            for r in R
            for q in range(self.K)
        ]
        one = [([F(1)] * self.T, F(1))]
        pick = [F(int(s == t)) for s in range(self.T)]
        high = lp(pick, one, better)
        return None if high is None else (-lp([-x for x in pick], one, better), high)

    def first(self, A, R):
        """The constraints on sigma[t][m] (then epsilon): equalities and inequalities."""
        n = self.T * self.M
        unit = lambda t, m: [F(int(k == t * self.M + m)) for k in range(n)]  # noqa: E731
        equal = [([F(int(k // self.M == t)) for k in range(n)] + [F(0)], F(1)) for t in range(self.T)]
        equal += [([*unit(t, m), F(0)], F(0)) for t in range(self.T) for m in range(self.M) if m not in A[t]]
        less = [([-x for x in unit(t, m)] + [F(1)], F(0)) for t in range(self.T) for m in A[t]]
        for m in range(self.M):
            for r in R[m]:
                for q in range(self.K):
                    row = [F(0)] * n
                    for t in range(self.T):
                        row[t * self.M + m] = self.prior[t] * (self.receiver[t][m][q] - self.receiver[t][m][r])
                    less.append(([*row, F(0)], F(0)))
        return n, equal, less

    def second(self, A, R):
        n = self.M * self.K
        unit = lambda m, r: [F(int(k == m * self.K + r)) for k in range(n)]  # noqa: E731
        equal = [([F(int(k // self.K == m)) for k in range(n)] + [F(0)], F(1)) for m in range(self.M)]
        equal += [([*unit(m, r), F(0)], F(0)) for m in range(self.M) for r in range(self.K) if r not in R[m]]
        less = [([-x for x in unit(m, r)] + [F(1)], F(0)) for m in range(self.M) for r in R[m]]
        for t in range(self.T):
            for m in A[t]:
                for other in range(self.M):
                    row = [F(0)] * n
                    for r in range(self.K):
                        row[other * self.K + r] += self.sender[t][other][r]
                        row[m * self.K + r] -= self.sender[t][m][r]
                    less.append(([*row, F(0)], F(0)))
        return n, equal, less

    @staticmethod
    def is_possible(n, equal, less):
        best = lp([F(0)] * n + [F(1)], equal, [*less, ([F(0)] * n + [F(1)], F(1))])
        return best is not None and best > 0

    @staticmethod
    def ranges(n, equal, less):
        """Lowest and highest of each coordinate in the closed cell."""
        found = []
        for k in range(n):
            pick = [F(int(j == k)) for j in range(n)] + [F(0)]
            found.append((-lp([-x for x in pick], equal, less), lp(pick, equal, less)))
        return found

    def cells(self):
        believed = {m: [R for R in subsets(self.K) if self.belief_range(m, R, 0) is not None] for m in range(self.M)}
        for A in product(subsets(self.M), repeat=self.T):
            refused = []
            for R in sorted(product(*(believed[m] for m in range(self.M))), key=lambda R: sum(map(len, R))):
                # More responses that must be best leave less room.
                if any(all(set(less) <= set(more) for less, more in zip(no, R, strict=False)) for no in refused):
                    continue
                first = self.first(A, R)
                if not self.is_possible(*first):
                    refused.append(R)
                else:
                    second = self.second(A, R)
                    if self.is_possible(*second):
                        yield (A, R), self.ranges(*first), self.ranges(*second)


def realised(game, proposal):
    """From an answer: supports to the extreme points of the closed cells with these supports."""
    T = sum(s.player == 0 for s in game.form.information_sets)
    found = {}
    for subset in proposal.subsets:
        probabilities = [proposal.candidates[k].profile.probabilities for k in subset]
        split = T + sum(len(s.actions) for s in game.form.information_sets if s.player == 0)
        firsts = {tuple(p[T:split]) for p in probabilities}
        seconds = {tuple(p[split:]) for p in probabilities}
        assert len(firsts) * len(seconds) == len(subset), "a subset is a product"
        played = [{frozenset(k for k, x in enumerate(point) if x) for point in side} for side in (firsts, seconds)]
        for A, R in product(*(unions(side) for side in played)):
            inside = [p for p in firsts if all(x == 0 or k in A for k, x in enumerate(p))]
            answers = [p for p in seconds if all(x == 0 or k in R for k, x in enumerate(p))]
            before = found.setdefault((A, R), (set(), set()))
            before[0].update(inside)
            before[1].update(answers)
    return found


def unions(sets):
    found = set(sets)
    while True:
        more = {a | b for a in found for b in found} - found
        if not more:
            return found
        found |= more


def compare(arrays, proposal, game):
    brute = BruteForce(*arrays)
    expected = {}
    for (A, R), first, second in brute.cells():
        key = (
            frozenset(t * brute.M + m for t in range(brute.T) for m in A[t]),
            frozenset(m * brute.K + r for m in range(brute.M) for r in R[m]),
        )
        expected[key] = (first, second)
    found = realised(game, proposal)
    assert set(found) == set(expected)
    for key, ranges in expected.items():
        for points, bounds in zip(found[key], ranges, strict=True):
            assert [(min(c), max(c)) for c in zip(*points, strict=False)] == bounds
    return brute, len(expected)


@pytest.mark.parametrize("tied", [False, True])
def test_random_games_equal_brute_force_over_supports(tied):
    rng = random.Random(20 + tied)
    for _ in range(100 if THOROUGH else 6):
        arrays = random_arrays(rng, tied)
        game = signalling_game(*arrays)
        assert signalling.misfit(game) is None
        proposal = signalling.propose(game, run_for(None))
        brute, count = compare(arrays, proposal, game)
        assert count > 0
        for candidate in proposal.candidates:
            profile = candidate.profile
            assert certify_assessment(game, profile, candidate.beliefs).largest_gain == 0
            beliefs_equal_brute_force(brute, game, profile)


def beliefs_equal_brute_force(brute, game, profile):
    """After a message that nobody sends, the beliefs in each type range as the linear program says."""
    sets = belief_sets(game, profile)
    for m in range(brute.M):
        if all(profile.at(f"S{t}")[f"m{m}"] == 0 for t in range(brute.T)):
            R = tuple(r for r in range(brute.K) if profile.at(f"R{m}")[f"r{r}"] > 0)
            for t in range(brute.T):
                assert sets.interval(f"R{m}", f"t{t}, m{m}") == (brute.belief_range(m, R, t),)


@pytest.mark.parametrize("tied", [False, True])
def test_support_by_support_finds_the_same(tied):
    # The two solvers share no more than the beliefs: vertices matched by labels against elimination on each support.
    rng = random.Random(40 + tied)
    for _ in range(40 if THOROUGH else 6):
        game = signalling_game(*random_arrays(rng, tied))
        first = signalling.propose(game, run_for(None))
        second = sequential.propose(game, run_for(None))
        assert [c.profile for c in first.candidates] == [c.profile for c in second.candidates]
        assert first.complete == second.complete
        assert set(first.subsets) == set(second.subsets)
        assert first.components == second.components
