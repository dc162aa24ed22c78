"""Writing array code: polynomials and circuits as straight-line Python, every common part computed once.

The source holds nothing but what is made here: variables are called by number, constants are integers and floats of our
own, so nothing that a user wrote is ever executed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from hedging_games.analysis.sweep.circuit import FALSE, TRUE, Atom, Circuit, Node
from hedging_games.analysis.sweep.polynomials import Exponents, Polynomial

MOST_TERMS: Final = 3_000
"""Terms, over all polynomials, up to which common sums are looked for."""


@dataclass(slots=True)
class Lines:
    """Statements ``name = text``, and which names each of them uses."""

    statements: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def add(self, name: str, text: str, uses: Iterable[str]) -> str:
        """Append a statement; its name."""
        self.statements.append((name, text, tuple(uses)))
        return name

    def function(self, name: str, arguments: Sequence[str], results: Sequence[str]) -> str:
        """The source of a function; every value is dropped after its last use, so that little is held at a time."""
        last: dict[str, int] = {}
        for k, (_, _, uses) in enumerate(self.statements):
            for used in uses:
                last[used] = k
        kept = set(results)
        lines = [f"def {name}({', '.join(arguments)}):"]
        for k, (target, text, uses) in enumerate(self.statements):
            lines.append(f"    {target} = {text}")
            over = sorted({used for used in uses if last[used] == k and used not in kept and used not in arguments})
            if over:
                lines.append(f"    del {', '.join(over)}")
        lines.append(f"    return ({', '.join(results)}{',' if len(results) == 1 else ''})")
        return "\n".join(lines) + "\n"


def compiled_function(source: str, name: str, known: dict[str, Any]) -> Callable[..., Any]:
    """The function that a source written here defines."""
    space = dict(known)
    exec(compile(source, "<sweep>", "exec"), space)  # noqa: S102  # the source is built here from numbers alone
    return space[name]  # type: ignore[no-any-return]


@dataclass(slots=True)
class Sums:
    """Writes polynomials of one kind of number; ``tag`` keeps their names apart from those of other kinds."""

    lines: Lines
    tag: str
    monomials: dict[Exponents, str] = field(default_factory=dict)
    axes_of: dict[str, frozenset[int]] = field(default_factory=dict)

    def monomial(self, exponents: Exponents) -> str:
        """The name of a product of variables, made of smaller products that are shared."""
        if exponents in self.monomials:
            return self.monomials[exponents]
        axis = max(k for k, power in enumerate(exponents) if power)
        variable = f"x{axis}{self.tag}"
        rest = tuple(power - (k == axis) for k, power in enumerate(exponents))
        if any(rest):
            before = self.monomial(rest)
            name = f"m{len(self.monomials)}{self.tag}"
            self.lines.add(name, f"{before} * {variable}", (before, variable))
        else:
            name = variable
        self.monomials[exponents] = name
        self.axes_of[name] = frozenset(k for k, power in enumerate(exponents) if power)
        return name

    def write(self, polynomials: Sequence[tuple[str, Polynomial]]) -> None:
        """Write each polynomial under its name. Terms on few axes are added first: on a grid they are small arrays."""
        sums = [
            {("" if not any(e) else self.monomial(e)): c for e, c in polynomial.terms} for _, polynomial in polynomials
        ]
        self._share(sums)
        for (name, _), terms in zip(polynomials, sums, strict=True):
            self._sum(name, terms)

    def _share(self, sums: list[dict[str, int]]) -> None:
        """Replace sums of two terms that several polynomials hold by a name of their own, the most frequent first."""
        if sum(map(len, sums)) > MOST_TERMS:
            return
        while True:
            counts: Counter[tuple[str, str, int, int]] = Counter()
            for terms in sums:
                for pair in combinations(sorted(terms), 2):
                    counts[_pair(pair, terms)[0]] += 1
            best = min(counts.items(), key=lambda entry: (-entry[1], entry[0]), default=None)
            if best is None or best[1] < 2:
                return
            (one, two, a, b), _ = best
            name = f"s{len(self.axes_of)}{self.tag}"
            self._sum(name, {one: a, two: b})
            for terms in sums:
                if one in terms and two in terms:
                    key, sign = _pair((one, two), terms)
                    if key == (one, two, a, b):
                        del terms[one], terms[two]
                        terms[name] = sign

    def _sum(self, name: str, terms: dict[str, int]) -> None:
        ordered = sorted((t for t in terms if t), key=lambda t: (len(self.axes_of[t]), t))
        # A positive first term saves a negation.
        ordered.sort(key=lambda t: (len(self.axes_of[t]), terms[t] < 0))
        text = ""
        for term in ordered:
            c = terms[term]
            product = term if abs(c) == 1 else f"{abs(c)} * {term}"
            text += (("-" if c < 0 else "") + product) if not text else f" {'-' if c < 0 else '+'} {product}"
            if term == ordered[0] and "" in terms:
                constant = terms[""]
                text += f" {'-' if constant < 0 else '+'} {abs(constant)}"
        self.lines.add(name, text, ordered)
        self.axes_of[name] = frozenset().union(*(self.axes_of[t] for t in ordered))


def _pair(pair: tuple[str, str], terms: dict[str, int]) -> tuple[tuple[str, str, int, int], int]:
    """Two terms with their coefficients, the first made positive, and the sign taken out."""
    one, two = pair
    if not one:
        one, two = two, one
    sign = 1 if terms[one] > 0 else -1
    return (one, two, sign * terms[one], sign * terms[two]), sign


def write_truths(
    lines: Lines, circuit: Circuit, wanted: Sequence[Node], axes_of: dict[str, frozenset[int]], settled: Iterable[int]
) -> list[str]:
    """Write the truths of nodes from the polynomials ``p0, p1, ...``; their names. Of those ``settled`` the signs are there already:
    ``u0``, where the polynomial is above zero, and ``d0``, where it is below.
    """
    names = {TRUE: "yes", FALSE: "no"}
    axes: dict[Node, frozenset[int]] = {TRUE: frozenset(), FALSE: frozenset()}
    needed = [(number, circuit.nodes[number]) for number in circuit.needed(wanted)]
    ordered = {node.polynomial for _, node in needed if isinstance(node, Atom) and node.relation not in ("==", "!=")}
    signs = Signs(lines, ordered.union(settled), {f"{side}{k}" for k in settled for side in "ud"})
    for number, node in needed:
        name = f"t{number}"
        if isinstance(node, Atom):
            signs.write(name, node)
            axes[number] = axes_of[f"p{node.polynomial}"]
        else:
            operands = sorted(node.operands, key=lambda n: (len(axes[n]), sorted(axes[n]), n))
            sign = " & " if node.operation == "and" else " | "
            lines.add(name, sign.join(names[n] for n in operands), [names[n] for n in operands])
            axes[number] = frozenset().union(*(axes[n] for n in operands))
        names[number] = name
    return [names[node] for node in wanted]


@dataclass(frozen=True, slots=True)
class Signs:
    """Writes how polynomials stand to zero. Of those in ``ordered`` all relations are made of two comparisons: truths are an eighth as long
    as numbers. ``known`` are the comparisons written so far.
    """

    lines: Lines
    ordered: Collection[int]
    known: set[str]

    def write(self, name: str, atom: Atom) -> None:
        """Write the truth of an atom under its name."""
        k, relation = atom.polynomial, atom.relation
        if k not in self.ordered:
            self.lines.add(name, f"p{k} {relation} 0", (f"p{k}",))
            return
        sides = [self._side(k, side) for side in {">": "u", "<=": "u", "<": "d", ">=": "d"}.get(relation, "ud")]
        text = " | ".join(sides)
        self.lines.add(name, f"~({text})" if relation in ("==", "<=", ">=") else text, sides)

    def _side(self, k: int, side: str) -> str:
        name = f"{side}{k}"
        if name not in self.known:
            self.known.add(name)
            self.lines.add(name, f"p{k} {'>' if side == 'u' else '<'} 0", (f"p{k}",))
        return name


def write_margins(lines: Lines, circuit: Circuit, wanted: Sequence[Node]) -> list[str]:
    """Write the margins of nodes (the circuit read with least and largest) from ``p0, p1, ...`` in payoff units."""
    names = {TRUE: "infinite", FALSE: "-infinite"}
    for number in circuit.needed(wanted):
        node = circuit.nodes[number]
        name = f"g{number}"
        if isinstance(node, Atom):
            value, scale = f"p{node.polynomial}", float(node.scale)
            if node.relation in ("==", "!="):
                text = f"{'-' if node.relation == '==' else ''}np.abs({scale!r} * {value})"
            else:
                text = f"{'-' if node.relation in ('<=', '<') else ''}{scale!r} * {value}"
            lines.add(name, text, (value,))
        else:
            text = names[node.operands[0]]
            for operand in node.operands[1:]:
                text = f"{'least' if node.operation == 'and' else 'largest'}({text}, {names[operand]})"
            lines.add(name, text, [names[n] for n in node.operands])
        names[number] = name
    return [names[node] for node in wanted]
