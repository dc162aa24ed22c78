"""The judge of the model tests: a brute force over pure plans that shares no code with the package.

Each test writes its model down a second time, as a plain tree with the payoffs of its source, formula by formula:

- an outcome is a mapping from players to payoffs;
- a decision is a triple (player, label of the information set, mapping from actions to what follows);
- a chance move is a triple ("chance", name, mapping from actions to pairs of a probability and what follows).

`Judge` lays all pure plans out in one table, an axis for each information set, and applies the definitions word by
word: a profile is a Nash equilibrium if no player has a better plan, the others' given; it is subgame perfect if it is
one in every subgame.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from fractions import Fraction
from math import lcm

import numpy as np
import pytest


class Judge:
    """All pure plans of a tree, and what they lead to."""

    def __init__(self, players, tree):
        self.players = tuple(players)
        self.tree = tree
        self.owner = {}
        self.actions = {}
        self.own_past = {}
        self.histories = {}
        self._tables = {}
        self._look_around(tree, {}, ())
        self.labels = tuple(self.owner)
        self.axis = {label: k for k, label in enumerate(self.labels)}

    def _look_around(self, node, past, history):
        if isinstance(node, dict):
            return
        mover, label, branches = node
        if mover == "chance":
            for action, (_, after) in branches.items():
                self._look_around(after, past, (*history, action))
            return
        self.owner[label] = mover
        self.actions[label] = tuple(branches)
        self.own_past[label] = past.get(mover, ())
        self.histories.setdefault(label, set()).add(history)
        for action, after in branches.items():
            self._look_around(after, {**past, mover: (*past.get(mover, ()), (label, action))}, (*history, action))

    def _labels_in(self, node):
        if isinstance(node, dict):
            return []
        mover, label, branches = node
        after = [b[1] for b in branches.values()] if mover == "chance" else list(branches.values())
        return ([] if mover == "chance" else [label]) + [found for a in after for found in self._labels_in(a)]

    def _subgames(self, node):
        """The nodes after which no information set reaches outside."""
        if isinstance(node, dict):
            return
        everywhere = self._labels_in(self.tree)
        here = self._labels_in(node)
        if all(everywhere.count(label) == here.count(label) for label in set(here)):
            yield node
        mover, _, branches = node
        for after in branches.values():
            yield from self._subgames(after[1] if mover == "chance" else after)

    def table(self, node, player):
        """The player's expected payoff from ``node`` for all pure plans: an axis for each information set."""
        key = (id(node), player)
        if key not in self._tables:
            self._tables[key] = self._new_table(node, player)
        return self._tables[key]

    def _new_table(self, node, player):
        if isinstance(node, dict):
            return np.array(Fraction(node[player]), dtype=object).reshape((1,) * len(self.labels))
        mover, label, branches = node
        if mover == "chance":
            return sum(probability * self.table(after, player) for probability, after in branches.values())
        parts = np.broadcast_arrays(*(self.table(after, player) for after in branches.values()))
        return np.concatenate(parts, axis=self.axis[label])

    def _nash_in(self, node):
        """For all pure plans whether nobody has a better plan in the game that starts at ``node``."""
        unbeaten = np.array(True).reshape((1,) * len(self.labels))
        for player in self.players:
            own = tuple(self.axis[label] for label in self.labels if self.owner[label] == player)
            # Whole numbers compare as the fractions do, and much faster.
            fractions = self.table(node, player)
            scale = lcm(*(value.denominator for value in fractions.flat))
            worth = np.frompyfunc(lambda value: value.numerator * (scale // value.denominator), 1, 1)(fractions)  # noqa: B023
            unbeaten = unbeaten & (worth == worth.max(axis=own, keepdims=True)).astype(bool)
        return unbeaten

    def _listed(self, chosen):
        full = np.broadcast_to(chosen, [len(self.actions[label]) for label in self.labels])
        return {
            tuple(self.actions[label][k] for label, k in zip(self.labels, index, strict=True))
            for index in zip(*np.nonzero(full), strict=True)
        }

    def subgame_perfect(self):
        """All pure subgame-perfect equilibria, each a tuple of actions in the order of ``labels``."""
        perfect = np.array(True).reshape((1,) * len(self.labels))
        for node in self._subgames(self.tree):
            perfect = perfect & self._nash_in(node)
        return self._listed(perfect)

    def nash(self):
        """All pure Nash equilibria, in the same form; what a plan itself rules out is filled by first actions."""
        return {self.reduced(plan) for plan in self._listed(self._nash_in(self.tree))}

    def reduced(self, plan):
        """The plan with the first action wherever the player's own earlier choice rules an information set out."""
        chosen = dict(zip(self.labels, plan, strict=True))
        return tuple(
            chosen[label]
            if all(chosen[before] == action for before, action in self.own_past[label])
            else self.actions[label][0]
            for label in self.labels
        )

    def played(self, plan):
        """What a plan leads to: the histories, as tuples of actions, that it reaches."""
        chosen = dict(zip(self.labels, plan, strict=True))

        def walk(node, history):
            if isinstance(node, dict):
                yield history
                return
            mover, label, branches = node
            for action, after in branches.items():
                if mover == "chance":
                    yield from walk(after[1], (*history, action)) if after[0] else ()
                elif action == chosen[label]:
                    yield from walk(after, (*history, action))

        return frozenset(walk(self.tree, ()))

    def payoffs(self, profile):
        """Expected payoffs of a profile, a mapping from labels to mappings from actions to probabilities."""
        worth = {}
        for player in self.players:
            table = self.table(self.tree, player)
            for label in sorted(self.labels, key=lambda label: 1 not in profile[label].values()):
                table = self._averaged(table, label, profile)
            worth[player] = table.item()
        return worth

    def largest_gain(self, profile, *, everywhere=False):
        """What the best pure plan of any player adds to a profile (``everywhere``: in any subgame)."""
        largest = Fraction(0)
        pure_first = sorted(self.labels, key=lambda label: 1 not in profile[label].values())
        for node in self._subgames(self.tree) if everywhere else [self.tree]:
            for player in self.players:
                table = self.table(node, player)
                mine = [label for label in pure_first if self.owner[label] == player]
                theirs = [label for label in pure_first if self.owner[label] != player]
                for label in theirs:
                    table = self._averaged(table, label, profile)
                best = table.max()
                for label in mine:
                    table = self._averaged(table, label, profile)
                largest = max(largest, best - table.item())
        return largest

    def _averaged(self, table, label, profile):
        """The table with one axis averaged out."""
        axis = self.axis[label]
        if table.shape[axis] == 1:
            return table
        weights = [profile[label][action] for action in self.actions[label]]
        if 1 in weights:
            return table.take([weights.index(1)], axis=axis)
        shape = [1] * len(self.labels)
        shape[axis] = len(weights)
        return (table * np.array(weights, dtype=object).reshape(shape)).sum(axis=axis, keepdims=True)

    def outcomes(self):
        """Every outcome: the actions that lead there and its payoffs."""

        def walk(node, path):
            if isinstance(node, dict):
                yield path, {player: Fraction(node[player]) for player in self.players}
                return
            mover, _, branches = node
            for action, after in branches.items():
                yield from walk(after[1] if mover == "chance" else after, (*path, action))

        return dict(walk(self.tree, ()))

    def names_in(self, game):
        """From the labels of this tree to the labels of a game's information sets, matched by the histories in them.

        Fails unless the players know the same in both.
        """
        form = game.form
        known = {}
        for s, information_set in enumerate(form.information_sets):
            if information_set.player >= 0:
                histories = [
                    tuple(form.action_of_slot[slot] for slot in form.path(int(h))) for h in form.histories_of[s]
                ]
                key = (form.players[information_set.player], information_set.actions, frozenset(histories))
                known[key] = information_set.label
        mine = {(self.owner[x], self.actions[x], frozenset(self.histories[x])): x for x in self.labels}
        assert mine.keys() == known.keys()
        return {label: known[key] for key, label in mine.items()}

    def pure_among(self, found):
        """The pure ones among some equilibria, each as a tuple of actions in the order of ``labels``."""
        names = self.names_in(found.game)
        listed = [
            tuple(next(a for a, p in e.profile.at(names[label]).items() if p == 1) for label in self.labels)
            for e in found
            if e.profile.is_pure
        ]
        assert len(set(listed)) == len(listed), "an equilibrium is listed twice"
        return set(listed)


def outcomes(game):
    """Every outcome of a game: the actions that lead there and its payoffs."""
    form = game.form
    return {
        tuple(form.action_of_slot[slot] for slot in form.path(int(history))): dict(
            zip(game.players, game.payoffs[:, z], strict=True)
        )
        for z, history in enumerate(form.terminals)
    }


def random_points(ranges, seed, count, allowed=lambda _: True, fixed=()):
    """Random rational points within ranges: of every five four with denominators up to 24, one on a coarse grid, where
    payoffs tie. Parameters in ``fixed`` are left out (they stay at their baselines)."""
    draw = random.Random(seed)
    points = []
    while len(points) < count:
        steps = 4 if len(points) % 5 == 4 else 24 * draw.randint(1, 4)
        point = {
            name: low + (high - low) * Fraction(draw.randint(0, steps), steps)
            for name, (low, high) in ranges.items()
            if name not in fixed
        }
        if allowed(point):
            points.append(point)
    return points


@pytest.fixture(scope="session")
def judge():
    """The class `Judge`."""
    return Judge


@pytest.fixture(scope="session")
def thorough():
    """Whether the full counts are asked for (the environment variable HG_THOROUGH)."""
    return os.environ.get("HG_THOROUGH") == "1"


@pytest.fixture(scope="session", name="random_points")
def random_points_():
    """The function `random_points`."""
    return random_points


@pytest.fixture(scope="session")
def declares():
    """Checks a file's players, parameters and event, and that every parameter says what it means and where it comes from."""

    def check(model, *, players, baseline, ranges, hedge, open_above=()):
        assert tuple(model.players) == players
        assert all(player.role for player in model.players.values())
        assert {name: p.baseline for name, p in model.parameters.items()} == baseline
        assert {name: (p.range.low, p.range.high) for name, p in model.parameters.items()} == ranges
        assert [name for name, p in model.parameters.items() if p.range.high_open] == list(open_above)
        assert not any(p.range.low_open for p in model.parameters.values())
        assert all(p.meaning and p.unit and p.source for p in model.parameters.values())
        assert str(model.hedge) == hedge
        assert "illustrative" in model.source
        assert all(case.note for case in model.cases.values())
        assert model.claims

    return check


@pytest.fixture(scope="session")
def same_payoffs():
    """Checks every outcome's payoffs against the formulas of a test, at the baseline and at two random points."""

    def check(model, tree_of, ranges, allowed=lambda _: True, fixed=None):
        fixed = dict(fixed or {})
        for point in [{}, *random_points(ranges, 20, 2, allowed, tuple(fixed))]:
            full = {name: parameter.baseline for name, parameter in model.parameters.items()} | fixed | point
            game = model.at(**full)
            assert outcomes(game) == Judge(game.players, tree_of(full)).outcomes()

    return check


@pytest.fixture(scope="session")
def agrees():
    """Checks that what the package finds at random points is what the brute force finds.

    Pure equilibria have to be the same, none more and none missing. Mixed ones (extreme points, equilibria of
    simultaneous stages) have to withstand every pure plan, and are counted only where a test derives them.
    """

    def check(model, tree_of, ranges, seed, *, concepts, count=200, allowed=lambda _: True, fixed=None):
        import hedging_games as hg

        fixed = dict(fixed or {})
        for drawn in random_points(ranges, seed, count, allowed, tuple(fixed)):
            point = drawn | fixed
            game = model.at(**point)
            judge = Judge(game.players, tree_of(point))
            assert outcomes(game) == judge.outcomes(), point
            for concept in concepts:
                found = hg.solve(game, concept=concept)
                perfect = concept == "subgame-perfect"
                listed = judge.pure_among(found)
                expected = judge.subgame_perfect() if perfect else judge.nash()
                if found.grouped == "path":
                    assert listed <= expected, (concept, point)
                    assert {judge.played(p) for p in listed} == {judge.played(p) for p in expected}, (concept, point)
                else:
                    assert listed == expected, (concept, point)
                names = judge.names_in(game)
                for e in found:
                    assert e.certificate.exact
                    assert e.certificate.largest_gain == 0
                    if not e.profile.is_pure:
                        profile = {label: e.profile.at(names[label]) for label in judge.labels}
                        assert judge.largest_gain(profile, everywhere=perfect) == 0, (concept, point)
                        assert dict(e.payoffs) == judge.payoffs(profile)

    return check


@pytest.fixture(scope="session")
def induced():
    """Lists the paths of all pure subgame-perfect equilibria of a tree of perfect information, with what they are worth: an
    action with some equilibrium to follow it can be best if every other action has an equilibrium that is worth no more.
    """

    def paths(players, node, path=()):
        if isinstance(node, dict):
            return {(path, tuple(Fraction(node[player]) for player in players))}
        mover, _, branches = node
        k = players.index(mover)
        found = [paths(players, after, (*path, action)) for action, after in branches.items()]
        at_least = max(min(worth[k] for _, worth in ways) for ways in found)
        return {(way, worth) for ways in found for way, worth in ways if worth[k] >= at_least}

    return paths


@pytest.fixture(scope="session")
def shown():
    """Turns an answer into a set of readable lines: who does what, then the payoffs and the hedging probability."""

    def lines(found):
        listed = [
            (
                "; ".join(
                    "+".join(f"{p} {a}" if p != 1 else a for a, p in mixture.items() if p != 0)
                    for mixture in e.profile.as_dict().values()
                ),
                ", ".join(str(value) for value in e.payoffs.values()),
                str(e.hedge),
            )
            for e in found
        ]
        assert len(set(listed)) == len(listed), "an equilibrium is listed twice"
        assert all(e.certificate.exact and e.certificate.largest_gain == 0 for e in found)
        return set(listed)

    return lines


@pytest.fixture(scope="session")
def paths():
    """Counts the pure equilibria of an answer by what is played on the path: actions, payoffs, hedging probability."""

    def count(found):
        form = found.game.form
        counted = Counter()
        for e in found:
            assert e.certificate.exact
            assert e.certificate.largest_gain == 0
            if not e.profile.is_pure:
                continue
            history, path = 0, []
            while form.decided_at[history] >= 0:
                (history,) = [h for h in form.children[history] if e.profile.probabilities[form.last_slot[h]] == 1]
                path.append(form.action_of_slot[form.last_slot[history]])
            counted[", ".join(path), ", ".join(str(value) for value in e.payoffs.values()), str(e.hedge)] += 1
        return dict(counted)

    return count


@pytest.fixture(scope="session")
def believed():
    """Says of each equilibrium, who does what as in `shown`, which beliefs in some histories make it sequentially rational.

    A belief is read as a number, or as a pair of numbers between which every belief will do.
    """

    def intervals(found, *asked):
        from hedging_games.theory.beliefs.supporting import belief_sets

        read = {}
        for e in found:
            line = "; ".join(
                "+".join(f"{p} {a}" if p != 1 else a for a, p in mixture.items() if p != 0)
                for mixture in e.profile.as_dict().values()
            )
            sets = belief_sets(found.game, e.profile)
            assert sets.exist, line
            ends = []
            for label, history in asked:
                ((low, high),) = sets.interval(label, history)
                assert low <= e.beliefs[label][history] <= high, line
                ends.append(str(low) if low == high else f"{low} to {high}")
            read[line] = tuple(ends)
        return read

    return intervals


@pytest.fixture(scope="session")
def same_region():
    """Proves a region equal to a condition written by hand: each implies the other."""

    def check(region, by_hand, within=None):
        from hedging_games.algebra.expressions.parser import parse_condition

        def where(text):
            return region.where(parse_condition(" ".join(text.split())))

        found, meant = region, where(by_hand)
        if within is not None:
            found, meant = found.intersect(where(within)), meant.intersect(where(within))
        for one, other in ((found, meant), (meant, found)):
            implied = one.implies(other)
            assert implied.status == "proved", (implied.status, implied.counterexample)

    return check
