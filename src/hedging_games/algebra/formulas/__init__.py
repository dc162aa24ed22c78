"""Inequalities joined by all and any, over one box: written down, decided, listed as cells."""
