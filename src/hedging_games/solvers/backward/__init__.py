"""Backward induction: stage by stage from the last, every tie followed, grouped by path where there are too many."""
