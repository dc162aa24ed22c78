"""A sweep on disk: a zarr group written block by block, which a later run can continue, and in which damage is noticed.

A block of the sweep is a chunk of every array. Its checksum is written last, over the sweep's identity and the bytes of each
array's chunk; only a block whose checksum agrees counts as done. Whatever is not as it was written (killed half-way, cut
by a crash, changed by a disk) is computed again. Metadata and the axes' values follow from the task (`layout`) and are
written again where they differ. `docs/decisions/0042-what-a-store-vouches-for.md` says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from hedging_games.analysis.extras import need
from hedging_games.analysis.files import writing
from hedging_games.analysis.sweep.design import Chunk
from hedging_games.analysis.sweep.layout import (
    BLOCKS,
    CHECKSUM,
    IDENTITY,
    is_same_metadata,
    layout,
    with_summary,
)
from hedging_games.analysis.sweep.task import NOT_COMPUTED, Task, variables

METADATA: Final = "zarr.json"
LOCK: Final = f"{BLOCKS}/{METADATA}"
"""The file that the writer of a store holds. It is never replaced, only written over."""

RESUME: Final = "make room there: what is stored stays, and the same command continues"


class Store:
    """A store of a task, open for its one writer, who holds `LOCK`. Nothing at ``path`` belongs to another sweep.

    Attributes
    ----------
    arrays : the zarr arrays by variable. damaged : what was found not to be as it was written, by its place in the store.
    """

    def __init__(self, task: Task, path: Path) -> None:
        self.task = task
        self.path = path
        self.boxes = task.boxes
        self.damaged: list[str] = []
        self._files = layout(task)
        self._identity = json.dumps(task.identity(), sort_keys=True).encode()
        with writing(path, RESUME):
            _remove_partial_files(path)
            self._mend()
        zarr = need("zarr", "data", "a store on disk")
        group = zarr.open_group(str(path), mode="r+", use_consolidated=False)
        self.arrays = {v.name: group[v.name] for v in variables(task)}

    def _mend(self) -> None:
        """Write the metadata and axes that are missing or differ, those of the whole group last: with them a store is made."""
        is_new = not (self.path / METADATA).exists()
        for name in sorted(self._files, key=lambda name: (name == METADATA, name != LOCK, name)):
            file, wanted = self.path / name, self._files[name]
            present = _bytes(file)
            if present == wanted or (name == METADATA and present and is_same_metadata(present, wanted)):
                continue
            if not is_new:
                self.damaged.append(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            if name == LOCK:
                file.write_bytes(wanted)
            else:
                _replace(file, wanted)

    # --- blocks ---------------------------------------------------------------------------------------------------------------

    def is_sound(self, number: int) -> bool:
        """Whether a block is as it was written. What is there of a block that is not is removed."""
        seal = self._seal_of(number)
        with writing(self.path, RESUME):
            found = _bytes(seal)
            if found is not None and found == self._digest(number):
                return True
            if found is not None:
                self.damaged.append(f"block {self._place(number)}")
            for file in (seal, *self._pieces(number)):
                file.unlink(missing_ok=True)
        return False

    def write(self, chunk: Chunk, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a block, and then its checksum."""
        with writing(self.path, RESUME):
            for name, array in self.arrays.items():
                array[chunk.slices] = arrays[name]
        self.seal(chunk.number)

    def seal(self, number: int) -> None:
        """Write the checksum of a block."""
        digest = self._digest(number)
        assert digest is not None, "no result is a fill value, so each array has its piece"
        with writing(self.path, RESUME):
            seal = self._seal_of(number)
            seal.parent.mkdir(parents=True, exist_ok=True)
            _replace(seal, digest)

    def read(self, chunk: Chunk, names: Sequence[str]) -> dict[str, np.ndarray]:
        """What was written of a block: the fill value where nothing was."""
        return {name: np.asarray(self.arrays[name][chunk.slices]) for name in names}

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the counts and the regimes into the group's attributes: the sweep is complete."""
        content = with_summary(self._files[METADATA], summary)
        if _bytes(self.path / METADATA) != content:
            with writing(self.path, RESUME):
                _replace(self.path / METADATA, content)

    def _place(self, number: int) -> str:
        return "/".join(str(k) for k in self.boxes.place(number))

    def _pieces(self, number: int) -> list[Path]:
        return [self.path / name / "c" / self._place(number) for name in self.arrays]

    def _seal_of(self, number: int) -> Path:
        return self.path / BLOCKS / CHECKSUM / "c" / self._place(number) / "0"

    def _digest(self, number: int) -> bytes | None:
        """The checksum of what is there of a block; None where a piece is missing."""
        found = sha256(self._identity)
        for piece in self._pieces(number):
            content = _bytes(piece)
            if content is None:
                return None
            found.update(len(content).to_bytes(8, "big"))
            found.update(content)
        return found.digest()


def is_whole(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether each point of a block was computed."""
    return not bool((arrays["some"] == NOT_COMPUTED).any())


def identities(path: Path) -> list[dict[str, Any]]:
    """What a store says of its sweep: two copies, fewer where metadata are damaged; none if it is no store."""
    found = []
    for name in (METADATA, LOCK):
        try:
            found.append(json.loads((path / name).read_bytes())["attributes"][IDENTITY])
        except (OSError, ValueError, TypeError, LookupError):
            continue
    return [identity for identity in found if isinstance(identity, dict)]


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _replace(file: Path, content: bytes) -> None:
    partial = file.with_name(f"{file.name}.partial")
    partial.write_bytes(content)
    partial.replace(file)


def _remove_partial_files(path: Path) -> None:
    for partial in path.rglob("*.partial"):
        partial.unlink(missing_ok=True)
