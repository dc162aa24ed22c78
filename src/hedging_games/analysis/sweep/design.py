"""At which points: grids of exact numbers, and samples of a box. A design is cut into chunks, boxes of at most so many
points; a chunk is a pure function of the design and its number, so it can be computed anywhere, and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, lcm, prod
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from hedging_games.algebra.numbers import exact_number
from hedging_games.errors import did_you_mean, input_error
from hedging_games.model.model import Model

CHUNK: Final = 1 << 20
"""Points in a chunk at most: what is computed, handed over and written in one go."""

MOST_AXIS_VALUES: Final = 10_000_000
LARGEST_HYPERCUBE: Final = 10_000_000
"""Points a Latin hypercube may have: it cannot be drawn piece by piece."""


@dataclass(frozen=True, slots=True)
class Span:
    """``count`` equally spaced exact numbers from ``low`` to ``high``, both included (a count of 1: ``low`` alone)."""

    low: Fraction
    high: Fraction
    count: int

    def values(self) -> tuple[Fraction, ...]:
        """The numbers."""
        if self.count == 1:
            return (self.low,)
        return tuple(self.low + (self.high - self.low) * k / (self.count - 1) for k in range(self.count))


def span(low: object, high: object, count: int) -> Span:
    """An axis of ``count`` equally spaced exact numbers: ``span(0, 10, 201)``, ``span("1/2", 1, 11)``.

    Raises InputError for numbers that are not exact, and unless ``count`` is a whole number from 1 up to
    `MOST_AXIS_VALUES` and ``low <= high``.
    """
    first, last = exact_number(low, "the low end of the span"), exact_number(high, "the high end of the span")
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or not 1 <= count <= MOST_AXIS_VALUES:
        raise input_error("sweep", f"a span of {count!r} points", f"give a whole number from 1 to {MOST_AXIS_VALUES}")
    if first > last:
        raise input_error("sweep", f"a span from {first} down to {last}", "give the smaller number first")
    return Span(first, last, int(count))


@dataclass(frozen=True)
class Axis:
    """A parameter and its values: exact fractions (``numerators`` over one ``denominator``), or floats, each of which is
    taken for exactly the binary fraction that it is.
    """

    name: str
    values: tuple[Fraction, ...] | np.ndarray

    @property
    def is_exact(self) -> bool:
        """Whether the values are fractions."""
        return isinstance(self.values, tuple)

    @cached_property
    def denominator(self) -> int:
        """A common denominator of exact values."""
        assert isinstance(self.values, tuple)
        return lcm(*(value.denominator for value in self.values))

    @cached_property
    def numerators(self) -> list[int]:
        """The values times `denominator`."""
        assert isinstance(self.values, tuple)
        return [int(value * self.denominator) for value in self.values]

    def floats(self) -> np.ndarray:
        """Shape (values,), float64."""
        return np.array([float(value) for value in self.values], dtype=np.float64)

    def texts(self) -> list[str]:
        """The values as exact texts."""
        return [str(value) if self.is_exact else float(value).hex() for value in self.values]


@dataclass(frozen=True)
class Chunk:
    """A box of a design: for each axis the range of its values; a sample has one range, of its points."""

    number: int
    box: tuple[tuple[int, int], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values of each axis."""
        return tuple(stop - start for start, stop in self.box)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The place of the box in an array over the whole design."""
        return tuple(slice(start, stop) for start, stop in self.box)


@dataclass(frozen=True)
class Boxes:
    """An index space of a ``shape``, cut into boxes of at most ``most`` points: whole trailing axes, a piece of one axis,
    single values of those before it. So a box is contiguous in row-major order.
    """

    shape: tuple[int, ...]
    most: int

    @cached_property
    def box_shape(self) -> tuple[int, ...]:
        """The shape of every box but the last ones along the axis that is cut."""
        sizes = [1] * len(self.shape)
        room = self.most
        for k in range(len(self.shape) - 1, -1, -1):
            sizes[k] = min(self.shape[k], max(1, room))
            room //= self.shape[k]
            if room == 0:
                break
        return tuple(sizes)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many boxes there are along each axis."""
        return tuple(ceil(n / k) for n, k in zip(self.shape, self.box_shape, strict=True))

    def __len__(self) -> int:
        return prod(self.counts)

    def place(self, number: int) -> tuple[int, ...]:
        """The position of a box among the boxes along each axis."""
        return tuple(int(k) for k in np.unravel_index(number, self.counts))

    def chunk(self, number: int) -> Chunk:
        """A box by its number."""
        starts = [k * size for k, size in zip(self.place(number), self.box_shape, strict=True)]
        ends = [min(a + size, n) for a, size, n in zip(starts, self.box_shape, self.shape, strict=True)]
        return Chunk(number, tuple(zip(starts, ends, strict=True)))


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes' values, the last axis moving fastest."""

    axes: tuple[Axis, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that vary."""
        return tuple(axis.name for axis in self.axes)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the result's axes."""
        return self.names

    @property
    def shape(self) -> tuple[int, ...]:
        """The result's shape."""
        return tuple(len(axis.values) for axis in self.axes)

    def describe(self) -> dict[str, Any]:
        """What makes two designs the same, for a store's metadata."""
        from hashlib import sha256

        axes = [
            {
                "name": axis.name,
                "first": str(axis.values[0]),
                "last": str(axis.values[-1]),
                "count": len(axis.values),
                "digest": sha256("\n".join(axis.texts()).encode()).hexdigest(),
            }
            for axis in self.axes
        ]
        return {"kind": "grid", "axes": axes}


@dataclass(frozen=True)
class Recipe:
    """How to draw points of a box: ``method`` with ``count`` points from ``seed``."""

    method: Literal["sobol", "latin-hypercube"]
    count: int
    seed: int = 0


def sobol(count: int, seed: int = 0) -> Recipe:
    """A scrambled Sobol sequence (Owen 1998, through scipy.stats.qmc); a power of 2 is the natural ``count``.

    Raises InputError unless ``count`` is a whole number from 1 up, ``seed`` from 0.
    """
    return Recipe("sobol", _count(count), _seed(seed))


def latin_hypercube(count: int, seed: int = 0) -> Recipe:
    """A Latin hypercube (McKay, Beckman and Conover 1979, through scipy.stats.qmc).

    Raises InputError unless ``count`` is a whole number from 1 to `LARGEST_HYPERCUBE`, ``seed`` from 0.
    """
    if _count(count) > LARGEST_HYPERCUBE:
        raise input_error("sweep", f"a Latin hypercube of {count} points", "use sobol, which is drawn piece by piece")
    return Recipe("latin-hypercube", count, _seed(seed))


def _count(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise input_error("sweep", f"a sample of {count!r} points", "give a whole number from 1 up")
    return count


def _seed(seed: int) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise input_error("sweep", f"the seed {seed!r} is no whole number from 0 up", "give for example 0")
    return seed


PIECE: Final = 1 << 13
"""Points of a sample that are drawn in one go, so that they stay in the processor's cache."""


@dataclass(frozen=True)
class Sample:
    """Points drawn from a box: ``names`` with their ``lows`` and ``highs``. Coordinates are floats, each taken for
    exactly the binary fraction that it is.
    """

    names: tuple[str, ...]
    lows: tuple[Fraction, ...]
    highs: tuple[Fraction, ...]
    recipe: Recipe

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the result's axes."""
        return ("point",)

    @property
    def shape(self) -> tuple[int, ...]:
        """The result's shape."""
        return (self.recipe.count,)

    def columns(self, start: int, stop: int) -> list[np.ndarray]:
        """The coordinates of points ``start`` up to ``stop``, one float64 array per parameter."""
        bottom, top = (np.array([[float(end)] for end in ends]) for ends in (self.lows, self.highs))
        found = np.empty((len(self.names), stop - start))
        for at in range(start, stop, PIECE):
            piece = found[:, at - start : at - start + PIECE]
            np.multiply(_unit(self.recipe, len(self.names), at, min(at + PIECE, stop)), top - bottom, out=piece)
            piece += bottom
            np.minimum(piece, top, out=piece)
        return list(found)

    def describe(self) -> dict[str, Any]:
        """What makes two designs the same, for a store's metadata."""
        box = [[n, str(a), str(b)] for n, a, b in zip(self.names, self.lows, self.highs, strict=True)]
        recipe = {"method": self.recipe.method, "count": self.recipe.count, "seed": self.recipe.seed}
        return {"kind": "sample", "box": box, "recipe": recipe}


Design: TypeAlias = Grid | Sample


def _unit(recipe: Recipe, dimension: int, start: int, stop: int) -> np.ndarray:
    """Points ``start`` up to ``stop`` of the sample of the unit cube, (dimension, points)."""
    if recipe.method == "latin-hypercube":
        return _hypercube(recipe, dimension)[start:stop].T
    return _sobol_sequence(recipe.seed, dimension).points(start, stop)


@lru_cache(maxsize=4)
def _sobol_sequence(seed: int, dimension: int) -> _SobolSequence:
    return _SobolSequence(seed, dimension)


class _SobolSequence:
    """SciPy's scrambled Sobol sequence, block by block.

    Point n is, as a whole number, the exclusive or of point 0 and of one number for each bit of n's Gray code n ^ (n >> 1)
    (Antonov and Saleev 1979). For n = 2**k b + j with j < 2**k the Gray code is that of 2**k b with that of j, so that a block of 2**k points is the first
    block with one number.
    """

    BLOCK: Final = PIECE

    def __init__(self, seed: int, dimension: int) -> None:
        from scipy.stats import qmc

        engine = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed))
        self.engine, self.drawn = engine, self.BLOCK
        self.scale = float(2**engine.bits)
        self.first = np.ascontiguousarray(self._whole(engine.random(self.BLOCK)).T)
        self.by_bit = [self.first[:, 1 << k] for k in range(self.BLOCK.bit_length() - 1)]

    def _whole(self, unit: np.ndarray) -> np.ndarray:
        return (unit * self.scale).astype(np.int64)

    def points(self, start: int, stop: int) -> np.ndarray:
        """Points ``start`` up to ``stop``, (dimension, points), in [0, 1)."""
        found = np.empty((len(self.first), stop - start))
        at = start
        while at < stop:
            block, within = divmod(at, self.BLOCK)
            count = min(self.BLOCK - within, stop - at)
            shift = self._start_of(block) ^ self.first[:, 0]
            found[:, at - start : at - start + count] = self.first[:, within : within + count] ^ shift[:, None]
            at += count
        found *= 1 / self.scale
        return found

    def _start_of(self, block: int) -> np.ndarray:
        """The first point of a block. Point 2**k has the bits k and k - 1 in its Gray code, and those of n are the exclusive or of those
        of n's own powers of two.
        """
        n = block * self.BLOCK
        while len(self.by_bit) < n.bit_length():
            power = 1 << len(self.by_bit)
            self.engine.fast_forward(power - self.drawn)
            self.drawn = power + 1
            self.by_bit.append(self._whole(self.engine.random(1))[0])
        point = self.first[:, 0]
        for k in range(n.bit_length()):
            if n >> k & 1:
                point = point ^ self.by_bit[k] ^ self.first[:, 0]
        return point


@lru_cache(maxsize=1)
def _hypercube(recipe: Recipe, dimension: int) -> np.ndarray:
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(dimension, rng=np.random.default_rng(recipe.seed)).random(recipe.count))


Values: TypeAlias = Span | Sequence[object] | np.ndarray
"""What `sweep` takes for an axis."""


def grid_of(model: Model, over: Mapping[str, Values]) -> Grid:
    """The grid of the named axes, in the order given.

    Raises InputError for unknown parameters, empty axes, repeated values, and numbers that are not exact.
    """
    if not over:
        raise input_error("sweep", "no axis is given", "name at least one parameter to vary")
    return Grid(tuple(Axis(known_parameter(model, name), _axis_values(name, values)) for name, values in over.items()))


def _axis_values(name: str, values: Values) -> tuple[Fraction, ...] | np.ndarray:
    if isinstance(values, Span):
        return values.values()
    if isinstance(values, np.ndarray) and np.issubdtype(values.dtype, np.floating):
        floats = np.asarray(values, dtype=np.float64)
        if floats.ndim != 1 or not len(floats) or not np.isfinite(floats).all() or len(np.unique(floats)) < len(floats):
            raise input_error(
                "sweep", f"the values of {name} are no list of different finite numbers", "give each once"
            )
        return floats
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise input_error("sweep", f"the values of {name} are {values!r}", "give a list, or span(low, high, count)")
    exact = tuple(exact_number(value, name) for value in values)
    if not exact or len(set(exact)) < len(exact):
        raise input_error(
            "sweep", f"the values of {name} are {'empty' if not exact else 'repeated'}", "give each value once"
        )
    return exact


def sample_of(model: Model, over: Mapping[str, object] | Sequence[str] | None, recipe: Recipe) -> Sample:
    """A sample of a box: ``over`` gives (low, high) by name, or names alone (then the declared ranges), or nothing (then
    all parameters that do not decide the form of the game).

    Raises InputError for unknown parameters, empty ranges, and parameters that decide the form of the game.
    """
    if over is None:
        over = [name for name in model.parameters if name not in model.structural]
    if not isinstance(over, Mapping):
        over = dict.fromkeys([over] if isinstance(over, str) else over)
    names, lows, highs = [], [], []
    for name, ends in over.items():
        known_parameter(model, name)
        if name in model.structural:
            raise input_error(
                "sweep", f"'{name}' decides the form of the game", "sweep it on a grid, as a list of values"
            )
        declared = model.parameters[name].range
        low, high = (declared.low, declared.high) if ends is None else _ends(name, ends)
        names.append(name)
        lows.append(low)
        highs.append(high)
    if not names:
        raise input_error("sweep", "no axis is given", "name at least one parameter to vary")
    return Sample(tuple(names), tuple(lows), tuple(highs), recipe)


def _ends(name: str, ends: object) -> tuple[Fraction, Fraction]:
    if isinstance(ends, Span):
        return ends.low, ends.high
    if not isinstance(ends, Sequence) or isinstance(ends, str) or len(ends) != 2:
        raise input_error("sweep", f"the range of {name} is {ends!r}", "give the pair (low, high)")
    low, high = exact_number(ends[0], name), exact_number(ends[1], name)
    if not low < high:
        raise input_error("sweep", f"the range of {name} is from {low} to {high}", "give the smaller number first")
    return low, high


def known_parameter(model: Model, name: str) -> str:
    """The name, if the model has such a parameter; InputError with the nearest one if not."""
    if name not in model.parameters:
        remedy = did_you_mean(name, list(model.parameters))
        raise input_error("sweep", f"the model '{model.name}' has no parameter '{name}'", remedy)
    return name
