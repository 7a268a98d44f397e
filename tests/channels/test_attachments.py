"""A stranger's file gets a plain name, and a type we saw for ourselves."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.attachments import (
    download_type,
    is_picture,
    is_risky,
    safe_name,
    unnamed,
)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\eva\\photo.jpg", "photo.jpg"),
        ("退款 单.pdf", "退款 单.pdf"),
        ("ใบเสร็จ.pdf", "ใบเสร็จ.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nb.txt", "ab.txt"),
        ("...", "attachment"),
        ("", "attachment"),
        ('a"b.txt', "a_b.txt"),
    ],
)
def test_a_name_is_one_plain_file_name(name: str, plain: str) -> None:
    assert safe_name(name) == plain


@examples(st.text(max_size=400))
def test_a_name_is_short_and_keeps_no_path(name: str) -> None:
    plain = safe_name(name)

    assert plain
    assert len(plain.encode()) <= 150
    assert not set("/\\\r\n\0") & set(plain)


def test_a_long_name_keeps_its_extension() -> None:
    assert safe_name("ก" * 200 + ".pdf").endswith("ก.pdf")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\xff\xd8\xffrest", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<html><script>", "application/octet-stream"),
        (b"<svg onload=x>", "application/octet-stream"),
    ],
)
def test_the_type_is_what_the_bytes_are(content: bytes, kind: str) -> None:
    assert download_type(name="page.html", content=content) == kind


def test_only_raster_pictures_are_pictures() -> None:
    assert is_picture(b"\x89PNG\r\n\x1a\n")
    assert not is_picture(b"%PDF-1.7")
    assert not is_picture(b"<svg>")


def test_files_that_run_are_known_through_their_disguise() -> None:
    for name in (
        "a.exe",
        "a.pdf.js",
        "a.HTML",
        "a.svg",
        "a.exe. ",
        "photo\u202egpj.scr",
    ):
        assert is_risky(name)
    for name in ("a.pdf", "photo.jpg", "README", "order.csv"):
        assert not is_risky(name)


def test_a_nameless_file_is_named_after_its_kind() -> None:
    assert unnamed("image/jpeg") == "image.jpg"
    assert unnamed("message/rfc822") == "message.eml"
    assert unnamed("application/x-strange") == "attachment"
    assert unnamed("text/calendar") == "invite.ics"
    assert unnamed("application/pkcs7-mime") == "smime.p7m"
    assert unnamed("application/pgp-signature") == "signature.asc"
