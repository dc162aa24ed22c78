"""What the verbs of the command line share: options, the game they name, and how answers are printed."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from hedging_games.cli.printing import page_width, print_json, say
from hedging_games.cli.verbs import complete_case, complete_concept, complete_model, complete_setting
from hedging_games.errors import input_error
from hedging_games.layout import on_page

if TYPE_CHECKING:
    from hedging_games.games.game import Game
    from hedging_games.games.markov import AnyGame
    from hedging_games.model.model import Model

GAMBIT_SUFFIXES = (".nfg", ".efg")


LEAST = 0.01
"""Seconds that are left at least."""

LONGEST_WAIT = 300.0
"""Seconds a solver may take unless told otherwise: nobody should wait without knowing for what."""


def as_json(function: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--format`` and ``--full``."""
    function = click.option(
        "--full",
        is_flag=True,
        expose_value=False,
        callback=_full,
        help="Leave nothing out that would be too much to read at a terminal.",
    )(function)
    return click.option(
        "--format",
        "style",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to print.",
    )(function)


def _full(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:  # noqa: FBT001  (as click calls it)
    if asked:
        ctx.with_resource(on_page(page_width(), full=True))


def time_limited(
    default: float | None = None, said: str = "Give up then."
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds ``--time-limit``."""
    return click.option(
        "--time-limit", type=float, default=default, show_default=default is not None, metavar="SECONDS", help=said
    )


def on_concept(function: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--concept``."""
    return click.option(
        "--concept",
        shell_complete=complete_concept,
        help="nash, pure-nash, subgame-perfect, ...; the game's own by default.",
    )(function)


@dataclass(frozen=True, slots=True)
class Asked:
    """The model that a command is about: its name or path, and how fine a grid its continuous choices become, if any."""

    name: str
    levels: int | None = None


def on_levels(function: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--levels``."""
    return click.option(
        "--levels",
        type=click.IntRange(min=2),
        metavar="NUMBER",
        help="Make every continuous choice one among so many numbers.",
    )(function)


def at_point(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the model and the options that choose a point; hands on the model as `Asked`."""

    @wraps(function)
    def asked(model: str, levels: int | None, **options: Any) -> None:
        function(Asked(model, levels), **options)

    verb = on_levels(asked)
    verb = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=complete_setting,
        help="An exact parameter value: 1/3, 0.25, 2.",
    )(verb)
    verb = click.option(
        "--case", metavar="NAME", shell_complete=complete_case, help="A case of the model file, such as korea."
    )(verb)
    return click.argument("model", shell_complete=complete_model)(verb)


def solving(function: Callable[..., None]) -> Callable[..., None]:
    """Adds what chooses a concept, a method and a time limit."""
    function = on_concept(function)
    function = click.option("--method", help="How to search; the first that fits by default.")(function)
    function = click.option("--precision", metavar="NUMBER", help="For qre: per unit of payoff, 1 by default.")(
        function
    )
    return time_limited(LONGEST_WAIT, "Stop then, with what was found.")(function)


def typed_command() -> str:
    """The command as it was typed, for a comment in what it writes; of files only the names, as folders are nobody's business."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return shlex.join(["hedging-games", *words])


def settings_of(settings: tuple[str, ...]) -> dict[str, str]:
    """Name to value of the ``--set`` options."""
    values: dict[str, str] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name.strip():
            raise input_error("option", f"--set {setting!r} is not NAME=VALUE", "write for example --set card=4")
        if name.strip() in values:
            raise input_error("option", f"--set gives '{name.strip()}' twice", "give each parameter once")
        values[name.strip()] = value
    return values


def finite(game: AnyGame) -> Game:
    """The game, for those who need every choice to be finite, and a game that is played once."""
    from hedging_games.games.named import finite as required

    return required(game)


def game_at(model: Asked, case: str | None, values: Mapping[str, Any]) -> AnyGame:
    """The game that MODEL, a case and settings name."""
    if model.name.lower().endswith(GAMBIT_SUFFIXES):
        from hedging_games.formats import read_game

        if values or case:
            raise input_error(
                "option", f"'{model.name}' is a game without parameters", "leave --set, --case and --points out"
            )
        if model.levels is not None:
            what = f"'{model.name}' is a game without continuous choices"
            raise input_error("option", what, "leave --levels out")
        return read_game(model.name)
    loaded = named_model(model)
    return loaded.at(case, **values) if case else loaded.at(**values)


def on_game(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the model and the options that choose a point, and hands on the game that they name (and what reading it leaves of a
    time limit).
    """

    @wraps(function)
    def with_game(model: Asked, case: str | None, settings: tuple[str, ...], **options: Any) -> None:
        if "time_limit" in options:
            game, options["time_limit"] = game_within(model, case, settings_of(settings), options["time_limit"])
        else:
            game = game_at(model, case, settings_of(settings))
        function(finite(game), **options)

    return at_point(with_game)


def named_model(asked: Asked) -> Model:
    """The model of the catalogue, or in a file, that MODEL names; on a grid if ``--levels`` says so."""
    name = asked.name
    if name.lower().endswith(GAMBIT_SUFFIXES):
        raise input_error("option", f"'{name}' is a game without parameters", "give a model, such as engagement-card")
    from hedging_games.model.catalogue import load

    loaded = load(name)
    return loaded if asked.levels is None else loaded.on_grid(asked.levels)


def printed(style: str, answer: Callable[[], Any], text: object) -> None:
    """Print an answer as JSON or, for people, as text."""
    if style == "json":
        print_json(answer())
    else:
        say(text)


def game_within(
    model: Asked, case: str | None, values: Mapping[str, Any], time_limit: float | None
) -> tuple[AnyGame, float | None]:
    """The game that MODEL, a case and settings name, and how many seconds of the time limit reading it has left."""
    from hedging_games.analysis.limits import interrupted_after, seconds_allowed

    seconds, began = seconds_allowed(time_limit), monotonic()
    with interrupted_after(seconds):
        game = game_at(model, case, values)
    return game, None if seconds is None else max(seconds - (monotonic() - began), LEAST)


def write_text(path: Path, text: str) -> None:
    """Write a file, or say in a message why it cannot be written."""
    from hedging_games.analysis.files import whole_file

    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
