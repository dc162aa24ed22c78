"""Equilibria with continuous choices as text: what is played, and the reactions that support it, by pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.cells.intervals import Interval, join
from hedging_games.algebra.cells.line import sign_cells
from hedging_games.algebra.formulas.formula import TRUE as ANYWHERE
from hedging_games.algebra.formulas.formula import All, Atom, Formula, constraints_of, holds_at
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.algebra.inequality_text import positive_first, written
from hedging_games.algebra.numbers import number_text, shown_number
from hedging_games.algebra.polynomials import terms_of, terms_text, variables_of
from hedging_games.games.continuous import (
    Cases,
    Choose,
    ContinuousGame,
    Decide,
    End,
    Lot,
    Node,
    Sign,
    Stage,
    Together,
    Uniform,
    below,
    choices_at,
    numbers_in,
)
from hedging_games.layout import page, text_table
from hedging_games.theory.brief_reactions import brief
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium, Path, Reaction

MOST_WITH_REACTIONS = 6
"""Equilibria whose reactions are printed, on a page that is not full; the JSON answer has them all."""


def equilibria_text(found: ContinuousEquilibria) -> str:
    """A table with a row for each outcome, then the reactions of each."""
    game = found.game
    lines = [f"{game.title or game.name or 'game'}: {found.concept} equilibria by {found.method}"]
    if game.parameters:
        lines.append("at " + ", ".join(f"{name} = {number_text(value)}" for name, value in game.parameters.items()))
    complete = "all outcomes" if found.complete == "all" else "some: there may be more"
    lines += [f"{len(found)} found, complete: {complete}", "", _table(found) if found.equilibria else _nothing(found)]
    told = len(found) if page().full else MOST_WITH_REACTIONS
    for k, equilibrium in enumerate(found.equilibria[:told]):
        paths = [path_text(game, path) for path in equilibrium.paths if path.steps]
        lines += ["", f"what chance makes of {k}:", *(f"  {line}" for line in paths)] if paths else []
        lines += ["", f"reactions that support {k}:", *(f"  {line}" for line in reaction_lines(game, equilibrium))]
    if len(found) > told:
        lines += ["", f"the reactions of the other {len(found) - told} are in the JSON answer"]
    return "\n".join([*lines, *(f"note: {note}" for note in found.notes)])


def _nothing(found: ContinuousEquilibria) -> str:
    return "none" if found.complete == "all" else "none found; this is not a proof that there is none"


def outcome_text(equilibrium: ContinuousEquilibrium) -> str:
    """An outcome on one line."""
    numbers = [f"{name} {chosen_text(value)}" for name, value in equilibrium.choices.items()]
    actions = [f"{decision}: {action}" for decision, action in equilibrium.actions]
    worth = ", ".join(f"{player} {_number_chosen(value)}" for player, value in equilibrium.worth.items())
    return f"{', '.join([*numbers, *actions])}  ({worth})"


def chosen_text(value: Any) -> str:
    """A number, an open interval of numbers, or how a number follows from others."""
    if isinstance(value, tuple):
        return f"in ({number_text(value[0])}, {number_text(value[1])})"
    return f"= {followed_text(value)}"


def followed_text(value: Any) -> str:
    """A number, or how it follows from others."""
    return ratio_text(value, [str(symbol) for symbol in value.field.symbols] if hasattr(value, "numer") else ())


def path_text(game: ContinuousGame, path: Path) -> str:
    """A path of an outcome, with its probability."""
    names = [str(symbol) for symbol in game.field.symbols]
    steps = []
    for decision, done in path.steps:
        if isinstance(done, tuple):
            steps.append(f"{decision} in ({', '.join(ratio_text(end, names) for end in done)})")
        else:
            steps.append(f"{decision}: {done}" if isinstance(done, str) else f"{decision} = {ratio_text(done, names)}")
    return f"with probability {shown_number(path.probability)}: {', '.join(steps)}"


def _table(found: ContinuousEquilibria) -> str:
    game = found.game
    choices = [name for name in game.choices if name not in game.drawn]
    header = ["#", *choices, "actions", *(f"u({player})" for player in game.players)]
    header += ["hedge"] if game.has_event else []
    rows = []
    for k, e in enumerate(found):
        numbers = [_number_chosen(e.choices[name]) if name in e.choices else "" for name in choices]
        row = [str(k), *numbers, ", ".join(action for _, action in e.actions), *map(_number_chosen, e.worth.values())]
        rows.append([*row, shown_number(e.hedge)] if game.has_event else row)
    return text_table(
        [*header, "largest gain"],
        [[*row, number_text(e.certificate.largest_gain)] for row, e in zip(rows, found, strict=True)],
    )


def _number_chosen(value: Any) -> str:
    is_number = not isinstance(value, tuple) and not hasattr(value, "numer")
    return shown_number(value) if is_number else chosen_text(value).removeprefix("= ")


# --- reactions -----------------------------------------------------------------------------------------------------------


def reaction_lines(game: ContinuousGame, equilibrium: ContinuousEquilibrium) -> Iterator[str]:
    """What is done at each node, by pieces of the earlier choices."""
    after = dict(_histories(game.root, ()))
    ranges = _ranges(game.root)
    for reaction in equilibrium.reactions:
        for case in reaction_cases(game, reaction, ranges):
            yield f"{after[id(reaction.node)]}: {case}"


def reaction_cases(game: ContinuousGame, reaction: Reaction, ranges: Mapping[str, Interval]) -> list[str]:
    """The cases of a reaction in words, those with the same answer taken together."""
    names = [str(symbol) for symbol in game.field.symbols]
    cases = brief(game, reaction, ranges)
    parts = [(formula, answer_text(reaction, answer, names)) for formula, answer in cases]
    spoken = sorted({v for formula, _ in parts for c in constraints_of(formula) for v in variables_of(c.terms)})
    if not spoken:
        return [parts[0][1]] if parts else []
    if len(spoken) == 1:
        name = names[spoken[0]]
        return _by_intervals(parts, spoken[0], len(names), name, ranges.get(name, Interval(None, None)))
    drawn = [k for k, name in enumerate(names) if name in game.drawn]
    return [
        f"{answer} otherwise" if formula == ANYWHERE else f"{answer} where {_formula(formula, names, drawn)}"
        for formula, answer in parts
    ]


def _by_intervals(
    parts: Sequence[tuple[Formula, str]], variable: int, size: int, name: str, within: Interval
) -> list[str]:
    """Cases that depend on one number, as intervals."""
    coefficients = []
    for formula, _ in parts:
        for asked in constraints_of(formula):
            degree = max(e[variable] for e in asked.terms)
            alone = [tuple(k if i == variable else 0 for i in range(size)) for k in range(degree, -1, -1)]
            coefficients.append(tuple(asked.terms.get(e, 0) for e in alone))
    where: dict[str, list[Interval]] = {}
    for cell in sign_cells(coefficients, within):
        point = [cell.sample if i == variable else Fraction(0) for i in range(size)]
        answer = next((answer for formula, answer in parts if holds_at(formula, point)), None)
        if answer is not None:
            where.setdefault(answer, []).append(cell.where)
    return [f"{answer} for {name} in {' or '.join(map(str, join(cells)))}" for answer, cells in where.items()]


def answer_text(reaction: Reaction, answer: Any, names: Sequence[str]) -> str:
    """What is done, in words."""
    match reaction.node:
        case Decide(actions=actions):
            return str(actions[answer])
        case Stage(actions=labels):
            return ", ".join(own[a] for own, a in zip(labels, answer, strict=True))
        case Together(choices):
            return ", ".join(f"{own.name} = {ratio_text(n, names)}" for own, n in zip(choices, answer, strict=True))
        case _:
            return f"{reaction.node.name} = {ratio_text(answer, names)}"  # type: ignore[union-attr]


def ratio_text(value: Any, names: Sequence[str]) -> str:
    """A number, or a rational function of parameters and choices."""
    if not hasattr(value, "numer"):
        return number_text(value)
    if value.numer.is_ground and value.denom.is_ground:
        constant = _constant(value)
        return number_text(Fraction(int(constant.numerator), int(constant.denominator)))
    top, bottom = (terms_text(positive_first(terms_of(part)), names) for part in (value.numer, value.denom))
    if bottom == "1":
        return top
    top, bottom = (
        f"({text})" if any(sign in text for sign in signs) else text for text, signs in ((top, " "), (bottom, " *"))
    )
    return f"{top}/{bottom}"


def _formula(formula: Formula, names: Sequence[str], drawn: Sequence[int]) -> str:
    if isinstance(formula, Atom):
        return _cut_point(formula, names, drawn) or written(formula.constraint, [Interval(None, None)] * len(names))
    if not formula.parts:
        return "any" if isinstance(formula, All) else "never"
    inner = [_formula(part, names, drawn) for part in formula.parts]
    return (
        " and ".join(f"({x})" if " or " in x else x for x in inner) if isinstance(formula, All) else " or ".join(inner)
    )


def _cut_point(atom: Atom, names: Sequence[str], drawn: Sequence[int]) -> str:
    """An inequality that is linear in a number drawn by chance, solved for it; nothing for others."""
    terms, relation = atom.constraint.terms, atom.constraint.relation
    for k in drawn:
        alone = tuple(int(i == k) for i in range(len(names)))
        if alone in terms and all(e[k] == 0 or e == alone for e in terms):
            slope = Fraction(terms[alone])
            rest = {e: -Fraction(c) / slope for e, c in terms.items() if e != alone}
            turned = relation.replace(">", "<") if slope < 0 else relation
            return f"{names[k]} {turned} {terms_text(positive_first(rest), names) if rest else 0}"
    return ""


def _histories(node: Node, taken: tuple[str, ...], where: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """For each node that is decided at, what is decided there, and after which actions; if it needs telling, where the numbers before it lie."""
    after = f" after {', '.join(taken)}" if taken else ""
    after += f" where {' and '.join(where)}" if where else ""
    match node:
        case Cases(cases):
            apart = sum(not isinstance(inner, End) for _, inner in cases) > 1
            for guard, inner in cases:
                yield from _histories(inner, taken, (*where, *map(_sign, guard)) if apart else where)
        case Decide(actions=actions, nodes=nodes) | Lot(actions=actions, nodes=nodes):
            yield id(node), f"{node.decision}{after}"
            for action, inner in zip(actions, nodes, strict=True):
                yield from _histories(inner, (*taken, action), where)
        case Stage(actions=labels, nodes=nodes):
            yield id(node), f"{', '.join(node.decisions)}{after}"
            for chosen, inner in nodes.items():
                words = tuple(own[a] for own, a in zip(labels, chosen, strict=True))
                yield from _histories(inner, (*taken, *words), where)
        case Choose(node=inner):
            yield id(node), f"{node.name}{after}"
            yield from _histories(inner, taken, where)
        case Uniform(node=inner):
            yield from _histories(inner, taken, where)
        case Together(choices):
            yield id(node), f"{', '.join(own.name for own in choices)}{after}"
            yield from _histories(node.node, taken, where)


def _sign(sign: Sign) -> str:
    """What a sign of a guard says, as an inequality."""
    plain = sign.relation.replace("!=", "==")
    text = written(constraint(sign.polynomial, plain), [Interval(None, None)] * len(sign.polynomial.ring.gens))
    return text.replace("==", "!=") if sign.relation == "!=" else text


def _ranges(root: Node) -> dict[str, Interval]:
    """The ranges of the choices whose ends are numbers."""
    found = {}
    for node in numbers_in(root):
        if node.low.numer.is_ground and node.high.numer.is_ground:
            low, high = (
                Fraction(int(c.numerator), int(c.denominator)) for c in (_constant(node.low), _constant(node.high))
            )
            found[node.name] = Interval(low, high)
    return found


def _constant(ratio: Any) -> Any:
    return (ratio.numer.LC if ratio.numer else 0 * ratio.denom.LC) / ratio.denom.LC


def game_text(game: ContinuousGame) -> str:
    """The title, and the tree: who decides what, and what each end is worth."""
    names = [str(symbol) for symbol in game.field.symbols]
    lines = [game.title or game.name or "game", f"players: {', '.join(game.players)}"]
    return "\n".join([*lines, *_tree(game, game.root, names, "  ")])


def _tree(game: ContinuousGame, node: Node, names: Sequence[str], space: str) -> Iterator[str]:
    if isinstance(node, End):
        yield f"{space}({', '.join(ratio_text(value, names) for value in node.worth)})"
        return
    if isinstance(node, (Choose, Together)):
        at_once = "at once " if isinstance(node, Together) else ""
        said = [
            f"{own.name} ({game.players[own.player]}): from {ratio_text(own.low, names)} to {ratio_text(own.high, names)}"
            for own in choices_at(node)
        ]
        yield f"{space}{at_once}{', '.join(said)}"
        yield from _tree(game, node.node, names, space)
        return
    if isinstance(node, Uniform):
        ends = f"from {ratio_text(node.low, names)} to {ratio_text(node.high, names)}"
        yield f"{space}{node.name} (chance): uniform {ends}"
        yield from _tree(game, node.node, names, space)
        return
    for words, inner in zip(_branches(game, node, names), below(node), strict=True):
        yield f"{space}{words}"
        yield from _tree(game, inner, names, space + "  ")


def _branches(game: ContinuousGame, node: Node, names: Sequence[str]) -> Iterator[str]:
    """What leads to each of the nodes that follow one."""
    match node:
        case Cases(cases):
            for guard, _ in cases:
                signs = [f"{terms_text(terms_of(sign.polynomial), names)} {sign.relation} 0" for sign in guard]
                yield f"where {' and '.join(signs)}:"
        case Decide(player, decision, actions):
            yield from (f"{decision} ({game.players[player]}): {action}" for action in actions)
        case Lot(decision, actions, odds):
            for action, chance in zip(actions, odds, strict=True):
                yield f"{decision} (chance): {action} with probability {ratio_text(chance, names)}"
        case Stage(_, decisions, labels, nodes):
            for taken in nodes:
                at_once = [f"{d}: {own[a]}" for d, own, a in zip(decisions, labels, taken, strict=True)]
                yield f"at once {', '.join(at_once)}"
