"""The settings of the file store and of the virus scanner."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import urlsplit

from evenhand.web.environment import Environment, WrongSetting

FOLDER = "folder"
S3 = "s3://shop-files/evenhand?region=eu-central-1"


def blobs(environment: Environment) -> str:
    """Return `folder` or an s3: address that names a bucket and can be used."""
    name = "EVENHAND_BLOBS"
    value = environment.text(name, FOLDER)
    if value == FOLDER:
        return value
    environment.url(name, S3, ("s3",))
    if not urlsplit(value).netloc:
        raise WrongSetting(name=name, problem="names no bucket after s3://", example=S3)
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise WrongSetting(
            name=name,
            problem="needs a further package: pip install 'evenhand[s3]'",
            example=FOLDER,
        )
    return value


def scanner(environment: Environment) -> str:
    """Return host:port or the socket path of a ClamAV daemon, empty for none."""
    name = "EVENHAND_CLAMAV"
    value = environment.text(name, "")
    if value and not value.startswith("/"):
        environment.address(name, "127.0.0.1:3310")
    return value
