"""Repeated games: paths that punishments sustain."""
