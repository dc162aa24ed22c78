"""A model in the browser: a page whose script evaluates the model's formulas exactly (decision 0051)."""
