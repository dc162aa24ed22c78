"""A game in which some choices are any number of an interval: its histories as a tree, its payoffs as rational functions.

A `Game` lists its histories; here there are as many as there are numbers. So the tree has one branch for all values of a choice,
and what follows depends on that value as on a parameter: payoffs are elements of the field of rational functions in the open
parameters and the choices, and where a kink or a condition makes a difference the tree has `Cases`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from hedging_games.errors import Place
from hedging_games.shown import Drawn

Ratio: TypeAlias = Any
"""An element of sympy's ``FracField`` over QQ: a rational function in parameters and choices."""


@dataclass(frozen=True, slots=True)
class Sign:
    """``polynomial relation 0``: an element of the game's polynomial ring, and one of ``>``, ``>=``, ``==``, ``<=``, ``<``."""

    polynomial: Any
    relation: str


Guard: TypeAlias = tuple[Sign, ...]
"""Signs that hold together."""


@dataclass(frozen=True, slots=True)
class End:
    """A terminal history (for each value of the choices): what it is worth to each player, and when the event happens in it.

    ``event`` is a list of guards, one of which holds exactly where the event happens.
    """

    worth: tuple[Ratio, ...]
    event: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """What follows depends on parameters and choices: the guards exclude each other, and one of them always holds."""

    cases: tuple[tuple[Guard, Node], ...]


@dataclass(frozen=True, slots=True)
class Decide:
    """A player, who knows all that went before, takes one of finitely many actions."""

    player: int
    decision: str
    actions: tuple[str, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Several players take one of finitely many actions each at once; ``nodes`` by the numbers of the actions."""

    movers: tuple[int, ...]
    decisions: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    nodes: Mapping[tuple[int, ...], Node]


@dataclass(frozen=True, slots=True)
class Lot:
    """Chance takes one of finitely many actions, with these probabilities."""

    decision: str
    actions: tuple[str, ...]
    odds: tuple[Ratio, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """A player, who knows all that went before, chooses a number from ``low`` to ``high``; ``where`` : its place in a file."""

    player: int
    name: str
    low: Ratio
    high: Ratio
    node: Node
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Chance draws a number from ``low`` to ``high``, each as likely as any other; all who move afterwards know it."""

    name: str
    low: Ratio
    high: Ratio
    node: Node
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Together:
    """Several players choose a number each at once, knowing all that went before; after each of ``choices`` comes the same node."""

    choices: tuple[Choose, ...]

    @property
    def node(self) -> Node:
        """What follows all of the choices."""
        return self.choices[0].node


Node: TypeAlias = End | Cases | Decide | Stage | Lot | Choose | Together | Uniform


def below(node: Node) -> tuple[Node, ...]:
    """The nodes that directly follow one."""
    match node:
        case End():
            return ()
        case Cases(cases):
            return tuple(inner for _, inner in cases)
        case Stage(nodes=nodes):
            return tuple(nodes.values())
        case Choose() | Together() | Uniform():
            return (node.node,)
        case Decide(nodes=nodes) | Lot(nodes=nodes):
            return nodes


def walk(node: Node) -> Iterator[Node]:
    """A node and all that follow it, each before those."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(below(here)))


def choices_at(node: Choose | Together) -> tuple[Choose, ...]:
    """The choices of numbers that are made at a node: one, or several at once."""
    return node.choices if isinstance(node, Together) else (node,)


def numbers_in(root: Node) -> Iterator[Choose | Uniform]:
    """The numbers that are chosen or drawn in a tree, with their ends."""
    for node in walk(root):
        if isinstance(node, (Choose, Together)):
            yield from choices_at(node)
        elif isinstance(node, Uniform):
            yield node


@dataclass(frozen=True, eq=False)
class ContinuousGame(Drawn):
    """A tree with continuous choices.

    Attributes
    ----------
    players : their names, in order. root : the first node.
    field : the rational functions in the open parameters, then the choices, in the order of play.
    choices : the names of the continuous choices, in the order of play, and among them (``drawn``) of the numbers drawn by chance.
    title, name, parameters, notes, default_concept, source : as in `Game`; has_event : whether an event is named.
    """

    players: tuple[str, ...]
    root: Node
    field: Any
    choices: tuple[str, ...]
    title: str = ""
    name: str = ""
    has_event: bool = False
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    default_concept: str | None = None
    source: str = ""

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names among the choices that stand for numbers drawn by chance."""
        found = {node.name for node in walk(self.root) if isinstance(node, Uniform)}
        return tuple(name for name in self.choices if name in found)

    @property
    def open_parameters(self) -> tuple[str, ...]:
        """The parameters that are left open."""
        names = tuple(str(symbol) for symbol in self.field.symbols)
        return names[: len(names) - len(self.choices)]
