"""The models that come with the package, and how any model is opened: by its catalogue name or by the path of its file."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from hedging_games.algebra.expressions.expression import number
from hedging_games.errors import did_you_mean, input_error
from hedging_games.games.form import Form
from hedging_games.model.declarations import Continuum, Decision, Grid
from hedging_games.model.model import Model
from hedging_games.model.play import unroll
from hedging_games.model.reader import read_model

_ENDINGS = (".yaml", ".yml")

CLASSICS = "classics"
"""The shelf of models from the literature; those of the essays stand on the first one, which has no name."""

SHELVES = ("", CLASSICS)
"""The folders, under that of the models, in which shipped models stand."""

ModelLike: TypeAlias = Model | str | os.PathLike[str]
"""A model, or its name in the catalogue, or the path of its file."""


def models_directory() -> Path:
    """Where the shipped models are: inside the installed package, or beside ``src`` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "models"
    return installed if installed.is_dir() else package.parents[1] / "models"


def catalogue(shelf: str = "") -> tuple[str, ...]:
    """The names of the shipped models, in alphabetical order.

    ``shelf`` : those of the essays by default, with ``"classics"`` those from the literature.

    Raises InputError for another shelf.
    """
    if shelf not in SHELVES:
        raise input_error("model", f"no models stand under '{shelf[:60]}'", did_you_mean(shelf, [CLASSICS]))
    directory = models_directory() / shelf
    return tuple(sorted(path.stem for path in directory.glob("*.yaml"))) if directory.is_dir() else ()


def load(name_or_path: str | os.PathLike[str]) -> Model:
    """The model with a catalogue name (``engagement-card``, ``audience-costs``, ``classics/audience-costs``), or in the file at a path
    (``my/model.yaml``).

    ``name_or_path`` : a text without an ending is a name; a path, or a text that ends in ``.yaml``, is a file, which is read again
    only if it has changed since.

    Raises
    ------
    InputError
        For a name that is not in the catalogue (with the nearest one), and, as `ModelFileError`, with all problems of a
        file that is no model.
    CouldNotFinish
        If the model has too many histories at its baseline.
    """
    text = os.fspath(name_or_path)
    found = None if isinstance(name_or_path, os.PathLike) else shipped(text)
    if found is not None:
        return _read(found)
    a_path = text.lower().endswith(_ENDINGS) or (os.sep in text and not text.startswith(f"{CLASSICS}/"))
    if isinstance(name_or_path, os.PathLike) or a_path:
        return _read(Path(text))
    if text.lower().endswith((".nfg", ".efg")):
        raise input_error("model", f"'{text}' is a Gambit file, not a model", "open it with hedging_games.read_game")
    remedy = (
        did_you_mean(text.removeprefix(f"{CLASSICS}/"), every_name()) if text else "write one such as engagement-card"
    )
    if _is_file(Path(text)):
        remedy = f"a model file ends in .yaml; to open this one write ./{text}"
    raise input_error("model", f"no model is called '{text[:60]}'", remedy)


def every_name() -> tuple[str, ...]:
    """The names of all shipped models, shelf by shelf; no name stands on two."""
    return tuple(name for shelf in SHELVES for name in catalogue(shelf))


def shipped(text: str) -> Path | None:
    """The file of a shipped model, which is called by its name, or with its shelf before that."""
    said, between, name = text.rpartition("/")
    shelves = (shelf for shelf in SHELVES if shelf == said or not between)
    return next((models_directory() / shelf / f"{name}.yaml" for shelf in shelves if name in catalogue(shelf)), None)


def model_of(given: ModelLike) -> Model:
    """The model that is meant: itself, or the one that `load` opens.

    Raises InputError for what is no model, and what `load` raises.
    """
    if isinstance(given, str | os.PathLike):
        return load(given)
    if isinstance(given, Model):
        return given
    what = f"a {type(given).__name__} is no model, whose parameters could be left open"
    raise input_error("model", what, "give a model, or a name such as 'engagement-card'")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _read(path: Path) -> Model:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return read_model(path)
    found = _remembered(str(path), status.st_mtime_ns, status.st_size)
    return read_model(path) if found.files else found  # the other files may have changed


@lru_cache(maxsize=64)
def _remembered(path: str, _changed: int, _size: int) -> Model:
    return read_model(path)


def summaries(shelf: str = "") -> list[dict[str, Any]]:
    """What a shelf of the `catalogue` holds: for each model its name, form, players and title."""
    found = []
    for name in catalogue(shelf):
        model = read_model(models_directory() / shelf / f"{name}.yaml", unrolled=False)
        found.append({"name": name, "title": model.title, "form": form_of(model), "players": list(model.players)})
    return found


def form_of(model: Model) -> str:
    """The kind of game: over time, simultaneous, perfect information, incomplete information, or sequential.

    Read off the model with every grid and continuous choice reduced to its two ends, which has the same kind and few histories.
    """
    if model.is_over_time:
        return "over time"
    ends = {decision.name: _ends(decision, model) for decision in model.decisions.values()}
    names = replace(model, decisions=ends).names
    return _kind(unroll(names, model.payoffs, None, model.point()).form)


def _ends(decision: Decision, model: Model) -> Decision:
    choice = decision.choice
    if not isinstance(choice, Grid | Continuum):
        return decision
    # Ends that move with earlier choices are as good as any others here.
    low, high = (number(0), number(1)) if model.names.decisions_of(choice.formulas) else (choice.low, choice.high)
    return replace(decision, choice=Grid(low, high, levels=number(2)))


def _kind(form: Form) -> str:
    if form.is_simultaneous:
        return "simultaneous"
    if form.has_private_information:
        return "incomplete information"
    return "perfect information" if form.has_perfect_information else "sequential"
