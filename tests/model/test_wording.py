"""Payoffs as the file words them, filled in after a history, are worth what the game says: as formulas, and number by number."""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.algebra.evaluation import evaluate
from hedging_games.algebra.expressions.text import to_text
from hedging_games.games.continuous import Cases, Choose, Decide, End, Lot, Stage, Together, Uniform
from hedging_games.model.catalogue import every_name
from hedging_games.model.reader import read_model_text
from hedging_games.model.wording import payoffs_after

ONCE = [name for name in sorted(every_name()) if not hg.load(name).is_over_time]
FINITE = [name for name in ONCE if not hg.load(name).is_continuous]
CONTINUOUS = [name for name in ONCE if hg.load(name).is_continuous]


def written(model, form, history):
    sets = [
        (form.information_sets[form.set_of_slot[slot]].decision, form.action_of_slot[slot])
        for slot in form.path(history)
    ]
    return payoffs_after(model.names, model.payoffs, dict(sets))


@pytest.mark.parametrize("name", FINITE)
def test_worded_payoffs_are_the_game_s_as_formulas(name):
    model = hg.load(name)
    game = model.symbolic()
    for z, history in enumerate(game.form.terminals[:300]):
        worded = written(model, game.form, history)
        for player, expression in enumerate(worded):
            worth = evaluate(expression, dict(game.parameters))
            exact = game.arithmetic.number(worth) if isinstance(worth, F) else worth
            assert exact == game.payoffs[player, z], to_text(expression)


def value(ratio, point):
    """A rational function in choices at numbers."""
    names = [str(symbol) for symbol in ratio.field.symbols]
    top, bottom = (
        sum(F(int(c.numerator), int(c.denominator)) * power(point, names, e) for e, c in part.terms())
        for part in (ratio.numer, ratio.denom)
    )
    return top / bottom


def power(point, names, exponents):
    result = F(1)
    for name, exponent in zip(names, exponents, strict=True):
        result *= point[name] ** exponent
    return result


def holds(guard, point, names):
    relations = {">": F.__gt__, ">=": F.__ge__, "==": F.__eq__, "<=": F.__le__, "<": F.__lt__}
    return all(
        relations[s.relation](
            sum(
                (F(int(c.numerator), int(c.denominator)) * power(point, names, e) for e, c in s.polynomial.terms()),
                F(0),
            ),
            F(0),
        )
        for s in guard
    )


def ends(node, taken, chosen, point, names):
    """Every end that numbers lead to, with the way there."""
    match node:
        case End(worth):
            yield taken, chosen, worth
        case Cases(cases):
            found = [inner for guard, inner in cases if holds(guard, point, names)]
            assert len(found) == 1
            yield from ends(found[0], taken, chosen, point, names)
        case Decide(_, decision, actions, nodes) | Lot(decision, actions, _, nodes):
            for action, inner in zip(actions, nodes, strict=True):
                yield from ends(inner, {**taken, decision: action}, chosen, point, names)
        case Stage(_, decisions, labels, nodes):
            for key, inner in nodes.items():
                at_once = {d: own[a] for d, own, a in zip(decisions, labels, key, strict=True)}
                yield from ends(inner, {**taken, **at_once}, chosen, point, names)
        case Together(choices):
            yield from ends(node.node, taken, chosen | {c.name for c in choices}, point, names)
        case Choose(name=name, node=inner) | Uniform(name=name, node=inner):
            yield from ends(inner, taken, chosen | {name}, point, names)


@pytest.mark.parametrize("name", CONTINUOUS)
@pytest.mark.parametrize("number", [F(0), F(1, 3), F(1, 2), F(1), F(-2, 3)])
def test_worded_payoffs_with_continuous_choices(name, number):
    model = hg.load(name)
    game = model.at()
    point = dict.fromkeys(game.choices, number)
    names = list(map(str, game.field.symbols))
    count = 0
    for taken, chosen, worth in ends(game.root, {}, frozenset(), point, names):
        worded = payoffs_after(model.names, model.payoffs, taken, chosen)
        values = {**game.parameters, **point}
        assert [evaluate(e, values) for e in worded] == [value(ratio, point) for ratio in worth]
        count += 1
    # Where all that is chosen is a number there is one end.
    assert count == 1 if len(model.decisions) == len(game.choices) else count > 1


def test_nothing_is_multiplied_out():
    model = hg.load("gradual-decoupling")
    game = model.symbolic()
    texts = {to_text(e) for h in game.form.terminals for e in written(model, game.form, h)}
    assert any("*(1 - " in text for text in texts), texts
    open_text = payoffs_after(
        hg.load("rival-forum").names,
        hg.load("rival-forum").payoffs,
        {"Membership": "Join", "Russia": "Accept", "Vote": "Accept"},
        {"proposal"},
    )
    assert list(map(to_text, open_text)) == [
        "-salience_small*abs(proposal + 1) - membership_cost",
        "-abs(proposal - 1)",
        "-abs(proposal - russia_ideal)",
    ]


WORDS = """
title: All kinds of words
players: {A: {role: small state}}
parameters: {x: {baseline: 2}, y: {baseline: 3}}
let: {both: "x*[l] + y*[r]"}
play:
  Move: {by: A, actions: [l, r]}
  Level: {by: A, actions: {from: 0, to: 1, step: 1/2}, sees: all, when: r}
payoffs: {A: "PAYOFF"}
hedge: both > 0 and x + y > 0
"""


@pytest.mark.parametrize(
    ("payoff", "after", "text"),
    [
        ("both", {"Move": "l"}, "x"),
        ("both - Level*y", {"Move": "r", "Level": "1/2"}, "y - 1/2*y"),
        ("-[l] + x", {"Move": "l"}, "x - 1"),
        ("x*[l]*3*2 - 0*y", {"Move": "l"}, "6*x"),
        ("-x*(y - Level)", {"Move": "l"}, "-x*y"),
        ("2*Level + 1", {"Move": "r", "Level": "1"}, "3"),
        ("max(x, y*[r])", {"Move": "l"}, "max(x, 0)"),
        ("[l or x > 3]", {"Move": "l"}, "1"),
        ("[l or x > 3]", {"Move": "r", "Level": "0"}, "[x > 3]"),
        ("[not l and x > 3]*y", {"Move": "r", "Level": "0"}, "[x > 3]*y"),
        ("[Level > 1/4]*y/x", {"Move": "r", "Level": "1/2"}, "y/x"),
        ("(x + [l])**2", {"Move": "r", "Level": "0"}, "x**2"),
        ("y**0*x**1", {"Move": "l"}, "x"),
    ],
)
def test_words_by_hand(payoff, after, text):
    model = read_model_text(WORDS.replace("PAYOFF", payoff))
    (worded,) = payoffs_after(model.names, model.payoffs, after)
    assert to_text(worded) == text
