"""Judging strategies in trees with continuous choices: no deviation at any node, after any history, may gain anything.

A tree is finitely deep, so a profile of pure strategies is a subgame-perfect equilibrium exactly if no deviation at a single node,
after which everybody follows the strategies again, gains anywhere (the one-shot deviation principle). What following is worth after
a node is written down piece by piece, the numbers that the strategies choose being put in for the choices. Then each of the
definition's demands is a formula in the earlier choices (and, at a choice, the number taken instead) that must hold nowhere.

Nothing here knows how strategies are found. An objection is checked once more by playing it out in numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas import formula as formulas
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction, negation
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.formulas.table import FALSE as NEVER
from hedging_games.algebra.polynomials import (
    terms_of,
    variables_of,
)
from hedging_games.errors import input_error
from hedging_games.games.continuous import (
    Cases,
    Choose,
    ContinuousGame,
    Decide,
    End,
    Lot,
    Node,
    Stage,
    Together,
    Uniform,
    choices_at,
    walk,
)
from hedging_games.theory.choice_ring import ChoiceRing, Memory
from hedging_games.theory.equilibria import Certificate
from hedging_games.theory.judging_draws import Means, NotIntegratedError, Pieces
from hedging_games.theory.objections import Objection, Step, Verdict, action_label, labels_of, name_of, plain, shown
from hedging_games.theory.playing_out import PlayedOut
from hedging_games.theory.reactions import Answer, Reaction


class _RefusedError(Exception):
    def __init__(self, objection: Objection) -> None:
        super().__init__(objection)
        self.objection = objection


def judge_reactions(game: ContinuousGame, reactions: Sequence[Reaction], memory: Memory | None = None) -> Verdict:
    """Whether strategies are a subgame-perfect equilibrium of a game with continuous choices at a point.

    The tree is taken as it is: its odds are probabilities, and its cases exclude each other. ``memory`` : answers to questions about
    numbers of this game, given for other strategies.

    Raises
    ------
    InputError
        If the game has open parameters.
    """
    if game.open_parameters:
        left = ", ".join(game.open_parameters)
        raise input_error("parameters", f"{left} are left open", "judge the reactions at a point, with tree_at()")
    judge = _Judge(game, reactions, memory)
    try:
        judge.refuse_strangers()
        judge.pieces(game.root, (), ())
    except _RefusedError as refused:
        gain = refused.objection.gain
        return Verdict(
            None if gain is None else Certificate(exact=True, largest_gain=gain), judge.told, refused.objection
        )
    if judge.undecided:
        return Verdict(None, judge.told, None, tuple(judge.undecided))
    return Verdict(Certificate(exact=True, largest_gain=Fraction(0)), judge.told)


# --- the demands of the definition ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """Where a case of a reaction counts, no earlier one holding, and what is done there."""

    where: Formula
    answer: Any


class _Judge(ChoiceRing):
    def __init__(self, game: ContinuousGame, reactions: Sequence[Reaction], memory: Memory | None) -> None:
        super().__init__(game, reactions, memory)
        self.number_of = {name: k for k, name in enumerate(game.choices)}
        self.reactions: dict[int, Reaction] = {}
        self.twice = next((r for k, r in enumerate(reactions) if any(r.node is s.node for s in reactions[:k])), None)
        for reaction in reactions:
            self.reactions.setdefault(id(reaction.node), reaction)
        self.told = False
        self.undecided: list[str] = []
        self.means: dict[int, Pieces] = {}
        self.played_out = PlayedOut(self, self.reactions, self.means)

    def refuse_strangers(self) -> None:
        """Every reaction is to a node of the tree, each node has at most one."""
        if self.twice is not None:
            raise _RefusedError(Objection("two reactions are given for one node", plain(self.twice.node)))
        nodes = {id(node) for node in walk(self.game.root) if isinstance(node, (Decide, Stage, Choose, Together))}
        for reaction in self.reactions.values():
            if id(reaction.node) not in nodes:
                raise _RefusedError(Objection("a reaction is given for a node outside the tree", plain(reaction.node)))

    # --- questions

    def _ask(self, parts: Iterable[Formula]) -> Found:
        ground = self.ground
        number = ground.number(conjunction(parts))
        if number == NEVER:
            return Found("nowhere")
        if number not in self.found:
            found = find(ground, number)
            self.found[number] = find(ground, number, hard=True) if found.status == "undecided" else found
        self.told = self.told or self.found[number].is_told
        return self.found[number]

    def _where(self, parts: Iterable[Formula], question: str) -> tuple[Number, ...] | None:
        """A point at which all parts hold, None if there is none; remembered if that stays open."""
        found = self._ask(parts)
        if found.status == "undecided":
            self.undecided.append(question)
        return found.point

    def _possible(self, parts: Iterable[Formula]) -> bool:
        return self._ask(parts).status != "nowhere"

    def _demand(self, parts: Iterable[Formula], path: Sequence[Step], at: str, what: str) -> None:
        """Refuse the strategies if something is the case anywhere."""
        point = self._where(parts, f"whether {what}")
        if point is not None:
            raise _RefusedError(Objection(what, at, self._after(path, point)))

    def _after(self, path: Sequence[Step], point: Sequence[Number]) -> tuple[Step, ...]:
        return tuple((name, point[self.number_of[name]] if taken is None else taken) for name, taken in path)

    def _defined(self, ratio: Any, history: tuple[Formula, ...], path: Sequence[Step], at: str, what: str) -> None:
        if not ratio.denom.is_ground:
            self._demand((*history, self.compared(ratio.denom, "==")), path, at, f"{what} divides by zero")

    # --- the tree

    def pieces(self, node: Node, history: tuple[Formula, ...], path: tuple[Step, ...]) -> Pieces:
        """What following the strategies is worth from a node on, after all demands at it and below it are met."""
        match node:
            case End():
                worth = tuple(map(self.ratio, node.worth))
                for player, value in zip(self.game.players, worth, strict=True):
                    self._defined(value, history, path, "the end", f"the payoff of {player}")
                return [(TRUE, worth)]
            case Cases():
                return self._cases(node, history, path)
            case Lot():
                return self._lot(node, history, path)
            case Choose() | Together():
                return self._choose(node, history, path)
            case Uniform():
                return self._draw(node, history, path)
            case Decide():
                below = {
                    a: self.pieces(inner, history, (*path, (node.decision, node.actions[a])))
                    for a, inner in enumerate(node.nodes)
                }
                return self._taken(node, history, path, below)
            case Stage():
                below_all = {
                    taken: self.pieces(
                        inner, history, (*path, *zip(node.decisions, labels_of(node, taken), strict=True))
                    )
                    for taken, inner in node.nodes.items()
                }
                return self._taken(node, history, path, below_all)

    def _cases(self, node: Cases, history: tuple[Formula, ...], path: tuple[Step, ...]) -> Pieces:
        guards = [self.guard(guard) for guard, _ in node.cases]
        self._demand((*history, negation(disjunction(guards))), path, "a case", "no case of the tree holds")
        found: Pieces = []
        for guard, (_, inner) in zip(guards, node.cases, strict=True):
            here = (*history, guard)
            if self._possible(here):
                found += [(conjunction([guard, where]), worth) for where, worth in self.pieces(inner, here, path)]
        return found

    def _lot(self, node: Lot, history: tuple[Formula, ...], path: tuple[Step, ...]) -> Pieces:
        odds = [self.ratio(p) for p in node.odds]
        for p in odds:
            self._defined(p, history, path, node.decision, f"a probability of '{node.decision}'")
        below = [
            self.pieces(inner, history, (*path, (node.decision, label)))
            for label, inner in zip(node.actions, node.nodes, strict=True)
        ]
        mixed: Pieces = [(TRUE, tuple(self.field.zero for _ in self.game.players))]
        for p, after in zip(odds, below, strict=True):
            joined: Pieces = []
            for (where, total), (there, worth) in product(mixed, after):
                both = conjunction([where, there])
                if len(after) == 1 or self._possible((*history, both)):
                    joined.append((both, tuple(t + p * w for t, w in zip(total, worth, strict=True))))
            mixed = joined
        return mixed

    def _reaction(
        self, node: Decide | Stage | Choose | Together, history: tuple[Formula, ...], path: tuple[Step, ...]
    ) -> list[_Case]:
        """The cases of the reaction to a node that occur; that one always does is demanded."""
        at, quoted = plain(node), name_of(node)
        reaction = self.reactions.get(id(node))
        if reaction is None:
            self._demand(history, path, at, f"nothing says what is done at {quoted}")
            return []
        made = {self.number_of[name] for name, taken in path if taken is None}
        cases: list[_Case] = []
        rest: Formula = TRUE
        for formula, answer in reaction.cases:
            spoken = _spoken(formula) | _spoken_by(answer)
            if spoken - made:
                unmade = self.game.choices[min(spoken - made)]
                raise _RefusedError(
                    Objection(f"what is done at {quoted} depends on {unmade}, not chosen before it", at, ())
                )
            guard = self.formula(formula)
            where = conjunction([guard, rest])
            if self._possible((*history, where)):
                cases.append(_Case(where, answer))
            rest = conjunction([rest, negation(guard)])
        self._demand((*history, rest), path, at, f"no case says what is done at {quoted}")
        return cases

    # --- numbers that chance draws

    def _draw(self, node: Uniform, history: tuple[Formula, ...], path: tuple[Step, ...]) -> Pieces:
        """Every number is looked at, also those of probability zero; then what is expected."""
        low, high = self.ratio(node.low), self.ratio(node.high)
        for end in (low, high):
            self._defined(end, history, path, node.name, f"an end of '{node.name}'")
        none = (*history, self.sign(high - low, "<="))
        self._demand(none, path, node.name, f"'{node.name}' is drawn from an interval without numbers")
        variable = self.number_of[node.name]
        own = self.field.gens[variable]
        inside = (*history, self.sign(own - low, ">="), self.sign(high - own, ">="))
        below = self.pieces(node.node, inside, (*path, (node.name, None)))
        means = Means(self, variable, low, high, lambda where: self._possible((*history, where)))
        try:
            found = means.of(below)
        except NotIntegratedError as reason:
            self.undecided.append(f"what is expected before '{node.name}' is drawn: {reason}")
            found = []
        self.means[id(node)] = found
        return found

    # --- actions

    def _taken(
        self,
        node: Decide | Stage,
        history: tuple[Formula, ...],
        path: tuple[Step, ...],
        below: Mapping[Any, Pieces],
    ) -> Pieces:
        found: Pieces = []
        for case in self._reaction(node, history, path):
            if not _is_action(case.answer, below):
                what = f"what is done at {name_of(node)} is {case.answer!r}, which is no action"
                raise _RefusedError(Objection(what, plain(node)))
            here = (*history, case.where)
            follow = self._occurring(here, below[case.answer])
            for player, other in _deviations(node, case.answer):
                for (where, worth), (there, instead) in product(follow, below[other]):
                    gains = self.sign(instead[player] - worth[player], ">")
                    if gains == FALSE:
                        continue
                    taken, deviation = action_label(node, player, case.answer), action_label(node, player, other)
                    who = self.game.players[player]
                    question = f"whether {who} gains by {deviation} instead of {taken} at {name_of(node)}"
                    point = self._where((*here, where, there, gains), question)
                    if point is not None:
                        self._gains(node, path, point, player, case.answer, other)
            found += [(conjunction([case.where, where]), worth) for where, worth in follow]
        return found

    def _occurring(self, here: tuple[Formula, ...], pieces: Pieces) -> Pieces:
        return [(where, worth) for where, worth in pieces if where == TRUE or self._possible((*here, where))]

    # --- numbers

    def _choose(self, node: Choose | Together, history: tuple[Formula, ...], path: tuple[Step, ...]) -> Pieces:
        """Numbers, one or several at once: each mover keeps to its range, and gains by no other number of its own."""
        choices = choices_at(node)
        within = {own.name: self._within(own, history, path) for own in choices}
        inside = (*history, *(part for parts in within.values() for part in parts))
        below = self.pieces(node.node, inside, (*path, *((own.name, None) for own in choices)))
        found: Pieces = []
        for case in self._reaction(node, history, path):
            here = (*history, case.where)
            numbers = self._numbers(node, case.answer)
            for own in choices:
                self._in_range(own, numbers[own.name], here, path)
            follow = self._put(here, below, numbers)
            for own in choices:
                others = {name: number for name, number in numbers.items() if name != own.name}
                instead = self._put((*here, *within[own.name]), below, others)
                for (where, worth), (there, other) in product(follow, instead):
                    gains = self.sign(other[own.player] - worth[own.player], ">")
                    if gains == FALSE:
                        continue
                    who = self.game.players[own.player]
                    question = f"whether {who} gains by another number at '{own.name}'"
                    point = self._where((*here, where, *within[own.name], there, gains), question)
                    if point is not None:
                        self._gains_by_number(node, own, path, point, instead)
            found += [(conjunction([case.where, where]), worth) for where, worth in follow]
        return found

    def _within(self, own: Choose, history: tuple[Formula, ...], path: tuple[Step, ...]) -> tuple[Formula, Formula]:
        """A choice's number lies between its ends, which are defined."""
        low, high = self.ratio(own.low), self.ratio(own.high)
        for end in (low, high):
            self._defined(end, history, path, own.name, f"an end of '{own.name}'")
        number = self.field.gens[self.number_of[own.name]]
        return self.sign(number - low, ">="), self.sign(high - number, ">=")

    def _in_range(self, own: Choose, number: Any, here: tuple[Formula, ...], path: tuple[Step, ...]) -> None:
        self._defined(number, here, path, own.name, f"what is done at '{own.name}'")
        low, high = self.ratio(own.low), self.ratio(own.high)
        outside = disjunction([self.sign(number - low, "<"), self.sign(number - high, ">")])
        self._demand((*here, outside), path, own.name, f"the number chosen at '{own.name}' is out of its range")

    def _put(self, here: tuple[Formula, ...], below: Pieces, numbers: Mapping[str, Any]) -> Pieces:
        """What follows numbers, where it occurs: elsewhere the payoffs need not be defined."""
        for name, number in numbers.items():
            variable = self.number_of[name]
            put = [(self.put_in(where, variable, number), worth) for where, worth in below]
            below = [
                (there, tuple(self.put_into(w, variable, number) for w in worth))
                for there, worth in put
                if there == TRUE or self._possible((*here, there))
            ]
        return below

    def _numbers(self, node: Choose | Together, answer: Answer) -> dict[str, Any]:
        """What is done, by choice."""
        choices = choices_at(node)
        if isinstance(node, Choose):
            return {node.name: self._number(node, answer)}
        if not isinstance(answer, tuple) or len(answer) != len(choices):
            what = f"what is done at {name_of(node)} is {answer!r}, which is not a number for each"
            raise _RefusedError(Objection(what, plain(node)))
        return {own.name: self._number(own, number) for own, number in zip(choices, answer, strict=True)}

    def _number(self, node: Choose, answer: Answer) -> Any:
        if isinstance(answer, (int, Fraction, AlgebraicNumber)) and not isinstance(answer, bool):
            return self.number(answer)
        if getattr(answer, "field", None) == self.game.field:
            return self.ratio(answer)
        what = (
            f"what is done at '{node.name}' is {answer!r}, which is no exact number and no function of earlier choices"
        )
        raise _RefusedError(Objection(what, node.name))

    # --- objections, played out in numbers

    def _gains(
        self, node: Decide | Stage, path: Sequence[Step], point: Sequence[Number], player: int, taken: Any, other: Any
    ) -> None:
        """Refuse the strategies by a deviation to another action."""
        before = self._before(path, point)
        nodes: Any = node.nodes
        gain = self.played_out.gain(player, (nodes[other], before), (nodes[taken], before))
        self._refuse(
            node, path, point, player, action_label(node, player, taken), action_label(node, player, other), gain
        )

    def _gains_by_number(
        self, node: Choose | Together, own: Choose, path: Sequence[Step], point: Sequence[Number], below: Pieces
    ) -> None:
        """Refuse the strategies by a deviation to another number: the best that is found after the same history."""
        before = self._before(path, point)
        done = self.played_out.made(node, before)
        variable = self.number_of[own.name]
        follow = (node.node, {**before, **done})

        def gained(number: Any) -> Any:
            return self.played_out.gain(own.player, (node.node, {**before, **done, variable: number}), follow)

        best, most = point[variable], gained(point[variable])
        for tried in self.played_out.tried(own, before, below):
            gain = gained(tried)
            if gain is not None and gain > (most or 0):
                best, most = tried, gain
        self._refuse(own, path, point, own.player, done[variable], best, most)

    def _refuse(
        self,
        node: Decide | Stage | Choose,
        path: Sequence[Step],
        point: Sequence[Number],
        player: int,
        done: Any,
        deviation: Any,
        gain: Any,
    ) -> None:
        if gain is not None and not gain > 0:
            raise AssertionError(f"a deviation at {name_of(node)} was to gain, but played out it gains {gain}")
        who = self.game.players[player]
        instead = f"{shown(deviation)} instead of {shown(done)}"
        much = "" if gain is None else f" {shown(gain)}"
        what = f"{who} gains{much} by {instead} at {name_of(node)}"
        after = self._after(path, point)
        raise _RefusedError(Objection(what, plain(node), after, who, done, deviation, gain))

    def _before(self, path: Sequence[Step], point: Sequence[Number]) -> dict[int, Any]:
        made = (self.number_of[name] for name, taken in path if taken is None)
        return {k: point[k] for k in made}


def _is_action(answer: Any, below: Mapping[Any, Any]) -> bool:
    parts = answer if isinstance(answer, tuple) else (answer,)
    return all(type(part) is int for part in parts) and answer in below


def _deviations(node: Decide | Stage, answer: Any) -> Iterator[tuple[int, Any]]:
    """Who can take what else, the others doing as they do."""
    if isinstance(node, Decide):
        yield from ((node.player, a) for a in range(len(node.actions)) if a != answer)
        return
    for k, player in enumerate(node.movers):
        for a in range(len(node.actions[k])):
            if a != answer[k]:
                yield player, (*answer[:k], a, *answer[k + 1 :])


def _spoken(formula: Formula) -> set[int]:
    """The variables of a formula."""
    return {k for asked in formulas.constraints_of(formula) for k in variables_of(asked.terms)}


def _spoken_by(answer: Answer) -> set[int]:
    """The variables of an answer."""
    if isinstance(answer, tuple):
        return {k for part in answer for k in _spoken_by(part)}
    parts = (answer.numer, answer.denom) if hasattr(answer, "numer") else ()
    return {k for part in parts for k in variables_of(terms_of(part))}
