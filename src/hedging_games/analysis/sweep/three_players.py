"""All equilibria of three players with two actions each, mixed ones and continua included, for blocks of points: which supports
carry one (`odds_arrays`), decided exactly where arrays are in doubt (`odds`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import frexp
from typing import Any, Final

import numpy as np

from hedging_games.algebra.numbers import coprime
from hedging_games.analysis.sweep.compiled import Code
from hedging_games.analysis.sweep.gains import Gains
from hedging_games.analysis.sweep.inputs import Inputs
from hedging_games.analysis.sweep.numbers import LARGEST_FLOAT, Variable, rounding_bound
from hedging_games.analysis.sweep.odds import SUPPORTS, supports
from hedging_games.analysis.sweep.odds_arrays import Decision, exactness
from hedging_games.analysis.sweep.polynomials import Polynomial, homogenised
from hedging_games.analysis.sweep.source import Lines, Sums, compiled_function

ALL_MIX: Final = SUPPORTS.index((2, 2, 2))
"""The bit of the support on which everybody mixes."""

MOST_REMEMBERED: Final = 1 << 16
"""Games decided exactly whose answers are kept."""


class ThreePlayers:
    """The gains of one game as array code, and the supports of its equilibria at the points of a block."""

    def __init__(self, gains: Gains, hedged: Sequence[bool], variables: Sequence[Variable]) -> None:
        """``hedged`` says of each support whether the event has a positive probability in it."""
        self.gains = gains
        self.hedged = sum(1 << k for k, yes in enumerate(hedged) if yes)
        largest = [variable.largest for variable in variables]
        whole = [homogenised(player, [v.denominator or 1 for v in variables]) for player in gains]
        bounds = [max(1, *(p.bound(largest) for p in player)) for player in whole]
        axes = {k for player in whole for p in player for k in p.axes}
        self.bits = [_bits(bound) for bound in bounds]
        error = Fraction(0)
        if max(self.bits) > 53 or not all(variables[k].is_exact for k in axes):
            rounded = [rounding_bound(p, Fraction(p.bound(largest))) for player in whole for p in player if p.terms]
            error = max((Fraction(r) for r in rounded), default=error) / min(bounds)
        is_large = max(bounds) > LARGEST_FLOAT or any(variables[k].largest >= 2**53 for k in axes)
        self.exactness = exactness(max(self.bits), float(error) * 2)
        self.code = None if is_large else _code(whole, self.bits)
        self.known: dict[tuple[Any, ...], int] = {}

    def masks(self, inputs: Inputs, shape: tuple[int, ...]) -> np.ndarray:
        """A bit for each of the supports of `odds`, at each point of a block."""
        if self.code is None:
            return self._one_by_one(inputs, np.ones(shape, bool)).reshape(shape)
        values = [np.asarray(value) for value in self.code.run(*inputs.of(self.code))]
        found, doubt = Decision([values[4 * k : 4 * k + 4] for k in range(3)], self.exactness).decided()
        masks = np.array(np.broadcast_to(found, shape))
        if doubt.any():
            here = np.broadcast_to(doubt, shape)
            masks[here] = self._one_by_one(inputs, here) if self.exactness.gain else self._by_game(values, here)
        return masks

    def all_mix(self, inputs: Inputs, shape: tuple[int, ...]) -> np.ndarray:
        """At which points of a block all three mix in some equilibrium."""
        return np.asarray(self.masks(inputs, shape) >> np.uint32(ALL_MIX) & np.uint32(1), bool)

    def all_mix_at(self, point: Sequence[Fraction]) -> bool:
        """The same at one exact point."""
        return bool(self._decided(*self._gains_at(point)) >> ALL_MIX & 1)

    def _by_game(self, values: Sequence[np.ndarray], here: np.ndarray) -> np.ndarray:
        """The masks at the points ``here``, where the gains are exact in float64: each game is decided once."""
        columns = [
            np.broadcast_to(value, here.shape)[here] * 2.0 ** self.bits[k // 4] for k, value in enumerate(values)
        ]
        games, which = np.unique(np.stack(columns, axis=1).astype(np.int64), axis=0, return_inverse=True)
        decided = [self._decided(game[:4], game[4:8], game[8:]) for game in games.tolist()]
        return np.array(decided, np.uint32)[which.ravel()]

    def _one_by_one(self, inputs: Inputs, here: np.ndarray) -> np.ndarray:
        """The masks at the points ``here``, from their exact parameters."""
        flat = inputs.at(here)
        points = (flat.point(k) for k in range(int(np.count_nonzero(here))))
        return np.array([self._decided(*self._gains_at(point)) for point in points], np.uint32)

    def _gains_at(self, point: Sequence[Fraction]) -> list[list[Any]]:
        return [[polynomial.at(point) for polynomial in player] for player in self.gains]

    def _decided(self, *gains: Sequence[Any]) -> int:
        """The mask of one game; games with the same gains up to scale are decided once."""
        key = tuple(tuple(coprime(player)) for player in gains)
        if key not in self.known:
            if len(self.known) >= MOST_REMEMBERED:
                self.known.clear()
            self.known[key] = supports(*key)
        return self.known[key]

    def write(self, inputs: Inputs, out: Mapping[str, np.ndarray]) -> None:
        """Write the answers of a block into the arrays of its place."""
        masks = self.masks(inputs, out["some"].shape)
        hedged = np.uint32(self.hedged)
        out["some"][...] = (masks & hedged) != 0
        out["every"][...] = ((masks & ~hedged) == 0) & (masks != 0)
        if "regime" in out:
            out["regime"][...] = masks


def _bits(bound: int | Fraction) -> int:
    """The power of two above a bound."""
    return frexp(float(bound))[1] if bound < LARGEST_FLOAT else 1024


def _code(gains: Sequence[Sequence[Polynomial]], bits: Sequence[int]) -> Code:
    """Float64 code for the twelve gains, each player's scaled by a power of two to at most 1."""
    lines, texts = Lines(), []
    named: dict[Polynomial, str] = {}
    for player in gains:
        for polynomial in player:
            if not polynomial.is_constant:
                named.setdefault(polynomial, f"p{len(named)}")
    Sums(lines, "d").write([(name, polynomial) for polynomial, name in named.items()])
    for k, (player, power) in enumerate(zip(gains, bits, strict=True)):
        for j, polynomial in enumerate(player):
            value = named.get(polynomial, repr(float(polynomial.constant)))
            texts.append(lines.add(f"g{4 * k + j}", f"{value} * {2.0**-power!r}", [value] if value[0] == "p" else []))
    used = sorted({axis for polynomial in named for axis in polynomial.axes})
    source = lines.function("gains", [f"x{axis}d" for axis in used], texts)
    arguments: tuple[tuple[int, Any], ...] = tuple((axis, "float64") for axis in used)
    return Code(source, compiled_function(source, "gains", {"np": np}), arguments, ("float64",))
