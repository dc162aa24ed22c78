"""A card to be tolerated for, with a claim to be written in."""

# Nobody knows where Tolerate is best at once: the condition says so (card >= loss), and a point says less than it does.
CARD = """\
title: A card
players: [Small, Ally]
parameters: {card: {baseline: 4, range: [0, 9]}, loss: {baseline: 5, range: [0, 9]}}
play:
  Small: [Align, Engage]
  Ally: {actions: [Tolerate, Punish], sees: all, when: Engage}
payoffs: {Small: "[Tolerate] - [Punish]", Ally: "(card - loss)*[Tolerate]"}
hedge: Tolerate
claims:
  - {says: It is so., KEY}
"""
