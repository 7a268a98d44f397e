"""What a mail's own style sheets say, written onto the elements they speak of.

Outlook and newsletters put their looks into `<style>`. A style sheet cannot be let in as
it is; a style attribute can be judged, declaration by declaration.
"""

from __future__ import annotations

import re

import css_inline

# Beyond these a mail is shown without its style sheets: each rule is tried on each
# element, and each element may get all of them.
LARGEST_SOURCE = 600_000
LARGEST_STYLE = 80_000
MOST_WORK = 25_000_000
# a style sheet that makes a mail grow more than this is a trick
MOST_GROWTH = 2_000_000

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
# selectors that look through a whole tree for every element
_COSTLY = re.compile(r":(?:has|is|where|not|nth)|~")
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_link_tags=False, load_remote_stylesheets=False
)


def with_styles(source: str) -> str:
    """Return the source with its style sheets as style attributes, or unchanged.

    Nothing is loaded. What the attributes say is unsafe still: sanitise it afterwards.
    """
    if len(source) > LARGEST_SOURCE or "<style" not in source.lower():
        return source
    sheets = "".join(_STYLE.findall(source))
    work = len(sheets) * source.count("<")
    if len(sheets) > LARGEST_STYLE or work > MOST_WORK or _COSTLY.search(sheets):
        return source
    try:
        written = _INLINER.inline(source)
    except (css_inline.InlineError, ValueError):
        return source
    return source if len(written) > len(source) + MOST_GROWTH else written
