"""Sphinx reads the Markdown pages here; `make docs` builds them with warnings as errors."""

from __future__ import annotations

project = "Evenhand"
author = "The Evenhand authors"
copyright = "2026, The Evenhand authors"  # noqa: A001 - Sphinx asks for this name
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]
html_theme = "furo"
html_title = "Evenhand"
language = "en"
suppress_warnings = ["myst.header"]
