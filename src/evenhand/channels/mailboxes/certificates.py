"""What is wrong with a server's certificate: for which name it is, until when, by whom."""

from __future__ import annotations

import ssl

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from evenhand.channels.mailboxes.findings import Fault, Trouble

# of OpenSSL's x509_vfy.h (man openssl-verification-options)
NOT_YET_VALID, EXPIRED = 9, 10
SELF_SIGNED, SELF_SIGNED_IN_CHAIN, NO_ISSUER, NO_FIRST = 18, 19, 20, 21
NAME_DIFFERS, ADDRESS_DIFFERS = 62, 64
_FAULTS = {
    NOT_YET_VALID: Fault.NOT_YET_VALID,
    EXPIRED: Fault.EXPIRED,
    SELF_SIGNED: Fault.OWN_AUTHORITY,
    SELF_SIGNED_IN_CHAIN: Fault.OWN_AUTHORITY,
    NO_ISSUER: Fault.OWN_AUTHORITY,
    NO_FIRST: Fault.OWN_AUTHORITY,
    NAME_DIFFERS: Fault.WRONG_NAME,
    ADDRESS_DIFFERS: Fault.WRONG_NAME,
}
# how OpenSSL says that a server knows only versions before TLS 1.2
_TOO_OLD = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "WRONG_SSL_VERSION")
# and how it says that the other side does not speak TLS at all
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_P")


def is_no_tls(error: ssl.SSLError) -> bool:
    """Whether the server answered with something that is no TLS."""
    return any(sign in (error.reason or "") for sign in _NO_TLS)


def trouble(error: Exception, *, host: str, certificate: bytes | None) -> Trouble:
    """Say what a failed handshake means; the certificate tells names and days."""
    if isinstance(error, ssl.SSLCertVerificationError):
        fault = _FAULTS.get(error.verify_code, Fault.CERTIFICATE_REFUSED)
        values = facts(certificate) if certificate else {}
        return Trouble(fault, host=host, said=error.verify_message, **values)
    reason = getattr(error, "reason", None) or str(error)
    if any(sign in reason for sign in _TOO_OLD):
        return Trouble(Fault.TLS_TOO_OLD)
    return Trouble(Fault.TLS_FAILED, said=reason.lower().replace("_", " "))


def facts(certificate: bytes) -> dict[str, str]:
    """Return whom a certificate (DER) is for, its days, and who signed it."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        return {
            "names": ", ".join(_names(read)[:5]),
            "since": read.not_valid_before_utc.date().isoformat(),
            "until": read.not_valid_after_utc.date().isoformat(),
            "issuer": _named(read.issuer),
        }
    except ValueError:
        return {}


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        ).value
    except x509.ExtensionNotFound:
        return [_named(certificate.subject)]
    if not isinstance(found, x509.SubjectAlternativeName):
        return []
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def _named(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(kind):
            return str(found[0].value)
    return name.rfc4514_string()
