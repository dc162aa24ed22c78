"""Pure stationary equilibria against a full enumeration of profiles; finite horizons against the tree written out."""

import os
import random
from dataclasses import replace
from fractions import Fraction as F
from itertools import product

import pytest

import hedging_games as hg
from hedging_games.algebra.checking import no_check
from hedging_games.solvers.markov.stationary import pure_stationary
from oracles.markov import AtOnce, Chance, Decide, Leaf, drawn, equilibrium_paths, markov_game, profile_count

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 300 if THOROUGH else 60


@pytest.mark.parametrize("seed", range(GAMES))
def test_none_is_wrong_and_none_is_missing(seed):
    roots, discounts = drawn(seed)
    game = markov_game(roots, discounts)
    found = [tuple(partial.paths[s] for s in range(len(roots))) for partial in pure_stationary(game, no_check)]
    assert len(found) == len(set(found))
    assert set(found) == equilibrium_paths(roots, discounts)
    solved = hg.solve(game, "pure-markov-perfect")
    assert len(solved) == len(found)
    assert all(e.certificate.largest_gain == 0 for e in solved)


def by_periods(roots, horizon):
    """The roots of a game's states in every period, written out: the first state of the first period comes first."""
    count = len(roots)

    def copied(node, period):
        match node:
            case Leaf(payoffs, odds):
                later = {(period + 1) * count + t: p for t, p in odds.items()} if period + 1 < horizon else {}
                return Leaf(payoffs, later)
            case Decide(player, after):
                return Decide(player, [copied(child, period) for child in after])
            case Chance(odds, after):
                return Chance(odds, [copied(child, period) for child in after])
        return AtOnce(node.players, node.sizes, {a: copied(child, period) for a, child in node.after.items()})

    return [copied(root, period) for period in range(horizon) for root in roots]


# Period by period every profile is enumerated, in every state whether it comes up or not; of the paths those are compared in the states that do.
@pytest.mark.parametrize("seed", range(40 if THOROUGH else 10))
def test_a_horizon_is_backward_induction_with_every_tie(seed):
    roots, discounts = drawn(seed, most=24)
    horizon = 2 if profile_count(roots) > 8 else 3
    written = by_periods(roots, horizon)
    game = replace(markov_game(roots, discounts), horizon=horizon)
    unfolded = game.unfolded()
    places = [
        (int(period) - 1) * len(roots) + game.states.index(state)
        for state, period in (name.split(", period ") for name in unfolded.states)
    ]
    expected = {tuple(paths[k] for k in places) for paths in equilibrium_paths(written, discounts)}
    found = [tuple(p.paths[s] for s in range(len(places))) for p in pure_stationary(unfolded, no_check)]
    assert set(found) == expected
    assert len(found) == len(expected)
    assert len(hg.solve(game, "pure-markov-perfect")) == len(found)


def tree_like(seed):
    """A random game in which no state comes up by two histories, without ties: payoffs are drawn from many numbers."""
    rng = random.Random(seed)
    players = rng.randint(2, 3)
    waiting, roots = [0], {}
    count = 1

    def node(depth):
        nonlocal count
        if depth and rng.random() < 0.7:
            if rng.random() < 0.5:
                return Decide(rng.randrange(players), [node(depth - 1) for _ in range(2)])
            movers = tuple(rng.sample(range(players), 2))
            return AtOnce(movers, (2, 2), {a: node(0) for a in product(range(2), repeat=2)})
        odds = {}
        if count < 4 and rng.random() < 0.5:
            odds = {count: F(1)} if rng.random() < 0.6 else {count: F(1, 3)}
            waiting.append(count)
            count += 1
        return Leaf(tuple(F(rng.randint(-1000, 1000), 7) for _ in range(players)), odds)

    while waiting:
        roots[waiting.pop(0)] = node(2)
    return [roots[k] for k in range(count)], [F(9, 10)] * players


# Two methods that share no code: unknowns removed support by support, and backward induction through the tree.
@pytest.mark.parametrize("seed", range(60 if THOROUGH else 20))
def test_supports_find_what_the_tree_has(seed):
    game = markov_game(*tree_like(seed))
    by_tree, by_supports = (hg.solve(game, method=name) for name in ("backward-induction", "supports"))

    def listed(found):
        return sorted(str([profile.key() for profile in e.profiles]) for e in found)

    assert by_tree.complete == "all"
    assert by_supports.complete == "all"
    assert listed(by_tree) == listed(by_supports)


# Stay is worth (1 - y)*prize - y*(cost - d*V) against Quit, 0, where y is the chance that the rival stays: y = prize/(prize + cost), V = 0. (The
# other pure ones: one stays, the other quits.)
@pytest.mark.parametrize(("one", "two", "cost"), [(4, 3, 1), (F(1, 2), 9, 2), (7, 7, F(1, 3))])
def test_war_of_attrition_in_stationary_strategies(one, two, cost):
    model = hg.load("war-of-attrition")
    found = hg.solve(model.at(prize_ally=one, prize_partner=two, cost=cost))
    assert found.complete == "all"
    stays = {tuple(profile["Stay"] for profile in e.profiles[0].as_dict().values()) for e in found}
    assert stays == {(1, 0), (0, 1), (two / (two + F(cost)), one / (one + F(cost)))}
    assert {tuple(e.payoffs.values()) for e in found} == {(one, 0), (0, two), (0, 0)}


# Rubinstein (1982): who proposes offers d/(1 + d), an outside option below that changes nothing (Binmore, Shaked and Sutton 1989). On a grid
# of tenths, far below 1 - d = 1/2, whatever is accepted at once lies within two steps of it.
def test_alternating_offers_on_a_fine_grid():
    model = hg.load("examples/further/models/rubinstein.yaml")
    found = hg.solve(model.at(discount="1/2", levels=11), "pure-markov-perfect")
    assert found.complete == "all"
    assert len(found) > 0
    assert all(abs(e.payoffs["SmallState"] - F(1, 3)) <= F(1, 5) for e in found)
    # An option beyond d/(1 + d) is what is offered, or a step more, if that tie is settled by leaving.
    better = hg.solve(model.at(discount="1/2", outside="2/5", levels=6), "pure-markov-perfect")
    assert {e.payoffs["SmallState"] for e in better} == {F(2, 5), F(3, 5)}


def test_a_long_horizon_is_near_the_stationary_answer():
    model = hg.load("forced-choice")
    for_ever = hg.solve(model.at())[0].payoffs["SmallState"]
    game = replace(model.at(), horizon=60)
    (found,) = hg.solve(game, "pure-markov-perfect")
    # What is missing are periods from the 61st on, each worth at most 12 in size.
    assert 0 < abs(found.payoffs["SmallState"] - for_ever) <= F(9, 10) ** 60 * 12 * 10


def test_methods_and_concepts_that_do_not_fit_are_refused():
    game = hg.load("forced-choice-strategic").at()
    for concept, method, said in (
        ("nash", None, "it is played over time"),
        (None, "backward-induction", "some state comes up twice"),
        (None, "lemke-howson", "no method for markov-perfect is called 'lemke-howson'"),
        ("pure-markov-perfect", "supports", "no method for pure-markov-perfect is called 'supports'"),
    ):
        with pytest.raises(hg.ConceptError, match=said):
            hg.solve(game, concept, method)
    for concept in ("markov-perfect", "pure-markov-perfect"):
        with pytest.raises(hg.ConceptError, match="it is for games over time"):
            hg.solve(hg.load("engagement-card").at(), concept)
