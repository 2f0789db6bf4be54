"""Whether a report already stands for just these files, this code and these versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Made"]

_CODE = Path(__file__).parent.parent
_MANIFEST = "manifest.json"
_OURS = "key.check"  # written beside the files by the first run


@dataclass(frozen=True)
class Made:
    """A folder of results and the SHA-256 of all that went in."""

    folder: Path
    inputs: str

    @classmethod
    def of(cls, raw: Path, folder: Path) -> Made:
        """Read what goes in: the study's files, the package, the lock of its libraries."""
        lock = _CODE.parent / "requirements" / "lock.txt"
        sent = [path for path in _files(raw) if path.name != _OURS]
        paths = [*sent, *_files(_CODE), *([lock] if lock.exists() else [])]
        return cls(folder, _digest(paths))

    def unchanged(self) -> bool:
        """Say whether the results of these inputs are there, whole and as they were written."""
        manifest = self.folder / _MANIFEST
        if not manifest.exists():
            return False
        try:
            held = json.loads(manifest.read_text("utf-8"))
        except ValueError:
            return False
        return bool(held == {"inputs": self.inputs, "results": self._results()})

    def remember(self) -> None:
        """Write the manifest, once the results stand."""
        held = {"inputs": self.inputs, "results": self._results()}
        (self.folder / _MANIFEST).write_text(json.dumps(held, indent=1), "utf-8")

    def _results(self) -> str:
        return _digest(path for path in _files(self.folder) if path.name != _MANIFEST)


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder, in order, without caches and the locks of open documents."""
    for path in sorted(folder.rglob("*")):
        if (
            path.is_file()
            and "__pycache__" not in path.parts
            and not path.name.startswith((".", "~$"))
        ):
            yield path


def _digest(paths: Iterator[Path] | list[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(f"{path.name}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
