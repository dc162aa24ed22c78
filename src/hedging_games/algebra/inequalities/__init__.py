"""Polynomial inequalities decided exactly: emptiness, implication, redundancy, robustness and volume, with proofs.

`system` says what is decided, `decide` decides it, `proof` holds the records that can be checked again, `logic` reasons
with unions of systems, `robustness` and `volume` measure them.
"""
