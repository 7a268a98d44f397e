"""Mutants of a page: small mistakes, one at a time, that its examples must notice."""

from __future__ import annotations
