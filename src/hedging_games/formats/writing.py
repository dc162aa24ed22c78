"""Games as Gambit's files, in exact numbers: any game as a tree (``.efg``), and its strategic form as a table (``.nfg``).

What a file cannot hold is listed by `losses`, and written into the file's comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from hedging_games.algebra.numbers import number_text
from hedging_games.errors import could_not_finish, input_error
from hedging_games.formats.labels import distinct, printable
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.reductions import Plan, strategic_form


def losses(game: Game, form: Literal["nfg", "efg"]) -> tuple[str, ...]:
    """What the file of a game leaves out, in words; nothing if it holds everything."""
    lost = []
    if game.parameters:
        lost.append("the parameters, which stand at one point")
    if game.hedge is not None:
        lost.append("the hedge event")
    if form == "nfg" and not game.form.is_simultaneous:
        lost.append("the order of moves and what is seen, so that only Nash equilibria can be found again")
    return tuple(lost)


def efg_text(game: Game) -> str:
    """The game as a tree in Gambit's ``.efg`` format, one outcome at each terminal history.

    Reading it back gives the same game, its information sets sorted by player and by where they first occur.

    Raises
    ------
    InputError
        If a number of the game is not rational, or the game stands for many parameter points.
    """
    _check_writable(game)
    form = game.form
    numbers = _set_numbers(form)
    described = [_described(game, s) for s in range(len(form.information_sets))]
    lines = [f"EFG 2 R {_quoted(game.title or game.name)} {_braced(map(_quoted, distinct(form.players)))}"]
    lines += [_quoted(_comment(game, "efg")), ""]
    outcome = 0
    for decided in form.decided_at:
        if decided >= 0:
            player = form.information_sets[decided].player
            mover = 'c ""' if player == CHANCE else f'p "" {player + 1}'
            lines.append(f"{mover} {numbers[decided]} {described[decided]} 0")
        else:
            worth = ", ".join(map(str, game.payoffs[:, outcome]))
            outcome += 1
            lines.append(f't "" {outcome} "Outcome {outcome}" {{ {worth} }}')
    return "\n".join(lines) + "\n"


def nfg_text(game: Game) -> str:
    """The game as a table in Gambit's ``.nfg`` format: a matrix game directly, a tree through its reduced plans.

    A plan is named by its actions, joined by `` / ``, and by its decisions too where the actions do not tell plans apart;
    the plan of a player who never decides is called ``-``.

    Raises
    ------
    InputError
        If a number of the game is not rational, or the game stands for many parameter points.
    CouldNotFinish
        If the table would be too large.
    """
    _check_writable(game)
    try:
        table = strategic_form(game)
    except RecursionError:
        raise could_not_finish(
            "size", "the tree is too deep to list the players' plans", "write it as a tree, in the .efg format"
        ) from None
    strategies = [_plan_names(game.form, plans) for plans in table.plans]
    lines = [f"NFG 1 R {_quoted(game.title or game.name)} {_braced(map(_quoted, distinct(game.players)))}", ""]
    lines += [_braced(_braced(map(_quoted, names)) for names in strategies), _quoted(_comment(game, "nfg")), ""]
    # Gambit lets the first player's strategy vary fastest.
    cells = table.payoffs.reshape(len(game.players), -1, order="F")
    lines += [" ".join(map(str, cells[:, cell])) for cell in range(cells.shape[1])]
    return "\n".join(lines) + "\n"


def _check_writable(game: Game) -> None:
    if game.payoffs.ndim != 2 or game.chance.ndim != 1:
        raise input_error("game", "the game stands for many parameter points", "take it at one point")
    chance = game.chance[game.form.player_of_slot == CHANCE]
    for numbers in (game.payoffs.ravel(), chance):
        for number in numbers:
            if not isinstance(number, (int, Fraction)):
                raise input_error(
                    "game",
                    f"Gambit's files hold rational numbers, and this game has {number_text(number)}",
                    "take the game at a point given in exact numbers, such as 1/3",
                )


def _set_numbers(form: Form) -> list[int]:
    """For each information set its number in the file, counted for each player in the order of the histories."""
    counted: dict[int, int] = {}
    numbers = [0] * len(form.information_sets)
    for s in sorted(range(len(numbers)), key=lambda s: int(form.histories_of[s][0])):
        player = form.information_sets[s].player
        numbers[s] = counted[player] = counted.get(player, 0) + 1
    return numbers


def _described(game: Game, s: int) -> str:
    """``"label" { "action" "action" }``, with the probabilities of chance's actions."""
    information_set = game.form.information_sets[s]
    actions: Sequence[str] = [_quoted(action) for action in distinct([printable(a) for a in information_set.actions])]
    if information_set.player == CHANCE:
        chance = game.chance[list(game.form.slots(s))]
        actions = [f"{action} {probability}" for action, probability in zip(actions, chance, strict=True)]
    return f"{_quoted(information_set.label)} {_braced(actions)}"


def _plan_names(form: Form, plans: Sequence[Plan]) -> tuple[str, ...]:
    short = [printable(" / ".join(form.action_of_slot[slot] for slot in plan)) or "-" for plan in plans]
    if len(set(short)) == len(short):
        return tuple(short)
    labels = [s.label for s in form.information_sets]
    long = [
        printable(" / ".join(f"{labels[form.set_of_slot[slot]]}: {form.action_of_slot[slot]}" for slot in plan))
        for plan in plans
    ]
    return distinct(long)


def _comment(game: Game, form: Literal["nfg", "efg"]) -> str:
    """Where the game comes from, at which point it was taken, and what the file leaves out."""
    parts = ["Written by hedging-games."]
    if game.parameters:
        point = ", ".join(f"{name} = {_parameter_text(value)}" for name, value in game.parameters.items())
        parts.append(f"At {point}.")
    lost = losses(game, form)
    if lost:
        parts.append(f"Not in this file: {'; '.join(lost)}.")
    return " ".join(parts)


def _parameter_text(value: Any) -> str:
    return "many values" if isinstance(value, np.ndarray) and value.ndim else number_text(value)


def _quoted(text: str) -> str:
    """A text in quotes. No quoted text can end in a backslash, which would escape the quote: a blank is put after it."""
    escaped = printable(text).replace('"', '\\"')
    return f'"{escaped} "' if escaped.endswith("\\") else f'"{escaped}"'


def _braced(parts: Iterable[str]) -> str:
    return f"{{ {' '.join(parts)} }}"
