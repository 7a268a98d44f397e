"""The program's own settings, over a data folder that each test process has to itself."""

from __future__ import annotations

import os
import tempfile

# Kept in a name: the folder lives until the process ends.
_folder = tempfile.TemporaryDirectory(prefix="evenhand-tests-")
os.environ["EVENHAND_DATA_FOLDER"] = _folder.name
os.environ["EVENHAND_MAIL_OUT"] = "capture:"
# an answer leaves when it is sent, save where a test says how long it waits
os.environ["EVENHAND_UNDO_SECONDS"] = "0"

from evenhand.web.settings import *  # noqa: E402, F403 - the folder must be named first

# Sign-in is tested, not the cost of its hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
