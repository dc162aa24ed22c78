"""What of a sweep's store is known before anything is computed: its metadata and the values of a grid's axes, as bytes.

It follows from the task alone. So a store whose metadata were lost or changed is mended by writing them again.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hedging_games.analysis.extras import need
from hedging_games.analysis.sweep.design import Grid
from hedging_games.analysis.sweep.task import Task, variables

IDENTITY: Final = "hedging_games_sweep"
"""The attribute, of the whole group and of `BLOCKS`, that says what the sweep is."""

SUMMARY: Final = "hedging_games_summary"
"""The attribute that is written when the sweep is complete: counts and regimes."""

BLOCKS: Final = "hedging_games_blocks"
"""The group that holds the checksums, one for each block."""

CHECKSUM: Final = "checksum"
CHECKSUM_BYTES: Final = 32


def layout(task: Task) -> dict[str, bytes]:
    """The files of a store in which nothing has been computed, by their path in it."""
    zarr = need("zarr", "data", "a store on disk")
    files: dict[str, Any] = {}
    identity = task.identity()
    plain = {key: identity[key] for key in ("model", "fingerprint", "concept", "version")}
    memory = zarr.storage.MemoryStore(files)
    group = zarr.open_group(memory, mode="w", attributes={IDENTITY: identity, **plain})
    design, boxes = task.design, task.boxes
    # The codec is named, so that another version of zarr writes the same metadata. Readers check its checksum.
    packed = zarr.codecs.ZstdCodec(level=0, checksum=True)
    for v in variables(task):
        group.create_array(
            v.name,
            shape=design.shape,
            chunks=boxes.box_shape,
            dtype=v.dtype,
            fill_value=v.fill,
            compressors=packed,
            attributes=dict(v.about),
            dimension_names=design.dimensions,
        )
    for axis in design.axes if isinstance(design, Grid) else ():
        floats = axis.floats()
        parameter = task.model.parameters[axis.name]
        made = group.create_array(
            axis.name,
            shape=floats.shape,
            chunks=floats.shape,
            dtype=floats.dtype,
            fill_value=np.nan,
            compressors=packed,
            attributes={"long_name": parameter.meaning, "units": parameter.unit},
            dimension_names=(axis.name,),
        )
        made[...] = floats
    group.create_group(BLOCKS, attributes={IDENTITY: identity}).create_array(
        CHECKSUM,
        shape=(*boxes.counts, CHECKSUM_BYTES),
        chunks=(*(1 for _ in boxes.counts), CHECKSUM_BYTES),
        dtype=np.uint8,
        fill_value=0,
        compressors=None,
        attributes={"long_name": "SHA-256 of the sweep's identity and of each array's piece of the block"},
    )
    with warnings.catch_warnings():
        # Consolidated metadata are an extension of zarr's third format; readers that do not know them pass over them.
        warnings.simplefilter("ignore", UserWarning)
        zarr.consolidate_metadata(memory)
    return {name: content.to_bytes() for name, content in files.items()}


def with_summary(metadata: bytes, summary: Mapping[str, Any]) -> bytes:
    """The whole group's metadata with the counts and regimes of a complete sweep."""
    found = json.loads(metadata)
    found["attributes"][SUMMARY] = json.loads(json.dumps(summary))
    return json.dumps(found, indent=2).encode()


def is_same_metadata(present: bytes, wanted: bytes) -> bool:
    """Whether the whole group's metadata are as wanted, with or without a summary."""
    try:
        found = json.loads(present)
        found["attributes"].pop(SUMMARY, None)
    except (ValueError, TypeError, LookupError, AttributeError):
        return False
    return bool(found == json.loads(wanted))
