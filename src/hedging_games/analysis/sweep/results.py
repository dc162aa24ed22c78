"""What a sweep gives back: labelled arrays, counts, and the regimes by name; ways to write them down."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hedging_games.analysis.extras import need
from hedging_games.analysis.files import whole_file
from hedging_games.analysis.sweep.design import Chunk, Grid
from hedging_games.analysis.sweep.regimes import Regime, Tally
from hedging_games.analysis.sweep.task import Task, variables
from hedging_games.layout import page
from hedging_games.shown import Drawn

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

LONGEST: Final = 160
"""Characters of a set of equilibria that the printed summary shows, on a page that is not full."""

MOST_REGIMES: Final = 12
"""Sets of equilibria that it shows there."""

FORMATS: Final = (".csv", ".parquet", ".nc", ".npz")
"""Endings that `Sweep.write` knows."""


@dataclass(frozen=True, eq=False)
class Sweep(Drawn):
    """The result of a sweep.

    Attributes
    ----------
    task : what was asked. data : the arrays by name, of the design's shape (of a stored sweep: zarr arrays, read piece by
        piece). tally : counts. regimes : the sets of equilibria that were met. path : the store, if there is one.
        notes : what of the store was damaged and is mended.
    """

    task: Task
    data: Mapping[str, Any]
    tally: Tally
    regimes: tuple[Regime, ...]
    path: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """How many points the design has."""
        return prod(self.task.design.shape)

    @property
    def share_some(self) -> Fraction:
        """The share of admissible points at which the event is played in some equilibrium (0 if none is admissible)."""
        return Fraction(self.tally.some, max(1, self.tally.admissible))

    @property
    def share_every(self) -> Fraction:
        """The share of admissible points at which it is played in every equilibrium."""
        return Fraction(self.tally.every, max(1, self.tally.admissible))

    def __getitem__(self, name: str) -> np.ndarray:
        """An array by name, in memory."""
        return np.asarray(self.data[name][...])

    def axes(self) -> dict[str, np.ndarray]:
        """The axes' values as floats (a sample: its points' coordinates)."""
        design = self.task.design
        if isinstance(design, Grid):
            return {axis.name: axis.floats() for axis in design.axes}
        return {name: self[name] for name in design.names}

    def summary(self) -> dict[str, Any]:
        """Counts and regimes as JSON."""
        counts = {name: getattr(self.tally, name) for name in ("points", "admissible", "some", "every", "unfinished")}
        return {"schema": 1, **counts, "regimes": [regime.as_dict() for regime in self.regimes]}

    def attributes(self) -> dict[str, str]:
        """What the sweep is, as texts: model, fingerprint, version, concept, and everything that makes it up."""
        identity = self.task.identity()
        return {
            key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
            for key, value in identity.items()
        } | {"regimes": json.dumps([regime.as_dict() for regime in self.regimes])}

    # --- other forms --------------------------------------------------------------------------------------------------------

    def to_xarray(self) -> xr.Dataset:
        """An xarray Dataset with coordinates, units and the sweep's identity as attributes. Needs the extra ``data``."""
        xarray = need("xarray", "data", "a labelled Dataset")
        design, parameters = self.task.design, self.task.model.parameters
        coordinates = {
            name: (name if isinstance(design, Grid) else "point", values, _about(parameters[name]))
            for name, values in self.axes().items()
        }
        arrays = {
            v.name: (design.dimensions, self[v.name], dict(v.about))
            for v in variables(self.task)
            if v.name not in design.names
        }
        dataset: xr.Dataset = xarray.Dataset(arrays, coordinates, self.attributes())
        return dataset

    def to_frame(self) -> pd.DataFrame:
        """A tidy data frame: a row for each point, a column for each parameter and variable. Needs the extra ``data``."""
        pandas = need("pandas", "data", "a data frame")
        columns = {name: np.concatenate([part[name] for part in self._rows()]) for name in self._columns()}
        frame: pd.DataFrame = pandas.DataFrame(columns)
        frame.attrs.update(self.attributes())
        return frame

    def write(self, path: str | Path) -> Path:
        """Write everything into one file, by its ending: ``.csv``, ``.parquet``, ``.nc`` or ``.npz``.

        Raises InputError for another ending, or if a library is missing (naming the extra to install).
        """
        from hedging_games.errors import input_error

        target = Path(path)
        writers = {".csv": self._csv, ".parquet": self._parquet, ".nc": self._netcdf, ".npz": self._npz}
        if target.suffix not in writers:
            known = ", ".join([*FORMATS, ".zarr"])
            raise input_error("file", f"'{target}' has no ending that is known", f"choose one of {known}")
        with whole_file(target) as partial:
            writers[target.suffix](partial)
        return target

    def _columns(self) -> list[str]:
        return [
            *self.task.design.names,
            *(v.name for v in variables(self.task) if v.name not in self.task.design.names),
        ]

    def _rows(self) -> Iterator[dict[str, np.ndarray]]:
        """The points in order, chunk by chunk, as flat columns."""
        design = self.task.design
        axes = self.axes() if isinstance(design, Grid) else {}
        for number in range(len(self.task.boxes)):
            chunk = self.task.boxes.chunk(number)
            found = {
                name: np.asarray(self.data[name][chunk.slices]).ravel() for name in self._columns() if name not in axes
            }
            yield {**_mesh(axes, chunk), **found}

    def _csv(self, path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self._columns())
            exact = self._exact_texts()
            for rows in self._rows():
                texts = [
                    exact[name][rows[f"#{name}"]] if name in exact else rows[name].tolist() for name in self._columns()
                ]
                writer.writerows(zip(*texts, strict=True))

    def _exact_texts(self) -> dict[str, np.ndarray]:
        """The values of exact axes as texts, so that a CSV file loses nothing."""
        design = self.task.design
        if not isinstance(design, Grid):
            return {}
        return {axis.name: np.array(axis.texts()) for axis in design.axes if axis.is_exact}

    def _parquet(self, path: Path) -> None:
        pa = need("pyarrow", "data", "a Parquet file")
        pq = need("pyarrow.parquet", "data", "a Parquet file")
        writer = None
        for rows in self._rows():
            table = pa.table({name: rows[name] for name in self._columns()})
            table = table.replace_schema_metadata(self.attributes())
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()

    def _netcdf(self, path: Path) -> None:
        need("h5netcdf", "data", "a netCDF file")
        # HDF5 ends the process where it cannot write: it writes into memory, and the bytes are ours to write.
        content = BytesIO()
        self.to_xarray().to_netcdf(content, engine="h5netcdf")
        path.write_bytes(content.getvalue())

    def _npz(self, path: Path) -> None:
        arrays = {name: self[name] for name in self.data}
        axes = self.axes()
        texts = json.dumps(self.attributes())
        with path.open("wb") as file:
            np.savez_compressed(file, attributes=np.array(texts), **{**axes, **arrays})  # type: ignore[arg-type]

    def __str__(self) -> str:
        shape = " × ".join(
            f"{n} {name}" for n, name in zip(self.task.design.shape, self.task.design.dimensions, strict=True)
        )
        engine = "from formulas" if self.task.compiled else "solved point by point"
        where = f"{self.tally.admissible:,} admitted points"
        lines = [
            f"{self.task.model.name}: {self.task.concept} equilibria at {self.points:,} points ({shape}), {engine}",
            f"{self.task.model.hedge}: in some equilibrium at {_percent(self.share_some)} of {where}, in every one at "
            + _percent(self.share_every),
        ]
        if self.tally.unfinished:
            lines.append(f"{self.tally.unfinished:,} points could not be finished")
        most = len(self.regimes) if page().full else MOST_REGIMES
        for regime in self.regimes[:most]:
            what = " || ".join(regime.equilibria) or (
                "-" if regime.equilibria or regime.hedging != "none" else "no equilibrium"
            )
            shown = (
                what if page().full or len(what) <= LONGEST else f"{what[:LONGEST]}… ({len(regime.equilibria)} in all)"
            )
            lines.append(f"  {regime.points:>12,}  {regime.hedging:<6} {shown}")
        if len(self.regimes) > most:
            lines.append(f"  … {len(self.regimes) - most} further sets of equilibria")
        lines += [f"note: {note}" for note in self.notes]
        return "\n".join(lines)


def _mesh(axes: Mapping[str, np.ndarray], chunk: Chunk) -> dict[str, np.ndarray]:
    """The coordinates of a chunk's points, and (with ``#``) the positions of their values on the axes."""
    if not axes:
        return {}
    positions = np.meshgrid(*(np.arange(start, stop) for start, stop in chunk.box), indexing="ij")
    found = {}
    for (name, values), position in zip(axes.items(), positions, strict=True):
        found[f"#{name}"] = position.ravel()
        found[name] = values[position.ravel()]
    return found


def _about(parameter: Any) -> dict[str, str]:
    return {"long_name": parameter.meaning, "units": parameter.unit}


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.4g} %"
