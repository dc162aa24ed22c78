"""Refinements: the intuitive criterion, D1, undominated strategies, by hand and against brute force."""

from __future__ import annotations

import os
import random
import re
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

from hedging_games.errors import ConceptError
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on, matrix_game
from hedging_games.games.profile import profile_from
from hedging_games.solvers import signalling
from hedging_games.solvers.run import run_for
from hedging_games.theory.equilibria import Candidate
from hedging_games.theory.refinements import REFINEMENTS, refine
from hedging_games.theory.signalling import as_signalling, largest_best_sets
from signalling_kinds import kind_of

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


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


def beer_quiche(strong=F(9, 10)):
    """Types strong, weak; messages beer, quiche; responses duel, not (Cho and Kreps 1987)."""
    sender = [[[F(1), F(3)], [F(0), F(2)]], [[F(0), F(2)], [F(1), F(3)]]]
    return signalling_game([strong, 1 - strong], sender, [[[F(0), F(1)]] * 2, [[F(1), F(0)]] * 2])


def found_in(game):
    return signalling.propose(game, run_for(None)).candidates


@pytest.mark.parametrize("criterion", ["intuitive", "D1"])
def test_beer_and_quiche(criterion):
    # Pooling on quiche: the weak get 3, the most there is, so beer cannot come from them; taken for strong, the drinker of
    # beer meets no duel and gets 3 instead of 2. Pooling on beer: the strong get 3, so quiche comes from the weak, who meet
    # a duel and get 1 instead of 2: it stands.
    game = beer_quiche()
    kept, dropped = refine(game, found_in(game), criterion)
    assert len(kept) == len(dropped) == 2
    assert all(c.profile.at("S0")["m0"] == 1 for c in kept)
    assert all(c.profile.at("S0")["m1"] == 1 for c, _ in dropped)
    for _, reason in dropped:
        assert "m0" in reason
        assert "t1" in reason
    # The other regime has one equilibrium, without unsent messages.
    weak = beer_quiche(F(1, 10))
    assert len(refine(weak, found_in(weak), criterion)[0]) == 1


def test_the_reason_of_the_intuitive_criterion_says_who_gains_what():
    game = beer_quiche()
    _, dropped = refine(game, found_in(game), "intuitive")
    assert dropped[0][1] == (
        "S's m0, which nobody sends, never pays t1, so it is not attributed to t1; then t0 gains by it: at least 3 instead of 2"
    )


def test_d1_drops_what_the_intuitive_criterion_keeps():
    # Both types get 0 from m0. m1 pays type 0 2, -1 and type 1 1, -1 at r0, r1. The receiver likes r0 at type 0, r1 at
    # type 1 (1 against 0). Nobody sends m1 if the receiver answers r1. Either type could gain by m1 (r0), so the
    # intuitive criterion rules out none. Type 0 gains where r0 has 1/3 or more, type 1 only from 1/2: D1 attributes m1
    # to type 0, the receiver answers r0, and type 0 sends m1.
    game = signalling_game(
        [F(1, 4), F(3, 4)],
        [[[F(0), F(0)], [F(2), F(-1)]], [[F(0), F(0)], [F(1), F(-1)]]],
        [[[F(0), F(0)], [F(1), F(0)]], [[F(0), F(0)], [F(0), F(1)]]],
    )
    pooling = Candidate(profile_from(game.form, {"S0": {"m0": 1}, "S1": {"m0": 1}, "R0": {"r0": 1}, "R1": {"r1": 1}}))
    assert refine(game, [pooling], "intuitive") == ((pooling,), ())
    kept, dropped = refine(game, [pooling], "D1")
    assert kept == ()
    assert dropped[0][0] is pooling
    assert "t0 rather than t1" in dropped[0][1]


def test_undominated_strategies():
    # Row 2 is never better than row 1 and worse against the right column. (2, left) is an equilibrium resting on it.
    game = matrix_game([[1, 1], [1, 0]], [[1, 0], [1, 1]], players=["R", "C"], actions=[["1", "2"], ["left", "right"]])
    weak = Candidate(profile_from(game.form, {"R": {"2": 1}, "C": {"left": 1}}))
    mixed = Candidate(profile_from(game.form, {"R": {"1": "1/2", "2": "1/2"}, "C": {"left": 1}}))
    good = Candidate(profile_from(game.form, {"R": {"1": 1}, "C": {"left": 1}}))
    kept, dropped = refine(game, [weak, mixed, good], "undominated")
    assert kept == (good,)
    assert [c for c, _ in dropped] == [weak, mixed]
    assert all(reason.startswith("R's strategy is never better") for _, reason in dropped)


def test_a_mixture_may_dominate():
    # The third row (1, 1) is worse than half of each of the others (3/2, 3/2), which each lose somewhere to it; any weights
    # from 1/3 to 2/3 do.
    game = matrix_game([[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]], players=["R", "C"])
    third = Candidate(profile_from(game.form, {"R": {"3": 1}, "C": {"1": 1}}))
    (_, reason) = refine(game, [third], "undominated")[1][0]
    assert re.search(r"sometimes worse than \d/\d '1' \+ \d/\d '2'$", reason)


def test_criteria_refuse_what_they_do_not_fit():
    game = matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    with pytest.raises(ConceptError, match="signalling games"):
        refine(game, [Candidate(profile_from(game.form, {"Player 1": {"1": 1}, "Player 2": {"1": 1}}))], "D1")
    with pytest.raises(ConceptError, match="did you mean 'intuitive'"):
        refine(game, [], "intuitif")


def test_what_is_and_what_is_no_signalling_game():
    found = as_signalling(beer_quiche())
    assert found is not None
    assert found.prior == (F(9, 10), F(1, 10))
    assert len(found.messages) == 2
    assert found.messages[0].sender_worth == {0: (1, 3), 1: (0, 2)}
    assert as_signalling(matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]])) is None


def test_kinds():
    game = beer_quiche()
    both = lambda x, y: profile_from(  # noqa: E731
        game.form, {"S0": {"m0": x, "m1": 1 - x}, "S1": {"m0": y, "m1": 1 - y}, "R0": {"r0": 1}, "R1": {"r0": 1}}
    )
    assert kind_of(game, both(1, 0)) == "separating"
    assert kind_of(game, both(1, 1)) == "pooling"
    # Mixing alike tells nothing.
    assert kind_of(game, both(F(1, 3), F(1, 3))) == "pooling"
    assert kind_of(game, both(1, F(1, 2))) == "semi-separating"
    assert kind_of(beer_quiche(F(1)), both(1, 0)) is None


def test_largest_best_sets():
    # Two responses, worth (1, 0) and (0, 1) at the two extreme beliefs: both are best half-way.
    assert largest_best_sets([[F(1), F(0)], [F(0), F(1)]]) == (frozenset({0, 1}),)
    # A third one, worth 3/4 at both, splits them.
    assert set(largest_best_sets([[F(1), F(0), F(3, 4)], [F(0), F(1), F(3, 4)]])) == {
        frozenset({0, 2}),
        frozenset({1, 2}),
    }


# --- brute force over a grid of beliefs and responses -------------------------------------------------------------------


def grid(size, steps):
    return [tuple(F(k, steps) for k in ks) for ks in product(range(steps + 1), repeat=size) if sum(ks) == steps]


def best_mixtures(worth, types, steps=12):
    """Pure responses that are best against some belief on the grid, as faces: sets of responses best together."""
    faces = set()
    for belief in grid(len(types), steps):
        values = [sum(b * worth[t][r] for b, t in zip(belief, types, strict=True)) for r in range(len(worth[types[0]]))]
        faces.add(frozenset(r for r, v in enumerate(values) if v == max(values)))
    return faces


def intuitive_by_grid(prior, sender, receiver, sent, paid):
    """Whether the outcome fails, for payoffs whose ties lie on the grid of beliefs."""
    for m in range(2):
        if m in sent:
            continue
        worth = [row[m] for row in receiver]
        types = range(len(prior))
        best = set().union(*best_mixtures(worth, list(types)))
        left = [t for t in types if paid[t] <= max(sender[t][m][r] for r in best)]
        if left:
            sensible = set().union(*best_mixtures(worth, left))
            if any(paid[t] < min(sender[t][m][r] for r in sensible) for t in left):
                return True
    return False


def d1_by_grid(prior, sender, receiver, sent, paid):
    """Whether the outcome fails: mixtures of responses on a fine grid stand for all."""
    for m in range(2):
        if m in sent:
            continue
        types = list(range(len(prior)))
        worth = [row[m] for row in receiver]

        def mixtures(among, worth=worth):
            found = set()
            for face in best_mixtures(worth, among):
                for mixture in grid(len(face), 60):
                    full = [F(0)] * len(worth[0])
                    for r, x in zip(sorted(face), mixture, strict=True):
                        full[r] = x
                    found.add(tuple(full))
            return found

        gain = lambda t, mixture, m=m: sum(x * w for x, w in zip(mixture, sender[t][m], strict=True)) - paid[t]  # noqa: E731
        every = mixtures(types)
        ruled = {t for t in types for u in types if t != u and all(gain(u, x) > 0 for x in every if gain(t, x) >= 0)}
        left = [t for t in types if t not in ruled]
        if left and not any(all(gain(t, x) <= 0 for t in types) for x in mixtures(left)):
            return True
    return False


def test_random_signalling_games_equal_a_grid():
    # Payoffs from 0 to 2: two responses tie at beliefs 1/2, 1/3, 2/3, which the twelfths hold, and types are indifferent
    # between what they get and mixtures whose denominators are at most twice that of what they get; where 60 is a multiple
    # of these, the grids decide exactly what the polytopes do.
    rng = random.Random(11)
    verdicts = set()
    for _ in range(150 if THOROUGH else 30):
        table = lambda: [[[F(rng.randrange(3)) for _ in range(2)] for _ in range(2)] for _ in range(2)]  # noqa: E731
        prior, sender, receiver = [F(1, 2), F(1, 2)], table(), table()
        game = signalling_game(prior, sender, receiver)
        candidates = found_in(game)
        for name, brute in (("intuitive", intuitive_by_grid), ("D1", d1_by_grid)):
            kept, dropped = refine(game, candidates, name)
            assert len(kept) + len(dropped) == len(candidates)
            for candidate in candidates:
                at = candidate.profile.at
                sent = {m for m in range(2) if any(at(f"S{t}")[f"m{m}"] for t in range(2))}
                paid = [
                    F(0)
                    + sum(
                        at(f"S{t}")[f"m{m}"] * at(f"R{m}")[f"r{r}"] * sender[t][m][r]
                        for m in range(2)
                        for r in range(2)
                    )
                    for t in range(2)
                ]
                if any(60 % (2 * worth.denominator) for worth in paid):
                    continue
                fails = brute(prior, sender, receiver, sent, paid)
                assert (candidate in kept) is not fails
                verdicts.add((name, fails))
    assert len(verdicts) == 4


def test_what_d1_keeps_the_intuitive_criterion_keeps():
    # D1 rules out every type that the intuitive criterion does, so it is the stronger test (Cho and Kreps 1987, section IV).
    rng = random.Random(12)
    for _ in range(60 if THOROUGH else 15):
        table = lambda: [[[F(rng.randint(-3, 3)) for _ in range(2)] for _ in range(2)] for _ in range(2)]  # noqa: E731
        game = signalling_game([F(1, 3), F(2, 3)], table(), table())
        candidates = found_in(game)
        intuitive = refine(game, candidates, "intuitive")[0]
        assert all(candidate in intuitive for candidate in refine(game, candidates, "D1")[0])


def test_all_refinements_run_on_one_game():
    game = beer_quiche()
    for name in REFINEMENTS:
        kept, dropped = refine(game, found_in(game), name)
        assert len(kept) + len(dropped) == 4
