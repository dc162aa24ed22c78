"""What the judge of strategies by pieces says: an objection, or that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from hedging_games.algebra.numbers import number_text
from hedging_games.games.continuous import Choose, Decide, Node, Stage, Together
from hedging_games.theory.equilibria import Certificate

LONGEST = 40
"""Letters that the exact name of a number may have in a sentence; longer ones are approximated there."""

Step: TypeAlias = tuple[str, Any]
"""A decision and what is taken in it: the label of an action, or a number (None until it is known)."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why strategies are no equilibrium.

    Attributes
    ----------
    what : the fault in words. at : the decision. after : decisions and what was taken in them, in order.
    player, done, deviation, gain : who gains how much by what instead of what, where the fault is a deviation that gains. At a
        choice the deviation is the best one after this history where there is a best one that can be computed. The gain is None
        where it is no number that can be computed: it was only shown to be positive.
    """

    what: str
    at: str
    after: tuple[Step, ...] = ()
    player: str = ""
    done: Any = None
    deviation: Any = None
    gain: Any = None

    def __str__(self) -> str:
        taken = ", ".join(f"{name} = {shown(value)}" for name, value in self.after)
        return f"{self.what} after {taken}" if taken else self.what


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of strategies.

    Attributes
    ----------
    certificate : with gain 0 for an equilibrium; with the gain of the objection (the largest there is may be larger) where a deviation
        gains; None where the strategies are not defined everywhere, a gain is not computed, or a question stayed open.
    told : whether the certificate rests on z3's word that some formula holds nowhere. objection : the first fault found.
    undecided : the questions that stayed open.
    """

    certificate: Certificate | None
    told: bool = False
    objection: Objection | None = None
    undecided: tuple[str, ...] = ()

    @property
    def is_equilibrium(self) -> bool:
        """Whether it is certified that no deviation gains."""
        return self.certificate is not None and self.objection is None

    @property
    def why(self) -> str:
        """Why it is not certified; empty if it is."""
        if self.objection is not None:
            return str(self.objection)
        return f"it could not be decided {'; '.join(self.undecided)}" if self.undecided else ""

    def __bool__(self) -> bool:
        return self.is_equilibrium

    def __str__(self) -> str:
        if self.is_equilibrium:
            word = ", by z3's word" if self.told else ""
            return f"the reactions are a subgame-perfect equilibrium: no deviation gains at any node{word}"
        said = "are no" if self.objection is not None else "were not shown to be a"
        return f"the reactions {said} subgame-perfect equilibrium: {self.why}"


def shown(value: Any) -> str:
    """What is taken, for people: a label, or a number that is written exactly unless that is long."""
    if isinstance(value, str):
        return value
    text = number_text(value)
    return text if len(text) <= LONGEST else f"about {float(value):.6g}"


def name_of(node: Node) -> str:
    """The decisions of a node, in quotation marks."""
    match node:
        case Decide(decision=name) | Choose(name=name):
            return f"'{name}'"
        case Stage(decisions=names):
            return " and ".join(f"'{name}'" for name in names)
        case Together(choices):
            return " and ".join(f"'{own.name}'" for own in choices)
        case _:
            return "a node without a decision"


def plain(node: Node) -> str:
    """The name without the marks."""
    return name_of(node).replace("'", "")


def labels_of(node: Stage, taken: Sequence[int]) -> tuple[str, ...]:
    """The labels of the actions taken at once."""
    return tuple(labels[a] for labels, a in zip(node.actions, taken, strict=True))


def action_label(node: Decide | Stage, player: int, answer: Any) -> str:
    """The label of what a player takes."""
    if isinstance(node, Decide):
        return str(node.actions[answer])
    k = node.movers.index(player)
    return str(node.actions[k][answer[k]])
