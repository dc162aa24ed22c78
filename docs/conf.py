"""The site: ``sphinx-build -W -n -b html docs build/site`` (``pip install '.[site]'``). Nothing is fetched by its pages (decision 0055)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "site"))

import hedging_games

project = "hedging_games"
author = project_copyright = "the authors of hedging_games"
copyright = project_copyright  # noqa: A001  (as Sphinx calls it)
version = release = hedging_games.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "docstrings", "formulas", "links", "names", "pages"]
exclude_patterns = ["site"]
source_suffix = {".md": "markdown"}
nitpicky = True

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
myst_dmath_double_inline = False

add_module_names = False
autodoc_class_signature = "separated"
autodoc_default_options = {"members": True, "exclude-members": "__init__, __new__", "member-order": "bysource"}
autodoc_preserve_defaults = True
default_role = "obj"
maximum_signature_line_length = 88

smartquotes = False

html_theme = "furo"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_title = "hedging_games"
html_copy_source = False
html_show_search_summary = False  # it would be fetched, which pages opened from a disk may not
html_show_sphinx = False
html_last_updated_fmt = None
pygments_style = "default"
