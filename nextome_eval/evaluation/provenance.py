"""What the numbers were made from: files, plan, versions, seeds."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nextome_eval.study.plan import Plan, frozen_hash, plan_hash

__all__ = ["hashes", "provenance"]

_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "linearmodels", "matplotlib", "pyarrow")


def provenance(plan: Plan, made_at: str, *, profile: str = "internal") -> dict[str, Any]:
    """Return what ``provenance.json`` holds.

    Outside the house one hash stands for all files: whoever knows a town's small file but for one
    cell could otherwise try out what stands in it.
    """
    frozen = frozen_hash(plan)
    inputs = hashes(plan.folder)
    if profile == "public":
        inputs = {"*": hashlib.sha256(repr(sorted(inputs.items())).encode()).hexdigest()}
    return {
        "study": plan.study,
        "made_at": made_at,
        "inputs": inputs,
        "plan_hash": plan_hash(plan),
        "plan_frozen": "-" if frozen is None else {"sha256": frozen[0], "on": str(frozen[1])},
        "lock_hash": _lock_hash(),
        "versions": {
            "nextome-eval": version("nextome-eval"),
            "python": sys.version.split()[0],
            **{name: version(name) for name in _PACKAGES},
        },
        "seeds": {"permutation": plan.seed, "draws": plan.draws},
        "git_revision": _revision(),
    }


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a study's folder; the key is never read here."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$")) and path.name != "key.txt"
    }


def _lock_hash() -> str | None:
    lock = Path(__file__).parents[2] / "requirements" / "lock.txt"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None


def _revision() -> str | None:
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent,
            check=False,
        )
    except OSError:
        return None
    return asked.stdout.strip() or None
