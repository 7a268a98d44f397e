"""Lines of pipe tables as the standard form has them."""

from __future__ import annotations

from collections.abc import Iterable


def row_line(cells: Iterable[str]) -> str:
    """Write a row: one space beside each cell, a pipe inside one escaped.

    Cells are not padded: columns of Chinese or Thai would not line up all the same.
    """
    inside = (f" {_escaped(cell)} " if cell else " " for cell in cells)
    return f"|{'|'.join(inside)}|"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def rule_line(columns: int) -> str:
    """Write the line below the header."""
    return "|" + "---|" * columns


def table_lines(title: str, header: list[str], rows: Iterable[list[str]]) -> list[str]:
    """Write a section: its heading and its table."""
    lines = [f"## {title}", "", row_line(header), rule_line(len(header))]
    return lines + [row_line(row) for row in rows]
