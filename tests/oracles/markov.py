"""Random games over time, and an oracle for their pure stationary equilibria that shares no code with the package.

A period is a nested tree of its own: a `Leaf` with payoffs and with the odds of the next states (what is missing to one ends play), a
`Decide`, an `AtOnce` or a `Chance`. The oracle goes through *all* pure stationary profiles, an action at every node of every state,
solves the values by Cramer's rule in fractions, and looks at every single departure at every node (the one-shot deviation principle).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from hedging_games.games.markov import MarkovGame
from tree_builders import CHANCE, Move, game_from


@dataclass(eq=False)
class Leaf:
    payoffs: tuple
    odds: dict


@dataclass(eq=False)
class Decide:
    player: int
    after: list


@dataclass(eq=False)
class AtOnce:
    players: tuple
    sizes: tuple
    after: dict


@dataclass(eq=False)
class Chance:
    odds: list
    after: list


def below(node):
    match node:
        case Decide(after=after) | Chance(after=after):
            return after
        case AtOnce(after=after):
            return list(after.values())
    return []


def nodes(node):
    yield node
    for child in below(node):
        yield from nodes(child)


def choices(node):
    match node:
        case Decide(after=after):
            return [(k,) for k in range(len(after))]
        case AtOnce(sizes=sizes):
            return list(product(*map(range, sizes)))
    return [()]


# --- the oracle ----------------------------------------------------------------------------------------------------------


def determinant(rows):
    if not rows:
        return Fraction(1)
    return sum(
        (-1) ** k * entry * determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]])
        for k, entry in enumerate(rows[0])
        if entry != 0
    )


def reached(node, chosen):
    """Leaves on the path from a node, with their odds."""
    match node:
        case Leaf():
            return [(node, Fraction(1))]
        case Chance(odds, after):
            return [
                (leaf, p * q) for p, child in zip(odds, after, strict=True) for leaf, q in reached(child, chosen) if p
            ]
    return reached(chosen_child(node, chosen[node]), chosen)


def chosen_child(node, action):
    return node.after[action[0]] if isinstance(node, Decide) else node.after[action]


def values_of(roots, chosen, discounts):
    count = len(roots)
    paths = [reached(root, chosen) for root in roots]
    moves = [[sum((p * leaf.odds.get(t, 0) for leaf, p in path), Fraction(0)) for t in range(count)] for path in paths]
    found = []
    for player, d in enumerate(discounts):
        paid = [sum((p * leaf.payoffs[player] for leaf, p in path), Fraction(0)) for path in paths]
        matrix = [[(s == t) - d * moves[s][t] for t in range(count)] for s in range(count)]
        whole = determinant(matrix)
        found.append(
            [
                determinant([[*row[:s], paid[k], *row[s + 1 :]] for k, row in enumerate(matrix)]) / whole
                for s in range(count)
            ]
        )
    return found


def worth(node, player, chosen, values, discounts):
    return sum(
        p * (leaf.payoffs[player] + discounts[player] * sum(q * values[player][t] for t, q in leaf.odds.items()))
        for leaf, p in reached(node, chosen)
    )


def departures(node, action):
    """The player who departs, and the action or actions then."""
    if isinstance(node, Decide):
        yield from ((node.player, (k,)) for k in range(len(node.after)) if (k,) != action)
    if isinstance(node, AtOnce):
        for k, player in enumerate(node.players):
            yield from ((player, (*action[:k], a, *action[k + 1 :])) for a in range(node.sizes[k]) if a != action[k])


def equilibrium_paths(roots, discounts):
    """By state the leaves on the path with their odds: those of all pure stationary equilibria."""
    deciding = [node for root in roots for node in nodes(root) if isinstance(node, Decide | AtOnce)]
    number = {leaf: k for root in roots for k, leaf in enumerate(n for n in nodes(root) if isinstance(n, Leaf))}
    found = set()
    for actions in product(*map(choices, deciding)):
        chosen = dict(zip(deciding, actions, strict=True))
        values = values_of(roots, chosen, discounts)
        if all(
            worth(chosen_child(node, other), player, chosen, values, discounts)
            <= worth(node, player, chosen, values, discounts)
            for node in deciding
            for player, other in departures(node, chosen[node])
        ):
            found.add(tuple(tuple((number[leaf], p) for leaf, p in reached(root, chosen)) for root in roots))
    return found


def profile_count(roots):
    count = 1
    for root in roots:
        for node in nodes(root):
            count *= len(choices(node))
    return count


# --- drawing -------------------------------------------------------------------------------------------------------------


def drawn(seed, most=600):
    """A random game: the roots of its states, its discounts, the number of its players."""
    rng = random.Random(seed)
    spread = rng.choice([1, 2])  # payoffs from -1 to 1 tie more often
    while True:
        players, states = rng.randint(1, 3), rng.randint(1, 4)
        roots = [tree(rng, players, states, rng.randint(0, 2), spread) for _ in range(states)]
        if 1 < profile_count(roots) <= most:
            return roots, [
                rng.choice([Fraction(1, 2), Fraction(2, 3), Fraction(9, 10), Fraction(0)]) for _ in range(players)
            ]


def tree(rng, players, states, depth, spread):
    kind = rng.choice(["leaf", "decide", "decide", "at once", "chance"]) if depth else "leaf"
    if kind == "decide":
        return Decide(
            rng.randrange(players), [tree(rng, players, states, depth - 1, spread) for _ in range(rng.randint(2, 3))]
        )
    if kind == "at once" and players > 1:
        movers = tuple(rng.sample(range(players), 2))
        return AtOnce(
            movers, (2, 2), {a: tree(rng, players, states, depth - 1, spread) for a in product(range(2), repeat=2)}
        )
    if kind == "chance":
        p = rng.choice([Fraction(1, 2), Fraction(1, 3)])
        return Chance([p, 1 - p], [tree(rng, players, states, depth - 1, spread) for _ in range(2)])
    payoffs = tuple(Fraction(rng.randint(-spread, spread)) for _ in range(players))
    return Leaf(payoffs, going(rng, states))


def going(rng, states):
    kind = rng.random()
    if kind < 0.2:
        return {}
    if kind < 0.7 or states == 1:
        return {rng.randrange(states): Fraction(1)}
    first, second = rng.sample(range(states), 2)
    return {first: Fraction(1, 4), second: rng.choice([Fraction(3, 4), Fraction(1, 2)])}


# --- the same game for the package ------------------------------------------------------------------------------------------


def markov_game(roots, discounts, start=0):
    names = [f"P{k}" for k in range(len(discounts))]
    stages = [game_from(names, packed(root)) for root in roots]
    moves = []
    for root in roots:
        leaves = [node for node in nodes(root) if isinstance(node, Leaf)]
        table = np.full((len(leaves), len(roots)), Fraction(0), dtype=object)
        for z, leaf in enumerate(leaves):
            for t, p in leaf.odds.items():
                table[z, t] = p
        moves.append(table)
    states = tuple(f"s{k}" for k in range(len(roots)))
    return MarkovGame(tuple(names), states, tuple(stages), tuple(moves), tuple(discounts), start)


def packed(node):
    """The tree as `tree_builders` has it."""
    labels = {}

    def label(key):
        return labels.setdefault(key, f"I{len(labels)}")

    def visit(node):
        match node:
            case Leaf(payoffs=payoffs):
                return payoffs
            case Decide(player, after):
                return Move(label(node), player, {f"a{k}": visit(child) for k, child in enumerate(after)})
            case Chance(odds, after):
                here = {f"a{k}": visit(child) for k, child in enumerate(after)}
                return Move(label(node), CHANCE, here, dict(zip(here, odds, strict=True)))
        first, second = (label((node, k)) for k in range(2))
        return Move(
            first,
            node.players[0],
            {
                f"a{a}": Move(second, node.players[1], {f"b{b}": visit(node.after[a, b]) for b in range(node.sizes[1])})
                for a in range(node.sizes[0])
            },
        )

    return visit(node)
