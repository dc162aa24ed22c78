"""Trees with continuous choices."""
