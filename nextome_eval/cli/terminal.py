"""What the terminal shows: sentences in the reader's language, never a traceback."""

from __future__ import annotations

import errno
import locale
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from nextome_eval.errors import NextomeProblem
from nextome_eval.words import words

__all__ = ["guarded", "language", "say"]


def language() -> str:
    """Return "it" where the machine speaks Italian (or NEXTOME_LANGUAGE says so), else "en"."""
    asked = os.environ.get("NEXTOME_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    spoken = asked or locale.getlocale()[0] or ""
    return "it" if spoken.lower().startswith("it") else "en"


def say(text: str) -> None:
    """Print a line for a person."""
    print(text, flush=True)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever goes wrong into a sentence and exit code 1.

    A traceback could print what a file holds about a family: an unforeseen error is told by its
    kind and place only. NEXTOME_DEBUG=1 shows it whole, for made-up data.
    """
    try:
        yield
    except NextomeProblem as problem:
        _stop(problem.text(language()))
    except KeyboardInterrupt:
        _stop(_word("interrupted"))
    except OSError as problem:
        _stop(_of_machine(problem))
    except Exception as problem:
        if os.environ.get("NEXTOME_DEBUG"):
            raise
        last = traceback.extract_tb(problem.__traceback__)[-1]
        where = f"{os.path.basename(last.filename)}:{last.lineno}"
        _stop(_word("unforeseen").format(kind=type(problem).__name__, where=where))


def _of_machine(problem: OSError) -> str:
    code = {
        errno.ENOSPC: "disk_full",
        errno.EDQUOT: "disk_full",
        errno.EACCES: "no_permission",
        errno.EPERM: "no_permission",
        errno.EROFS: "no_permission",
    }.get(problem.errno or 0, "machine_refused")
    return _word(code).format(file=problem.filename or "?", problem=problem.strerror or problem)


def _word(code: str) -> str:
    sentence: str = words("terminal")[code][language()]
    return sentence


def _stop(sentence: str) -> None:
    print(f"\n{sentence}", file=sys.stderr, flush=True)
    raise SystemExit(1)
