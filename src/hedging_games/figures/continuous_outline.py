"""The outline of a game with continuous choices: one branch stands for all numbers of a choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from hedging_games.algebra.polynomials import terms_of, terms_text
from hedging_games.figures.finite_outline import expression_text, mixed_text, worth_text
from hedging_games.figures.outline import Branch, Node
from hedging_games.games import continuous
from hedging_games.games.continuous import (
    Cases,
    Choose,
    ContinuousGame,
    Decide,
    End,
    Guard,
    Lot,
    Stage,
    Together,
    Uniform,
)
from hedging_games.games.form import CHANCE
from hedging_games.model.model import Model
from hedging_games.model.wording import payoffs_after
from hedging_games.theory.reactions import Proposed, Reaction
from hedging_games.theory.reactions_text import ratio_text

_RELATIONS = {"==": "=", ">=": "≥", "<=": "≤"}


def continuous_outline(game: ContinuousGame, equilibria: Sequence[Proposed] = (), model: Model | None = None) -> Node:
    """The tree of a game with continuous choices, with the outcomes that ``equilibria`` lead to; with a ``model`` payoffs are worded as in
    its file.
    """
    return _Outline(game, tuple(equilibria), model).of(game.root, frozenset(range(len(equilibria))))


@dataclass
class _Outline:
    game: ContinuousGame
    equilibria: tuple[Proposed, ...]
    model: Model | None = None
    stages: int = 0
    taken: dict[str, str] = field(default_factory=dict)
    chosen: set[str] = field(default_factory=set)

    @property
    def names(self) -> list[str]:
        """The generators of the game's field."""
        return [str(symbol) for symbol in self.game.field.symbols]

    def of(self, node: continuous.Node, reached: frozenset[int]) -> Node:
        """The outline from a node on, to which the equilibria ``reached`` lead."""
        if (worded := self.worded(node, reached)) is not None:
            return worded
        match node:
            case End(worth, event):
                has_event = self.game.has_event and () in event
                payoffs = tuple(map(worth_text, worth))
                return Node(payoffs=payoffs, has_event=has_event, reached=reached)
            case Cases(cases):
                branches = [
                    Branch(self.where(guard), self.of(inner, frozenset(k for k in reached if self.holds(guard, k))))
                    for guard, inner in cases
                ]
                return _one_end(branches, reached) or Node(branches=branches, reached=reached)
            case Lot(decision, actions, odds, nodes):
                branches = []
                for action, likely, inner in zip(actions, odds, nodes, strict=True):
                    with self.after(decision, action):
                        branches.append(Branch(action, self.of(inner, reached), worth_text(likely)))
                return Node(CHANCE, "chance", branches=branches, reached=reached)
            case Decide():
                return self.decided(node, reached)
            case Stage():
                self.stages += 1
                return self.at_once(node, reached, f"stage {self.stages}", ())
            case Choose() | Together() | Uniform():
                return self.ranges(node, reached)

    @contextmanager
    def after(self, decision: str, action: str) -> Iterator[None]:
        """While what follows an action is outlined."""
        self.taken[decision] = action
        yield
        del self.taken[decision]

    def worded(self, node: continuous.Node, reached: frozenset[int]) -> Node | None:
        """An end, or cases of ends, with the payoffs of the file; None for other nodes, and where there is no telling."""
        ends = list(_ends(node))
        if self.model is None or not ends or len({frozenset(end.event) == {()} for end in ends}) > 1:
            return None
        if any(end.event and () not in end.event for end in ends):
            return None
        found = payoffs_after(self.model.names, self.model.payoffs, self.taken, self.chosen)
        if found is None:
            return None
        return Node(
            payoffs=tuple(map(expression_text, found)),
            has_event=self.game.has_event and () in ends[0].event,
            reached=reached,
        )

    def decided(self, node: Decide, reached: frozenset[int]) -> Node:
        """A choice among finitely many actions."""
        done = {k: self.done(k, node.decision) for k in reached}
        branches = []
        for action, inner in zip(node.actions, node.nodes, strict=True):
            taken = frozenset(k for k in reached if action in done[k])
            with self.after(node.decision, action):
                below = self.of(inner, taken)
            branches.append(Branch(action, below, chosen={k: mixed_text(done[k][action]) for k in sorted(taken)}))
        self.off_path(node, branches, reached)
        return Node(node.player, self.game.players[node.player], branches=branches, reached=reached)

    def done(self, k: int, decision: str) -> dict[Any, Any]:
        """What an equilibrium does in a decision after what has been taken so far, and how likely each of it is, given that play comes there:
        it may depend on numbers that chance drew.
        """
        equilibrium = self.equilibria[k]
        ways = [(dict(path.steps), path.probability) for path in equilibrium.paths]
        ways = [(steps, p) for steps, p in ways if all(steps.get(d, a) == a for d, a in self.taken.items())]
        ways = [(steps, p) for steps, p in ways if decision in steps]
        if not ways:  # decided before chance moves
            return {action: 1 for said, action in equilibrium.actions if said == decision}
        every = sum(p for _, p in ways)
        found: dict[Any, Any] = {}
        for steps, p in ways:
            found[steps[decision]] = found.get(steps[decision], 0) + p / every
        return found

    def off_path(self, node: continuous.Node, branches: Sequence[Branch], reached: frozenset[int]) -> None:
        """Marks what is chosen off the path where it is the same after all numbers chosen before."""
        for k, equilibrium in enumerate(self.equilibria):
            answers = _answers(equilibrium.reactions, node)
            if k not in reached and len(answers) == 1:
                branch = branches[answers[0]]
                branch.chosen = {**branch.chosen, k: ""}

    def at_once(self, node: Stage, reached: frozenset[int], told: str, taken: tuple[int, ...]) -> Node:
        """Choices made at once, drawn one after the other: later movers do not know the earlier ones."""
        place = len(taken)
        if place == len(node.movers):
            return self.of(node.nodes[taken], reached)
        player, decision = node.movers[place], node.decisions[place]
        branches = []
        for number, action in enumerate(node.actions[place]):
            into = frozenset(k for k in reached if action in self.done(k, decision))
            with self.after(decision, action):
                inner = self.at_once(node, into, told, (*taken, number))
            branches.append(Branch(action, inner, chosen=dict.fromkeys(into, "")))
        shared = f"{told}, {decision}" if place else None
        return Node(player, self.game.players[player], shared, branches, reached=reached)

    def ranges(self, node: Choose | Together | Uniform, reached: frozenset[int]) -> Node:
        """A fan: one branch for all numbers between two ends, several at once one after the other."""
        parts = node.choices if isinstance(node, Together) else (node,)
        self.chosen |= {part.name for part in parts}
        inner = self.of(node.node, reached)
        self.chosen -= {part.name for part in parts}
        for number, part in reversed(list(enumerate(parts))):
            ends = f"{part.name} ∈ [{ratio_text(part.low, self.names)}, {ratio_text(part.high, self.names)}]"
            chosen = {k: self.number_of(k, part.name) for k in sorted(reached) if self.chooses(k, part.name)}
            branch = Branch(ends, inner, chosen=chosen, is_range=True)
            if isinstance(part, Uniform):
                branch.odds = "uniform"
                inner = Node(CHANCE, "chance", branches=[branch], reached=reached)
            else:
                shared = f"at once, {part.name}" if number else None
                inner = Node(part.player, self.game.players[part.player], shared, [branch], reached=reached)
        return inner

    def chooses(self, k: int, name: str) -> bool:
        """Whether an equilibrium tells what number is chosen."""
        return name in self.equilibria[k].choices or any(name in dict(path.steps) for path in self.equilibria[k].paths)

    def number_of(self, k: int, name: str) -> str:
        """What an equilibrium chooses: a number, an open interval, or how it follows from others."""
        choices = self.equilibria[k].choices
        found = list(self.done(k, name)) or [choices[name]]
        return " or ".join(self.number_text(value) for value in found)

    def number_text(self, value: Any) -> str:
        """A number that is chosen, an open interval, or how it follows from others."""
        if isinstance(value, tuple):
            return f"in ({', '.join(ratio_text(end, self.names) for end in value)})"
        return f"= {ratio_text(value, self.names)}"

    def where(self, guard: Guard) -> str:
        """A case in words."""
        signs = [
            f"{terms_text(terms_of(sign.polynomial), self.names)} {_RELATIONS.get(sign.relation, sign.relation)} 0"
            for sign in guard
        ]
        return ", ".join(signs) or "always"

    def holds(self, guard: Guard, k: int) -> bool:
        """Whether a guard holds at the numbers that an equilibrium chooses; not, where it speaks of numbers that chance draws."""
        sample = self.equilibria[k].sample
        return all(_sign_holds(sign, self.names, sample) for sign in guard)


def _ends(node: continuous.Node) -> Iterator[End]:
    """The ends that a node is, or whose cases it is; nothing if somebody moves there."""
    if isinstance(node, End):
        yield node
    elif isinstance(node, Cases) and all(isinstance(inner, (End, Cases)) for inner in continuous.walk(node)):
        yield from (inner for inner in continuous.walk(node) if isinstance(inner, End))


def _one_end(branches: Sequence[Branch], reached: frozenset[int]) -> Node | None:
    """A single end for cases that all end alike; None where they differ."""
    ends = {(b.node.payoffs, b.node.has_event) if b.node.is_end else None for b in branches}
    if len(ends) > 1 or None in ends:
        return None
    first = branches[0].node
    return Node(payoffs=first.payoffs, has_event=first.has_event, reached=reached)


def _answers(reactions: Sequence[Reaction], node: continuous.Node) -> list[Any]:
    """The different answers that a reaction gives at a node."""
    found = [answer for reaction in reactions if reaction.node is node for _, answer in reaction.cases]
    return list(dict.fromkeys(found))


def _sign_holds(sign: continuous.Sign, names: Sequence[str], sample: Mapping[str, Fraction]) -> bool:
    """Whether a sign holds at a point; not, where that leaves it open."""
    value: Any = Fraction(0)
    for exponents, coefficient in terms_of(sign.polynomial).items():
        spoken = {name: e for name, e in zip(names, exponents, strict=True) if e}
        if not spoken.keys() <= sample.keys():
            return False
        value += coefficient * prod(sample[name] ** e for name, e in spoken.items())
    compared = {">": value > 0, ">=": value >= 0, "==": value == 0, "<=": value <= 0, "<": value < 0}
    return bool(compared[sign.relation])
