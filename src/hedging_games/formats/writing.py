"""Games as Gambit's files, in exact numbers: any game as a tree (``.efg``), and its strategic form as a table (``.nfg``).

What a file cannot hold is listed by `losses`, and written into the file's comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from hedging_games.algebra.numbers import LONGEST_NUMBER, number_text
from hedging_games.errors import input_error
from hedging_games.formats.labels import clashes, distinct, gambit_label
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.named import GameLike, game_of
from hedging_games.games.reductions import Plan, strategic_form


def losses(game: Game, form: Literal["nfg", "efg", "csv"]) -> tuple[str, ...]:
    """What the file of a game leaves out, in words; empty if it holds everything.

    ``form`` : ``"nfg"``, ``"efg"`` or ``"csv"``, as written by `nfg_text`, `efg_text` and `csv_text`.
    """
    lost = []
    if game.parameters:
        lost.append("the parameters (its numbers are those of one point)")
    if game.hedge is not None:
        lost.append("the hedge event")
    if form == "nfg" and not game.form.is_simultaneous:
        lost.append("the order of moves and what is seen, so that only Nash equilibria can be found again")
    if form == "csv":
        return (*lost, "who moves, the order of moves and what is seen")
    sets = game.form.information_sets
    changed = any(gambit_label(name) != name for name in game.players)
    changed |= any(gambit_label(name) != name for s in sets for name in (s.label, *s.actions))
    if form == "nfg":
        changed |= any(map(clashes, [game.players, *(s.actions for s in sets if game.form.is_simultaneous)]))
    if changed:
        lost.append("names that Gambit does not take as they are")
    return tuple(lost)


def efg_text(game: GameLike) -> str:
    """The game as a tree in Gambit's ``.efg`` format, one outcome at each terminal history.

    Reading it back gives the same game, its information sets sorted by player and by where they first occur.

    Raises
    ------
    InputError
        If a number of the game is not rational, or the game stands for many parameter points.
    """
    game = game_of(game)
    _check_writable(game)
    form = game.form
    numbers = _set_numbers(form)
    labels = _names([s.label for s in form.information_sets])
    described = [f"{label} {_braced(_actions(game, s))}" for s, label in enumerate(labels)]
    lines = [f"EFG 2 R {_title(game)} {_braced(_names(form.players, 'Player '))}", _comment(game, "efg"), ""]
    outcome = 0
    for decided in form.decided_at:
        if decided >= 0:
            player = form.information_sets[decided].player
            mover = 'c ""' if player == CHANCE else f'p "" {player + 1}'
            lines.append(f"{mover} {numbers[decided]} {described[decided]} 0")
        else:
            worth = ", ".join(map(_number, game.payoffs[:, outcome]))
            outcome += 1
            lines.append(f't "" {outcome} "Outcome {outcome}" {{ {worth} }}')
    return "\n".join(lines) + "\n"


def nfg_text(game: GameLike) -> str:
    """The game as a table in Gambit's ``.nfg`` format: a matrix game directly, a tree through its reduced plans.

    A plan is named by its actions, joined by `` / ``, and by its decisions too where the actions do not tell plans apart;
    the plan of a player who never decides is called ``-``. Plans named by numbers that Gambit would mistake (see
    `labels.clashes`) have the player's name put in front, ``Ally=2``.

    Raises
    ------
    InputError
        If a number of the game is not rational, or the game stands for many parameter points.
    CouldNotFinish
        If the table would be too large.
    """
    game = game_of(game)
    _check_writable(game)
    table = strategic_form(game)
    strategies = [
        _braced(_listed(_plan_names(game.form, plans), f"{player}="))
        for player, plans in zip(game.players, table.plans, strict=True)
    ]
    lines = [f"NFG 1 R {_title(game)} {_braced(_listed(game.players, 'Player '))}", ""]
    lines += [_braced(strategies), _comment(game, "nfg"), ""]
    # Gambit lets the first player's strategy vary fastest.
    cells = table.payoffs.reshape(len(game.players), -1, order="F")
    lines += [" ".join(map(_number, cells[:, cell])) for cell in range(cells.shape[1])]
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


def _number(number: Fraction | int) -> str:
    digits = abs(number.numerator).bit_length() + number.denominator.bit_length()
    if digits > LONGEST_NUMBER * 3:  # a decimal digit takes more than three bits
        raise input_error(
            "game", f"a number of the game has more than {LONGEST_NUMBER * 9 // 10} digits", "use shorter ones"
        )
    return str(number)


def _set_numbers(form: Form) -> list[int]:
    """For each information set its number in the file, counted for each player in the order of the histories."""
    counted: dict[int, int] = {}
    numbers = [0] * len(form.information_sets)
    for s in sorted(range(len(numbers)), key=lambda s: int(form.histories_of[s][0])):
        player = form.information_sets[s].player
        numbers[s] = counted[player] = counted.get(player, 0) + 1
    return numbers


def _actions(game: Game, s: int) -> list[str]:
    """The actions of an information set in quotes, chance's each with its probability."""
    information_set = game.form.information_sets[s]
    actions = _names(information_set.actions)
    if information_set.player != CHANCE:
        return actions
    chance = game.chance[list(game.form.slots(s))]
    return [f"{action} {_number(probability)}" for action, probability in zip(actions, chance, strict=True)]


def _plan_names(form: Form, plans: Sequence[Plan]) -> list[str]:
    short = [" / ".join(form.action_of_slot[slot] for slot in plan) or "-" for plan in plans]
    if len(set(short)) == len(short):
        return short
    labels = [s.label for s in form.information_sets]
    return [
        " / ".join(f"{labels[form.set_of_slot[slot]]}: {form.action_of_slot[slot]}" for slot in plan) for plan in plans
    ]


def _names(names: Sequence[str], unnamed: str = "") -> list[str]:
    """Names in quotes, as Gambit takes them and unlike each other."""
    return [_quoted(name) for name in distinct([gambit_label(name) for name in names], unnamed)]


def _listed(names: Sequence[str], prefix: str) -> list[str]:
    """The names of a table's players or strategies: as `_names`, with a ``prefix`` where Gambit mistakes them."""
    plain = distinct([gambit_label(name) for name in names])
    return _names([prefix + name for name in plain]) if clashes(plain) else [_quoted(name) for name in plain]


def _title(game: Game) -> str:
    return _quoted(gambit_label(game.title or game.name))


def _comment(game: Game, form: Literal["nfg", "efg"]) -> str:
    """In quotes: where the game comes from, at which point it was taken, and what the file leaves out."""
    parts = ["Written by hedging-games."]
    if game.parameters:
        point = ", ".join(f"{name} = {_parameter_text(value)}" for name, value in game.parameters.items())
        parts.append(f"At {point}.")
    lost = losses(game, form)
    if lost:
        parts.append(f"Not in this file: {'; '.join(lost)}.")
    return _quoted(gambit_label(" ".join(parts)))


def _parameter_text(value: Any) -> str:
    return "many values" if isinstance(value, np.ndarray) and value.ndim else number_text(value)


def _quoted(text: str) -> str:
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'


def _braced(parts: Iterable[str]) -> str:
    return f"{{ {' '.join(parts)} }}"
