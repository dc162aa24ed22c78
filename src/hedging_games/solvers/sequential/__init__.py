"""Sequential equilibria, support by support: conditions, their solution, and the answer made of them."""
