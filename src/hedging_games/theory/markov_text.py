"""Answers about games over time as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hedging_games.algebra.numbers import number_text, shown_number
from hedging_games.games.form import CHANCE
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import mixture_text
from hedging_games.layout import text_table
from hedging_games.theory.display import COMPLETE
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium


def mixtures(game: MarkovGame, equilibrium: MarkovEquilibrium) -> dict[str, dict[str, Any]]:
    """Information set, with its state, to action to probability."""
    return {
        game.label_in(state, label): mixture
        for state, profile in enumerate(equilibrium.profiles)
        for label, mixture in profile.as_dict().items()
    }


def equilibria_text(found: MarkovEquilibria) -> str:
    """The equilibria one by one: what is done in every state, and what play is worth."""
    posed, game = found.posed, found.game
    lines = [f"{posed.title or posed.name or 'game'}: {found.concept} equilibria by {found.method}"]
    if posed.parameters:
        lines.append("at " + ", ".join(f"{name} = {number_text(value)}" for name, value in posed.parameters.items()))
    grouped = "; one for each choice of paths in every state" if found.grouped else ""
    lines.append(f"{len(found)} found, complete: {COMPLETE[found.complete]}{grouped}")
    for number, equilibrium in enumerate(found):
        lines += ["", *_equilibrium(game, number, equilibrium)]
    if not found.equilibria:
        lines += ["", "none" if found.complete == "all" else "none found; this is not a proof that there is none"]
    lines += [f"note: {note}" for note in found.notes]
    return "\n".join(lines)


def _equilibrium(game: MarkovGame, number: int, equilibrium: MarkovEquilibrium) -> Iterator[str]:
    worth = ", ".join(f"{player} {shown_number(value)}" for player, value in equilibrium.payoffs.items())
    hedge = "" if equilibrium.hedge is None else f", hedge {shown_number(equilibrium.hedge)}"
    gain = number_text(equilibrium.certificate.largest_gain)
    yield f"{number}: worth {worth}{hedge}, {'strict' if equilibrium.strict else 'not strict'}, largest gain {gain} (exact)"
    rows = []
    for state, profile in enumerate(equilibrium.profiles):
        sets = [s for s in profile.form.information_sets if s.player != CHANCE]
        done = (
            "; ".join(f"{s.label}: {mixture_text(profile.at(s.label), decimals=True)}" for s in sets) or "nobody moves"
        )
        rows.append([game.states[state], done, *map(shown_number, equilibrium.values[:, state])])
    yield text_table(["in", "done", *(f"worth to {player}" for player in game.players)], rows)
