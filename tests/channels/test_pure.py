"""Reading and writing mail needs no framework and no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MAIL = Path(__file__).parents[2] / "src" / "evenhand" / "channels" / "mail"


def test_the_mail_package_loads_without_django_or_sockets() -> None:
    names = sorted(path.stem for path in MAIL.glob("*.py") if path.stem != "__init__")
    code = "; ".join(
        [
            "import sys",
            *(f"import evenhand.channels.mail.{name}" for name in names),
            "print(sorted({'django', 'smtplib', 'aiosmtpd'} & set(sys.modules)))",
        ]
    )

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=MAIL.parents[2],
    )

    assert done.stdout.strip() == "[]"
