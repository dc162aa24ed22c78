"""Polynomial equations and inequalities in positive unknowns, solved exactly by elimination.

`system` holds what is asked and what is answered, `cases` one case of the elimination and what becomes of it,
`elimination` the method, `roots` what is left in one or two unknowns.
"""
