"""What equilibria look like: a row each, with what is played, what it is worth, and the certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.precision import LogitBranch
from hedging_games.analysis.refine import Refined
from hedging_games.report.display.sheets import Cell, Page, Sheet
from hedging_games.report.tables import MOST_SETS_SHOWN, play_text
from hedging_games.theory.display import COMPLETE
from hedging_games.theory.equilibria import Certificate, Equilibria, Equilibrium
from hedging_games.theory.judging import Judgement
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.markov_text import mixtures
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium
from hedging_games.theory.reactions_text import chosen_text, followed_text, reaction_lines
from hedging_games.theory.repeated import RepeatedEquilibria, RepeatedPath
from hedging_games.theory.repeated_text import STANDS, critical_text, said_text


def point_line(parameters: Mapping[str, Any]) -> list[str]:
    """Where the parameters stand, as a line, if there are any."""
    return (
        ["at " + ", ".join(f"{name} = {number_text(value)}" for name, value in parameters.items())]
        if parameters
        else []
    )


def _found(count: int, complete: str) -> str:
    return f"{count} found, complete: {COMPLETE[complete]}"


def _gain(certificate: Certificate) -> str:
    return f"{number_text(certificate.largest_gain)} ({'exact' if certificate.exact else 'at most, near by'})"


def _known(equilibrium: Equilibrium, value: Any) -> Any:
    """A number as a float where it is known up to an error."""
    return value if equilibrium.error is None or value is None else float(value)


def equilibria_page(found: Equilibria) -> Page:
    """All of an answer."""
    game = found.game
    labels = list(found[0].profile.as_dict()) if len(found) else []
    on_path = len(labels) > MOST_SETS_SHOWN
    hedge = ["hedge"] if game.hedge is not None else []
    header = [
        "#",
        *(["played"] if on_path else labels),
        *(f"u({p})" for p in game.players),
        *hedge,
        "strict",
        "largest gain",
    ]
    rows = []
    for k, e in enumerate(found):
        played: list[Cell] = [play_text(found, e)] if on_path else list(_mixtures(e).values())
        worth = [_known(e, value) for value in e.payoffs.values()]
        rows.append([str(k), *played, *worth, *([_known(e, e.hedge)] if hedge else []), e.strict, _gain(e.certificate)])
    caption = f"{found.concept} equilibria by {found.method}"
    lines = [*point_line(game.parameters), _found(len(found), found.complete)]
    sheets = [Sheet(caption, header, rows)] if rows else []
    if found.continua:
        sheets.append(
            Sheet(
                "connected sets of equilibria",
                ("component", "dimension", "conditions"),
                [
                    ("?" if c.component is None else str(c.component), str(c.dimension), c.conditions)
                    for c in found.continua
                ],
            )
        )
    return Page(game.title or game.name or "game", sheets, lines, found.notes, tidy=_tidy(found))


def _mixtures(equilibrium: Equilibrium) -> dict[str, dict[str, Any]]:
    return {
        label: {action: _known(equilibrium, p) for action, p in mixture.items()}
        for label, mixture in equilibrium.profile.as_dict().items()
    }


def _tidy(found: Equilibria) -> Sheet:
    """A column for the probability of each action, called DECISION.ACTION."""
    hedge = found.game.hedge is not None
    slots = [f"{s}.{a}" for s, mixture in found[0].profile.as_dict().items() for a in mixture] if len(found) else []
    header = ["equilibrium", *slots, *(f"u({p})" for p in found.game.players), *(["hedge"] if hedge else [])]
    rows = [
        [
            str(k),
            *(p for mixture in _mixtures(e).values() for p in mixture.values()),
            *(_known(e, value) for value in e.payoffs.values()),
            *([_known(e, e.hedge)] if hedge else []),
            e.strict,
            _known(e, e.certificate.largest_gain),
        ]
        for k, e in enumerate(found)
    ]
    return Sheet(f"{found.concept} equilibria", [*header, "strict", "largest gain"], rows)


def equilibrium_page(e: Equilibrium) -> Page:
    """One equilibrium: a row for each action that is taken."""
    rows = [
        (label, action, p, None if e.beliefs is None else _belief(e.beliefs.get(label, {})))
        for label, mixture in _mixtures(e).items()
        for action, p in mixture.items()
        if p != 0
    ]
    beliefs = e.beliefs is not None
    header = ("decision", "action", "probability", *(("beliefs",) if beliefs else ()))
    played = Sheet("what is played", header, [row if beliefs else row[:3] for row in rows])
    return Page("An equilibrium", [played, _worth(e)], [f"largest gain by deviating: {_gain(e.certificate)}"])


def _belief(belief: Mapping[str, Any]) -> str:
    return ", ".join(f"{history}: {number_text(p)}" for history, p in belief.items())


def _worth(e: Equilibrium | ContinuousEquilibrium | MarkovEquilibrium | RepeatedPath) -> Sheet:
    hedge = [] if e.hedge is None else [("hedge", e.hedge)]
    worth = e.worth if isinstance(e, ContinuousEquilibrium) else e.payoffs
    return Sheet(
        "what it is worth", ("player", "payoff"), [*((p, _number_chosen(v)) for p, v in worth.items()), *hedge]
    )


def refined_page(refined: Refined) -> Page:
    """What a refinement kept, then what it dropped."""
    kept = equilibria_page(refined.kept)
    rows = [(one.criterion, str(one.equilibrium.profile), one.reason) for one in refined.dropped]
    dropped = Sheet("dropped", ("criterion", "equilibrium", "reason"), rows)
    lines = [*kept.lines, f"refined by {', '.join(refined.criteria)}"]
    return Page(kept.title, [*kept.sheets, *([dropped] if rows else [])], lines, kept.notes, tidy=kept.tidy)


# --- continuous choices ------------------------------------------------------------------------------------------------------


def _number_chosen(value: Any) -> Cell:
    """A number as it is; an interval, and what follows from a number chosen at once with it, as text."""
    if isinstance(value, tuple):
        return chosen_text(value)
    return followed_text(value) if hasattr(value, "numer") else value


def continuous_page(found: ContinuousEquilibria) -> Page:
    """All outcomes, then the reactions that support them."""
    game = found.game
    choices = [name for name in game.choices if name not in game.drawn]
    header = ["#", *choices, "actions", *(f"u({p})" for p in game.players), *(["hedge"] if game.has_event else [])]
    rows = [
        [
            str(k),
            *(_number_chosen(e.choices[name]) if name in e.choices else None for name in choices),
            ", ".join(action for _, action in e.actions),
            *map(_number_chosen, e.worth.values()),
            *([e.hedge] if game.has_event else []),
            _gain(e.certificate),
        ]
        for k, e in enumerate(found)
    ]
    reactions = [(str(k), line) for k, e in enumerate(found) for line in reaction_lines(game, e)]
    sheets = [
        Sheet(f"{found.concept} equilibria by {found.method}", [*header, "largest gain"], rows),
        Sheet("reactions that support them", ("#", "reaction"), reactions),
    ]
    lines = [*point_line(game.parameters), _found(len(found), found.complete)]
    return Page(game.title or game.name or "game", sheets if rows else [], lines, found.notes)


def continuous_equilibrium_page(e: ContinuousEquilibrium) -> Page:
    """One outcome."""
    rows = [*((name, _number_chosen(value)) for name, value in e.choices.items()), *e.actions]
    lines = [f"largest gain by deviating: {_gain(e.certificate)}"]
    return Page("An equilibrium", [Sheet("what is played", ("decision", "choice"), rows), _worth(e)], lines)


# --- play over time -----------------------------------------------------------------------------------------------------------


def markov_page(found: MarkovEquilibria) -> Page:
    """What is done in every state, equilibrium by equilibrium."""
    posed, game = found.posed, found.game
    rows = [[str(k), label, mixture] for k, e in enumerate(found) for label, mixture in mixtures(game, e).items()]
    hedged = any(e.hedge is not None for e in found)
    worth = [
        [str(k), *e.payoffs.values(), *([e.hedge] if hedged else []), e.strict, _gain(e.certificate)]
        for k, e in enumerate(found)
    ]
    header = ["#", *(f"u({p})" for p in game.players), *(["hedge"] if hedged else []), "strict", "largest gain"]
    sheets = [
        Sheet(f"{found.concept} equilibria by {found.method}", header, worth),
        Sheet("what is done", ("#", "decision", "done"), rows),
    ]
    lines = [*point_line(posed.parameters), _found(len(found), found.complete)]
    return Page(posed.title or posed.name or "game", sheets if worth else [], lines, found.notes)


def markov_equilibrium_page(e: MarkovEquilibrium) -> Page:
    """One equilibrium of a game over time: state by state, as they are numbered in the game."""
    rows = [
        (str(state), label, mixture)
        for state, profile in enumerate(e.profiles)
        for label, mixture in profile.as_dict().items()
    ]
    done = Sheet("what is done", ("state", "decision", "done"), rows)
    return Page("An equilibrium over time", [done, _worth(e)], [f"largest gain by deviating: {_gain(e.certificate)}"])


def repeated_page(found: RepeatedEquilibria) -> Page:
    """The paths that are sustained, then the others, each with its critical discount factors."""
    game = found.game
    sustained = _paths(f"sustained: {found.concept} by {found.method}", list(found), game.players)
    others = [_paths("other paths", found.others, game.players)] if found.others else []
    lines = [*point_line(game.parameters), _found(len(found), found.complete)]
    return Page(game.title or game.name or "game", [sustained, *others], lines, found.notes)


def _paths(caption: str, paths: Sequence[RepeatedPath], players: Sequence[str]) -> Sheet:
    header = ["#", "path", *(f"u({p})" for p in players), "hedge", "punishments"]
    rows = [
        [str(k), said_text(path.said), *path.payoffs.values(), path.hedge, _punishments(path)]
        for k, path in enumerate(paths)
    ]
    return Sheet(caption, header, rows)


def _punishments(path: RepeatedPath) -> str:
    return "; ".join(f"{name}: {STANDS[s.stands]}, {critical_text(s.critical)}" for name, s in path.by.items())


def repeated_path_page(path: RepeatedPath) -> Page:
    """One path."""
    rows = [(name, STANDS[s.stands], critical_text(s.critical)) for name, s in path.by.items()]
    sheets = [Sheet("punishments", ("punishment", "at the point", "discount factors"), rows), _worth(path)]
    return Page("A path that is the same in every period", sheets, [said_text(path.said)])


def judgement_page(found: Judgement) -> Page:
    """What each deviation is worth."""
    rows = [(d.player, d.scope, d.name, d.probability if d.action else None, d.gain) for d in found.deviations]
    said = "is" if found.is_equilibrium else "is not"
    sheet = Sheet("deviations", ("player", "from", "deviation", "played", "gain"), rows)
    lines = [f"{found.profile} {said} a {found.concept} equilibrium" + (f": {found.why_not}" if found.why_not else "")]
    return Page("Judgement", [sheet], [*lines, f"largest gain: {number_text(found.largest_gain)}"])


def branch_page(found: LogitBranch) -> Page:
    """The points of a logit branch."""
    rows = found.rows()
    sheet = Sheet("points of the branch", tuple(rows[0]), [tuple(row.values()) for row in rows])
    regret = f"regret at the last point: {float(found.regret):.3g} (a quantal response, not a Nash equilibrium)"
    title = f"{found.game.title or found.game.name or 'game'}: the principal logit branch"
    return Page(title, [sheet], [regret], found.notes)
