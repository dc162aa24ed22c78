"""What a scholar writes: reading and validating model files."""
