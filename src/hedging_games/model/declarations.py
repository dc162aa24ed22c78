"""What a model file declares, as values: players, parameters with their ranges, decisions, payoffs, claims, cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from hedging_games.algebra.expressions.expression import Condition, Expression
from hedging_games.algebra.expressions.text import readable
from hedging_games.errors import Place

CHANCE_NAME: Final = "chance"
"""Who moves when nobody does, in ``by: chance``."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player and the role it has in the story; a ``myopic`` one chooses a best reply of the period, whatever follows."""

    name: str
    role: str = ""
    myopic: bool = False
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of exact numbers, each end open or closed."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(10)
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: Fraction) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def __str__(self) -> str:
        return f"{'(' if self.low_open else '['}{readable(self.low)}, {readable(self.high)}{')' if self.high_open else ']'}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its baseline value, the range it may plausibly take, what it means, its unit, where it comes from."""

    name: str
    baseline: Fraction
    range: Range = Range()
    meaning: str = ""
    unit: str = ""
    source: str = ""
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Actions:
    """A choice among named actions."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lottery:
    """A move of chance: its outcomes with their probabilities."""

    labels: tuple[str, ...]
    probabilities: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A choice among numbers from ``low`` to ``high``: either ``levels`` equally spaced ones, or in steps of ``step``.

    Taken by chance, all of them are equally likely.
    """

    low: Expression
    high: Expression
    levels: Expression | None = None
    step: Expression | None = None

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """The formulas it is made of."""
        return tuple(part for part in (self.low, self.high, self.levels, self.step) if part is not None)


@dataclass(frozen=True, slots=True)
class Continuum:
    """A continuous choice: any number from ``low`` to ``high``, which may depend on parameters and on earlier choices.

    Taken by chance it is uniformly distributed.
    """

    low: Expression
    high: Expression

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """The formulas it is made of."""
        return (self.low, self.high)


Choice: TypeAlias = Actions | Lottery | Grid | Continuum


def is_number(choice: Choice) -> bool:
    """Whether what is chosen is a number, which formulas can use."""
    return isinstance(choice, Grid | Continuum)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: who takes it (None: chance), among what, seeing which earlier decisions, and when it is reached.

    ``even`` : actions among which a fair coin decides where they are equally good.
    """

    name: str
    player: str | None
    choice: Choice
    sees: tuple[str, ...] = ()
    when: Condition | None = None
    where: Place | None = field(default=None, compare=False, repr=False)
    even: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its actions; none for a grid or a continuous choice, whose actions are numbers."""
        return self.choice.labels if isinstance(self.choice, Actions | Lottery) else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a payoff table: the outcomes it is about, and what each player gets in them."""

    at: Condition
    payoffs: Mapping[str, Expression]
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Payoffs as a table; exactly one row is about each outcome."""

    rows: tuple[Row, ...]


Payoffs: TypeAlias = Mapping[str, Expression] | Table
"""Each player's payoff as an expression, or a table of outcomes."""


# --- play over time ----------------------------------------------------------------------------------------------------

When: TypeAlias = Literal["always", "never", "reaches", "first"]
"""In which periods: in every one that is played, in none, in at least one, in the first."""

WHENS: Final[tuple[When, ...]] = ("always", "never", "reaches", "first")

VERDICTS: Final = ("proved", "refuted", "conditional", "undecided")
"""What may become of a claim."""

SUSTAINED_BY: Final = ("grim-trigger", "tit-for-tat", "optimal-penal-code")
"""How deviations from a path of a repeated game may be punished."""


@dataclass(frozen=True, slots=True)
class PathEvent:
    """An event of play over time: a condition on what happens in a period, and in which periods it is to hold."""

    when: When
    event: Condition

    @property
    def where(self) -> Place | None:
        """Where the condition is written."""
        return self.event.where

    def __str__(self) -> str:
        return f"{self.when}: {self.event}"


Happening: TypeAlias = Condition | PathEvent
"""An event of interest: a condition on what is chosen, or of play over time one on its periods."""


def happening_formula(event: Happening) -> Condition:
    """The condition that an event speaks of."""
    return event.event if isinstance(event, PathEvent) else event


Draw: TypeAlias = tuple[tuple[str | Expression, Expression], ...]
"""Values of a state variable (a name, or a number as a formula), each with its probability."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of ``next``: after which outcomes of a period (None: all of them), and how play goes on.

    ``to`` : what state variables become, by name, those left out staying as they are; None where play ends. ``worth`` : what the
    end is worth to players, in the period in which play ends.
    """

    at: Condition | None
    to: Mapping[str, Draw] | None
    worth: Mapping[str, Expression] = field(default_factory=dict)
    where: Place | None = field(default=None, compare=False, repr=False)

    @property
    def formulas(self) -> tuple[Condition | Expression, ...]:
        """The formulas it is made of."""
        drawn = [part for draw in (self.to or {}).values() for part in draw]
        values = [value for value, _ in drawn if not isinstance(value, str)]
        at = () if self.at is None else (self.at,)
        return (*at, *values, *(probability for _, probability in drawn), *self.worth.values())


@dataclass(frozen=True, slots=True)
class Course:
    """How a game goes on from period to period.

    Attributes
    ----------
    state : the state variables, as if chance had chosen their values first: among names, or whole numbers of a range.
    start : their values in the first period. transitions : the rows of ``next``.
    discounts : by player, what a payoff is worth a period earlier.
    horizon : the number of periods, None where play goes on until it ends. sustained : of `SUSTAINED_BY`.
    """

    state: Mapping[str, Decision]
    start: Mapping[str, str | Expression]
    transitions: tuple[Transition, ...]
    discounts: Mapping[str, Expression]
    horizon: Expression | None = None
    sustained: tuple[str, ...] = ()

    @property
    def formulas(self) -> tuple[Condition | Expression, ...]:
        """The formulas it is made of."""
        horizon = () if self.horizon is None else (self.horizon,)
        started = (value for value in self.start.values() if not isinstance(value, str))
        return (*(f for row in self.transitions for f in row.formulas), *self.discounts.values(), *started, *horizon)

    @property
    def whole_numbers(self) -> tuple[Expression, ...]:
        """The formulas that decide which states there are: they have to be numbers before the game has a form."""
        horizon = () if self.horizon is None else (self.horizon,)
        drawn = [value for row in self.transitions for draw in (row.to or {}).values() for value, _ in draw]
        return (*(v for v in (*drawn, *self.start.values()) if not isinstance(v, str)), *horizon)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the source that the model can test.

    Attributes
    ----------
    says : the statement in words.
    region : "widens", "shrinks", "never widens", "never shrinks" or "same": how the region of the event moves with
        ``with_``, or from the model ``compare`` to this one.
    payoff : the player whose payoff is spoken of; ``moves`` is "rises", "falls", "never rises" or "never falls".
    outcome : the event spoken of (None: the model's hedge). ``holds`` is "everywhere", "somewhere" or "nowhere".
    needs : a condition on the parameters without which the outcome is not played.
    given : a condition on the parameters under which the claim is made (key ``if``).
    with_ : the parameters that are moved (key ``with``).
    among : "some" or "every" equilibrium; None leaves it to the test.
    concept : a solution concept; None leaves it to the model. ``compare`` : another model, from which the region or the payoff moves to
        this one.
    at : values at which parameters are held. tried : the point at which a claim is tried (key ``try``), by parameter; of a claim about what
        moves two points, of one parameter two values being named.
    means : by verdict, what it means for the source, in a sentence. note : a remark.
    """

    says: str
    region: str | None = None
    payoff: str | None = None
    moves: str | None = None
    outcome: Happening | None = None
    holds: str | None = None
    needs: Condition | None = None
    given: Condition | None = None
    with_: tuple[str, ...] = ()
    among: str | None = None
    concept: str | None = None
    compare: str | None = None
    at: Mapping[str, Fraction] = field(default_factory=dict)
    tried: Mapping[str, tuple[Fraction, ...]] = field(default_factory=dict)
    means: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A named point: the values that differ from the baseline, with a note on where they come from."""

    name: str
    values: Mapping[str, Fraction]
    note: str = ""
    where: Place | None = field(default=None, compare=False, repr=False)
