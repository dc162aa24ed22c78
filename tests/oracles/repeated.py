"""Random repeated games, and oracles for what punishments sustain in them that share no code with the package.

A game is a table: a pair of actions to a pair of payoffs. An automaton is a list of states, each with the pair that is to be played and the
next state after every pair. What play is worth is found by following it until a state comes up again; one-shot deviations are followed
likewise, everywhere.
"""

from __future__ import annotations

import random
from fractions import Fraction as F
from itertools import product

import numpy as np

import hedging_games as hg
from hedging_games.games.markov import MarkovGame


def drawn_for_three(seed):
    rng = random.Random(seed)
    table = {triple: tuple(F(rng.randint(-2, 2)) for _ in range(3)) for triple in product(range(2), repeat=3)}
    return (2, 2, 2), table, rng.choice([F(1, 2), F(2, 3), F(9, 10)])


def drawn(seed):
    rng = random.Random(seed)
    sizes = rng.choice([(2, 2), (2, 3), (3, 3)])
    spread = rng.choice([1, 2, 4])
    table = {pair: tuple(F(rng.randint(-spread, spread)) for _ in range(2)) for pair in product(*map(range, sizes))}
    return sizes, table, rng.choice([F(0), F(1, 4), F(1, 2), F(2, 3), F(3, 4), F(9, 10)])


def repeated_game(sizes, table, discount):
    """The same game for the package."""
    payoffs = [np.empty(sizes, dtype=object) for _ in sizes]
    for choices, pays in table.items():
        for array, pay in zip(payoffs, pays, strict=True):
            array[choices] = pay
    stage = hg.matrix_game(*payoffs)
    moves = np.full((len(stage.form.terminals), 1), F(1), dtype=object)
    return MarkovGame(stage.players, ("every period",), (stage,), (moves,), (discount,) * len(sizes))


# --- automata ------------------------------------------------------------------------------------------------------------


def stream(start, step):
    """What is paid along a path of states until one comes up again: the payoffs, and where the circle begins."""
    seen, paid, state = {}, [], start
    while state not in seen:
        seen[state] = len(paid)
        pay, state = step(state)
        paid.append(pay)
    return paid, seen[state]


def worth(paid, back, d):
    """The sum of payoffs, discounted, the last ones coming again and again."""
    before = sum((d**t * pay for t, pay in enumerate(paid[:back])), F(0))
    circle = sum((d**t * pay for t, pay in enumerate(paid[back:])), F(0))
    return before + d**back * circle / (1 - d ** (len(paid) - back))


def average_worth(table, automaton, k, d):
    """What an automaton pays a player on average."""

    def follow(state):
        pair, following = automaton[state]
        return table[pair][k], following[pair]

    return (1 - d) * worth(*stream(0, follow), d)


def who_left(pair, other):
    """The players who do something else."""
    return [k for k, (a, b) in enumerate(zip(pair, other, strict=True)) if a != b]


def is_perfect(table, automaton, d):
    """Whether nobody gains by one deviation in any state of an automaton (a list of pairs: what is played, the next state by pair)."""
    for k in range(len(next(iter(table)))):

        def follow(state, k=k):
            pair, following = automaton[state]
            return table[pair][k], following[pair]

        value = [worth(*stream(state, follow), d) for state in range(len(automaton))]
        for state, (pair, following) in enumerate(automaton):
            for other in table:
                if who_left(pair, other) == [k] and table[other][k] + d * value[following[other]] > value[state]:
                    return False
    return True


def code(table, path, punishments):
    """The automaton of a path with a punishment for each player: what is played, and whether for ever or once."""
    automaton = []
    for state, (pair, lasts) in enumerate([(path, True), *punishments]):
        following = {}
        for other in table:
            left = who_left(pair, other)
            then = state if lasts else 0
            following[other] = left[0] + 1 if len(left) == 1 and (state == 0 or not lasts) else then
        automaton.append((pair, following))
    return automaton


def nash(table):
    return [
        pair
        for pair in table
        if all(
            table[other][k] <= table[pair][k]
            for other in table
            if len(who_left(pair, other)) == 1
            for k in who_left(pair, other)
        )
    ]


def by_grim(table, path, d):
    lasting = [(pair, True) for pair in nash(table)]
    return any(is_perfect(table, code(table, path, both), d) for both in product(lasting, repeat=len(path)))


def by_sticks(table, path, d):
    """By an equilibrium for ever, or something once and then the path."""
    options = [*((pair, True) for pair in nash(table)), *((pair, False) for pair in table if pair != path)]
    return any(is_perfect(table, code(table, path, both), d) for both in product(options, repeat=len(path)))


def by_long_sticks(table, path, d, periods, rng, tries):
    """The same with several bad periods, and something else after them: some codes, drawn at random."""
    for _ in range(tries):
        routes = [(rng.choices(list(table), k=periods), rng.choice(list(table))) for _ in range(2)]
        automaton = []
        starts = [1 + k * (periods + 1) for k in range(2)]
        plan = [(path, 0)]
        for k, (sticks, carrot) in enumerate(routes):
            plan += [(stick, starts[k] + t + 1) for t, stick in enumerate(sticks)]
            plan.append((carrot, starts[k] + periods))
        for pair, then in plan:
            following = {}
            for other in table:
                left = [k for k in range(2) if other[k] != pair[k]]
                following[other] = starts[left[0]] if len(left) == 1 else then
            automaton.append((pair, following))
        if is_perfect(table, automaton, d):
            return True
    return False


def is_held(table, path, d):
    """Whether nobody does better by one deviation and then the least that it can be held to."""
    for k in range(len(path)):
        rest = {(*pair[:k], *pair[k + 1 :]) for pair in table}
        least = min(
            max(pays[k] for pair, pays in table.items() if (*pair[:k], *pair[k + 1 :]) == others) for others in rest
        )
        best = max(pays[k] for pair, pays in table.items() if who_left(path, pair) in ([], [k]))
        if table[path][k] < (1 - d) * best + d * least:
            return False
    return True


def copies(table, size, action, d):
    """Whether two players who begin with an action and then copy each other are best replies: every rule that looks at what the
    other does next is tried.
    """
    for k in range(2):
        for rule in product(range(size), repeat=size):

            def step(copied, rule=rule, k=k):
                own = rule[copied]
                return table[(own, copied) if k == 0 else (copied, own)][k], own

            if worth(*stream(action, step), d) > table[action, action][k] / (1 - d):
                return False
    return True
