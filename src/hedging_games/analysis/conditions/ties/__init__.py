"""When is the event played in some, and when in every, subgame-perfect equilibrium, players who are indifferent mixing too?

An indifferent player may mix, and what the mixture is may decide what is best earlier on. So a way to play a subgame (a
`plays.Play`) carries *weights*: unknown probabilities with which its movers mix, on the path. What it takes for it to be an
equilibrium is a formula in the parameters and these weights; it is polynomial, since what a player expects is a sum of
products. Backward induction goes as ever (Selten 1965; Kuhn 1953): at a decision a set of actions is mixed if they are worth
the same to the mover, and after every other action *some* equilibrium is worth no more. Weights on which nothing earlier
depends any more are removed from the formula exactly (`algebra.formulas.elimination`), at the root all of them.

Weights are carried only where they can matter. If at no decision *before* a tie the difference of two actions' worth to the
mover takes strictly opposite signs at two equilibrium continuations, resolving the tie purely is enough: that difference is
affine in each mixture, so where a mixture makes the player indifferent or decided, so does one of the actions that it mixes.
The parameters at which this fails are formulas too (`doubts`), often of thin sets; where the pure equilibria already have
the event there, or nothing that may be played there has it (`paths`), mixing has nothing to add.

Where only one other player's worth matters earlier, no weights are needed: its range is enough (`boxes`).
"""
