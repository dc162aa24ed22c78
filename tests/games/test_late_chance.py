"""Chance put behind the decisions of those who do not learn of it: the same game, with fewer hidden moves."""

from __future__ import annotations

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.errors import CouldNotFinish
from hedging_games.games.late_chance import with_late_chance
from hedging_games.model.reader import read_model_text

OFFER = """
title: An offer, and an answer by who knows the type
players: [Proposer, Other]
parameters: {p: {baseline: 1/4, range: "(0, 1)"}}
play:
  Type: {by: chance, actions: {weak: p, strong: 1 - p}}
  Offer: {by: Proposer, actions: [High, Low]}
  Reply: {by: Other, actions: [Accept, Fight], sees: SEEN}
payoffs:
  Proposer: "[Accept]*(1 + [Low]) - 2*[Fight]"
  Other: "[Accept]*(2*[High] + [Low]/2) + [strong and Fight]"
hedge: Fight
"""


def test_the_type_is_drawn_after_the_offer_and_everything_is_worth_what_it_was():
    game = read_model_text(OFFER.replace("SEEN", "[Type, Offer]")).at()
    late = with_late_chance(game)
    assert late.game.form.has_perfect_information
    assert not game.form.has_perfect_information
    assert sorted(late.ends) == list(range(len(game.form.terminals)))
    assert [late.game.form.action_of_slot[slot] for slot in late.game.form.path(int(late.game.form.terminals[0]))] == [
        "High",
        "weak",
        "Accept",
    ]
    for z, end in enumerate(late.ends):
        assert late.game.payoffs[:, z].tolist() == game.payoffs[:, end].tolist()
        assert late.game.hedge[z] == game.hedge[end]
        ways = (
            {g.form.action_of_slot[slot] for slot in g.form.path(int(g.form.terminals[k]))}
            for g, k in ((late.game, z), (game, end))
        )
        assert next(ways) == next(ways)
    found = (hg.solve(late.game, "subgame-perfect"), hg.solve(game, "sequential"))
    assert [e.payoffs for e in found[0]] == [e.payoffs for e in found[1]]


# Who answers knowing only the offer decides while the type is still hidden from it: the type is put behind the answer too.
def test_chance_that_nobody_learns_of_comes_last():
    late = with_late_chance(read_model_text(OFFER.replace("SEEN", "[Offer]")).at()).game
    assert late.form.has_perfect_information
    assert {len(late.form.path(int(h))) for h in late.form.terminals} == {3}
    assert late.form.action_of_slot[late.form.path(int(late.form.terminals[0]))[-1]] == "weak"


def test_what_a_sender_knows_is_not_put_off():
    game = hg.load("cherry-picking").at()
    late = with_late_chance(game)
    assert late.ends == tuple(range(len(game.form.terminals)))
    assert np.array_equal(late.game.form.parent, game.form.parent)


# Low is accepted by the weak (1/2 > 0) and fought by the strong (1/2 < 1), worth 2*p - 2*(1 - p); High is accepted by both (2 > 1), worth 1. So it comes
# to a fight exactly where 4*p - 2 >= 1.
@pytest.mark.parametrize(("among", "by_hand"), [("some", "p >= 3/4"), ("every", "p > 3/4")])
def test_the_region_of_a_gamble_is_the_one_derived_by_hand(among, by_hand):
    model = read_model_text(OFFER.replace("SEEN", "[Type, Offer]"))
    for concept in ("sequential", "subgame-perfect"):
        region = hg.condition(model, among=among, concept=concept)
        assert region.complete
        assert [region.contains(p=p) for p in ("1/2", "3/4", "4/5")] == [False, among == "some", True], by_hand


MANY = """
title: Three messages, two receivers
players: [Sender, One, Two]
parameters: {p: {baseline: 1/3, range: "(0, 1)"}}
play:
  Type: {by: chance, actions: {t: p, n: 1 - p}}
  Message: {by: Sender, actions: [a, b, c], sees: [Type]}
  One: {actions: [Yes, No], sees: [Message]}
  Two: {actions: [Yes, No], sees: [Message]}
payoffs: {Sender: "[One.Yes] - [n and Two.Yes]", One: "[One.Yes]*([t] - [n])", Two: "[Two.Yes]*([t] - [n])"}
hedge: One.Yes
"""


def test_what_is_too_large_is_refused_at_once_with_its_size_and_a_remedy_that_works():
    model = read_model_text(MANY)
    with pytest.raises(
        CouldNotFinish, match=r"pairs of extreme strategies(.|\n)*ask for pure-nash, or solve at points"
    ):
        hg.condition(model, "some")
    assert hg.condition(model, "some", concept="pure-nash").complete
