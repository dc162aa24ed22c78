"""Reactions in few cases say what the reactions do that a solver has written."""

import random
from fractions import Fraction

import pytest

import hedging_games as hg
from continuous_outcomes import TWICE
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.formulas.formula import holds_at
from hedging_games.algebra.polynomials import terms_of, value_at
from hedging_games.games.continuous import Choose, numbers_in
from hedging_games.model.reader import read_model_text
from hedging_games.theory.brief_reactions import brief
from hedging_games.theory.reactions_text import reaction_lines

POINTS = 150
"""Histories for each reaction: ends, halves, quarters, tenths and twentieths of the ranges, where borders of cases lie."""

MODELS = {
    "wedge-driving": {},
    "wedge-driving, the wedge too strong": {"complementarity": 2},
    "wedge-driving, engagement that finances alignment": {"complementarity": Fraction(-1, 2)},
    "burden-bloc": {},
    "rival-cards": {},
    "blockade-threat": {},
    "tolerance-band": {},
}


def _value(answer, point):
    if not hasattr(answer, "numer"):
        return answer
    return value_at(terms_of(answer.numer), point) / value_at(terms_of(answer.denom), point)


def _first(cases, point):
    """What is done at a history: the first case that holds."""
    return next((_value(answer, point) for formula, answer in cases if holds_at(formula, point)), None)


def _histories(game, ranges, rng):
    """Choices drawn by halves, quarters, tenths and at the ends, so that ties are met."""
    names = [str(symbol) for symbol in game.field.symbols]
    for _ in range(POINTS):
        steps = rng.choice([1, 2, 4, 10, 20])
        point = [Fraction(0)] * len(names)
        for k, name in enumerate(names):
            low, high = ranges[name]
            point[k] = low + (high - low) * Fraction(rng.randint(0, steps), steps)
        yield point


# The oracle is the reaction itself, case by case, at histories on the borders too.
@pytest.mark.parametrize("name", MODELS)
def test_brief_cases_do_at_every_history_what_the_written_ones_do(name):
    rng = random.Random(name)
    model = hg.load(name.split(",")[0])
    found = hg.solve(model.at(**MODELS[name]))
    game = found.game
    hull = {node.name: _ends(game, node) for node in numbers_in(game.root) if isinstance(node, Choose)}
    hull |= {name: (Fraction(0), Fraction(4)) for name in game.choices if name not in hull}
    ranges = {name: Interval(*ends) for name, ends in hull.items()}
    compared = 0
    for equilibrium in found:
        for reaction in equilibrium.reactions:
            cases = brief(game, reaction, ranges)
            assert len(cases) <= len(reaction.cases)
            for point in _histories(game, hull, rng):
                written = _first(reaction.cases, point)
                if written is not None:
                    assert _first(cases, point) == written, (reaction.node, point)
                    compared += 1
    assert compared >= POINTS


def _ends(game, node):
    numbers = [value_at(terms_of(end.numer), [Fraction(0)] * game.field.ngens) for end in (node.low, node.high)]
    return tuple(map(Fraction, numbers))


# At the baseline the partner's best reply to engagement e is pull - complementarity*e = 1 - e, which stays within [0, 1]: one case.
def test_a_best_reply_that_is_one_function_is_said_in_one_line():
    found = hg.solve("wedge-driving")
    said = [line for line in reaction_lines(found.game, found[0]) if line.startswith("alignment")]
    assert said == ["alignment: alignment = 1 - engagement"]


# With complementarity 2 it is max(0, 1 - 2e): 0 from e = 1/2 on.
def test_a_best_reply_that_stops_at_an_end_has_two():
    found = hg.solve("wedge-driving", complementarity=2)
    said = {line for line in reaction_lines(found.game, found[0]) if line.startswith("alignment")}
    assert said == {
        "alignment: alignment = 1 - 2*engagement for engagement in [0, 1/2)",
        "alignment: alignment = 0 for engagement in [1/2, 1]",
    }


# Only the follower's ties keep the leader at x > 0: off the path it hurts. Cases on the path and off it differ, and must not be merged.
def test_cases_that_differ_are_kept_apart():
    found = hg.solve(read_model_text(TWICE).at())
    assert any(equilibrium.hedge == 1 for equilibrium in found)
    rng = random.Random(5)
    ranges = {name: Interval(Fraction(0), Fraction(1)) for name in found.game.choices}
    hull = {name: (Fraction(0), Fraction(1)) for name in found.game.choices}
    for equilibrium in found:
        for reaction in equilibrium.reactions:
            cases = brief(found.game, reaction, ranges)
            for point in _histories(found.game, hull, rng):
                written = _first(reaction.cases, point)
                assert written is None or _first(cases, point) == written
