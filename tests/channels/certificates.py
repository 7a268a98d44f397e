"""Certificates for tests, made with the openssl program where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID


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


class Authority:
    """An authority of the tests' own, which signs certificates of any name and days."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Authority of the tests")
        now = datetime.now(UTC)
        own = _begun(
            self._name,
            self._name,
            self._key,
            now - timedelta(days=9),
            now + timedelta(days=9),
        )
        basic = x509.BasicConstraints(ca=True, path_length=None)
        signed = own.add_extension(basic, critical=True).sign(self._key, SHA256())
        # what a client that trusts this authority reads
        self.file = folder / "authority.pem"
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def sign(
        self,
        name: str = "localhost",
        *,
        since: timedelta = timedelta(days=-2),
        until: timedelta = timedelta(days=2),
    ) -> tuple[Path, Path]:
        """Make a certificate for a name; return its file and its key's."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        begun = _begun(_named(name), self._name, key, now + since, now + until)
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        if name == "localhost":
            names.append(x509.IPAddress(ip_address("127.0.0.1")))
        signed = begun.add_extension(
            x509.SubjectAlternativeName(names), critical=False
        ).sign(self._key, SHA256())
        chain, key_file = (
            self._folder / f"{name}.pem",
            self._folder / f"{name}.key",
        )
        chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return chain, key_file


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )
