"""Who is who, without saying who: keyed pseudonyms, and the key they need."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

import pandas as pd

from nextome_eval.errors import DataProblem
from nextome_eval.loaders.cells.excel import shown
from nextome_eval.loaders.cells.read import tidy
from nextome_eval.study.plan import Plan

__all__ = ["Pseudonymiser", "check_value", "key_place", "new_key", "pseudonymiser", "written_id"]

_SHORTEST = 32
_CHECK = "key.check"
# SHA-256 of the example's key, which is public and may protect nobody.
PUBLISHED = "86e85b19e5c9987e27c9a626488b355e32b08922a8912580d2c7a4d731790271"


class Pseudonymiser:
    """Turns identifiers into pseudonyms that only the key's holder can make again.

    Parameters
    ----------
    key : bytes
        32 bytes or more.
    study : str
        Each study has its own pseudonyms, so that two studies cannot be joined by them.
    recipient : str, optional
        Whoever receives a copy has pseudonyms of its own.

    Notes
    -----
    HMAC-SHA-256 of ``study|kind|identifier``, cut to 80 bits (RFC 2104; FIPS 198-1).

    Examples
    --------
    >>> names = Pseudonymiser(b"0" * 32, study="example")
    >>> names.one("household", "PD-001") == names.one("household", " pd-001 ")
    True
    >>> names.one("household", "PD-001") == names.one("person", "PD-001")
    False
    """

    def __init__(self, key: bytes, *, study: str, recipient: str = "") -> None:
        if len(key) < _SHORTEST:
            raise DataProblem("key_short", bytes=len(key), shortest=_SHORTEST)
        self._key = _derived(key, f"recipient|{recipient}") if recipient else key
        self._study = study
        self._made: dict[tuple[str, str], str | None] = {}

    def one(self, kind: str, identifier: str) -> str:
        """Return the pseudonym of one identifier of a kind (household, person, employer...)."""
        message = f"{self._study}|{kind}|{written_id(identifier)}"
        digest = _derived(self._key, message)
        return base64.b32encode(digest[:10]).decode("ascii").lower()

    def column(self, kind: str, identifiers: pd.Series) -> pd.Series:
        """Return the pseudonyms of a column; an empty identifier has none."""
        codes, different = pd.factorize(identifiers)
        made = [self._known(kind, text) for text in different]
        values = pd.array([*made, None], dtype="string")
        return pd.Series(values.take(codes), index=identifiers.index)

    def _known(self, kind: str, text: str) -> str | None:
        if (kind, text) not in self._made:
            self._made[kind, text] = self.one(kind, text) if written_id(text) else None
        return self._made[kind, text]


@lru_cache(maxsize=1 << 18)
def written_id(text: str) -> str:
    """Return an identifier without the differences of case and blanks."""
    return tidy(shown(text)).upper()


def pseudonymiser(plan: Plan, *, recipient: str = "") -> Pseudonymiser:
    """Return the pseudonymiser of a study, with its key found and checked.

    Parameters
    ----------
    plan : Plan
    recipient : str, optional

    Raises
    ------
    DataProblem
        If the key is missing, short, unreadable, kept in a repository, the example's, or not the
        one that earlier pseudonyms of this study were made with.
    """
    key = _made_up_key(plan) if plan.made_up else _own_key(plan)
    _check(key, plan)
    return Pseudonymiser(key, study=plan.study, recipient=recipient)


def new_key() -> str:
    """Return a fresh key of 32 random bytes, as it is written in a key file."""
    return secrets.token_hex(_SHORTEST)


def key_place(study: str) -> Path:
    """Return where a study's key is looked for when no environment variable names it."""
    return Path.home() / ".config" / "nextome" / f"{study}.key"


def check_value(key: bytes, study: str) -> str:
    """Return what is stored beside the files to recognise the key, and betrays nothing of it."""
    return _derived(key, f"nextome key check|{study}").hex()[:16]


def _made_up_key(plan: Plan) -> bytes:
    path = plan.folder / "key.txt"
    if not path.is_file():
        raise DataProblem("key_missing_example", file=path.name, folder=plan.folder.name)
    return _read(path.read_text("utf-8"), path.name)


def _own_key(plan: Plan) -> bytes:
    if os.environ.get("NEXTOME_KEY"):
        key = _read(os.environ["NEXTOME_KEY"], "NEXTOME_KEY")
    else:
        named = os.environ.get("NEXTOME_KEY_FILE")
        path = Path(named).expanduser() if named else key_place(plan.study)
        if not path.is_file():
            raise DataProblem(
                "key_missing", study=plan.study, place=f"~/.config/nextome/{plan.study}.key"
            )
        if any((above / ".git").exists() for above in path.resolve().parents):
            raise DataProblem("key_in_repository", file=path.name)
        key = _read(path.read_text("utf-8", errors="replace"), path.name)
    if hashlib.sha256(key).hexdigest() == PUBLISHED:
        raise DataProblem("key_published")
    return key


def _read(text: str, place: str) -> bytes:
    plain = "".join(text.split())
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", plain):
        raise DataProblem("key_format", place=place)
    key = bytes.fromhex(plain)
    if len(key) < _SHORTEST:
        raise DataProblem("key_short", bytes=len(key), shortest=_SHORTEST)
    return key


def _check(key: bytes, plan: Plan) -> None:
    path = plan.folder / _CHECK
    value = check_value(key, plan.study)
    if not path.is_file():
        path.write_text(value + "\n", "utf-8")
    elif not hmac.compare_digest(path.read_text("utf-8").strip(), value):
        raise DataProblem("key_wrong", study=plan.study, file=_CHECK)


def _derived(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode("utf-8"), "sha256")
