"""What a mail's own style sheets say, written onto the elements they speak of.

Outlook and newsletters put their looks into `<style>`. A style sheet cannot be let in as
it is; a style attribute can be judged, declaration by declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_uppercase

import css_inline

# Beyond these a mail is shown without its style sheets: each rule is tried on each
# element, and each element may get all of them.
LARGEST_SOURCE = 600_000
LARGEST_STYLE = 80_000
MOST_WORK = 25_000_000
# a style sheet that makes a mail grow more than this is a trick
MOST_GROWTH = 2_000_000

# selectors that look through a whole tree for every element
_COSTLY = re.compile(r":(?:has|is|where|not|nth)|~")
_LOWER = {ord(letter): letter.lower() for letter in ascii_uppercase}
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_link_tags=False, load_remote_stylesheets=False
)


def with_styles(source: str) -> str:
    """Return the source with its style sheets as style attributes, or unchanged.

    Nothing is loaded. What the attributes say is unsafe still: sanitise it afterwards.
    """
    if len(source) > LARGEST_SOURCE or "<style" not in source.lower():
        return source
    sheets = "".join(_sheets(source))
    work = len(sheets) * source.count("<")
    if len(sheets) > LARGEST_STYLE or work > MOST_WORK or _COSTLY.search(sheets):
        return source
    try:
        written = _INLINER.inline(source)
    except (css_inline.InlineError, ValueError):
        return source
    return source if len(written) > len(source) + MOST_GROWTH else written


def _sheets(source: str) -> Iterator[str]:
    """Yield what stands between the tags; one pass, however many are never closed."""
    # ASCII alone is lowered, so that each place is the same in both
    low = source.translate(_LOWER)
    end = 0
    while (start := low.find("<style", end)) >= 0:
        begin = low.find(">", start) + 1
        end = low.find("</style", begin) if begin else -1
        if end < 0:
            return
        yield source[begin:end]
