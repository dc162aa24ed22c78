"""Answers about repeated games as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.numbers import number_text, shown_number
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import mixture_text
from hedging_games.theory.display import COMPLETE
from hedging_games.theory.markov import MarkovEquilibrium
from hedging_games.theory.payoff_set import PayoffSet
from hedging_games.theory.repeated import Critical, Minmax, RepeatedEquilibria, RepeatedPath, Sustained

STANDS = {True: "sustained", False: "not sustained", None: "not known"}


def said_text(said: Mapping[str, Mapping[str, Any]]) -> str:
    """What is played on a path."""
    return "; ".join(f"{label}: {mixture_text(mixture)}" for label, mixture in said.items())


def critical_text(critical: Critical) -> str:
    """For which discount factors a path is sustained: exact, and as a decimal where there is one critical factor."""
    if critical.is_exact:
        return f"for {_line(critical.sustained)}"
    return f"for {_line(critical.sustained)} at least, for {_line(critical.at_most)} at most"


def _line(found: tuple[Interval, ...]) -> str:
    parts = [_interval(interval) for interval in found]
    return "discounts " + " or ".join(parts) if parts else "no discount"


def _interval(interval: Interval) -> str:
    low, high = interval.low, interval.high
    assert low is not None
    if interval.point:
        return f"of {_number(low)}"
    above = f"from {_number(low)}" if interval.low_closed else f"above {_number(low)}"
    if high == 1:
        return f"{above} on"
    return f"{above} to {'' if interval.high_closed else 'below '}{_number(high)}"


def _number(value: Any) -> str:
    text = number_text(value)
    return text if "/" not in text and text.isdigit() else f"{text} ({float(value):.6g})"


def equilibria_text(found: RepeatedEquilibria) -> str:
    """The paths that are sustained, with the punishments, then the others."""
    game = found.game
    lines = [
        f"{game.title or game.name or 'game'}: what can be played in every period, {found.concept} by {found.method}"
    ]
    if game.parameters:
        lines.append("at " + ", ".join(f"{name} = {number_text(value)}" for name, value in game.parameters.items()))
    lines.append(f"{len(found)} found, complete: {COMPLETE[found.complete]}")
    lines += [_held(player, minmax) for player, minmax in found.minmax.items()]
    if found.payoff_set is not None:
        lines.append(_within(found.payoff_set))
    for number, path in enumerate(found):
        lines += ["", *_path(str(number), path), *_strategies(path.shown)]
    if not found.equilibria:
        lines += ["", "none" if found.complete == "all" else "none found; this is not a proof that there is none"]
    if found.others:
        lines += ["", "other paths:"]
        for path in found.others:
            lines += _path("-", path)
    return "\n".join([*lines, *(f"note: {note}" for note in found.notes)])


def _held(player: str, minmax: Minmax) -> str:
    mixed = "" if minmax.mixed in (None, minmax.pure) else f", by mixing to {number_text(minmax.mixed)}"
    return f"the others can hold {player} down to {number_text(minmax.pure)} a period{mixed}"


def _within(found: PayoffSet) -> str:
    corners = ", ".join(dict.fromkeys(f"({float(x):.4g}, {float(y):.4g})" for x, y in found.corners))
    names = f"average payoffs of {found.players[0]} and {found.players[1]} in pure equilibria and public lotteries over them"
    return f"{names} lie within the corners {corners}" if corners else f"{names}: there are none"


def _path(head: str, path: RepeatedPath) -> Iterator[str]:
    worth = ", ".join(f"{player} {shown_number(value)}" for player, value in path.payoffs.items())
    hedge = "" if path.hedge is None else f", hedge {shown_number(path.hedge)}"
    yield f"{head}: {said_text(path.said)}"
    yield f"   worth {worth}{hedge}"
    for name, sustained in path.by.items():
        yield f"   {name}: {STANDS[sustained.stands]}{_certified(sustained)}; {critical_text(sustained.critical)}"


def _certified(sustained: Sustained) -> str:
    if sustained.certificate is None:
        return ""
    where = "" if sustained.perfect else " at the start; its threats are not credible"
    return f", largest gain {number_text(sustained.certificate.largest_gain)} (exact){where}"


def _strategies(sustained: Sustained) -> Iterator[str]:
    game, strategies = sustained.game, sustained.strategies
    assert game is not None
    assert strategies is not None
    for state in range(1, len(game.states)):
        yield f"   {game.states[state]}: {said_text(played_in(game, strategies, state))}, {_going_on(game, strategies, state)}"


def _going_on(game: MarkovGame, strategies: MarkovEquilibrium, state: int) -> str:
    following = next_state(game, strategies, state)
    return "for ever" if following == state else f"then {game.states[following]}"


def next_state(game: MarkovGame, strategies: MarkovEquilibrium, state: int) -> int:
    """Where the automaton goes from a state if everybody does what is to be done there."""
    path = met(game, strategies, state)
    return int(game.moves[state][path[0]].argmax())


def met(game: MarkovGame, strategies: MarkovEquilibrium, state: int) -> list[int]:
    """The terminal histories of a state's period, by position, that are played with positive probability."""
    form, taken = game.stages[state].form, strategies.profiles[state].probabilities
    chance = game.stages[state].chance
    return [
        z
        for z, history in enumerate(form.terminals.tolist())
        if all(taken[slot] != 0 or chance[slot] != 0 for slot in form.path(history))
    ]


def played_in(game: MarkovGame, strategies: MarkovEquilibrium, state: int) -> dict[str, dict[str, Any]]:
    """Information set to action to probability in a state of the automaton, those that are met."""
    form, profile = game.stages[state].form, strategies.profiles[state]
    slots = {slot for z in met(game, strategies, state) for slot in form.path(int(form.terminals[z]))}
    labels = {form.information_sets[int(form.set_of_slot[slot])].label for slot in slots}
    return {label: mixture for label, mixture in profile.as_dict().items() if label in labels}
