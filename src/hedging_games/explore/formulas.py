"""The formulas of a model as JSON, for the page's script (`exact.js`), which evaluates them in exact numbers.

A polynomial is a list of terms ``[coefficient, variable, power, variable, power, ...]``, variables being numbered as in ``names``; a node of the
circuit is ``[polynomial, relation]`` (the relation by its number in `RELATIONS`) or ``["&" | "|", operand, ...]``; -1 and -2 stand for true and
false. Coefficients too large for a float are texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.sweep.circuit import Atom, Node
from hedging_games.analysis.sweep.events import Events, events_by_signs
from hedging_games.analysis.sweep.polynomials import Polynomial, polynomial_of
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.model.model import Model

RELATIONS: Final = (">=", ">", "<=", "<", "==", "!=")
EXACT_IN_A_FLOAT: Final = 2**53


def formulas_of(model: Model, concept: str, point: Mapping[str, Fraction]) -> dict[str, Any] | None:
    """What the page evaluates, the structural parameters at their values in ``point``; None where signs do not tell the answer."""
    found = events_by_signs(model, concept, [name for name in model.parameters if name not in model.structural], point)
    return None if found is None else written(found, model, point)


def tree_of(game: Game, paths: Sequence[str]) -> list[dict[str, Any]]:
    """A tree of perfect information as JSON, by history: what is decided and where each action leads (``odds`` : of chance), or what play that is
    over there is worth. A terminal history that is one of the ``paths`` has that one's number: payoffs stand with the outcome.
    """
    form = game.form
    terminal = {int(history): z for z, history in enumerate(form.terminals)}
    number = {label: k for k, label in enumerate(paths)}
    found: list[dict[str, Any]] = []
    for history in range(form.history_count):
        if history in terminal:
            path = number.get(form.history_labels[history])
            payoffs = {"payoffs": [_rational(worth) for worth in game.payoffs[:, terminal[history]]]}
            found.append(payoffs if path is None else {"path": path})
            continue
        here = int(form.decided_at[history])
        decided = form.information_sets[here]
        node = {"label": decided.label, "actions": decided.actions, "next": form.children[history]}
        if decided.player == CHANCE:
            found.append(node | {"odds": [_rational(game.chance[slot]) for slot in form.slots(here)]})
        else:
            found.append(node | {"player": decided.player})
    return found


def written(found: Events, model: Model, point: Mapping[str, Fraction]) -> dict[str, Any]:
    """The formulas of a model as JSON, the structural parameters at their values in ``point``."""
    circuit = found.circuit
    tree = None
    if found.kind == "path":
        game = model.symbolic(**{name: point[name] for name in model.structural})
        tree = tree_of(game, [o.label for o in found.outcomes])
    told = [
        found.valid,
        found.some,
        found.every,
        found.degenerate,
        found.doubtful,
        found.unsettled,
        *(found.mixed or ()),
    ]
    used = circuit.needed([*told, *(n for o in found.outcomes for n in (o.stands, o.hedged)), *found.assumed])
    number = {node: k for k, node in enumerate(used)} | {-1: -1, -2: -2}
    asked = sorted({atom.polynomial for node in used if isinstance(atom := circuit.nodes[node], Atom)})
    place = {polynomial: k for k, polynomial in enumerate(asked)}

    def of_node(node: Node) -> list[Any]:
        inner = circuit.nodes[node]
        if isinstance(inner, Atom):
            return [place[inner.polynomial], RELATIONS.index(inner.relation)]
        return ["&" if inner.operation == "and" else "|", *(number[operand] for operand in inner.operands)]

    reasons: dict[int, list[str]] = {}
    for node in used:
        inner = circuit.nodes[node]
        if isinstance(inner, Atom) and (why := circuit.because.get(node)):
            said = reasons.setdefault(place[inner.polynomial], [])
            if why not in said:
                said.append(why)
    return {
        "names": list(found.names),
        "players": list(found.players),
        "kind": found.kind,
        "complete": found.complete,
        "told": found.told,
        "polynomials": [_terms(circuit.polynomials[k]) for k in asked],
        "nodes": [of_node(node) for node in used],
        "because": reasons,
        "outcomes": [
            {
                "label": o.label,
                "stands": number[o.stands],
                "hedged": number[o.hedged],
                "probability": None if o.probability is None else _rational(o.probability),
                "payoffs": None if o.payoffs is None else [_rational(worth) for worth in o.payoffs],
            }
            for o in found.outcomes
        ],
        "valid": number[found.valid],
        "some": number[found.some],
        "every": number[found.every],
        "degenerate": number[found.degenerate],
        "doubtful": number[found.doubtful],
        "unsettled": number[found.unsettled],
        "mixed": None if found.mixed is None else [number[node] for node in found.mixed],
        "assumptions": [
            {"text": str(assumption), "node": number[node]}
            for assumption, node in zip(model.assumptions, found.assumed, strict=True)
        ],
        "tree": tree,
    }


def _terms(polynomial: Polynomial) -> list[list[Any]]:
    return [
        [
            c if abs(c) < EXACT_IN_A_FLOAT else str(c),
            *(part for k, power in enumerate(exponents) if power for part in (k, power)),
        ]
        for exponents, c in polynomial.terms
    ]


def _rational(element: Any) -> dict[str, Any]:
    """A rational function: ``scale`` times ``top`` over ``bottom``."""
    if not hasattr(element, "numer"):
        return {"scale": number_text(element), "top": [[1]], "bottom": [[1]]}
    (top, scale), (bottom, other) = (polynomial_of(dict(part.terms())) for part in (element.numer, element.denom))
    return {"scale": str(scale / other), "top": _terms(top), "bottom": _terms(bottom)}
