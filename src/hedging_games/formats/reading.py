"""Opening a Gambit file: how large it may be, how its bytes are read, and which format its name says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from hedging_games.errors import input_error
from hedging_games.formats.efg import parse_efg
from hedging_games.formats.nfg import parse_nfg
from hedging_games.games.game import Game

MAX_BYTES: Final = 16 * 2**20
"""The largest file that is read."""

_PARSERS: Final = {".nfg": parse_nfg, ".efg": parse_efg}


def read_game(path: str | os.PathLike[str]) -> Game:
    """The game in a Gambit file, in exact numbers; the suffix of ``path`` says whether it is a table or a tree.

    The file is read as UTF-8; if it is not, as Latin-1, which older files use, and the game carries a note of it.

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, it is larger than `MAX_BYTES`, or its suffix is another.
    ModelFileError
        With line, column and remedy, if its text is no game.
    """
    path = Path(path)
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        raise input_error(
            "file", f"'{path}' is neither .nfg nor .efg", "open the game in Gambit and save it as one of these"
        )
    raw = _bytes(path)
    try:
        return parse(raw.decode("utf-8"), str(path))
    except UnicodeDecodeError:
        game = parse(raw.decode("latin-1"), str(path))
    note = f"{path.name} is not UTF-8; its names were read as Latin-1"
    return replace(game, notes=(*game.notes, note))


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "does not exist"
            raise input_error("file", f"'{path}' {what}", "give the path of a .nfg or .efg file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise input_error("file", f"cannot read '{path}': {problem}", "give a file that can be read") from problem
    if len(raw) > MAX_BYTES:
        raise input_error("file", f"'{path}' is larger than {MAX_BYTES} bytes", "use a smaller game")
    return raw
