"""Pages written back as text: a page in its standard form, or one from its tree alone.

`formatted` keeps prose, notes and names, and puts head, tables and cells into the one
form in which they are written everywhere. `print_page` writes a page that was never
text, such as an imported one. What it writes reads back as the same tree.
"""

from __future__ import annotations

from evenhand.policy.printing.formatting import formatted
from evenhand.policy.printing.page import print_page

__all__ = ["formatted", "print_page"]
