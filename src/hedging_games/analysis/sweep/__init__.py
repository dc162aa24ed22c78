"""Sweeps: equilibria at very many parameter points, exactly.

`design` says at which points, `events` writes the answer down as formulas (`derived` by `analysis.conditions`, `mixed`), `circuit`
and `compiled` turn them into array code, `blocks` evaluates it on a piece of the design, `run` goes through all pieces
(here, in an executor, or on a cluster), `store` keeps them on disk, and `results` is what comes back. What is no formula is
decided game by game: `three_players` by the signs of numbers, `signals` and `supports` by classes of signs (`classes`), the rest
by the solver (`pointwise`).
"""
