"""Figures: builders compute a `scene`, which renderers draw without computing anything more."""
