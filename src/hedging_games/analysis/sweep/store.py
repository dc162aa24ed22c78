"""A sweep on disk: a zarr group written chunk by chunk, which a later run can continue.

A chunk of the sweep is a chunk of every array. Arrays are written in the order of `task.variables`, `some` last, each
chunk's file appears at once or not at all, and no result equals the fill value; so a chunk is done exactly if its piece
of `some` is there. A run that is killed at any moment leaves nothing else but files that are being written, which the
next run removes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from hedging_games.analysis.sweep.design import Chunk, Grid
from hedging_games.analysis.sweep.task import Task, variables
from hedging_games.errors import input_error

IDENTITY: Final = "hedging_games_sweep"
"""The group's attribute that says what the sweep is."""

SUMMARY: Final = "hedging_games_summary"
"""The attribute that is written when the sweep is complete: counts and regimes."""


def need(module: str, extra: str, purpose: str) -> Any:
    """An optional library, or an InputError that names the extra to install."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as problem:
        raise input_error(
            "install", f"{purpose} needs {module.partition('.')[0]}", f"pip install 'hedging-games[{extra}]'"
        ) from problem


class Store:
    """An open store of a task."""

    def __init__(self, task: Task, path: Path) -> None:
        self.task = task
        self.path = path
        self.boxes = task.boxes
        zarr = need("zarr", "data", "a store on disk")
        if path.exists() and any(path.iterdir()) if path.is_dir() else path.exists():
            self._require_same(zarr)
            _remove_partial_files(path)
        else:
            self._create(zarr)
        self.group = zarr.open_group(str(path), mode="r+")
        self.arrays = {v.name: self.group[v.name] for v in variables(task)}

    def _create(self, zarr: Any) -> None:
        """Make the store beside its place and move it there, so that it exists whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        identity = self.task.identity()
        plain = {key: identity[key] for key in ("model", "fingerprint", "concept", "version")}
        group = zarr.open_group(str(fresh), mode="w", attributes={IDENTITY: identity, **plain})
        design = self.task.design
        for v in variables(self.task):
            group.create_array(
                v.name,
                shape=design.shape,
                chunks=self.boxes.box_shape,
                dtype=v.dtype,
                fill_value=v.fill,
                attributes=dict(v.about),
                dimension_names=design.dimensions,
            )
        if isinstance(design, Grid):
            for axis in design.axes:
                floats = axis.floats()
                parameter = self.task.model.parameters[axis.name]
                made = group.create_array(
                    axis.name,
                    shape=floats.shape,
                    chunks=floats.shape,
                    dtype=floats.dtype,
                    fill_value=np.nan,
                    attributes={"long_name": parameter.meaning, "units": parameter.unit},
                    dimension_names=(axis.name,),
                )
                made[...] = floats
        if self.path.is_dir():
            self.path.rmdir()
        fresh.rename(self.path)

    def _require_same(self, zarr: Any) -> None:
        """Refuse a store of another sweep, saying in what it differs."""
        wanted = json.loads(json.dumps(self.task.identity()))
        try:
            present = dict(zarr.open_group(str(self.path), mode="r").attrs)[IDENTITY]
        except Exception as problem:
            raise input_error(
                "file", f"'{self.path}' exists and is no store of a sweep", "choose another path"
            ) from problem
        different = [key for key in wanted if present.get(key) != wanted[key]]
        if different:
            shown = (
                f"it has {different[0]} {_short(present.get(different[0]))}, this sweep {_short(wanted[different[0]])}"
            )
            raise input_error(
                "file",
                f"'{self.path}' is the store of another sweep (different: {', '.join(different)}; {shown})",
                "choose another path, or remove the store",
            )

    def is_done(self, number: int) -> bool:
        """Whether a chunk has been computed and written."""
        place = "/".join(str(k) for k in self.boxes.place(number))
        return (self.path / "some" / "c" / place).exists()

    def write(self, chunk: Chunk, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a chunk, `some` last."""
        for name, array in self.arrays.items():
            array[chunk.slices] = arrays[name]

    def read(self, chunk: Chunk, names: Sequence[str]) -> dict[str, np.ndarray]:
        """What was written of a chunk."""
        return {name: np.asarray(self.arrays[name][chunk.slices]) for name in names}

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the counts and the regimes into the group's attributes: the sweep is complete."""
        self.group.attrs[SUMMARY] = json.loads(json.dumps(summary))


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _remove_partial_files(path: Path) -> None:
    for partial in path.rglob("*.partial"):
        partial.unlink(missing_ok=True)
