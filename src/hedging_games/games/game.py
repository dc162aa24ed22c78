"""A game: a form with payoffs, in one arithmetic. Batch axes, one index a parameter point, always come last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from hedging_games.algebra.arithmetic import EXACT, FAST, Arithmetic
from hedging_games.algebra.numbers import exact_and_whole_array, exact_array, exact_number
from hedging_games.errors import input_error
from hedging_games.games.form import CHANCE, Form, matrix_form
from hedging_games.games.whole import LARGEST, WholePayoffs, whole_payoffs
from hedging_games.shown import Drawn

if TYPE_CHECKING:
    import nashpy


@dataclass(frozen=True, eq=False)
class Game(Drawn):
    """A form, what its terminal histories are worth to each player, and how likely chance's actions are.

    Attributes
    ----------
    form : the histories and who knows what.
    payoffs : shape (players, Z, *batch), by player and terminal history (in the order of ``form.terminals``).
    chance : shape (S, *batch), the probability of each slot of chance; zero at the players' slots.
    arithmetic : EXACT, FAST or a symbolic one; every number of the game belongs to it.
    title : for headings. name : the catalogue or file name. source : where the story comes from, as it is cited.
    hedge : shape (Z,), whether the event of interest happens in each terminal history; None where none is named.
    parameters : the point at which the model was taken, by name (empty for games without a model).
    notes : remarks that belong to every answer about this game, such as a value outside its declared range.
    default_concept : the solution concept that its model asks for, None if it leaves it to the kind of game.
    """

    form: Form
    payoffs: np.ndarray
    chance: np.ndarray
    arithmetic: Arithmetic = EXACT
    title: str = ""
    name: str = ""
    hedge: np.ndarray | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    default_concept: str | None = None
    source: str = ""

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names, in order."""
        return self.form.players

    def payoff_table(self) -> np.ndarray:
        """Payoffs of a matrix game, shape (players, m1, ..., mn, *batch), the k-th action axis being player k's.

        Raises InputError if the game is not simultaneous (see `reductions.strategic_form` for trees).
        """
        if not self.form.is_simultaneous:
            raise input_error("game", "the game is not simultaneous", "use its strategic form")
        return self._as_table(self.payoffs)

    @cached_property
    def whole(self) -> WholePayoffs | None:
        """The payoffs as whole numbers, shape (players, Z); None unless all are fractions."""
        return whole_payoffs(self.payoffs)

    @cached_property
    def whole_table(self) -> WholePayoffs | None:
        """The payoffs of a matrix game as whole numbers, shape (players, m1, ..., mn); None unless all are fractions."""
        return None if self.whole is None else WholePayoffs(self._as_table(self.whole.numbers), self.whole.scales)

    def _as_table(self, payoffs: np.ndarray) -> np.ndarray:
        """Payoffs by terminal history as a table, the k-th action axis being player k's."""
        sets = [self.form.information_sets[s] for s in self.form.order_of_play]
        table = payoffs.reshape(len(self.players), *(len(s.actions) for s in sets), *payoffs.shape[2:])
        if [s.player for s in sets] == list(range(len(self.players))):
            return table
        order = np.argsort([s.player for s in sets])
        table = np.moveaxis(table, [int(k) + 1 for k in order], range(1, len(sets) + 1))
        # A player without a decision has an axis of length one.
        present = {s.player for s in sets}
        for player in range(len(self.players)):
            if player not in present:
                table = np.expand_dims(table, player + 1)
        return table

    def fast(self) -> Game:
        """The same game in floating point."""
        if self.arithmetic.name == "fast":
            return self
        return Game(
            self.form,
            self.payoffs.astype(np.float64),
            self.chance.astype(np.float64),
            FAST,
            self.title,
            self.name,
            self.hedge,
            self.parameters,
            self.notes,
            self.default_concept,
        )

    def to_nashpy(self) -> nashpy.Game:
        """The game for nashpy: two players, floats; a tree through its reduced strategic form.

        Raises InputError unless there are two players.
        """
        import nashpy

        from hedging_games.games.reductions import strategic_form

        if len(self.players) != 2:
            raise input_error(
                "nashpy", f"nashpy takes two players, this game has {len(self.players)}", "solve it with hg.solve"
            )
        payoffs = strategic_form(self).payoffs.astype(np.float64)
        return nashpy.Game(payoffs[0], payoffs[1])

    def __str__(self) -> str:
        from hedging_games.games.display import game_text

        return game_text(self)


def require_exact(game: Game) -> None:
    """Raise InputError unless the game is in exact arithmetic: floats are refused, what they stand for being a guess. So are games over
    time, and with continuous choices, by what does not cover them.
    """
    if not isinstance(game, Game):
        what = "this is about games that are played once, with finitely many choices"
        raise input_error("game", what, "hg.solve, hg.condition and their like cover the others")
    if game.arithmetic.name != "exact":
        raise input_error(
            "game", f"the game is in {game.arithmetic.name} arithmetic", "solve the exact game: model.at(...) gives it"
        )


def matrix_game(
    *payoffs: Any,
    players: Sequence[str] | None = None,
    actions: Sequence[Sequence[str]] | None = None,
    title: str = "",
) -> Game:
    """A simultaneous game from one array of exact payoffs per player, each of shape (m1, ..., mn).

    Parameters
    ----------
    payoffs : for each player an array, or nested lists, of exact numbers.
    players : their names; ``Player 1``, ``Player 2``, ... if left out.
    actions : for each player the names of its actions; ``1``, ``2``, ... if left out.
    title : for headings.

    Raises InputError for floats (with the remedy), for arrays of different shapes, and if there are not as many arrays or names
    as axes.
    """
    tables, whole = zip(*map(exact_and_whole_array, payoffs), strict=True) if payoffs else ((), ())
    if not tables or any(table.shape != tables[0].shape for table in tables):
        raise input_error("game", "the payoff arrays differ in shape", "give one array of the same shape per player")
    shape = tables[0].shape
    if len(shape) != len(tables):
        raise input_error(
            "game",
            f"{len(tables)} payoff arrays of {len(shape)} axes: there is one player per axis",
            "give as many arrays as players, each with one axis per player",
        )
    names = list(players) if players is not None else [f"Player {k + 1}" for k in range(len(shape))]
    choices = list(actions) if actions is not None else [[str(a + 1) for a in range(size)] for size in shape]
    if len(names) != len(shape) or [len(c) for c in choices] != list(shape):
        raise input_error("game", "names and payoffs differ in number", f"the payoffs have shape {shape}")
    form = matrix_form(names, choices)
    flat = np.stack([table.ravel() for table in tables])
    game = Game(form, flat, EXACT.zeros((form.slot_count,)), title=title)
    if all(table is not None and table.min() > -LARGEST and table.max() < LARGEST for table in whole):
        # What `whole` would find, of fractions one by one.
        numbers = np.stack([table.ravel() for table in whole])
        vars(game)["whole"] = WholePayoffs(numbers, (1,) * len(numbers))
    return game


def game_on(
    form: Form,
    payoffs: Any,
    chance: Mapping[int, Any] | None = None,
    *,
    title: str = "",
    name: str = "",
    hedge: np.ndarray | None = None,
) -> Game:
    """An exact game on a form: ``payoffs`` of shape (players, Z) and ``chance``, slot to probability.

    Raises InputError if the probabilities of a chance move are negative or do not sum to one, or a shape is wrong.
    """
    exact = exact_array(payoffs)
    if exact.shape != (len(form.players), len(form.terminals)):
        raise input_error(
            "payoff",
            f"payoffs have shape {exact.shape}",
            f"give shape {(len(form.players), len(form.terminals))}: players by terminal histories",
        )
    probabilities = EXACT.zeros((form.slot_count,))
    for slot, probability in (chance or {}).items():
        if form.player_of_slot[slot] != CHANCE:
            label = form.information_sets[int(form.set_of_slot[slot])].label
            raise input_error(
                "chance", f"'{label}' is decided by a player, not by chance", "leave its probabilities out"
            )
        probabilities[slot] = exact_number(probability, f"the probability of {form.action_of_slot[slot]}")
    for s in form.sets_of(CHANCE):
        here = [probabilities[slot] for slot in form.slots(s)]
        label = form.information_sets[s].label
        if min(here) < 0:
            raise input_error("chance", f"a probability of '{label}' is negative", "give numbers from 0 to 1")
        if sum(here) != 1:
            raise input_error("chance", f"the probabilities of '{label}' sum to {sum(here)}", "let them sum to 1")
    return Game(form, exact, probabilities, title=title, name=name, hedge=hedge)


def from_nashpy(
    game: nashpy.Game, players: Sequence[str] | None = None, actions: Sequence[Sequence[str]] | None = None
) -> Game:
    """A nashpy game as an exact game: every float payoff is taken as the shortest decimal that prints like it.

    ``players`` and ``actions`` are names, as of `matrix_game`.

    Raises InputError for payoffs that are no finite numbers, and what `matrix_game` raises.
    """
    from fractions import Fraction

    if not all(np.isfinite(np.asarray(matrix, dtype=float)).all() for matrix in game.payoff_matrices):
        raise input_error("game", "a payoff is infinite or no number", "give finite payoffs")
    tables = [
        [[Fraction(repr(float(entry))) for entry in row] for row in np.asarray(matrix)]
        for matrix in game.payoff_matrices
    ]
    return matrix_game(*tables, players=players, actions=actions)
