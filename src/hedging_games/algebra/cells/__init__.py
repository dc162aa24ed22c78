"""Cell decompositions: the line and the plane cut where polynomials change sign, with exact borders.

`roots` finds and names real algebraic numbers, `intervals` holds sets of numbers on the line, `enclosure` bounds
a polynomial on a box, `line` decides systems in one parameter, `plane` cuts a box of two parameters.
"""
