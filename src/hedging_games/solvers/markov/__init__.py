"""Equilibria of games over time."""
