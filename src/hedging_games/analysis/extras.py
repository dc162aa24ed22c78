"""Libraries that only some questions need."""

from __future__ import annotations

from typing import Any

from hedging_games.errors import input_error


def need(module: str, extra: str, purpose: str) -> Any:
    """An optional library, or an InputError that names the extra to install."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as problem:
        raise input_error(
            "install", f"{purpose} needs {module.partition('.')[0]}", f"pip install 'hedging-games[{extra}]'"
        ) from problem
