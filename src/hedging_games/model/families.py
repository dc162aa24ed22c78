"""Families of identical players: ``players: {Ally: {count: 5}}``, decisions and payoffs being written once for all members.

A family is spread out while the file is read, so that a model has only single players: ``Ally_1`` to ``Ally_5``. A decision that the family
takes, ``Contribution``, becomes ``Contribution_1`` and so on, none of which sees another. In what is said of one member (its payoff, when it
decides) an action of the family is that member's own; everywhere ``count(CONDITION)`` is the number of members, the own one among them, of
which a condition holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from hedging_games.algebra.expressions.expression import Event
from hedging_games.algebra.expressions.lexer import refuse
from hedging_games.errors import Place, did_you_mean

MOST_MEMBERS: Final = 12
"""Members that a family may have: with two actions each, 4,096 outcomes, in each of which everybody has a payoff."""


def member(name: str, number: int) -> str:
    """How a member of a family is called, or its decision: ``Ally_1``."""
    return f"{name}_{number}"


@dataclass(frozen=True)
class Families:
    """The families of a model as far as it has been read: how many members each has, and the actions of their decisions.

    ``sizes`` : by family. ``takers`` : the family that takes a decision, by decision. ``labels`` : the names of its actions, none for numbers.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    takers: dict[str, str] = field(default_factory=dict)
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def written(self, players: Iterable[str]) -> list[str]:
        """Players as the file names them: a family in the place of its members."""
        of = {member(family, k): family for family, size in self.sizes.items() for k in range(1, size + 1)}
        return list(dict.fromkeys(of.get(name, name) for name in players))

    def spoken_for(self, name: str) -> Iterator[tuple[str, Cast]]:
        """The players that a name in the file stands for, each with what names mean where it is spoken of."""
        if name not in self.sizes:
            yield name, Cast(self)
        for number in range(1, self.sizes.get(name, 0) + 1):
            yield member(name, number), Cast(self, name, number)

    def taken_as(self, decision: str) -> list[str]:
        """The decisions that a decision's name in the file stands for."""
        size = self.sizes.get(self.takers.get(decision, ""), 0)
        return [member(decision, number) for number in range(1, size + 1)] or [decision]

    def offering(self, action: str, family: str = "") -> list[str]:
        """The decisions of families (of one of them, if it is named) that offer an action."""
        taken = (decision for decision, by in self.takers.items() if family in ("", by))
        return [decision for decision in taken if action in self.labels[decision]]


@dataclass(frozen=True)
class Cast:
    """What names in a formula mean where a member of a family is spoken of, or (``number`` 0) nobody in particular."""

    families: Families
    family: str = ""
    number: int = 0

    def event(self, event: Event) -> Event:
        """The action that is meant. Raises ExpressionError for that of a family where no member is spoken of."""
        known = self.families
        taken = known.offering(event.action, self.family) or known.offering(event.action)
        if event.decision is not None:
            taken = [event.decision] if event.decision in known.takers else []
        if len(taken) > 1:
            several = " or ".join(f"{decision}.{event.action}" for decision in taken)
            raise refuse(f"several decisions have an action '{event.action}'", f"write {several}", event.where)
        if not taken:
            self._refuse_the_decision(event)
            return event
        decision, action = taken[0], event.action
        if action not in known.labels[decision]:
            remedy = did_you_mean(action, known.labels[decision]) if known.labels[decision] else _compare(decision)
            raise refuse(f"'{decision}' has no action '{action}'", remedy, event.where)
        if known.takers[decision] == self.family:
            return replace(event, decision=member(decision, self.number))
        size = known.sizes[known.takers[decision]]
        remedy = f"write count({event.key}) == {size} for all, {member(decision, 1)}.{action} for one"
        raise refuse(f"'{event.key}' is an action of every {known.takers[decision]}", remedy, event.where)

    def _refuse_the_decision(self, event: Event) -> None:
        """Raises ExpressionError where a family's decision stands in the place of an action."""
        labels = self.families.labels.get(event.action) if event.decision is None else None
        if labels:
            remedy = f"write one of its actions: {', '.join(f'{event.action}.{label}' for label in labels)}"
            raise refuse(f"'{event.action}' is a decision, not an action", remedy, event.where)
        if labels is not None:
            raise refuse(
                f"'{event.action}' is a number where a condition is expected", _compare(event.action), event.where
            )

    def value(self, name: str, where: Place) -> str:
        """The number that is meant. Raises ExpressionError for that of a family where no member is spoken of."""
        taker = self.families.takers.get(name)
        if taker is None or self.families.labels[name]:
            return name
        if taker == self.family:
            return member(name, self.number)
        remedy = f"write {member(name, 1)} for that of one, or count({name} > 0)"
        raise refuse(f"'{name}' is a number of every {taker}", remedy, where)

    def members(self, words: Iterable[str], where: Place) -> list[Cast]:
        """The casts of all members of the one family that some words speak of, for ``count``."""
        known = self.families
        if not known.sizes:
            remedy = "write players: {Ally: {count: 5}}, or add up what each does: [A.Give] + [B.Give]"
            raise refuse("count is over a family of players, and the model has none", remedy, where)
        if not known.takers:
            remedy = "let a family decide under 'play:', and count in payoffs, let, when, hedge or claims"
            raise refuse("nothing that a family chooses is known here", remedy, where)
        taken = {
            known.takers[decision]
            for word in words
            for decision in ([word] if word in known.takers else known.offering(word))
        }
        if len(taken) != 1:
            found = f"several families: {', '.join(sorted(taken))}" if taken else "no family"
            examples = [f"{decision}.{labels[0]}" if labels else decision for decision, labels in known.labels.items()]
            remedy = f"name what one of them does: {' or '.join(examples)}"
            actions = [action for offered in known.labels.values() for action in offered]
            near = [hint for word in words if (hint := did_you_mean(word, actions)).startswith("did you mean")]
            remedy = near[0] if near and not taken else remedy
            raise refuse(f"what is counted speaks of {found}", remedy, where)
        return [cast for _, cast in known.spoken_for(taken.pop())]


def _compare(number: str) -> str:
    return f"compare it: {number} == 0, or {number} > 0"
