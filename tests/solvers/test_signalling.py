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

import hedging_games as hg
from hedging_games.errors import CouldNotFinish
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on
from hedging_games.solvers import signalling
from hedging_games.solvers.run import Run, run_for
from hedging_games.solvers.sequential import search as sequential
from hedging_games.theory.assessments import certify_assessment
from hedging_games.theory.beliefs.supporting import belief_sets
from signalling_kinds import kind_of

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
    for _ in range(100 if THOROUGH else 3):
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
    for _ in range(40 if THOROUGH else 4):
        game = signalling_game(*random_arrays(rng, tied))
        first = signalling.propose(game, run_for(None))
        second = sequential.propose(game, run_for(None))
        assert [c.profile for c in first.candidates] == [c.profile for c in second.candidates]
        assert first.complete == second.complete
        assert set(first.subsets) == set(second.subsets)
        assert first.components == second.components


# --- by hand -----------------------------------------------------------------------------------------------------------


def beer_quiche(strong):
    """Cho and Kreps (1987): 1 for the preferred breakfast (strong beer, weak quiche), 2 for no duel; the receiver gets 1 for
    a duel with the weak, 1 for none with the strong. Types: strong, weak; messages: beer, quiche; responses: duel, not."""
    sender = [[[F(1), F(3)], [F(0), F(2)]], [[F(0), F(2)], [F(1), F(3)]]]
    receiver = [[[F(0), F(1)]] * 2, [[F(1), F(0)]] * 2]
    return signalling_game([strong, 1 - strong], sender, receiver)


def points(proposal):
    """Each candidate as by type the probability of the first message, by message that of the first response."""
    found = []
    for candidate in proposal.candidates:
        form = candidate.profile.form
        slots = [form.slots(k)[0] for k, s in enumerate(form.information_sets) if s.player != CHANCE]
        found.append(tuple(candidate.profile.probabilities[slot] for slot in slots))
    return found


def test_beer_quiche_with_a_strong_prior_has_two_pooling_components():
    # A message of unknown origin is met by no duel if the strong are 1/2 or more. With prior 9/10 both may pool on beer: the
    # weak then get 2 and would get 1 + 2(1 - x) from quiche if it meets a duel with probability x, so x >= 1/2, and x < 1
    # needs belief exactly 1/2 in the strong, x = 1 at most 1/2. Likewise both on quiche, the strong getting 2.
    # Separating: the weak would imitate. Mixing: the strong gain 1 by beer, the weak lose 1, so at most one type is
    # indifferent. Strong mixing, weak on quiche: quiche is met as prior 9/10 lowered at worst to 0 ... beer reveals the
    # strong (3), quiche gives at most 2: not indifferent. Weak mixing, strong on beer: quiche reveals the weak (1), beer is
    # met as 9/10 or more: 2. Not indifferent.
    game = beer_quiche(F(9, 10))
    proposal = signalling.propose(game, run_for(None))
    assert set(points(proposal)) == {
        (1, 1, 0, 1),
        (1, 1, 0, F(1, 2)),
        (0, 0, 1, 0),
        (0, 0, F(1, 2), 0),
    }
    assert proposal.complete == "extreme"
    assert sorted(map(len, proposal.components)) == [2, 2]
    for candidate, point in zip(proposal.candidates, points(proposal), strict=True):
        unsent = 1 if point[0] == 1 else 0
        bounds = (0, F(1, 2)) if point[2 + unsent] == 1 else (F(1, 2), F(1, 2))
        sets = belief_sets(game, candidate.profile)
        assert sets.interval(f"R{unsent}", f"t0, m{unsent}") == (bounds,)
        belief = candidate.beliefs[f"R{unsent}"][f"t0, m{unsent}"]
        assert bounds[0] <= belief <= bounds[1]
        assert kind_of(game, candidate.profile) == "pooling"


def test_beer_quiche_with_a_weak_prior_is_semi_separating():
    # Prior 1/10: pooling meets a duel; the type on the wrong breakfast leaves. The strong drink beer for sure; the weak mix
    # q on beer so that beer leaves the receiver indifferent: 1/10 = 9/10 q, q = 1/9; quiche meets a duel (1), so beer
    # must be worth 1 to the weak: 2 times the probability of no duel, 1/2.
    game = beer_quiche(F(1, 10))
    proposal = signalling.propose(game, run_for(None))
    assert points(proposal) == [(1, F(1, 9), F(1, 2), 1)]
    assert proposal.complete == "all"
    assert kind_of(game, proposal.candidates[0].profile) == "semi-separating"
    assert proposal.candidates[0].beliefs["R0"] == {"t0, m0": F(1, 2), "t1, m0": F(1, 2)}


def cherry_picking(p, cost_wavering, cost_reliable=F(1, 2), autonomy=2, gain=2, betrayal=2):
    """Types reliable, wavering; messages Contribute, Pick; responses Tolerate, Downgrade."""
    sender = [[[autonomy - c, -c], [F(autonomy), F(0)]] for c in (cost_reliable, F(cost_wavering))]
    receiver = [[[F(gain), F(0)]] * 2, [[F(-betrayal), F(0)]] * 2]
    return signalling_game([F(p), 1 - F(p)], sender, receiver)


# In all of these the ally tolerates if the belief in reliability is above 1/2. With d the probability of Tolerate after
# Contribute less that after Pick, the reliable contribute if 2d > 1/2, the wavering if 2d > cost_wavering.
CHERRY_PICKING = {
    # cost_wavering 3: Contribute is dominated for the wavering. Separating: tolerated after Contribute alone, 3/2 > 0.
    # Pooling on Pick: belief 1/4, downgraded; the reliable stay if 2x <= 1/2, x <= 1/4 the toleration of Contribute.
    # The reliable mix: then Contribute is tolerated for sure and Pick never, not indifferent.
    ("1/4", 3): {("separating", (1, 0, 1, 0)), ("pooling", (0, 0, 0, 0)), ("pooling", (0, 0, F(1, 4), 0))},
    # cost_wavering 1. d > 1/2 makes both contribute, but then belief 1/4 and d = 0. d = 1/2 with the wavering mixing q:
    # Pick tells, so Contribute is tolerated with 1/2, belief 1/2: 1/4 = 3/4 q, q = 1/3. Between, separation gives d = 1.
    # d = 1/4 with the reliable mixing: Contribute tells, Pick would be tolerated with 3/4, but the belief is below 1/4.
    # d <= 1/4: both pick, belief 1/4, Pick downgraded, x <= 1/4.
    ("1/4", 1): {
        ("semi-separating", (1, F(1, 3), F(1, 2), 0)),
        ("pooling", (0, 0, 0, 0)),
        ("pooling", (0, 0, F(1, 4), 0)),
    },
    # Prior 3/4, cost_wavering 1. Both contribute: belief 3/4, tolerated; the wavering stay if Pick is tolerated with 1/2 at
    # most. d = 1/2 with the wavering mixing: Contribute would leave a belief above 3/4, not 1/2. d = 1/4 with the reliable
    # mixing y: Contribute tells, Pick is tolerated with 3/4, belief 1/2: 3/4 (1 - y) = 1/4, y = 2/3. Both pick: belief
    # 3/4, tolerated; Contribute costs for nothing, so any response to it will do.
    ("3/4", 1): {
        ("pooling", (1, 1, 1, 0)),
        ("pooling", (1, 1, 1, F(1, 2))),
        ("semi-separating", (F(2, 3), 0, 1, F(3, 4))),
        ("pooling", (0, 0, 0, 1)),
        ("pooling", (0, 0, 1, 1)),
    },
}


@pytest.mark.parametrize("point", CHERRY_PICKING)
def test_cherry_picking_in_every_regime(point):
    game = cherry_picking(*point)
    proposal = signalling.propose(game, run_for(None))
    kinds = [kind_of(game, c.profile) for c in proposal.candidates]
    assert set(zip(kinds, points(proposal), strict=True)) == CHERRY_PICKING[point]
    assert len(proposal.components) == {3: 2, 1: 2 if point[0] == "1/4" else 3}[point[1]]


def test_an_impossible_type_is_never_believed_in():
    # Prior 1: nobody is wavering, so bare Pick is tolerated, and Contribute would be tolerated too: no belief may fall on
    # the wavering. Their own decision is still made: they pick.
    proposal = signalling.propose(cherry_picking(1, 3), run_for(None))
    assert points(proposal) == [(0, 0, 1, 1)]
    assert proposal.candidates[0].beliefs["R0"] == {"t0, m0": 1, "t1, m0": 0}
    assert points(sequential.propose(cherry_picking(1, 3), run_for(None))) == [(0, 0, 1, 1)]


def latent_threat(p, early_gain=1):
    """Types benign, revisionist; messages Moderate, Aggress; responses Hedge, Balance; the baseline otherwise."""
    later = F(9, 10) * 2
    sender = [[[F(1), F(0)], [F(0), F(-1)]], [[later, F(0)], [early_gain + later, F(early_gain)]]]
    receiver = [[[F(1), F(0)]] * 2, [[F(-1), F(0)]] * 2]
    return signalling_game([1 - F(p), F(p)], sender, receiver)


# The small state hedges if the belief in a revisionist partner is below 1/2. With h and g the probabilities of Hedge after
# Moderate and after Aggress, the benign aggress only if g - h = 1; the revisionist if 9/5 h <= early_gain + 9/5 g.
LATENT_THREAT = {
    # Prior 3/4 of a threat, early_gain 1: the revisionist aggress if h - g < 5/9. Separating gives h - g = 1; pooling on
    # Moderate h = 0, on Aggress g = 0: none hold. The revisionist mix r on Moderate: Aggress tells, g = 0, h = 5/9, belief
    # 1/2: 3/4 r = 1/4, r = 1/3.
    ("3/4", 1): {("semi-separating", (1, F(1, 3), F(5, 9), 0))},
    # Prior 1/4: pooling on Moderate, hedged, if g <= 4/9; pooling on Aggress, hedged, if Moderate is not. The revisionist
    # mixing would need 1/4 r = 3/4.
    ("1/4", 1): {("pooling", (1, 1, 1, 0)), ("pooling", (1, 1, 1, F(4, 9))), ("pooling", (0, 0, 0, 1))},
    # early_gain 2: the revisionist always aggress, so the benign tell themselves apart.
    ("3/4", 2): {("separating", (1, 0, 1, 0))},
}


@pytest.mark.parametrize("point", LATENT_THREAT)
def test_latent_threat_in_every_regime(point):
    game = latent_threat(*point)
    proposal = signalling.propose(game, run_for(None))
    kinds = [kind_of(game, c.profile) for c in proposal.candidates]
    assert set(zip(kinds, points(proposal), strict=True)) == LATENT_THREAT[point]


def test_the_catalogue_model_is_the_game_by_hand():
    by_hand = signalling.propose(cherry_picking("1/4", 3), run_for(None))
    model = signalling.propose(hg.load("cherry-picking").at(), run_for(None))
    assert points(model) == points(by_hand)


def test_payoffs_of_any_size_make_no_difference():
    arrays = random_arrays(random.Random(5), tied=True)
    plain = signalling.propose(signalling_game(*arrays), run_for(None))
    for factor in (F(10) ** 12, F(1, 10**12)):
        scaled = [[[[x * factor + 7 for x in row] for row in rows] for rows in table] for table in arrays[1:]]
        assert points(signalling.propose(signalling_game(arrays[0], *scaled), run_for(None))) == points(plain)


def test_games_with_more_layers_are_refused_with_a_reason():
    game = hg.load("gradual-decoupling").at()
    assert "two decisions" in signalling.misfit(game)


def test_a_passed_deadline_stops_the_search():
    game = signalling_game(*random_arrays(random.Random(1), tied=True))
    with pytest.raises(CouldNotFinish, match="time"):
        signalling.propose(game, Run(deadline=0.0))
