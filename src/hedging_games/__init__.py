"""Exact equilibria of parametric games of hedging."""
