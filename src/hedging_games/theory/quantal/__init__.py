"""Logit responses at a given precision, and proofs of how near they are."""
