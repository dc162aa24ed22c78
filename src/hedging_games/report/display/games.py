"""What models and games look like: parameters and decisions; a matrix for two who choose at once, else the outcomes."""

from __future__ import annotations

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.play_over_time import PlayPath
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame
from hedging_games.model.declarations import Continuum, Decision, Lottery, Table
from hedging_games.model.model import Model
from hedging_games.report.display.equilibria import point_line
from hedging_games.report.display.sheets import Page, Sheet
from hedging_games.theory.reactions_text import game_text


def model_page(model: Model) -> Page:
    """Parameters, players, decisions, payoffs and cases, as the file has them."""
    sheets = [parameters_sheet(model), players_sheet(model), decisions_sheet(model)]
    sheets.append(payoffs_sheet(model))
    if model.cases:
        sheets.append(cases_sheet(model))
    event = [] if model.hedge is None else [f"event of interest: {model.hedge}"]
    assumed = [f"assumed: {condition}" for condition in model.assumptions]
    source = [f"source: {model.source}"] if model.source else []
    return Page(model.title or model.name, [s for s in sheets if s.rows], [*source, *event, *assumed])


def parameters_sheet(model: Model) -> Sheet:
    """A row for each parameter."""
    rows = [(p.name, p.baseline, str(p.range), p.meaning, p.unit, p.source) for p in model.parameters.values()]
    return Sheet("parameters", ("parameter", "baseline", "range", "meaning", "unit", "source"), rows)


def players_sheet(model: Model) -> Sheet:
    """A row for each player."""
    return Sheet("players", ("player", "role"), [(p.name, p.role) for p in model.players.values()])


def decisions_sheet(model: Model) -> Sheet:
    """A row for each decision, in the order of play."""
    rows = [
        (d.name, d.player or "chance", _offered(d), ", ".join(d.sees), "" if d.when is None else str(d.when))
        for d in model.decisions.values()
    ]
    return Sheet("decisions", ("decision", "by", "choices", "sees", "when"), rows)


def _offered(decision: Decision) -> str:
    if isinstance(decision.choice, Lottery):
        pairs = zip(decision.choice.labels, decision.choice.probabilities, strict=True)
        return ", ".join(f"{label} with probability {p}" for label, p in pairs)
    if isinstance(decision.choice, Continuum):
        return f"any number from {decision.choice.low} to {decision.choice.high}"
    return ", ".join(decision.labels) or "a number on a grid"


def payoffs_sheet(model: Model) -> Sheet:
    """A row for each player's formula or, where the file has a table, for each outcome."""
    if isinstance(model.payoffs, Table):
        rows = [(str(row.at), *(str(row.payoffs[name]) for name in model.players)) for row in model.payoffs.rows]
        return Sheet("payoffs", ("outcome", *model.players), rows)
    formulas = [(name, str(expression)) for name, expression in model.payoffs.items()]
    return Sheet("payoffs", ("player", "payoff"), formulas)


def cases_sheet(model: Model) -> Sheet:
    """A row for each case, with what differs from the baseline."""
    rows = [(c.name, ", ".join(f"{k} = {v}" for k, v in c.values.items()), c.note) for c in model.cases.values()]
    return Sheet("cases", ("case", "differs from the baseline by", "note"), rows)


def game_page(game: Game) -> Page:
    """A payoff matrix for two players who choose at once, else all outcomes."""
    outcomes = _outcomes(game)
    matrix = _is_matrix(game)
    sheet = _matrix(game) if matrix else outcomes
    return Page(game.title or game.name or "game", [sheet], point_line(game.parameters), game.notes, tidy=outcomes)


def _is_matrix(game: Game) -> bool:
    form = game.form
    movers = sorted(s.player for s in form.information_sets)
    return len(form.players) == 2 and movers == [0, 1] and form.is_simultaneous


def _matrix(game: Game) -> Sheet:
    row, column = sorted(game.form.information_sets, key=lambda s: s.player)
    table = game.payoff_table()
    rows = [
        (a, *(", ".join(number_text(x) for x in table[:, i, j]) for j in range(len(column.actions))))
        for i, a in enumerate(row.actions)
    ]
    players = game.form.players
    return Sheet(f"payoffs of {players[0]} (rows), {players[1]} (columns)", (players[0], *column.actions), rows)


def _outcomes(game: Game) -> Sheet:
    form = game.form
    header = ["outcome", *(f"u({p})" for p in form.players), *(["hedge"] if game.hedge is not None else [])]
    rows = [
        [
            form.history_labels[history],
            *game.payoffs[:, z],
            *([bool(game.hedge[z])] if game.hedge is not None else []),
        ]
        for z, history in enumerate(form.terminals)
    ]
    return Sheet("outcomes and their payoffs", header, rows)


def other_game_page(game: ContinuousGame | MarkovGame) -> Page:
    """The game as text."""
    text = game_text(game) if isinstance(game, ContinuousGame) else str(game)
    return Page(game.title or game.name or "game", (), point_line(game.parameters), game.notes, plain=text)


def path_page(found: PlayPath) -> Page:
    """How likely each state is, period by period."""
    names = [name for name in found.game.states if any(name in p.states for p in found.periods)]
    has_event = found.game.event is not None
    rows = [
        [
            str(p.period),
            *(p.states.get(name, 0) for name in names),
            *([p.lasts, p.realigns] if has_event else []),
        ]
        for p in found.periods
    ]
    header = ["period", *names, *(["hedging lasts", "realignment"] if has_event else [])]
    sheet = Sheet("how likely each state is", header, rows)
    return Page(found.game.title or found.game.name or "game", [sheet], found.remarks)
