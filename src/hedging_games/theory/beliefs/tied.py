"""Beliefs at several information sets that rest on the same mistakes: not every choice at one goes with every choice at
another. The likelihoods of the mistakes themselves are free, so they are the unknowns (see `trembles.free_factors`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from hedging_games.algebra.positive.elimination import solve_positive
from hedging_games.algebra.positive.hull import extreme_points
from hedging_games.algebra.positive.system import Block, PositiveSystem, constant, family_point, unknowns
from hedging_games.games.form import Form
from hedging_games.theory.assessments import Belief
from hedging_games.theory.beliefs.demands import Rows
from hedging_games.theory.beliefs.polytopes import extreme_beliefs, product_piece
from hedging_games.theory.beliefs.records import Piece, Tie
from hedging_games.theory.trembles import Origin, difference, differences, leading_choices, monomials, relations

Monomial = tuple[int, ...]
"""Exponents of the free factors."""


def ranked_pieces(
    form: Form,
    chosen: Mapping[int, tuple[Origin, ...]],
    rows: Mapping[int, Rows],
    give_up: Callable[[str], None],
) -> tuple[Piece, ...]:
    """The alternatives for sets whose origins cannot be weighed freely, by which of them lead."""
    by_mistakes = {s: {o.mistakes: o for o in possible} for s, possible in chosen.items()}
    options = {}
    for s, possible in chosen.items():
        every = [first for size in range(1, len(possible) + 1) for first in combinations(possible, size)]
        options[s] = [[o.mistakes for o in first] for first in every if extreme_beliefs(form, s, first, rows[s])]
    found: list[Piece] = []
    for choice in leading_choices({s: list(origins) for s, origins in by_mistakes.items()}, options):
        if choice is None:
            give_up("there are too many ways to rank the players' mistakes")
            break
        leading = {s: tuple(by_mistakes[s][m] for m in first) for s, first in choice.items()}
        if relations(differences(choice)):
            found += _tied_pieces(form, leading, rows, give_up)
        else:
            found += product_piece(form, leading, rows)
    return tuple(found)


def _tied_pieces(
    form: Form,
    leading: Mapping[int, tuple[Origin, ...]],
    rows: Mapping[int, Rows],
    give_up: Callable[[str], None],
) -> list[Piece]:
    """The beliefs that meet rationality's demands when the origins ``leading`` lead at each set, as pieces with ties."""
    if any(not isinstance(x, (int, Fraction)) for some in rows.values() for row in some for x in row):
        give_up("beliefs that must be chosen together under irrational payoffs were not searched")
        return []
    powers_of = monomials({s: [o.mistakes for o in origins] for s, origins in leading.items()})
    count = len(next(iter(powers_of.values()))[0])
    gens = unknowns(max(count, 1))
    context = gens[0].context()
    demands = []
    for s, origins in leading.items():
        for row in rows[s]:
            total = constant(context, 0)
            for origin, powers in zip(origins, powers_of[s], strict=True):
                worth = sum((w * row[k] for k, w in zip(origin.histories, origin.weights, strict=True)), Fraction(0))
                total += _monomial(gens, powers) * constant(context, worth)
            demands.append(total)
    solutions = solve_positive(PositiveSystem(context, (), tuple(demands)))
    for reason in solutions.undecided:
        give_up(f"beliefs that must be chosen together: {reason}")
    pieces = [_piece(form, leading, powers_of, family) for family in solutions.families]
    if all(piece.whole for piece in pieces):
        return pieces
    # What the demands alone allow, of which the ties leave a curved part.
    around = {s: extreme_beliefs(form, s, origins, rows[s]) for s, origins in leading.items()}
    return [Piece(around, pieces[0].inside, pieces[0].ties, whole=False)]


def _monomial(gens: Sequence[Any], powers: Monomial) -> Any:
    product_ = constant(gens[0].context(), 1)
    for generator, power in zip(gens, powers, strict=False):
        product_ *= generator**power
    return product_


def _piece(
    form: Form,
    leading: Mapping[int, tuple[Origin, ...]],
    powers_of: Mapping[int, tuple[Monomial, ...]],
    family: Sequence[Block],
) -> Piece:
    at = family_point(family)
    extreme: dict[int, tuple[Belief, ...]] = {}
    inside: dict[int, Belief] = {}
    whole = True
    for s, origins in leading.items():
        likelihoods = [_value(powers, at) for powers in powers_of[s]]
        inside[s] = _weighed(form, s, origins, likelihoods)
        hull, is_whole = _projected(form, s, origins, powers_of[s], family)
        extreme[s] = hull
        whole = whole and is_whole
    return Piece(extreme, inside, _ties(leading), whole)


def _value(powers: Monomial, at: Mapping[int, Any]) -> Any:
    total: Any = Fraction(1)
    for k, power in enumerate(powers):
        if power:
            total = total * at[k] ** power
    return total


def _weighed(form: Form, s: int, origins: Sequence[Origin], likelihoods: Sequence[Any]) -> Belief:
    """The belief in proportion to the likelihood of the mistakes and what the profile makes of them."""
    raw: list[Any] = [Fraction(0)] * len(form.histories_of[s])
    for origin, likelihood in zip(origins, likelihoods, strict=True):
        for k, weight in zip(origin.histories, origin.weights, strict=True):
            raw[k] = likelihood * weight
    total = sum(raw)
    return tuple(x / total for x in raw)


def _projected(
    form: Form, s: int, origins: Sequence[Origin], powers_of: Sequence[Monomial], family: Sequence[Block]
) -> tuple[tuple[Belief, ...], bool]:
    """The extreme beliefs at one set over a family and True, where they span all beliefs there; else False."""
    needed = {k for powers in powers_of for k, power in enumerate(powers) if power}
    blocks = [block for block in family if needed & set(block.unknowns)]
    is_linear = all(sum(powers) <= 1 for powers in powers_of)
    if not is_linear or not all(block.whole for block in blocks):
        return (), False
    beliefs: dict[Belief, None] = {}
    for choice in product(*(block.points for block in blocks)):
        _add_belief(beliefs, form, s, origins, [_value(m, family_point(blocks, choice)) for m in powers_of])
    for block in blocks:
        for direction in block.directions:
            along = dict(zip(block.unknowns, direction, strict=True))
            steps = [sum((along.get(k, 0) for k, e in enumerate(m) if e), Fraction(0)) for m in powers_of]
            _add_belief(beliefs, form, s, origins, steps)
    return extreme_points(list(beliefs)), True


def _add_belief(
    beliefs: dict[Belief, None], form: Form, s: int, origins: Sequence[Origin], likelihoods: Sequence[Any]
) -> None:
    if any(likelihoods):
        beliefs[_weighed(form, s, origins, likelihoods)] = None


def _ties(leading: Mapping[int, tuple[Origin, ...]]) -> tuple[Tie, ...]:
    """The equations between ratios of beliefs."""
    pairs = [(s, o, first[0]) for s, first in leading.items() for o in first[1:]]
    ties = []
    for relation in relations([difference(o.mistakes, lead.mistakes) for _, o, lead in pairs]):
        value: Any = Fraction(1)
        ratios = []
        for (s, origin, lead), power in zip(pairs, relation, strict=True):
            if power:
                ratios.append((s, origin.histories[0], lead.histories[0], power))
                value = value * (origin.weights[0] / lead.weights[0]) ** power
        ties.append(Tie(tuple(ratios), value))
    return tuple(ties)
