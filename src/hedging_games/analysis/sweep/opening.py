"""Opening a sweep's store: who may write there, whether it is the same sweep, and what of a smaller grid can be kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from hedging_games.analysis.extras import need
from hedging_games.analysis.files import writing
from hedging_games.analysis.sweep.design import Axis, Grid
from hedging_games.analysis.sweep.lock import locked
from hedging_games.analysis.sweep.store import LOCK, METADATA, RESUME, Store, identities
from hedging_games.analysis.sweep.task import Task
from hedging_games.errors import input_error


@contextmanager
def opened(task: Task, path: Path) -> Iterator[Store]:
    """The store of a task: a new one, one to be continued, or a smaller grid's, which is extended.

    Raises InputError, and changes nothing, if another command is writing there, if something else is there, or if it is the
    store of a sweep that this one does not contain.
    """
    with ExitStack() as held:
        _undo_half_an_exchange(path)
        _require_store_or_nothing(path)
        held.enter_context(locked(path / LOCK, path))
        present, wanted = identities(path), json.loads(json.dumps(task.identity()))
        smaller = None
        if present and wanted not in present:
            smaller = _smaller(task, present[0], path)
            if smaller is None:
                raise _refusal(path, present[0], wanted)
        beside = _beside(path, "extended")
        shutil.rmtree(beside, ignore_errors=True)  # of an extension that was killed
        if smaller is None:
            yield Store(task, path)
            return
        with writing(beside, RESUME):
            held.enter_context(locked(beside / LOCK, beside))
            extended = Store(task, beside)
            old = Store(smaller, path)
            _copy(old, extended)
            _exchange(path, beside)
        kept = Store(task, path)
        kept.damaged += old.damaged
        yield kept


def _require_store_or_nothing(path: Path) -> None:
    with writing(path):
        if not path.exists() or identities(path):
            return
        if path.is_dir() and not any(file.is_file() and file.stat().st_size for file in path.rglob("*")):
            return
        is_damaged = (path / LOCK).exists()
    if is_damaged:
        raise input_error(
            "file",
            f"'{path / METADATA}' and '{path / LOCK}', the two copies of what the store is, are both damaged",
            "bring one of them back from a copy, or choose another path",
        )
    raise input_error("file", f"'{path}' exists and is no store of a sweep", "choose another path")


# --- more values of an axis -----------------------------------------------------------------------------------------------------


def _smaller(task: Task, identity: Mapping[str, Any], path: Path) -> Task | None:
    """The task of the store at ``path``, if it differs by its grid alone and all its points are points of ``task``."""
    design = task.design
    if not isinstance(design, Grid) or identity.get("design", {}).get("kind") != "grid":
        return None
    zarr = need("zarr", "data", "a store on disk")
    try:
        group = zarr.open_group(str(path), mode="r", use_consolidated=False)
        stored = [np.asarray(group[axis.name][...]) for axis in design.axes]
    except (OSError, KeyError, ValueError, RuntimeError):
        return None
    axes = [_chosen(axis, floats) for axis, floats in zip(design.axes, stored, strict=True)]
    if any(axis is None for axis in axes):
        return None
    alike = replace(task, design=Grid(tuple(axis for axis in axes if axis is not None)))
    ways = [alike]
    if task.compiled and task.model.is_continuous and task.regime_bits == 0:
        # Few points of continuous choices are solved, many told by formulas: the same actions, by the same digests.
        ways.append(replace(alike, compiled=False, told=False, most=identity.get("chunk", task.most)))
    # The identity has a digest of the exact values: equal floats alone would not do.
    return next((one for one in ways if json.loads(json.dumps(one.identity())) == identity), None)


def _chosen(axis: Axis, floats: np.ndarray) -> Axis | None:
    """The axis with those of its values that have the given floats, in their order; None if one is missing."""
    place = {value: k for k, value in enumerate(axis.floats().tolist())}
    chosen = [place.get(value) for value in floats.tolist()]
    if None in chosen:
        return None
    kept = [k for k in chosen if k is not None]
    return Axis(axis.name, tuple(axis.values[k] for k in kept) if axis.is_exact else np.asarray(axis.values)[kept])


def _copy(old: Store, new: Store) -> None:
    """Copy the sound blocks of a smaller grid to their points in a larger one, and seal what they touch."""
    assert isinstance(old.task.design, Grid)
    assert isinstance(new.task.design, Grid)
    places = []
    for axis, longer in zip(old.task.design.axes, new.task.design.axes, strict=True):
        place = {text: k for k, text in enumerate(longer.texts())}
        places.append(np.array([place[text] for text in axis.texts()]))
    touched: set[int] = set()
    for number in range(len(old.boxes)):
        if not old.is_sound(number):
            continue
        chunk = old.boxes.chunk(number)
        where = tuple(place[start:stop] for place, (start, stop) in zip(places, chunk.box, strict=True))
        for name, array in old.arrays.items():
            new.arrays[name].oindex[where] = array[chunk.slices]
        boxes = (np.unique(k // size) for k, size in zip(where, new.boxes.box_shape, strict=True))
        touched |= {int(np.ravel_multi_index(place, new.boxes.counts)) for place in product(*boxes)}
    for number in sorted(touched):
        new.seal(number)


def _exchange(path: Path, beside: Path) -> None:
    """Put a finished folder in the place of another; a kill in between is mended by `_undo_half_an_exchange`."""
    replaced = _beside(path, "replaced")
    path.rename(replaced)
    beside.rename(path)
    shutil.rmtree(replaced)


def _undo_half_an_exchange(path: Path) -> None:
    replaced = _beside(path, "replaced")
    if not replaced.exists():
        return
    with locked(replaced / LOCK, path), writing(path):
        if path.exists():
            shutil.rmtree(replaced)
        else:
            replaced.rename(path)


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f".{path.name}.{word}")


# --- another sweep --------------------------------------------------------------------------------------------------------------


def _refusal(path: Path, there: Mapping[str, Any], here: Mapping[str, Any]) -> Exception:
    """Says in what the store of another sweep differs."""
    keys = [key for key in here if there.get(key) != here[key]]
    shown = [text for key in keys for text in _differences(key, there.get(key), here[key])]
    remedy = "choose another path, or remove the store"
    if keys == ["design"]:
        remedy += "; a grid that has all of the store's values and more of them continues it"
    return input_error(
        "file", f"'{path}' is the store of another sweep (different: {', '.join(keys)}; {'; '.join(shown)})", remedy
    )


def _differences(key: str, there: Any, here: Any) -> Iterator[str]:
    if isinstance(there, dict) and isinstance(here, dict):
        if key == "design" and there.get("kind") == here["kind"] == "grid":
            yield from _axes_that_differ(there.get("axes", []), here["axes"])
            return
        for name in dict.fromkeys([*there, *here]):
            if there.get(name) != here.get(name):
                yield from _differences(name, there.get(name), here.get(name))
        return
    yield f"{key}: {_short(there)} there, {_short(here)} here"


def _axes_that_differ(there: list[Any], here: list[Any]) -> Iterator[str]:
    names, wanted = [axis.get("name") for axis in there], [axis["name"] for axis in here]
    if names != wanted:
        yield f"axes: {', '.join(map(str, names))} there, {', '.join(wanted)} here"
        return
    for old, new in zip(there, here, strict=True):
        ends = [f"{axis.get('count')} values from {axis.get('first')} to {axis.get('last')}" for axis in (old, new)]
        if ends[0] != ends[1]:
            yield f"axis {new['name']}: {ends[0]} there, {ends[1]} here"
        elif old != new:
            yield f"axis {new['name']}: {ends[0]} in both, with other values between"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
