"""How equilibria are found: one file a method."""
