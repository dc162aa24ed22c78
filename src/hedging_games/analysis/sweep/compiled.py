"""A sweep's formulas as array code, for the numbers of one design."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.analysis.sweep.circuit import Atom, Circuit, Node
from hedging_games.analysis.sweep.events import Events
from hedging_games.analysis.sweep.numbers import Machine, Prepared, Variable, prepared
from hedging_games.analysis.sweep.polynomials import Polynomial, polynomial_of
from hedging_games.analysis.sweep.source import Lines, Sums, compiled_function, write_margins, write_truths

_TAGS: Final[Mapping[str, str]] = {"int16": "h", "int32": "i", "float64": "d", "int64": "q", "object": "o"}


@dataclass(frozen=True, slots=True)
class Code:
    """Generated code: the ``source``, the function, and for each of its arguments the variable and kind of number."""

    source: str
    run: Callable[..., tuple[Any, ...]]
    arguments: tuple[tuple[int, Machine], ...]
    machines: tuple[Machine, ...]


def truth_code(circuit: Circuit, wanted: Sequence[Node], variables: Sequence[Variable]) -> Code:
    """Code for the truths of nodes. It is called with the design's numbers (see `Code.arguments`) as arrays that broadcast
    against one another, and gives one truth array for each node.
    """
    used = _polynomials(circuit, wanted)
    ready = {k: prepared(circuit.polynomials[k], variables) for k in used}
    lines = Lines()
    axes_of: dict[str, frozenset[int]] = {}
    for machine, tag in _TAGS.items():
        mine = [(f"p{k}", ready[k].polynomial) for k in used if ready[k].machine == machine]
        if mine:
            sums = Sums(lines, tag)
            sums.write(mine)
            axes_of |= sums.axes_of
    blurred = [k for k in used if ready[k].error is not None]
    for k in blurred:
        at = [f"x{axis}d" for axis in sorted(ready[k].polynomial.axes)]
        both = lines.add(f"s{k}", f"settle({', '.join((str(k), f'p{k}', *at))})", (f"p{k}", *at))
        for place, side in enumerate("ud"):
            lines.add(f"{side}{k}", f"{both}[{place}]", (both,))
    results = write_truths(lines, circuit, wanted, axes_of, blurred)
    arguments = tuple(sorted({(axis, p.machine) for p in ready.values() for axis in p.polynomial.axes}))
    names = [f"x{axis}{_TAGS[machine]}" for axis, machine in arguments]
    source = lines.function("truths", names, results)
    known = {"np": np, "yes": np.True_, "no": np.False_, "settle": _settler(ready)}
    machines = tuple(sorted({p.machine for p in ready.values()}))
    return Code(source, compiled_function(source, "truths", known), arguments, machines)


def _polynomials(circuit: Circuit, wanted: Sequence[Node]) -> list[int]:
    """The polynomials whose signs the nodes depend on."""
    needed = (circuit.nodes[number] for number in circuit.needed(wanted))
    return sorted({node.polynomial for node in needed if isinstance(node, Atom)})


def _settler(ready: Mapping[int, Prepared]) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Where a polynomial is above zero and where below, given its values: what float64 leaves in doubt is decided in fractions."""

    def settle(k: int, values: np.ndarray, *at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        error = ready[k].error
        assert error is not None
        above, below = np.asarray(values > error), np.asarray(values < -error)
        sure = above | below
        if sure.all():
            return above, below
        polynomial, axes = ready[k].polynomial, sorted(ready[k].polynomial.axes)
        coordinates = [np.broadcast_to(x, sure.shape) for x in at]
        point: list[Any] = [Fraction(0)] * len(polynomial.terms[0][0])
        for index in zip(*np.nonzero(~sure), strict=True) if sure.ndim else [()]:
            for axis, x in zip(axes, coordinates, strict=True):
                point[axis] = Fraction(float(x[index]))
            exact = polynomial.at(point)
            above[index], below[index] = exact > 0, exact < 0
        return above, below

    return settle


def value_code(events: Events, wanted: Sequence[Node], elements: Sequence[Any]) -> tuple[Code, int]:
    """Float64 code for the margins of nodes, followed by the values of elements of the function field; and how many of
    the results are margins. It takes the parameters themselves.
    """
    circuit = events.circuit
    used = _polynomials(circuit, wanted)
    lines = Lines()
    sums = Sums(lines, "d")
    named: list[tuple[str, Polynomial]] = [(f"p{k}", circuit.polynomials[k]) for k in used]
    texts: list[tuple[str, list[str]]] = []
    known = {polynomial: name for name, polynomial in named}
    for element in elements:
        (top, scale), (bottom, other) = (
            polynomial_of(dict(element.numer.terms())),
            polynomial_of(dict(element.denom.terms())),
        )
        parts = []
        for polynomial in (top, bottom):
            if not polynomial.is_constant and polynomial not in known:
                known[polynomial] = f"e{len(known)}"
                named.append((known[polynomial], polynomial))
            parts.append(repr(float(polynomial.constant)) if polynomial.is_constant else known[polynomial])
        texts.append((f"{float(scale / other)!r} * ({parts[0]} / {parts[1]})", [p for p in parts if p[0] in "pe"]))
    sums.write(named)
    results = write_margins(lines, circuit, wanted)
    for k, (text, uses) in enumerate(texts):
        results.append(lines.add(f"u{k}", text, uses))
    count = len(events.names)
    source = lines.function("values", [f"x{axis}d" for axis in range(count)], results)
    space = {"np": np, "least": np.minimum, "largest": np.maximum, "infinite": np.float64(np.inf)}
    arguments: tuple[tuple[int, Machine], ...] = tuple((axis, "float64") for axis in range(count))
    return Code(source, compiled_function(source, "values", space), arguments, ("float64",)), len(wanted)
