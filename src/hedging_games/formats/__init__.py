"""Other programs' files: Gambit's .nfg and .efg."""
