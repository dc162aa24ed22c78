"""Beliefs: which are consistent, which support a profile; against trembles worked out from their definition, and by hand."""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

from hedging_games.errors import InputError
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on
from hedging_games.games.profile import MixedProfile, profile_from
from hedging_games.theory.assessments import (
    assessment_is_strict,
    certify_assessment,
    inconsistency,
    labelled,
    numbered,
    personal_sets,
)
from hedging_games.theory.beliefs.supporting import belief_sets
from hedging_games.theory.trembles import Ranking, free_factors, orders, relations
from square_roots import square_root

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def tree(players, root) -> Game:
    """From nested nodes: (label, player, {action: node}), (label, None, {action: (probability, node)}), or payoffs."""
    sets: dict = {}

    def collect(node):
        if isinstance(node[-1], dict):
            label, player, moves = node
            sets.setdefault(label, (player, tuple(moves)))
            for after in moves.values():
                collect(after[1] if player is None else after)

    collect(root)
    labels = list(sets)
    first = dict(zip(labels, np.cumsum([0, *(len(sets[s][1]) for s in labels[:-1])]).tolist(), strict=True))
    parent, last, decided, paid, chance = [], [], [], [], {}

    def add(node, before, slot):
        here = len(parent)
        parent.append(before)
        last.append(slot)
        if isinstance(node[-1], dict):
            label, player, moves = node
            decided.append(labels.index(label))
            for k, action in enumerate(sets[label][1]):
                after = moves[action]
                if player is None:
                    chance[first[label] + k], after = F(after[0]), after[1]
                add(after, here, first[label] + k)
        else:
            decided.append(TERMINAL)
            paid.append([F(x) for x in node])

    add(root, -1, -1)
    information = tuple(
        InformationSet(s, CHANCE if sets[s][0] is None else players.index(sets[s][0]), sets[s][1], s) for s in labels
    )
    form = Form(tuple(players), information, np.array(parent), np.array(last), np.array(decided)).check()
    return game_on(form, np.array(paid, dtype=object).T, chance)


# --- two deviate at once ------------------------------------------------------------------------------------------------


def two_watched(**answers) -> Game:
    """Players 1 and 2 choose at once among 0, 1, 2; if both depart from 0, player 3, who sees only that, answers. Each
    answer is given with its worth to player 3 at 11, 12, 21, 22."""
    answers = answers or {"u": (0, 0, 0, 0), "d": (0, 0, 0, 0)}

    def after(one, two):
        if "0" in (one, two):
            return (int(one == "0"), int(two == "0"), 0)
        at = ("11", "12", "21", "22").index(one + two)
        return ("3", "P3", {answer: (0, 0, worth[at]) for answer, worth in answers.items()})

    def second(one):
        return ("2", "P2", {a: after(one, a) for a in "012"})

    return tree(["P1", "P2", "P3"], ("1", "P1", {a: second(a) for a in "012"}))


STAY = {"1": {"0": 1}, "2": {"0": 1}, "3": {"u": 1}}


def watched_beliefs(game, b11, b12, b21, b22):
    form = game.form
    names = [form.history_labels[h] for h in form.histories_of[2].tolist()]
    return {
        "1": {"start": F(1)},
        "2": {form.history_labels[h]: F(int(k == 0)) for k, h in enumerate(form.histories_of[1].tolist())},
        "3": dict(zip(names, (b11, b12, b21, b22), strict=True)),
    }


def test_mistakes_of_two_players_are_independent():
    # The likelihood of (i, j) is a product a_i b_j, so a consistent belief is a product, or concentrates on a product of
    # fewer choices: b11 b22 = b12 b21.
    game = two_watched()
    profile = profile_from(game.form, STAY)
    for a, b in product((F(0), F(1, 3), F(1)), (F(0), F(3, 4), F(1))):
        belief = watched_beliefs(game, a * b, a * (1 - b), (1 - a) * b, (1 - a) * (1 - b))
        assert inconsistency(game, profile, belief) is None
    assert "disagree" in inconsistency(game, profile, watched_beliefs(game, F(1, 4), F(1, 4), F(1, 8), F(3, 8)))
    # Equally likely 11 and 22 make 12 and 21 as likely together: no ranking leaves only the first two.
    assert "ranking" in inconsistency(game, profile, watched_beliefs(game, F(1, 2), F(0), F(0), F(1, 2)))
    # Off the path weak perfect Bayesian equilibrium asks for nothing.
    correlated = watched_beliefs(game, F(1, 2), F(0), F(0), F(1, 2))
    assert inconsistency(game, profile, correlated, on_path_only=True) is None
    with pytest.raises(AssertionError, match="not consistent"):
        certify_assessment(game, profile, correlated)


def test_tied_beliefs_are_described_with_their_equation():
    # u is worth 1 at 11 and 22 and -1 at 12 and 21, so it is best if b11 + b22 >= 1/2. With likelihood ratios x = a2 / a1 and
    # y = b2 / b1 that is 1 - x - y + xy = (1 - x)(1 - y) >= 0: both at most 1, or both at least 1.
    game = two_watched(u=(1, -1, -1, 1), d=(0, 0, 0, 0))
    profile = profile_from(game.form, STAY)
    sets = belief_sets(game, profile)
    assert sets.exist
    assert not sets.undecided
    (part,) = sets.parts
    assert part.sets == (2,)
    tied = [piece for piece in part.pieces if piece.ties]
    assert len(tied) == 1
    assert not tied[0].whole
    assert set(tied[0].extreme[2]) >= {(1, 0, 0, 0), (0, 0, 0, 1)}
    for piece in part.pieces:
        belief = piece.inside[2]
        assert belief[0] * belief[3] == belief[1] * belief[2]
        assert belief[0] + belief[3] >= F(1, 2)
        certify_assessment(game, profile, labelled(game.form, {**sets.fixed, 2: belief}))
        for tie in piece.ties:
            found = F(1)
            for s, x, y, power in tie.ratios:
                assert s == 2
                found *= (belief[x] / belief[y]) ** power
            assert found == tie.value


def test_tied_beliefs_may_be_a_single_piece():
    # u is worth 1 at 11 and -1 at 22, so it is best if b11 >= b22, which is xy <= 1 for x and y as above: one curved piece.
    game = two_watched(u=(1, 0, 0, -1), d=(0, 0, 0, 0))
    profile = profile_from(game.form, STAY)
    sets = belief_sets(game, profile)
    assert not sets.undecided
    (part,) = sets.parts
    tied = [piece for piece in part.pieces if piece.ties]
    assert len(tied) == 1
    belief = tied[0].inside[2]
    assert belief[0] * belief[3] == belief[1] * belief[2] > 0
    assert belief[0] >= belief[3]
    certify_assessment(game, profile, labelled(game.form, {**sets.fixed, 2: belief}))


def test_an_answer_that_only_correlated_mistakes_explain_is_refused():
    # u less d1 is worth (1, -3, -3, -1), u less d2 (-1, -3, -3, 1). The sum is negative unless 12 and 21 are excluded; of
    # products only 11 for sure and 22 for sure exclude them, and there d2, or d1, is better. The belief (1/2, 0, 0, 1/2)
    # would support u.
    game = two_watched(u=(0, 0, 0, 0), d1=(-1, 3, 3, 1), d2=(1, 3, 3, -1))
    profile = profile_from(game.form, STAY)
    assert not belief_sets(game, profile).exist
    weak = belief_sets(game, profile, consistent=False)
    assert weak.at(2) == (((F(1, 2), 0, 0, F(1, 2)),),)


# --- rankings -----------------------------------------------------------------------------------------------------------


def two_steps(a=(1, 0), b=(0, 1)) -> Game:
    """Player 1 stays or goes; then 2 stops or goes on; player 3 answers, not knowing what 2 did: u is worth the first of
    ``a`` or ``b`` after stop or on, d the second."""
    third = lambda x: ("3", "P3", {"u": (0, 0, x[0]), "d": (0, 0, x[1])})  # noqa: E731
    second = ("2", "P2", {"stop": third(a), "on": third(b)})
    return tree(["P1", "P2", "P3"], ("1", "P1", {"stay": (1, 1, 0), "go": second}))


def test_one_mistake_is_likelier_than_the_same_and_another():
    # If 2 stops, (go, on) takes both mistakes: the belief is (go, stop) for sure, and u (1 against 0) the only answer.
    game = two_steps()
    calm = profile_from(game.form, {"1": {"stay": 1}, "2": {"stop": 1}, "3": {"u": 1}})
    assert belief_sets(game, calm).at(2) == (((1, 0),),)
    odd = profile_from(game.form, {"1": {"stay": 1}, "2": {"stop": 1}, "3": {"d": 1}})
    assert not belief_sets(game, odd).exist
    assert belief_sets(game, odd, consistent=False).interval("3", "go, stop") == ((0, F(1, 2)),)
    # If 2 mixes after the mistake, its mixture is the belief.
    mixing = profile_from(game.form, {"1": {"stay": 1}, "2": {"stop": "1/3", "on": "2/3"}, "3": {"d": 1}})
    assert belief_sets(game, mixing).at(2) == (((F(1, 3), F(2, 3)),),)


def test_orders_solve_rankings_in_whole_numbers():
    assert orders([Ranking(((1,),), ((2,),))]) == {1: 1, 2: 2}
    # One mistake as likely as two others together, and one of these likelier than the other.
    assert orders([Ranking(((1,), (2, 3)), ()), Ranking(((2,),), ((3,),))]) == {1: 3, 2: 1, 3: 2}
    assert orders([Ranking(((1,), (1, 2)), ())]) is None
    assert orders([Ranking(((1,),), ((2,),)), Ranking(((2,),), ((1,),))]) is None


def test_relations_and_free_factors():
    one, two, both = {1: 1, 2: -1}, {3: 1, 4: -1}, {1: 1, 2: -1, 3: 1, 4: -1}
    assert relations([one, two]) == ()
    assert relations([one, two, both]) in {((-1, -1, 1),), ((1, 1, -1),)}
    assert free_factors([one, two, both]) == (2, ((1, 0), (0, 1), (1, 1)))
    # A ratio that is the square root of another makes its factor a square.
    assert free_factors([{1: 2}, {1: 1}]) == (1, ((2,), (1,)))


# --- against the definition: limits of trembles -------------------------------------------------------------------------


def random_tree(rng):
    """Three players in turn, two or three actions, information sets drawn at random; sometimes chance first."""
    players, sets = ["P1", "P2", "P3"], {}

    def grow(count, depth):
        if depth == 3:
            return [(0, 0, 0)] * count
        found, plan = [], []
        for _ in range(count):
            known = [s for s in sets if s.startswith(players[depth])]
            if known and rng.random() < 0.6:
                plan.append(rng.choice(known))
            else:
                sets[f"{players[depth]}.{len(sets)}"] = rng.choice((2, 2, 3))
                plan.append(list(sets)[-1])
        below = iter(grow(sum(sets[s] for s in plan), depth + 1))
        found += [(s, players[depth], {f"a{k}": next(below) for k in range(sets[s])}) for s in plan]
        return found

    if rng.random() < 0.5:
        one, two = grow(2, 0)
        odds = rng.choice([F(1, 3), F(1, 2), F(1)])
        return tree(players, ("N", None, {"x": (odds, one), "y": (1 - odds, two)}))
    return tree(players, grow(1, 0)[0])


def limit(game, rng):
    """A profile and beliefs that are the limit of c ε^e: drawn, and worked out history by history."""
    form = game.form
    order, size = {}, {}
    probabilities = np.full(form.slot_count, F(0), dtype=object)
    for s in range(len(form.information_sets)):
        slots = list(form.slots(s))
        if form.information_sets[s].player == CHANCE:
            for slot in slots:
                # An impossible move of chance comes after any number of mistakes.
                possible = game.chance[slot] > 0
                order[slot], size[slot] = (0, game.chance[slot]) if possible else (1000, F(1))
            continue
        played = rng.sample(slots, rng.randint(1, len(slots)) if rng.random() < 0.5 else 1)
        weights = [rng.randint(1, 3) for _ in played]
        for slot in slots:
            order[slot], size[slot] = rng.randint(1, 3), F(rng.randint(1, 4))
        for slot, w in zip(played, weights, strict=True):
            order[slot], size[slot] = 0, F(w, sum(weights))
            probabilities[slot] = F(w, sum(weights))
    beliefs = {}
    for s in personal_sets(form):
        reached = []
        for h in form.histories_of[s].tolist():
            path = form.path(h)
            reached.append((sum(order[a] for a in path), np.prod([size[a] for a in path], dtype=object) + F(0)))
        least = min(e for e, _ in reached)
        total = sum(c for e, c in reached if e == least)
        beliefs[s] = tuple(c / total if e == least else F(0) for e, c in reached)
    return MixedProfile(form, probabilities), labelled(form, beliefs)


def test_limits_of_trembles_are_consistent():
    rng = random.Random(3)
    for _ in range(400 if THOROUGH else 60):
        game = random_tree(rng)
        profile, beliefs = limit(game, rng)
        assert inconsistency(game, profile, beliefs) is None
        # All payoffs are zero, so the profile is rational and its beliefs lie among those that support it: between the
        # extreme ones at each set (where mistakes of several players are tied together this is an outer bound).
        sets = belief_sets(game, profile)
        assert sets.exist
        for s, belief in numbered(game.form, beliefs).items():
            assert any(within(belief, hull) for hull in sets.at(s)), (s, belief, sets.at(s))
        assert inconsistency(game, profile, sets.representative()) is None


def within(belief, hull):
    """Whether a belief is a mixture of others, by a linear program in floats."""
    from scipy.optimize import linprog

    matrix = [[float(corner[k]) for corner in hull] for k in range(len(belief))] + [[1.0] * len(hull)]
    return linprog([0.0] * len(hull), A_eq=matrix, b_eq=[*map(float, belief), 1.0], method="highs").status == 0


def test_other_beliefs_are_not_the_limit_of_any_small_trembles():
    # Beliefs that are called inconsistent are not met by any orders from 1 to 3; beliefs called consistent keep to what
    # the ranking of the mistakes allows.
    rng = random.Random(4)
    refused = 0
    for _ in range(200 if THOROUGH else 40):
        game = random_tree(rng)
        profile, beliefs = limit(game, rng)
        changed = {label: dict(belief) for label, belief in beliefs.items()}
        label = rng.choice([k for k, v in changed.items() if len(v) > 1] or list(changed))
        names = list(changed[label])
        weights = [rng.choice((0, 0, 1, 2)) for _ in names]
        weights[0] += not any(weights)
        changed[label] = {n: F(w, sum(weights)) for n, w in zip(names, weights, strict=True)}
        if inconsistency(game, profile, changed) is not None:
            refused += 1
            assert not supported_by_small_orders(game, profile, changed)
    assert refused > 5


def supported_by_small_orders(game, profile, beliefs):
    """Whether some orders up to 3 give leading histories the beliefs' supports, and one likelihood explains all ratios."""
    form = game.form
    chance = game.chance
    mistakes = [
        a
        for a in range(form.slot_count)
        if (chance[a] if form.player_of_slot[a] == CHANCE else profile.probabilities[a]) == 0
    ]
    believed = numbered(form, beliefs)
    paths = {h: form.path(h) for s in believed for h in form.histories_of[s].tolist()}
    weight = {
        h: np.prod(
            [
                chance[a] if form.player_of_slot[a] == CHANCE else profile.probabilities[a]
                for a in path
                if a not in mistakes
            ],
            dtype=object,
        )
        + F(0)
        for h, path in paths.items()
    }
    personal = [a for a in mistakes if form.player_of_slot[a] != CHANCE]
    if len(personal) > 7:
        return False
    for drawn in product((1, 2, 3), repeat=len(personal)):
        order = dict.fromkeys(mistakes, 1000) | dict(zip(personal, drawn, strict=True))
        rows = []
        for s, belief in believed.items():
            histories = form.histories_of[s].tolist()
            sizes = [sum(order.get(a, 0) for a in paths[h]) for h in histories]
            lead = [k for k, e in enumerate(sizes) if e == min(sizes)]
            if {k for k, x in enumerate(belief) if x} != set(lead):
                break
            for k in lead[1:]:
                exponents = {}
                for a in paths[histories[k]]:
                    exponents[a] = exponents.get(a, 0) + (a in mistakes)
                for a in paths[histories[lead[0]]]:
                    exponents[a] = exponents.get(a, 0) - (a in mistakes)
                ratio = (belief[k] / weight[histories[k]]) / (belief[lead[0]] / weight[histories[lead[0]]])
                rows.append(([exponents.get(a, 0) for a in mistakes], ratio))
        else:
            if logarithms_solve(rows):
                return True
    return False


def logarithms_solve(rows):
    """Whether positive numbers with the given products of powers exist: elimination with ratios multiplied alongside."""
    rows = [(list(map(F, exponents)), ratio) for exponents, ratio in rows]
    while rows:
        exponents, ratio = rows.pop()
        column = next((k for k, e in enumerate(exponents) if e), None)
        if column is None:
            if ratio != 1:
                return False
            continue
        changed = []
        for other, value in rows:
            # Multiply out: other * exponents[column] - exponents * other[column], in whole powers.
            p, q = exponents[column], other[column]
            whole = max(p.denominator, 1) * max(q.denominator, 1)
            a, b = int(p * whole), int(q * whole)
            changed.append(([x * a - y * b for x, y in zip(other, exponents, strict=True)], value**a / ratio**b))
        rows = changed
    return True


# --- what is asked and refused ------------------------------------------------------------------------------------------


def test_the_certificate_measures_the_best_plan_from_each_set():
    # (stay, stop, d) with the belief (go, stop): player 3 forgoes 1. With belief (1/4, 3/4), d is better by 1/2.
    game = two_steps()
    profile = profile_from(game.form, {"1": {"stay": 1}, "2": {"stop": 1}, "3": {"d": 1}})
    sure = {"1": {"start": 1}, "2": {"go": 1}, "3": {"go, stop": 1}}
    assert certify_assessment(game, profile, sure).largest_gain == 1
    unsure = {"1": {"start": 1}, "2": {"go": 1}, "3": {"go, stop": F(1, 4), "go, on": F(3, 4)}}
    assert certify_assessment(game, profile, unsure, consistent=False).largest_gain == 0
    assert certify_assessment(
        game, profile, {**unsure, "3": {"go, stop": F(3, 4), "go, on": F(1, 4)}}, consistent=False
    ).largest_gain == F(1, 2)
    # Player 2 is indifferent (0 either way), so nothing is strict.
    assert not assessment_is_strict(game, profile, unsure)


@pytest.mark.parametrize(
    ("beliefs", "message"),
    [
        ({"1": {"start": 1}, "2": {"go": 1}}, "no belief at '3'"),
        ({"1": {"start": 1}, "2": {"go": 1}, "3": {"go, stop": 0.5, "go, on": 0.5}}, "not exact"),
        ({"1": {"start": 1}, "2": {"go": 1}, "3": {"go, stop": "1/2"}}, "not a distribution"),
        ({"1": {"start": 1}, "2": {"go": 1}, "3": {"go, stip": 1}}, "no history of '3'"),
        ({"1": {"start": 1}, "2": {"go": 1}, "3": {"go, stop": 1}, "4": {}}, "no player decides at '4'"),
    ],
)
def test_beliefs_that_are_none_are_refused(beliefs, message):
    game = two_steps()
    profile = profile_from(game.form, {"1": {"stay": 1}, "2": {"stop": 1}, "3": {"u": 1}})
    with pytest.raises(InputError, match=message):
        certify_assessment(game, profile, beliefs)


def test_irrational_continuations_give_irrational_bounds():
    # Player 1 stays out; after a or b player 2, not knowing which, plays l or r. After (a, l) player 3, indifferent, plays u
    # with √2/2, which pays player 2 one; r always pays 1/2, and l pays nothing after b. With belief m in a, l is best if
    # m √2/2 >= 1/2: m >= √2/2.
    def second(one):
        left = ("3", "P3", {"u": (0, 1, 0), "d": (0, 0, 0)}) if one == "a" else (0, 0, 0)
        return ("2", "P2", {"l": left, "r": (0, F(1, 2), 0)})

    game = tree(["P1", "P2", "P3"], ("1", "P1", {"Out": (1, 0, 0), "a": second("a"), "b": second("b")}))
    root = square_root(F(1, 2))
    probabilities = np.array([F(1), F(0), F(0), F(1), F(0), root, 1 - root], dtype=object)
    sets = belief_sets(game, MixedProfile(game.form, probabilities))
    ((low, high),) = sets.interval("2", "a")
    assert (low, high) == (root, 1)
    representative = sets.representative()
    assert certify_assessment(game, MixedProfile(game.form, probabilities), representative).largest_gain == 0


def test_impossible_moves_of_chance_rank_below_all_mistakes():
    # Chance never plays y. Player 2, who sees only whether player 1 sent a or b, believes in x after either, though after b
    # player 1 would have to have made a mistake in x.
    def first(kind):
        return (f"1{kind}", "P1", {"a": ("2a", "P2", {"l": (1, 0)}), "b": ("2b", "P2", {"l": (0, 0)})})

    game = tree(["P1", "P2"], ("N", None, {"x": (1, first("x")), "y": (0, first("y"))}))
    profile = profile_from(game.form, {"1x": {"a": 1}, "1y": {"b": 1}, "2a": {"l": 1}, "2b": {"l": 1}})
    sets = belief_sets(game, profile)
    names = {s.label: k for k, s in enumerate(game.form.information_sets)}
    assert sets.at(names["2a"]) == (((1, 0),),)
    assert sets.at(names["2b"]) == (((1, 0),),)
