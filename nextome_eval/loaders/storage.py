"""Written whole or not at all: tables beside the old ones, then one exchange of folders."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nextome_eval.errors import DataProblem

__all__ = ["alone", "processed_folder", "recover", "shared_folder", "write_whole"]


def processed_folder(raw: Path, study: str) -> Path:
    """Return where a study's tables are written: ``data/processed/<study>`` beside ``data/raw``."""
    above = raw.resolve().parent
    return (above.parent if above.name == "raw" else above) / "processed" / study


def shared_folder(raw: Path, study: str) -> Path:
    """Return where copies for others are written: ``data/shared/<study>``."""
    return processed_folder(raw, study).parent.with_name("shared") / study


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a study for one load; a second one is told, and stops.

    Raises
    ------
    DataProblem
        If another load of the same study is running.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.with_name(f".{folder.name}.lock")
    with path.open("a+") as lock:
        if not _lock(lock.fileno()):
            raise DataProblem("load_running", study=folder.name)
        recover(folder)
        yield


def write_whole(folder: Path, write: Callable[[Path], None]) -> None:
    """Write a folder aside, then put it in the place of the old one.

    Parameters
    ----------
    folder : Path
        What is to be replaced; it stays as it was if anything goes wrong.
    write : callable
        Writes all files into the empty folder it is given.

    Raises
    ------
    DataProblem
        If the disk is full or cannot be written.
    """
    aside = folder.with_name(f".{folder.name}.new")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        write(aside)
        _settle(aside)
        if not folder.exists():
            os.rename(aside, folder)
        elif not _exchange(aside, folder):
            shutil.rmtree(old, ignore_errors=True)
            os.rename(folder, old)
            os.rename(aside, folder)
    except OSError as trouble:
        raise DataProblem(
            "disk_refused", folder=folder.name, trouble=trouble.strerror or "-"
        ) from trouble
    finally:
        recover(folder)


def recover(folder: Path) -> None:
    """Bring back the tables of a load that was killed between two renames; clear what it left."""
    old = folder.with_name(f".{folder.name}.old")
    if old.exists() and not folder.exists():
        os.rename(old, folder)
    for left in (old, folder.with_name(f".{folder.name}.new")):
        shutil.rmtree(left, ignore_errors=True)


def _settle(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        with path.open("rb+") as written:
            os.fsync(written.fileno())


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step where the system can; say whether it did."""
    names = (os.fsencode(one), os.fsencode(other))
    try:
        c = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(c.renamex_np(*names, ctypes.c_uint(2)) == 0)
        if sys.platform.startswith("linux"):
            here = ctypes.c_int(-100)
            return bool(c.renameat2(here, names[0], here, names[1], ctypes.c_uint(2)) == 0)
    except (AttributeError, OSError, TypeError):
        pass
    return False


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
