"""The program's own settings, over a data folder that each test process has to itself."""

from __future__ import annotations

import os
import tempfile
from typing import cast

# Kept in a name: the folder lives until the process ends.
_folder = tempfile.TemporaryDirectory(prefix="evenhand-tests-")
os.environ["EVENHAND_DATA_FOLDER"] = _folder.name
os.environ["EVENHAND_MAIL_OUT"] = "capture:"
# an answer leaves when it is sent, save where a test says how long it waits
os.environ["EVENHAND_UNDO_SECONDS"] = "0"

from evenhand.web.settings import *  # noqa: E402, F403 - the folder must be named first

# Sign-in is tested, not the cost of its hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The file of a test need not survive a power cut: a commit that waits for the disk costs
# milliseconds. Whole processes (tests/serving) have the program's own settings.
_options = cast("dict[str, str]", DATABASES["default"]["OPTIONS"])  # noqa: F405 - as above
if "init_command" in _options:
    _options["init_command"] += "; PRAGMA synchronous=OFF"
