"""Hostile HTML made safe to show, as near to what was sent as safety allows.

nh3 parses as a browser does and keeps only what is listed here. Then every picture
is pointed somewhere harmless: an enclosed one to our own copy, one from the network
to nothing (its address waits in `data-remote-src` until a person asks for it).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial

import nh3

from evenhand.channels.mail.html_text import html_to_text, text_to_html
from evenhand.channels.mail.links import unveiled
from evenhand.channels.mail.markup import is_tangled
from evenhand.channels.mail.styles import with_styles

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "article",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
# Their words are code or belong to no reader.
_DROPPED = frozenset(
    [
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "textarea",
        "select",
        "audio",
        "video",
        "xmp",
        "noembed",
        "noframes",
        "plaintext",
    ]
)
_CELL = {
    "align",
    "valign",
    "width",
    "height",
    "bgcolor",
    "colspan",
    "rowspan",
    "nowrap",
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "style", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": _CELL | {"border", "cellpadding", "cellspacing", "summary"},
    "td": _CELL | {"headers", "scope"},
    "th": _CELL | {"headers", "scope"},
    "tr": {"valign", "bgcolor", "height"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "time": {"datetime"},
    "blockquote": {"type"},
}
_PROPERTIES = frozenset(
    [
        "color",
        "background-color",
        "font-size",
        "font-family",
        "font-style",
        "font-weight",
        "font-variant",
        "line-height",
        "letter-spacing",
        "text-align",
        "text-decoration",
        "text-indent",
        "text-transform",
        "vertical-align",
        "white-space",
        "word-break",
        "overflow-wrap",
        "width",
        "max-width",
        "min-width",
        "height",
        "max-height",
        "margin",
        "margin-top",
        "margin-right",
        "margin-bottom",
        "margin-left",
        "padding",
        "padding-top",
        "padding-right",
        "padding-bottom",
        "padding-left",
        "border",
        "border-top",
        "border-right",
        "border-bottom",
        "border-left",
        "border-color",
        "border-style",
        "border-width",
        "border-collapse",
        "border-spacing",
        "border-radius",
        "list-style-type",
        "table-layout",
        "direction",
    ]
)
_VALUE = re.compile(
    r"[\w\s#%.,+'\"-]{1,200}|(?:rgb|rgba|hsl|hsla)\([\d\s.,%/-]{1,60}\)"
)
_NEGATIVE = re.compile(r"(?:^|\s)-\s*[\d.]")
_HREF = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x20]", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\x00-\x20]", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"data:image/(?:png|gif|jpeg|jpg|webp|bmp);base64,[A-Za-z0-9+/=\s]+\Z"
)
# the tags of the whole mail, which nh3 drops, and where they are looked for
_ROOTS = re.compile(r"<(?:html|body)\b([^<>]{0,4000})>", re.IGNORECASE)
_ROOT_ATTRIBUTE = re.compile(
    r"\b(dir|lang|style|bgcolor|text)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
FIRST_PART = 200_000
# nh3 writes every attribute double-quoted, so whole tags can be told from text.
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")


def no_picture(_cid: str) -> str | None:
    """Answer that no enclosed picture has this Content-ID."""
    return None


def safe_html(
    source: str,
    *,
    picture: Callable[[str], str | None] = no_picture,
    remote: bool = False,
) -> str:
    """Return HTML that runs nothing, loads nothing, and leaves its frame in no way.

    `picture` maps a Content-ID to the address of our own copy. With `remote` the
    pictures of the network keep their address; only the isolated frame may use it.
    A source too tangled to be parsed in good time is shown as its words.
    """
    if is_tangled(source):
        return text_to_html(html_to_text(source))
    clean = nh3.clean(
        _wrapped(with_styles(source.replace("\0", ""))),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return unveiled(_TAG.sub(partial(_placed, picture=picture, remote=remote), clean))


def _wrapped(source: str) -> str:
    """Give what `html` and `body` say of the whole mail to an element that may stay."""
    said = "".join(
        f' {name}="{html.escape(value, quote=True)}"'
        for name, value in _of_the_whole(source).items()
    )
    return f"<div{said}>{source}</div>" if said else source


def _of_the_whole(source: str) -> dict[str, str]:
    """Return direction, language and style of the mail's root and body."""
    found: dict[str, str] = {}
    styles: list[str] = []
    for tag in _ROOTS.findall(source[:FIRST_PART]):
        told = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ROOT_ATTRIBUTE.findall(tag)
        }
        found |= {name: told[name] for name in ("dir", "lang") if name in told}
        styles += [
            f"{property_}:{told[name]}"
            for name, property_ in (("bgcolor", "background-color"), ("text", "color"))
            if name in told
        ]
        styles += [told["style"]] if "style" in told else []
    return found | ({"style": ";".join(styles)} if styles else {})


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pass, change or drop one attribute; addresses are let in only by their form."""
    if name == "style":
        return _style(value) or None
    if name == "href":
        return value.strip() if _HREF.match(value.strip()) else None
    if name == "src":
        return value.strip() if _is_source(value.strip()) else None
    if tag == "font" and name == "face":
        return value if _VALUE.fullmatch(value) else None
    return value[:2000]


def _is_source(value: str) -> bool:
    enclosed = value[:4].lower() == "cid:"
    return bool(enclosed or _REMOTE.match(value) or _EMBEDDED.match(value))


def _style(value: str) -> str:
    """Keep listed properties with plain values: no functions, no addresses, no escapes."""
    if "\\" in value or "/*" in value or "@" in value:
        return ""
    kept = (_declaration(each) for each in value[:5000].split(";"))
    return ";".join(filter(None, kept))


def _declaration(text: str) -> str:
    name, _, value = text.partition(":")
    name, value = name.strip().lower(), value.strip().removesuffix("!important").strip()
    if name == "display" and value.lower() == "none":
        return "display:none"
    if name not in _PROPERTIES or not _VALUE.fullmatch(value):
        return ""
    # A negative margin or indent could lay one mail's words over another's.
    if _NEGATIVE.search(value) and not name.startswith("letter"):
        return ""
    return f"{name}:{value}"


def _placed(
    found: re.Match[str], *, picture: Callable[[str], str | None], remote: bool
) -> str:
    if found[1] != "img":
        return found[0]
    attributes = {
        name: html.unescape(value) for name, value in _ATTRIBUTE.findall(found[2])
    }
    source = attributes.pop("src", "")
    attributes.setdefault("alt", "")
    attributes |= _source(source, picture=picture, remote=remote)
    written = "".join(
        f' {name}="{html.escape(value, quote=True)}"'
        for name, value in attributes.items()
    )
    return f"<img{written}>"


def _source(
    source: str, *, picture: Callable[[str], str | None], remote: bool
) -> dict[str, str]:
    if source[:4].lower() == "cid:":
        ours = picture(source[4:].strip("<>"))
        return {"src": ours} if ours else {}
    if _EMBEDDED.match(source):
        return {"src": source}
    if not source:
        return {}
    address = f"https:{source}" if source.startswith("//") else source
    return {"src": address} if remote else {"data-remote-src": address}


def remote_pictures(safe: str) -> int:
    """Count the pictures of the network that wait in sanitised HTML."""
    return safe.count(' data-remote-src="')
