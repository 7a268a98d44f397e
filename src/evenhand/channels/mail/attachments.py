"""What a stranger's file may be called and called to be when it is downloaded."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

# What the first bytes must be for a type to be believed.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
)
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_BY_NAME = {
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
    "ics": "text/calendar",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "heic": "image/heic",
    "eml": "message/rfc822",
}
_RISKY = frozenset(
    [
        "ade",
        "adp",
        "apk",
        "app",
        "appx",
        "bat",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "exe",
        "hta",
        "htm",
        "html",
        "inf",
        "ins",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "mhtml",
        "msc",
        "msi",
        "msix",
        "msp",
        "ps1",
        "pif",
        "pptm",
        "reg",
        "scr",
        "sct",
        "shtml",
        "svg",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "wsc",
        "wsf",
        "wsh",
        "xhtml",
        "xlsm",
        "xml",
        "xsl",
    ]
)
# What a part without a name is called: the names that mail programs give such parts.
_NAMES = {
    "application/ms-tnef": "winmail.dat",
    "application/pgp-encrypted": "version.txt",
    "application/pgp-keys": "key.asc",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "read-receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/calendar": "invite.ics",
    "text/html": "text.html",
    "text/plain": "text.txt",
    "text/rfc822-headers": "headers.txt",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
}
MAX_NAME_BYTES = 150
_BYTES = "application/octet-stream"
# the registry in the program, not the one of this machine: every desk says the same
_REGISTRY = mimetypes.MimeTypes()


def download_type(*, name: str, content: bytes) -> str:
    """Return the type a file is sent as: sniffed, or by a harmless name, or bytes.

    What the sender declared is not asked: it is a stranger's word.
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    return _BY_NAME.get(extension(name), _BYTES)


def sent_type(*, name: str, content: bytes) -> str:
    """Return the type that a file of ours is sent as: sniffed, else by its name.

    A compressed file is bytes: its name tells what is inside. Neither mails nor parts of
    mails are named so, because mail programs would open them in place.
    """
    kind = download_type(name=name, content=content)
    packed = None
    if kind == _BYTES:
        guessed, packed = _REGISTRY.guess_type(f"x.{extension(name)}")
        kind = guessed or _BYTES
    return _BYTES if packed or kind.startswith(("message/", "multipart/")) else kind


def is_picture(content: bytes) -> bool:
    """Whether a browser may show these bytes inside a message: raster pictures only."""
    return download_type(name="", content=content[:16]) in _PICTURES


def is_risky(name: str) -> bool:
    """Whether opening a file of this name can run something; staff are warned."""
    return extension(name) in _RISKY


def unnamed(content_type: str) -> str:
    """Return a name for a file without one, after the kind its sender says it is."""
    if content_type in _NAMES:
        return _NAMES[content_type]
    kind, _, part = content_type.partition("/")
    if kind == "message":
        return "message.eml"
    if kind in {"image", "audio", "video"} and part.isalnum():
        return f"{kind}.{'jpg' if part == 'jpeg' else part}"
    return "attachment"


def extension(name: str) -> str:
    """Return the last extension in lower case, looking through trailing dots."""
    return (
        safe_name(name).rstrip(". ").rpartition(".")[2].lower() if "." in name else ""
    )


def safe_name(name: str) -> str:
    """Return a name that is one plain file name: no path, no control, no reversal.

    Format characters go too: a right-to-left override makes `gnp.exe` of `exe.png`.
    """
    base = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        char for char in unicodedata.normalize("NFC", base)
        if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )  # fmt: skip
    kept = re.sub(r'[<>:"|?*;]+', "_", kept).strip(" .")
    return _shortened(kept) or "attachment"


def _shortened(name: str) -> str:
    """Cut the stem, keep the extension; the limit is bytes, file systems count those."""
    while len(name.encode()) > MAX_NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        if not stem or len(ending) > 10:
            stem, dot, ending = name, "", ""
        name = f"{stem[:-1]}{dot}{ending}"
    return name
