"""When is the event played where some choices are any number of an interval? The pieces of the tree, parameters left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import reduce
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction
from hedging_games.algebra.formulas.narrowed import formula_of
from hedging_games.analysis.conditions.parts import Part, joined, lifted, parts_of, where
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.errors import could_not_finish
from hedging_games.games.continuous import (
    Cases,
    Choose,
    ContinuousGame,
    Decide,
    End,
    Lot,
    Stage,
    Together,
    Uniform,
    walk,
)
from hedging_games.solvers.continuous.outcomes import Outcomes
from hedging_games.solvers.continuous.pieces import Chose, Met, Piece, Took
from hedging_games.solvers.continuous.plays import said
from hedging_games.solvers.continuous.space import Candidate, Space, Worth
from hedging_games.theory.reactions_text import ratio_text

_KEPT = "choices of numbers"
"""Under which name a setting remembers what was derived."""

BY_CHOICE = "else another choice does better"


class Derived:
    """The outcomes of a tree with continuous choices, with formulas over the open parameters."""

    def __init__(self, setting: Setting, check: Check, *, is_brief: bool = False) -> None:
        assert isinstance(setting.posed, ContinuousGame)
        self.setting = setting
        self.game = setting.posed
        self.space = Space(self.game, setting.whole, setting.near, check)
        self.space.is_brief = is_brief
        self.outcomes = Outcomes(self.space)
        self.outcomes.prepare()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not followed."""
        return tuple(self.outcomes.notes)

    @property
    def told(self) -> bool:
        """Whether something was left out by z3's word alone."""
        return self.space.told

    @property
    def varies(self) -> bool:
        """Whether what is played is worth more than what was followed says (see `Space`)."""
        return self.space.varies

    def is_unlike(self, player: str | None = None) -> bool:
        """Whether along an interval of best numbers, of which the ends alone are told, what is played may be worth different things to
        a player (None: to somebody).
        """
        players = self.game.players
        asked = range(len(players)) if player is None else [players.index(player)]
        return any(choice.is_unlike(k) for choice in self.outcomes.choices.values() for k in asked)

    def calls(self, check: Check) -> None:
        """Call ``check`` from now on."""
        self.space.check = self.space.elimination.check = check

    @property
    def always_exists(self) -> bool:
        """Whether there is an equilibrium for certain: perfect information, no chance, payoffs without jumps, and always a number to
        choose (Harris 1985). Actions taken at once that need not heed each other are as good as taken in turn.
        """
        nodes = list(walk(self.game.root))
        if any(isinstance(node, (Cases, Lot, Together, Uniform)) for node in nodes):
            return False
        if not all(_heeds_itself(node) for node in nodes if isinstance(node, Stage)):
            return False
        space = self.space
        crossed = [space.compare(Worth(n.low), ">", Worth(n.high)) for n in nodes if isinstance(n, Choose)]
        return not space.possible(space.any_of(crossed))

    def formula(self, number: int) -> Formula:
        """A formula of the space as one over the parameters."""
        return formula_of(self.space.ground, number, self.setting.functions.ring, BY_CHOICE)

    def played(self, among: Among | None) -> tuple[Formula | None, Formula | None, Formula | None]:
        """Where an equilibrium has the event, where one misses it, and where there is one (None: always, or not asked)."""
        wants_missed = among != "some"
        wants_some = among != "every" or not self.always_exists
        self.space.asked = 0
        some = self.outcomes.where(event=True) if wants_some else None
        missed = self.outcomes.where(event=False) if wants_missed else None
        exists = None
        if wants_missed and not self.always_exists and some is not None and missed is not None:
            exists = self.formula(self.space.any_of([some, missed]))
        return *(None if n is None else self.formula(n) for n in (some, missed)), exists  # type: ignore[return-value]

    def by_actions(self) -> dict[tuple[tuple[str, str], ...], Formula]:
        """Where an outcome with these decisions and actions, in order, is played, whatever the numbers.

        Raises CouldNotFinish where chance moves, since its moves are no actions, and where not all was followed.
        """
        guards: dict[tuple[tuple[str, str], ...], list[int]] = {}
        pieces = self.outcomes.whole()
        if self.outcomes.notes or any(isinstance(node, (Lot, Uniform)) for node in walk(self.game.root)):
            raise could_not_finish("condition", "outcomes are not told apart by actions", "solve at points")
        for piece in pieces:
            guards.setdefault(tuple(actions_of(piece)), []).append(piece.guard)
        return {actions: self.formula(self.outcomes.covers.union(parts)) for actions, parts in guards.items()}

    def listed(self) -> list[Outcome]:
        """Every outcome with its formula, without its path; where a choice is the root of a quadratic, it and worths are `Radical`."""
        listed = [self._listed(piece) for piece in self.outcomes.kept(self.outcomes.whole())]
        alike: dict[Any, list[Outcome]] = {}
        for outcome in listed:
            alike.setdefault((outcome.said, outcome.worth), []).append(outcome)
        return [replace(same[0], formula=disjunction(one.formula for one in same)) for same in alike.values()]

    def _listed(self, piece: Piece) -> Outcome:
        worth = [w.value for w in piece.worth]
        size = len(self.space.game.choices)
        for copy, candidate in piece.pending:
            worth = [self._put_in(value, copy - size, self._value(candidate)) for value in worth]
        known: dict[int, Any] = {}
        words = tuple((*spoken, self.setting.functions.one) for spoken in self._said(piece, known))
        names = self.space.names
        numbers = tuple(
            (names[x], self._over_parameters(value)) for x, value in known.items() if not self._is_open(value)
        )
        return Outcome(
            (), (), tuple(map(self._over_parameters, worth)), self.formula(piece.guard), words, numbers=numbers
        )

    def _said(self, piece: Piece, known: dict[int, Any]) -> Iterator[tuple[str, str]]:
        """What is done on the path, in words; the numbers on which later ones depend are put in, and added to ``known``."""
        match piece.move:
            case Took(Decide(decision=decision, actions=labels), (action,)):
                yield decision, labels[action]
            case Took(Stage(decisions=decisions, actions=many), actions):
                yield from zip(decisions, (own[a] for own, a in zip(many, actions, strict=True)), strict=True)
            case Chose():
                yield self._number(piece.move, known)
            case Met(numbers=numbers):
                made = [self._number(chose, known) for chose in numbers]
                yield from sorted(made, key=lambda spoken: self.space.variable[spoken[0]])
        for inner in piece.below:
            yield from self._said(inner, known)

    def _number(self, chose: Chose, known: dict[int, Any]) -> tuple[str, str]:
        value = self._value(chose.candidate)
        for variable, put in known.items():
            value = self._put_in(value, variable, put)
        if isinstance(value, Radical) and not self._is_open(value):
            number = self._over_parameters(value).text(self.setting)
        else:
            number = ratio_text(value, self.space.names)
        if chose.side != "at":
            return chose.node.name, f"just {chose.side} {number}"
        known[self.space.variable[chose.node.name]] = value
        return chose.node.name, number

    def _value(self, candidate: Candidate) -> Any:
        """A candidate as a rational function, or as a `Radical` over them."""
        if candidate.term is None:
            return candidate.value
        p, q, r, d = (
            self.space.ratio(part) for part in (candidate.term.p, candidate.term.q, candidate.term.r, candidate.term.d)
        )
        return Radical(p / r, q / r, d) if q else p / r

    def _put_in(self, value: Any, variable: int, number: Any) -> Any:
        """A value (a `Radical` may be one) with a number in the place of a choice."""
        if isinstance(value, Radical):
            root = Radical(self.space.game.field.zero, self.space.game.field.one, value.d)
            return self._put_in(value.a, variable, number) + self._put_in(value.b, variable, number) * root
        if not isinstance(number, Radical):
            return self.space.substituted(value, variable, number)
        top, bottom = (
            reduce(lambda total, c: total * number + c, reversed(self.space.coefficients(part, variable)), number * 0)
            for part in (value.numer, value.denom)
        )
        return top / bottom

    def _is_open(self, value: Any) -> bool:
        """Whether a number depends on another one of which a whole interval may be chosen."""
        if isinstance(value, Radical):
            return any(map(self._is_open, (value.a, value.b, value.d)))
        choices = range(self.space.parameters, len(self.space.names))
        return any(part.degree(x) > 0 for part in (value.numer, value.denom) for x in choices)

    def _over_parameters(self, value: Any) -> Any:
        """A value without choices as one of the open parameters alone."""
        if isinstance(value, Radical):
            return Radical(*map(self._over_parameters, (value.a, value.b, value.d)))
        functions, size = self.setting.functions, len(self.setting.names)
        parts = [
            functions.ring.from_dict({e[:size]: c for e, c in part.terms()}) for part in (value.numer, value.denom)
        ]
        return functions(parts[0]) / functions(parts[1])


def _heeds_itself(stage: Stage) -> bool:
    """Whether actions taken at once are the last ones, and what each mover gets depends on its own action alone.

    Its best actions are then the same whether or not it knows the others', and so are all outcomes.
    """
    worths: dict[tuple[int, int], set[Any]] = {}
    for actions, node in stage.nodes.items():
        if not isinstance(node, End):
            return False
        for player, action in zip(stage.movers, actions, strict=True):
            worths.setdefault((player, action), set()).add(node.worth[player])
    return all(len(worth) == 1 for worth in worths.values())


def actions_of(piece: Piece) -> Iterator[tuple[str, str]]:
    """Decision and action on the path of a piece, in order."""
    if isinstance(piece.move, Took):
        yield from said(piece.move)
    for inner in piece.below:
        yield from actions_of(inner)


class InParts:
    """The outcomes of a tree with continuous choices, derived by `parts`; ``underived`` : where they are not."""

    def __init__(self, setting: Setting, parts: Sequence[Part[Derived]]) -> None:
        self.setting = setting
        self.whole = parts
        self.parts = [part for part in parts if part.derived is not None and not part.derived.notes]

    @property
    def derived(self) -> list[Derived]:
        """What was derived, part by part."""
        return [part.derived for part in self.parts if part.derived is not None]

    @property
    def left(self) -> list[dict[str, str]]:
        """The parts in which nothing was derived, by signs of parameters."""
        return joined([part for part in self.whole if part not in self.parts], self.whole)

    @property
    def underived(self) -> Formula:
        """Where nothing was derived."""
        return disjunction(where(self.setting, signs) for signs in self.left)

    @property
    def notes(self) -> tuple[str, ...]:
        """Where nothing was derived, in words."""
        said = [" and ".join(f"{name} {sign} 0" for name, sign in signs.items()) for signs in self.left]
        return (f"not derived where {', or '.join(said)}: points there are solved",) if said else ()

    @property
    def told(self) -> bool:
        """As `Derived.told`."""
        return any(derived.told for derived in self.derived)

    @property
    def varies(self) -> bool:
        """As `Derived.varies`."""
        return any(derived.varies for derived in self.derived)

    def is_unlike(self, player: str | None = None) -> bool:
        """As `Derived.is_unlike`."""
        return any(derived.is_unlike(player) for derived in self.derived)

    def calls(self, check: Check) -> None:
        """Call ``check`` from now on."""
        for derived in self.derived:
            derived.calls(check)

    def played(self, among: Among | None) -> tuple[Formula | None, Formula | None, Formula | None]:
        """As `Derived.played`, where derived; nowhere else anything is played, or missed, or exists."""
        found: list[list[Formula]] = [[], [], []]
        asked = [False] * 3
        for part in list(self.parts):
            assert part.derived is not None
            is_whole = False
            with suppress(UnfollowedError):
                answers = part.derived.played(among)
                is_whole = not part.derived.notes
            if not is_whole:
                self.parts.remove(part)
                continue
            for k, answer in enumerate(answers):
                if answer is not None or (k == 2 and among != "some"):
                    asked[k] = True
                    here = [] if answer is None else [lifted(answer, part.setting, self.setting)]
                    found[k].append(conjunction([where(self.setting, part.signs), *here]))
        some, missed, exists = (disjunction(f) if is_asked else None for f, is_asked in zip(found, asked, strict=True))
        return some, missed, exists

    def by_actions(self) -> dict[tuple[tuple[str, str], ...], Formula]:
        """As `Derived.by_actions`, where derived."""
        found: dict[tuple[tuple[str, str], ...], list[Formula]] = {}
        for part in self.parts:
            assert part.derived is not None
            for actions, stands in part.derived.by_actions().items():
                here = [where(self.setting, part.signs), lifted(stands, part.setting, self.setting)]
                found.setdefault(actions, []).append(conjunction(here))
        return {actions: disjunction(parts) for actions, parts in found.items()}

    def listed(self) -> list[Outcome]:
        """As `Derived.listed`. Raises UnfollowedError: outcomes are not joined over parts."""
        raise UnfollowedError("its outcomes are derived by parts of the ranges, in each of which other ones are played")


def derived_in(setting: Setting, check: Check) -> Derived | InParts:
    """The outcomes in a setting, derived once for all that is asked of them; ``check`` is called from now on."""
    known: Derived | InParts | None = setting.derived.get(_KEPT)
    if known is None:
        with followed():
            parts = parts_of(setting, lambda part: Derived(part, check, is_brief=True))
            known = setting.derived[_KEPT] = InParts(setting, parts) if parts else Derived(setting, check)
    known.calls(check)
    return known


def outcomes_in(setting: Setting, check: Check) -> list[Outcome]:
    """Every outcome in a setting; see `Derived.listed`."""
    derived = derived_in(setting, check)
    with followed():
        return derived.listed()


@contextmanager
def followed() -> Iterator[None]:
    """What is not followed is said with what to do instead."""
    try:
        yield
    except UnfollowedError as reason:
        raise could_not_finish(
            "condition",
            f"the region is not derived: {reason}",
            "hold parameters at numbers (--set), solve at points, or make the choice a grid (--levels 21)",
        ) from None
