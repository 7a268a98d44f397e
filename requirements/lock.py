"""Write requirements/*.txt: the exact versions installed here, and no index address."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
HEAD = "# {what}, every version exact. `make locks` writes this file.\n"


def closure(wanted: list[str]) -> dict[str, str]:
    """Return name -> version of the requirements and all that they require here."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    todo = [(Requirement(text), ("",)) for text in wanted]
    while todo:
        requirement, extras = todo.pop()
        if str(requirement) in seen or not applies(requirement, extras):
            continue
        seen.add(str(requirement))
        installed = distribution(requirement.name)
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        found[name] = installed.version
        inner = tuple(requirement.extras) or ("",)
        todo += [(Requirement(text), inner) for text in installed.requires or []]
    return found


def applies(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": e}) for e in extras)


def lines(pins: dict[str, str]) -> str:
    return "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runs = project["dependencies"] + extras["publish"]
    base = closure(runs)
    dev = closure(runs + extras["s3"] + extras["dev"])
    folder = ROOT / "requirements"
    (folder / "base.txt").write_text(
        HEAD.format(what="What the program needs to run and to publish policies")
        + lines(base)
    )
    (folder / "dev.txt").write_text(
        HEAD.format(what="What checks, tests and docs need besides")
        + "-r base.txt\n"
        + lines({name: dev[name] for name in dev.keys() - base.keys()})
    )


main()
