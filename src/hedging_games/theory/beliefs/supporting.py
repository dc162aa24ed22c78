"""Which beliefs support a profile: at every information set, on the path and off it, and as sets off it."""

from __future__ import annotations

from fractions import Fraction

from hedging_games.errors import CouldNotFinish
from hedging_games.games.named import GameLike, game_of
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.assessments import Belief, personal_sets
from hedging_games.theory.beliefs.demands import one_shot_demands, plan_demands
from hedging_games.theory.beliefs.polytopes import dot, product_piece, spread
from hedging_games.theory.beliefs.records import BeliefSets, Part, Piece, Tie
from hedging_games.theory.beliefs.tied import ranked_pieces
from hedging_games.theory.concepts import SEQUENTIAL
from hedging_games.theory.equilibria import Equilibria
from hedging_games.theory.trembles import Origin, is_free, origins, pasts, together

NONE_SUPPORT = Part((), ())
"""The part of a profile that no beliefs support because it is not rational where beliefs are fixed."""


def belief_sets(game: GameLike, profile: MixedProfile, *, consistent: bool = True) -> BeliefSets:
    """All beliefs under which a profile is sequentially rational (Kreps and Wilson 1982).

    Parameters
    ----------
    game : an exact game, a model at its baseline, or the name of one.
    profile : a profile of that game.
    consistent : whether beliefs have to be those of sequential equilibrium; else they are those of weak perfect Bayesian
        equilibrium, arbitrary off the path.

    A profile is part of an equilibrium of that kind exactly when `BeliefSets.exist`.

    Raises CouldNotFinish if a polytope or the list of plans from an information set is too large.
    """
    game = game_of(game)
    form = game.form
    past = pasts(game, profile.probabilities)
    demands = one_shot_demands if consistent else plan_demands
    rows = demands(game, profile.probabilities)
    fixed: dict[int, Belief] = {}
    free: dict[int, tuple[Origin, ...]] = {}
    for s in personal_sets(form):
        possible = origins(form, past, s)
        if possible[0].mistakes != () and not consistent:
            possible = tuple(Origin(o.mistakes, (k,), (Fraction(1),)) for o in possible for k in o.histories)
        if len(possible) == 1:
            fixed[s] = spread(form, s, possible, (Fraction(1),))
            if any(dot(row, fixed[s]) < 0 for row in rows[s]):
                return BeliefSets(form, fixed, (NONE_SUPPORT,))
        else:
            free[s] = possible
    mistakes = {s: [o.mistakes for o in possible] for s, possible in free.items()}
    groups = together(mistakes) if consistent else [(s,) for s in free]
    undecided: list[str] = []
    parts = []
    for group in groups:
        chosen = {s: free[s] for s in group}
        if not consistent or is_free({s: mistakes[s] for s in group}):
            pieces = product_piece(form, chosen, rows)
        else:
            pieces = ranked_pieces(form, chosen, rows, undecided.append)
        parts.append(Part(group, pieces))
    return BeliefSets(form, fixed, tuple(parts), tuple(dict.fromkeys(undecided)))


def open_beliefs(found: Equilibria, number: int) -> BeliefSets | None:
    """The beliefs that support an equilibrium of an answer, as sets; None for concepts without beliefs, where every belief
    is certain, and where the sets are too large to work out.
    """
    game, equilibrium = found.game, found[number]
    hidden = any(len(game.form.histories_of[s]) > 1 for s in personal_sets(game.form))
    if equilibrium.beliefs is None or not hidden:
        return None
    try:
        return belief_sets(game, equilibrium.profile, consistent=found.concept == SEQUENTIAL.name)
    except CouldNotFinish:
        return None


__all__ = ["BeliefSets", "Part", "Piece", "Tie", "belief_sets", "open_beliefs"]
