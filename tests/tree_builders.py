"""Trees for the tests: written by hand as nested tuples, or drawn at random with ties, shared stages and hidden moves.

A node is a tuple of payoffs (a leaf), a `Move` (a player, or "chance" as -1, with the label of its information set and a
node for each action), and nothing else. Nodes with the same label make up one information set.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from hedging_games.games.form import TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on

CHANCE = -1


@dataclass
class Move:
    label: str
    player: int
    branches: dict[str, Any]
    odds: dict[str, Any] = field(default_factory=dict)


def game_from(players: list[str], root: Any, **details: Any) -> Game:
    """The game of a nested tree. Information sets are numbered as they are first met, depth first."""
    sets: dict[str, int] = {}
    infos: list[InformationSet] = []
    odds: dict[tuple[str, str], Any] = {}
    parent, last, decided, payoffs = [], [], [], []

    def visit(node: Any, before: int, action: tuple[str, str] | None) -> None:
        here = len(parent)
        parent.append(before)
        last.append(action)
        if not isinstance(node, Move):
            decided.append(TERMINAL)
            payoffs.append(node)
            return
        if node.label not in sets:
            sets[node.label] = len(infos)
            infos.append(InformationSet(node.label, node.player, tuple(node.branches), node.label))
            for name, p in node.odds.items():
                odds[node.label, name] = p
        decided.append(sets[node.label])
        for name, child in node.branches.items():
            visit(child, here, (node.label, name))

    visit(root, -1, None)
    first = np.concatenate([[0], np.cumsum([len(s.actions) for s in infos])]).astype(int)
    slot = {(s.label, a): int(first[k]) + j for k, s in enumerate(infos) for j, a in enumerate(s.actions)}
    form = Form(
        tuple(players),
        tuple(infos),
        np.array(parent),
        np.array([-1 if action is None else slot[action] for action in last]),
        np.array(decided),
    ).check()
    chance = {slot[key]: p for key, p in odds.items()}
    table = [[node[player] for node in payoffs] for player in range(len(players))]
    return game_on(form, table, chance, **details)


def random_tree(
    seed: int,
    players: int = 3,
    depth: int = 3,
    width: int = 3,
    values: int = 3,
    kinds: str = "dddshecp",
    leaf: float = 0.25,
) -> Any:
    """A random nested tree: ``kinds`` are drawn at each inner node.

    d a decision, s two players at once, c chance, h chance unseen by the player who moves next, e a player who ends the
    game or moves on to one who does not see how, p a player who sees only the own action after another's hidden one,
    t three players at once.
    """
    draw = random.Random(seed)
    count = iter(range(10**9))

    def payoff() -> tuple[int, ...]:
        return tuple(draw.randrange(values) for _ in range(players))

    def label(player: int) -> str:
        return f"{'ABCDEFGH'[player] if player >= 0 else 'N'}{next(count)}"

    def node(left: int) -> Any:
        if left == 0 or (left < depth and draw.random() < leaf):
            return payoff()
        kind = draw.choice(kinds)
        i, j = draw.sample(range(players), 2) if players > 1 else (0, 0)
        if players == 1 and kind in "stpe":
            kind = "d"
        names = [f"a{k}" for k in range(draw.randint(2, width))]
        if kind == "d":
            return Move(label(i), i, {name: node(left - 1) for name in names})
        if kind == "c":
            return chance(lambda: node(left - 1))
        if kind == "h":
            unseen = label(i)
            return chance(lambda: Move(unseen, i, {name: node(left - 1) for name in names}))
        if kind == "e":
            unseen, first = label(j), label(i)
            return Move(
                first,
                i,
                {"out": node(0), **{n: Move(unseen, j, {m: node(left - 1) for m in "xy"}) for n in ("l", "r")}},
            )
        if kind == "p":
            return hidden_between(i, j, left)
        movers = [i, j] if kind == "s" or players < 3 else draw.sample(range(players), 3)
        labels = [label(player) for player in movers]
        sizes = [2] * len(movers)
        sizes[0] = 2 if len(movers) == 3 else draw.randint(2, min(width, 3))

        def at_once(k: int) -> Any:
            if k == len(movers):
                return node(left - 1)
            return Move(labels[k], movers[k], {f"m{a}": at_once(k + 1) for a in range(sizes[k])})

        return at_once(0)

    def chance(child: Any) -> Move:
        p = draw.choice([Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction(0)])
        return Move(label(CHANCE), CHANCE, {"n0": child(), "n1": child()}, {"n0": p, "n1": 1 - p})

    def hidden_between(i: int, j: int, left: int) -> Move:
        first, between = label(i), label(j)
        after = {name: label(i) for name in "lr"}

        def later(name: str) -> Move:
            return Move(after[name], i, {m: node(0 if left < 2 else draw.choice([0, left - 2])) for m in "uv"})

        return Move(first, i, {name: Move(between, j, {m: later(name) for m in "xy"}) for name in "lr"})

    return node(depth)


PLAYERS = ["A", "B", "C", "D", "E", "F"]


def random_game(seed: int, players: int = 3, **options: Any) -> Game:
    """A random tree as a game."""
    return game_from(PLAYERS[:players], random_tree(seed, players, **options))


def random_table(seed: int, sizes: tuple[int, ...], values: int = 4) -> list[Any]:
    """Random integer payoffs of a matrix game, one array a player, with ties."""
    draw = random.Random(seed)
    tables = []
    for _ in sizes:
        table = np.empty(sizes, dtype=object)
        for index in product(*map(range, sizes)):
            table[index] = Fraction(draw.randrange(values))
        tables.append(table)
    return tables


def plan_count(game: Game) -> int:
    """How many full (not reduced) pure profiles a game has."""
    count = 1
    for s in game.form.information_sets:
        count *= len(s.actions) if s.player != CHANCE else 1
    return count


# --- the definition, naively: no code shared with the package beyond the arrays of the form ------------------------------


class Naive:
    """Expected payoffs and best replies by walking the tree, for games small enough."""

    def __init__(self, game: Game) -> None:
        form = game.form
        self.game = game
        self.kids: dict[int, list[int]] = {h: [] for h in range(len(form.parent))}
        for history in range(1, len(form.parent)):
            self.kids[int(form.parent[history])].append(history)
        self.pay = {
            int(h): [game.payoffs[k, z] for k in range(len(form.players))] for z, h in enumerate(form.terminals)
        }
        self.set_of = [int(s) for s in form.decided_at]
        self.owner = [s.player for s in form.information_sets]
        self.size = [len(s.actions) for s in form.information_sets]
        self.first = [int(slot) for slot in form.first_slot]

    def below(self, history: int) -> list[int]:
        found = [history]
        for kid in self.kids[history]:
            found += self.below(kid)
        return found

    def roots(self) -> list[int]:
        """Subgame roots by the words of the definition: what is decided below is decided nowhere else."""
        found = []
        for history in self.kids:
            if self.set_of[history] < 0:
                continue
            inside = set(self.below(history))
            sets = {self.set_of[h] for h in inside if self.set_of[h] >= 0 and self.owner[self.set_of[h]] >= 0}
            if all(h in inside for h in self.kids if self.set_of[h] in sets):
                found.append(history)
        return found

    def value(self, history: int, play: Any, player: int) -> Any:
        """What a player expects from a history on: ``play`` maps a set to its list of probabilities."""
        s = self.set_of[history]
        if s < 0:
            return self.pay[history][player]
        mix = play[s] if self.owner[s] >= 0 else [self.game.chance[self.first[s] + k] for k in range(self.size[s])]
        return sum(p * self.value(kid, play, player) for p, kid in zip(mix, self.kids[history], strict=True) if p != 0)

    def best(self, root: int, play: dict[int, list[Any]], player: int) -> Any:
        """The most a player can get in a subgame by any choice of actions at all own sets in it."""
        own = sorted(
            {self.set_of[h] for h in self.below(root) if self.set_of[h] >= 0 and self.owner[self.set_of[h]] == player}
        )
        top = None
        for choice in product(*(range(self.size[s]) for s in own)):
            changed = dict(play)
            for s, action in zip(own, choice, strict=True):
                changed[s] = [Fraction(int(k == action)) for k in range(self.size[s])]
            worth = self.value(root, changed, player)
            top = worth if top is None or worth > top else top
        return top

    def is_equilibrium(self, play: dict[int, list[Any]], roots: list[int]) -> bool:
        players = range(len(self.game.players))
        return all(self.value(r, play, i) >= self.best(r, play, i) for r in roots for i in players)

    def pure_plays(self) -> Any:
        sets = [s for s, who in enumerate(self.owner) if who >= 0]
        for choice in product(*(range(self.size[s]) for s in sets)):
            yield {s: [Fraction(int(k == a)) for k in range(self.size[s])] for s, a in zip(sets, choice, strict=True)}

    def play_of(self, profile: Any) -> dict[int, list[Any]]:
        return {
            s: [profile.probabilities[self.first[s] + k] for k in range(self.size[s])]
            for s, who in enumerate(self.owner)
            if who >= 0
        }

    def reached(self, play: dict[int, list[Any]]) -> dict[int, Any]:
        """Terminal histories and their positive probabilities."""
        found: dict[int, Any] = {}

        def walk(history: int, p: Any) -> None:
            s = self.set_of[history]
            if s < 0:
                found[history] = p
                return
            mix = play[s] if self.owner[s] >= 0 else [self.game.chance[self.first[s] + k] for k in range(self.size[s])]
            for q, kid in zip(mix, self.kids[history], strict=True):
                if q != 0:
                    walk(kid, p * q)

        walk(0, Fraction(1))
        return found
