"""How answers move with parameters."""
