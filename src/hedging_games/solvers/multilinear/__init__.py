"""Nash equilibria of three and more players: multilinear systems, solved exactly support by support."""
