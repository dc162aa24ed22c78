"""The outline of a game with continuous choices: one branch stands for all numbers of a choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
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
                has_event = any(len(guard) == 0 for guard in event)
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
        return Node(payoffs=tuple(map(expression_text, found)), has_event=() in ends[0].event, reached=reached)

    def decided(self, node: Decide, reached: frozenset[int]) -> Node:
        """A choice among finitely many actions."""
        branches = []
        for action, inner in zip(node.actions, node.nodes, strict=True):
            taken = frozenset(k for k in reached if (node.decision, action) in self.equilibria[k].actions)
            with self.after(node.decision, action):
                branches.append(Branch(action, self.of(inner, taken), chosen=dict.fromkeys(taken, "")))
        self.off_path(node, branches, reached)
        return Node(node.player, self.game.players[node.player], branches=branches, reached=reached)

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
            into = frozenset(k for k in reached if (decision, action) in self.equilibria[k].actions)
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
            chosen = {k: self.number_of(k, part.name) for k in reached if part.name in self.equilibria[k].choices}
            branch = Branch(ends, inner, chosen=chosen, is_range=True)
            if isinstance(part, Uniform):
                branch.odds = "uniform"
                inner = Node(CHANCE, "chance", branches=[branch], reached=reached)
            else:
                shared = f"at once, {part.name}" if number else None
                inner = Node(part.player, self.game.players[part.player], shared, [branch], reached=reached)
        return inner

    def number_of(self, k: int, name: str) -> str:
        """What an equilibrium chooses: a number, an open interval, or how it follows from others."""
        value = self.equilibria[k].choices[name]
        if isinstance(value, tuple):
            return f"in ({mixed(value[0])}, {mixed(value[1])})"
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
        if not set(self.names) <= set(sample):
            return False
        point = [sample[name] for name in self.names]
        return all(_sign_holds(sign, point) for sign in guard)


def mixed(value: Any) -> str:
    """An exact number as text, ones as well."""
    return mixed_text(value) or "1"


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


def _sign_holds(sign: continuous.Sign, point: Sequence[Fraction]) -> bool:
    value = sum(c * _power(point, e) for e, c in terms_of(sign.polynomial).items())
    compared: Mapping[str, bool] = {
        ">": value > 0,
        ">=": value >= 0,
        "==": value == 0,
        "<=": value <= 0,
        "<": value < 0,
    }
    return compared[sign.relation]


def _power(point: Sequence[Fraction], exponents: Sequence[int]) -> Any:
    result: Any = Fraction(1)
    for value, exponent in zip(point, exponents, strict=True):
        result *= value**exponent
    return result
