"""Certificates for tests, made with the openssl program where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def a_certificate(folder: Path, *, name: str = "localhost") -> tuple[Path, Path]:
    """Make a self-signed certificate for a name and return its file and its key's."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    folder.mkdir(parents=True, exist_ok=True)
    chain, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - a program and words of ours
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"),
            *("-out", str(chain), "-keyout", str(key)),
        ],
        check=True,
        capture_output=True,
    )
    return chain, key
