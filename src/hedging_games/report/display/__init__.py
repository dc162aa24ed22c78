"""What answers look like: as HTML in a notebook or a page, as LaTeX, as a data frame (decision 0048)."""
