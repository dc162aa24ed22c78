"""A model: a game in which parameters stand for numbers, as a value. Taken at a point it is a `Game`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from hedging_games.algebra.arithmetic import EXACT, FAST, Arithmetic, symbolic_arithmetic
from hedging_games.algebra.evaluation import Evaluator, compiled, evaluate_many
from hedging_games.algebra.expressions.expression import Condition, Expression, Formula
from hedging_games.algebra.numbers import exact_number
from hedging_games.errors import InputError, Problem, did_you_mean, input_error
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.model.continuous import continuous_choices, tree
from hedging_games.model.declarations import (
    Case,
    Claim,
    Continuum,
    Course,
    Decision,
    Happening,
    Parameter,
    Payoffs,
    Player,
    Table,
    happening_formula,
)
from hedging_games.model.grids import on_grid
from hedging_games.model.histories import Scope
from hedging_games.model.markov import Periods, markov_game, periods
from hedging_games.model.names import (
    Names,
    let_order,
    lottery_formulas,
    mentioned_names,
    names_of,
    structural_parameters,
)
from hedging_games.model.play import Unrolled, unroll
from hedging_games.shown import Drawn

_KEPT_FORMS: Final = 16
"""Forms remembered per model, one for each combination of structural numbers."""


@dataclass(frozen=True, eq=False)
class Model(Drawn):
    """What a model file says. All mappings are in the order of the file.

    Attributes
    ----------
    name : the name of the file or of the catalogue entry, without its ending.
    players, parameters, lets, decisions, cases : by name.
    assumptions : comparisons that every point has to satisfy.
    payoffs : an expression for each player, or a ``Table`` of the file.
    hedge : the event of interest, a condition on terminal histories, or in play over time one on its periods. claims : what the
        source asserts.
    course : how play goes on from period to period; None for a game that is played once.
    concept : the solution concept that the file asks for, None if it leaves it to the kind of game.
    title, source, notes : texts. text : the file itself. files : other files that were read with it.

    Two models are equal if they say the same, wherever and however it is written (places, comments, ``text``, ``name`` and
    ``files`` do not count).
    """

    name: str
    title: str
    players: Mapping[str, Player]
    parameters: Mapping[str, Parameter]
    decisions: Mapping[str, Decision]
    payoffs: Payoffs
    source: str = ""
    notes: str = ""
    assumptions: tuple[Condition, ...] = ()
    lets: Mapping[str, Expression] = field(default_factory=dict)
    hedge: Happening | None = None
    claims: tuple[Claim, ...] = ()
    cases: Mapping[str, Case] = field(default_factory=dict)
    concept: str | None = None
    course: Course | None = None
    text: str = field(default="", repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)

    # --- points --------------------------------------------------------------------------------------------------

    def point(self, case: str | None = None, /, **values: object) -> dict[str, Fraction]:
        """The value of every parameter: the baseline, changed by a case, changed by ``values``.

        Raises
        ------
        InputError
            For an unknown case or parameter (with the nearest known one) and for a value that is not exact.
        """
        point = {name: parameter.baseline for name, parameter in self.parameters.items()}
        if case is not None:
            point.update(self._case(case).values)
        for name, value in values.items():
            if name not in point:
                raise self._unknown_parameter(name)
            point[name] = exact_number(value, name)
        return point

    def at(self, case: str | None = None, /, **values: object) -> AnyGame:
        """The game at a point: ``model.at("korea", card="1/3")``.

        Parameters
        ----------
        case : the name of one of the model's cases; the baseline if left out.
        values : parameters and their exact values: int, Fraction, Decimal, or a text such as ``"1/3"`` or ``"0.25"``.

        Returns
        -------
        Game, ContinuousGame or MarkovGame
            Exact, with the point in ``parameters`` and a note for every value outside its declared range; a `ContinuousGame`
            where some choice is any number of an interval, a `MarkovGame` where play goes on over time.

        Raises
        ------
        InputError
            For unknown names, floats, a violated assumption (which it names), a probability below zero, and a
            denominator that is zero at the point.
        CouldNotFinish
            If the model has too many histories there.
        """
        if self.is_over_time:
            return self.markov_at(case, **values)
        return (self.tree_at if self.is_continuous else self.finite_at)(case, **values)

    def finite_at(self, case: str | None = None, /, **values: object) -> Game:
        """The game at a point, whose choices must all be finite; arguments and errors as of `at`."""
        point = self.point(case, **values)
        self._refuse_violations(point)
        return self._game(point, EXACT, point, self._range_notes(point))

    def markov_at(self, case: str | None = None, /, **values: object) -> MarkovGame:
        """The game over time at a point; arguments and errors as of `at`."""
        point = self.point(case, **values)
        self._refuse_violations(point)
        return self._markov(point, EXACT, point, self._range_notes(point))

    def open_markov(self, case: str | None = None, /, **fixed: object) -> MarkovGame:
        """The game over time with its parameters left open; arguments and errors as of `symbolic`."""
        symbols, arithmetic, shown, notes, numbers = self._opened(case, fixed)
        return self._markov(symbols, arithmetic, shown, notes, numbers)

    def _markov(
        self,
        values: Mapping[str, Any],
        arithmetic: Arithmetic,
        shown: Mapping[str, Any],
        notes: tuple[str, ...],
        structural: Mapping[str, Fraction] | None = None,
    ) -> MarkovGame:
        found = self.periods(values if structural is None else structural)
        return markov_game(self, found, values, arithmetic, MappingProxyType(dict(shown)), notes)

    def symbolic(self, case: str | None = None, /, **fixed: object) -> Game:
        """The game with its parameters left open: payoffs are rational functions (elements of sympy's ``FracField``).

        Parameters given in ``fixed`` are numbers; so are the structural ones (`structural`), which keep their value at
        the case or baseline. The others generate the field, in the order of the file. In ``Game.parameters`` an open
        parameter is its generator.

        Raises InputError for unknown names, floats, and numbers that violate an assumption between fixed parameters.
        """
        return self._game(*self._opened(case, fixed))

    def _opened(
        self, case: str | None, fixed: Mapping[str, object]
    ) -> tuple[dict[str, Any], Arithmetic, dict[str, Any], tuple[str, ...], dict[str, Fraction]]:
        """What parameters are worth where some are left open, in which arithmetic, what is shown of them, the notes, and those that
        are numbers.
        """
        from hedging_games.algebra.rational_functions import function_field

        point = self.point(case, **fixed)
        numbers = {name: point[name] for name in self.parameters if name in fixed or name in self.structural}
        free = [name for name in self.parameters if name not in numbers]
        self._refuse_violations(numbers)
        domain, *generators = function_field(free)
        arithmetic = symbolic_arithmetic(domain)
        symbols = {name: arithmetic.number(value) for name, value in numbers.items()}
        symbols |= dict(zip(free, generators, strict=True))
        shown = {name: numbers.get(name, symbols[name]) for name in self.parameters}
        return symbols, arithmetic, shown, self._range_notes(numbers), numbers

    def tree_at(self, case: str | None = None, /, **values: object) -> ContinuousGame:
        """The game with continuous choices at a point; arguments and errors as of `at`."""
        point = self.point(case, **values)
        self._refuse_violations(point)
        return self._tree(point, self._range_notes(point))

    def open_tree(self, case: str | None = None, /, **fixed: object) -> ContinuousGame:
        """The game with continuous choices and its parameters left open; arguments and errors as of `symbolic`."""
        point = self.point(case, **fixed)
        numbers = {name: point[name] for name in self.parameters if name in fixed or name in self.structural}
        self._refuse_violations(numbers)
        return self._tree(numbers, self._range_notes(numbers))

    def _tree(self, numbers: Mapping[str, Fraction], notes: tuple[str, ...]) -> ContinuousGame:
        """The tree with some parameters as numbers and the others left open."""
        from hedging_games.algebra.rational_functions import function_field

        choices = continuous_choices(self.decisions)
        free = [name for name in self.parameters if name not in numbers]
        functions, *generators = function_field([*free, *choices])
        values = {**numbers, **dict(zip(free, generators, strict=False))}
        shown = {name: values[name] for name in self.parameters}
        return ContinuousGame(
            tuple(self.players),
            tree(self.names, self.payoffs, self._event, shown, functions),
            functions,
            choices,
            self.title,
            self.name,
            self.hedge is not None,
            MappingProxyType(shown),
            notes,
            self.concept,
            self.source,
        )

    def fast(self, case: str | None = None, /, **columns: Any) -> Game:
        """The game at many points at once, in float64: batch axes last.

        ``columns`` gives parameters either one value (anything `at` takes, or a float) or an array of values; arrays
        broadcast against one another. Structural parameters need one exact value. Assumptions are not checked: see
        `admissible`.

        Returns
        -------
        Game
            Payoffs of shape (players, Z, *batch), chance of shape (S, *batch).

        Raises
        ------
        InputError
            For unknown names, an array for a structural parameter, and a denominator that is zero at some point.
        """
        arrays, exact = self._columns(case, columns)
        return self._game(arrays, FAST, arrays, (), exact)

    def admissible(self, case: str | None = None, /, **columns: Any) -> np.ndarray:
        """Shape (*batch): at which of many points all assumptions hold; ``columns`` as in `fast`."""
        arrays, _ = self._columns(case, columns)
        known: dict[str, Any] = dict(arrays)
        needed = mentioned_names(self.assumptions, self.names)
        for name in let_order(self.names):
            if name in needed:
                known[name] = evaluate_many(self.lets[name], known)
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
        masks = [evaluate_many(condition, known) for condition in self.assumptions]
        return np.asarray(np.logical_and.reduce([np.ones(shape, dtype=bool), *masks]))

    @cached_property
    def structural(self) -> tuple[str, ...]:
        """The parameters that decide the form or an order (grid steps, comparisons, ``min``, ``max``) and therefore stay
        numbers in `symbolic`.

        Of a model with a continuous choice only those that decide the form (grids, conditions of decisions, probabilities):
        an order among payoffs stays open there.
        """
        whole_numbers = () if self.course is None else self.course.whole_numbers
        formulas = self._form_formulas if self.is_continuous else self.formulas
        return structural_parameters(formulas, self.names, whole_numbers)

    # --- play over time --------------------------------------------------------------------------------------------

    @property
    def is_over_time(self) -> bool:
        """Whether play goes on from period to period."""
        return self.course is not None

    @property
    def _event(self) -> Condition | None:
        """The condition that the event of interest speaks of."""
        return None if self.hedge is None else happening_formula(self.hedge)

    def periods(self, point: Mapping[str, Fraction]) -> Periods:
        """A model over time written out at a point's structural numbers, state by state; remembered as in `unrolled`.

        Raises InputError with all that is wrong in any state.
        """
        key = tuple(point[name] for name in self.structural)
        if key not in self._periods:
            if len(self._periods) >= _KEPT_FORMS:
                del self._periods[next(iter(self._periods))]
            self._periods[key] = periods(self, dict(zip(self.structural, key, strict=True)))
        return self._periods[key]

    @cached_property
    def _periods(self) -> dict[tuple[Fraction, ...], Periods]:
        return {}

    # --- continuous choices ----------------------------------------------------------------------------------------

    @cached_property
    def is_continuous(self) -> bool:
        """Whether some decision is a continuous choice, or a uniform move of chance."""
        return any(isinstance(decision.choice, Continuum) for decision in self.decisions.values())

    def on_grid(self, levels: int) -> Model:
        """The model in which every continuous choice is one among ``levels`` equally spaced numbers, its two ends included.

        A uniform move of chance becomes one among as many equally likely numbers, the midpoints of equal parts.

        Raises
        ------
        InputError
            For levels that are no whole number from 2 on, for a model without a continuous choice, and for one whose ends
            depend on what was chosen before: a grid has the same numbers everywhere.
        """
        if isinstance(levels, bool) or not isinstance(levels, int) or levels < 2:
            raise input_error("option", f"a grid of {levels!r} levels has no two ends", "give a whole number from 2 on")
        if not self.is_continuous:
            what = f"the model '{self.name}' has no continuous choice that could become a grid"
            raise input_error("option", what, "leave out the levels")
        for decision in self.decisions.values():
            if isinstance(decision.choice, Continuum) and (moving := self.names.decisions_of(decision.choice.formulas)):
                what = f"'{decision.name}' cannot become a grid: its ends depend on '{min(moving)}'"
                remedy = "solve the model as it is, without levels"
                raise InputError(Problem("play", what, remedy, decision.choice.formulas[0].where or decision.where))
        return replace(self, decisions={name: on_grid(d, levels) for name, d in self.decisions.items()})

    # --- identity --------------------------------------------------------------------------------------------------

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that change whenever the game, its parameters or its event change, and not with titles,
        sources, claims, cases, comments or layout.
        """
        from hashlib import sha256

        from hedging_games.model.dump import canonical_game

        return sha256(canonical_game(self).encode()).hexdigest()

    def dump(self) -> str:
        """The model as the text of a model file, in canonical form; reading it gives an equal model."""
        from hedging_games.model.dump import model_text

        return model_text(self)

    def _content(self) -> tuple[Any, ...]:
        content = (getattr(self, f.name) for f in fields(self) if f.name not in {"text", "name", "files"})
        return tuple(tuple(value.items()) if isinstance(value, Mapping) else value for value in content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __getstate__(self) -> dict[str, Any]:
        # What is remembered between calls is left behind: compiled formulas do not travel between processes.
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # --- below the surface -----------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> Names:
        """The name space of the model's formulas."""
        return names_of(self.players, self.parameters, self.lets, self.decisions, self.course)

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas that make the game: payoffs, conditions of decisions, probabilities, how play goes on, and the event."""
        found: list[Formula] = []
        if isinstance(self.payoffs, Table):
            for row in self.payoffs.rows:
                found += [row.at, *row.payoffs.values()]
        else:
            found += self.payoffs.values()
        for decision in self.decisions.values():
            found += [] if decision.when is None else [decision.when]
            found += lottery_formulas(decision)
        found += [] if self.course is None else self.course.formulas
        return tuple(found if self._event is None else [*found, self._event])

    @cached_property
    def _form_formulas(self) -> tuple[Formula, ...]:
        """Those that decide who moves when: conditions of decisions, and probabilities."""
        whens = [decision.when for decision in self.decisions.values() if decision.when is not None]
        return (*whens, *(part for decision in self.decisions.values() for part in lottery_formulas(decision)))

    @cached_property
    def _forms(self) -> dict[tuple[Fraction, ...], Unrolled]:
        return {}

    def unrolled(self, point: Mapping[str, Fraction]) -> Unrolled:
        """The model written out at a point's structural numbers; remembered for the last few combinations of them.

        Raises InputError if some outcome has no payoff or several, if probabilities do not sum to one, and for a model
        with a continuous choice or over time, whose histories cannot be listed.
        """
        if self.is_over_time:
            what = f"'{self.name}' goes on from period to period, which this does not cover"
            raise input_error(
                "model", what, "solve it: solve, condition, threshold, claims and path know play over time"
            )
        if self.is_continuous:
            chosen = next(d for d in self.decisions.values() if isinstance(d.choice, Continuum))
            what = f"'{chosen.name}' is a continuous choice, so the histories of '{self.name}' cannot be listed"
            remedy = "solve the model as it is, or take it on a grid: model.on_grid(21), --levels 21"
            raise InputError(Problem("play", what, remedy, chosen.where))
        key = tuple(point[name] for name in self.structural)
        if key not in self._forms:
            found = unroll(self.names, self.payoffs, self._event, dict(zip(self.structural, key, strict=True)))
            if found.problems:
                raise InputError(*found.problems)
            found.form.check()
            if len(self._forms) >= _KEPT_FORMS:
                del self._forms[next(iter(self._forms))]
            self._forms[key] = found
        return self._forms[key]

    def _game(
        self,
        values: Mapping[str, Any],
        arithmetic: Arithmetic,
        shown: Mapping[str, Any],
        notes: tuple[str, ...],
        structural: Mapping[str, Fraction] | None = None,
    ) -> Game:
        unrolled = self.unrolled(values if structural is None else structural)
        return self.filled(unrolled, values, arithmetic, MappingProxyType(dict(shown)), notes)[0]

    def filled(
        self,
        unrolled: Unrolled,
        values: Mapping[str, Any],
        arithmetic: Arithmetic,
        shown: Mapping[str, Any],
        notes: tuple[str, ...],
    ) -> tuple[Game, list[Any]]:
        """A game written out, with parameters worth ``values``; and what else its program computes (probabilities of moves on).

        Raises InputError for a probability below zero and a denominator that is zero.
        """
        form = unrolled.form
        found = unrolled.program.run(values, arithmetic)
        ends = len(form.terminals)
        batch = np.broadcast_shapes(*(np.shape(v) for v in values.values())) if arithmetic is FAST else ()
        payoffs = np.empty((len(form.players) * ends, *batch), dtype=arithmetic.dtype)
        chance = np.full((form.slot_count, *batch), arithmetic.number(0), dtype=arithmetic.dtype)
        for k in range(len(payoffs)):
            payoffs[k] = found[k]
        rest = len(payoffs) + len(unrolled.chance_slots)
        for slot, probability in zip(unrolled.chance_slots, found[len(payoffs) : rest], strict=True):
            chance[slot] = probability
            if arithmetic.name != "symbolic" and np.any(probability < 0):
                raise self._negative(unrolled, int(slot), probability)
        game = Game(
            form=form,
            payoffs=payoffs.reshape(len(form.players), ends, *batch),
            chance=chance,
            arithmetic=arithmetic,
            title=self.title,
            name=self.name,
            hedge=unrolled.hedge,
            parameters=shown,
            notes=notes,
            default_concept=self.concept,
            source=self.source,
        )
        return game, found[rest:]

    def _negative(self, unrolled: Unrolled, slot: int, probability: Any) -> InputError:
        form = unrolled.form
        information_set = form.information_sets[form.set_of_slot[slot]]
        decision = self.decisions[information_set.decision]
        action = form.action_of_slot[slot]
        what = f"the probability of '{action}' at '{information_set.label}' is {np.min(probability)}, below 0"
        remedy = f"keep {lottery_formulas(decision)[form.slots(form.set_of_slot[slot]).index(slot)]} from 0 to 1"
        return input_error("parameter", what, remedy, decision.where)

    def _columns(
        self, case: str | None, columns: Mapping[str, Any]
    ) -> tuple[dict[str, np.ndarray], dict[str, Fraction]]:
        """Every parameter as a float array, and the structural ones as exact numbers."""
        arrays_given = {
            name: value for name, value in columns.items() if isinstance(value, float | np.floating) or np.ndim(value)
        }
        exact = self.point(case, **{name: value for name, value in columns.items() if name not in arrays_given})
        for name in arrays_given:
            if name not in self.parameters:
                raise self._unknown_parameter(name)
            if name in self.structural:
                raise input_error(
                    "parameter",
                    f"'{name}' decides the form of the game or an order in it, so it cannot vary within an array",
                    f'give {name} one exact value, such as "{exact[name]}", and repeat the call for others',
                )
        arrays = {name: np.asarray(arrays_given.get(name, exact[name]), dtype=np.float64) for name in self.parameters}
        return arrays, {name: exact[name] for name in self.structural}

    # --- conditions on points --------------------------------------------------------------------------------------

    def _case(self, name: str) -> Case:
        if name not in self.cases:
            remedy = did_you_mean(name, list(self.cases)) if self.cases else "the model has no cases"
            raise input_error("case", f"the model '{self.name}' has no case '{name}'", remedy)
        return self.cases[name]

    def _unknown_parameter(self, name: str) -> InputError:
        remedy = did_you_mean(name, list(self.parameters))
        return input_error("parameter", f"the model '{self.name}' has no parameter '{name}'", remedy)

    @cached_property
    def _lets(self) -> dict[str, Evaluator]:
        return {name: compiled(expression) for name, expression in self.lets.items()}

    @cached_property
    def _tests(self) -> list[tuple[Condition, Evaluator, frozenset[str]]]:
        """Each assumption, compiled, with the parameters it speaks of."""
        return [(c, compiled(c), mentioned_names([c], self.names) - set(self.lets)) for c in self.assumptions]

    def violated(self, point: Mapping[str, Fraction]) -> list[Problem]:
        """The assumptions that do not hold at a point; those that speak of parameters without a number are passed over."""
        found = []
        for condition, test, mentioned in self._tests:
            if mentioned <= point.keys() and not test(self.scope(point), frozenset()):
                numbers = ", ".join(f"{name} = {point[name]}" for name in self.parameters if name in mentioned)
                what = f"the assumption '{condition}' does not hold at {numbers}"
                found.append(Problem("assume", what, "choose values for which it holds", condition.where))
        return found

    def _refuse_violations(self, point: Mapping[str, Fraction]) -> None:
        violated = self.violated(point)
        if violated:
            raise InputError(*violated)

    def scope(self, values: Mapping[str, Any], happened: frozenset[str] = frozenset()) -> Scope:
        """What every name is worth where parameters (and grid decisions) are worth ``values``: named expressions included,
        each computed when first asked for. To be given to `algebra.evaluation.evaluate` and `holds`.
        """
        return Scope({}, values, self._lets, happened)

    def _range_notes(self, point: Mapping[str, Fraction]) -> tuple[str, ...]:
        return tuple(
            f"{name} = {value} lies outside its declared range {self.parameters[name].range}"
            for name, value in point.items()
            if value not in self.parameters[name].range
        )
