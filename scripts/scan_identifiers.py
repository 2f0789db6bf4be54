"""Refuses what must never be committed: identifiers, data files, results in notebooks."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

ALLOWED = Path(__file__).with_name("made_up.toml")
DATA_FILES = (
    ".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods",
    ".mdb", ".accdb", ".parquet", ".feather", ".rds", ".rdata", ".zip", ".7z", ".key",
)  # fmt: skip
CLOSED_FOLDERS = ("data/", "reports/")

_DIGIT = "[0-9LMNPQRSTUV]"  # a digit, or the letter that stands for it (omocodia)
CODICE_FISCALE = re.compile(
    rf"(?<![0-9A-Z])[A-Z]{{6}}{_DIGIT}{{2}}[A-EHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z](?![0-9A-Z])",
    re.IGNORECASE,
)
IBAN = re.compile(
    r"(?<![0-9A-Z])[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Z])"
)
PHONE = re.compile(
    r"""(?<![\w.,+\-/])(?:
        (?:\+|00)39[ ./-]?(?:3\d{2}|0\d{1,3})[ ./-]?\d{3}[ .-]?\d{2,5}  # with the prefix of Italy
      | \+(?!39)[1-9]\d{1,2}[ ]?\d{2,3}[ ]?\d{3}[ ]?\d{2,4}              # with another prefix
      | 3\d{2}[ /-]?\d{3}[ -]?\d{4}                                      # a mobile
      | 0\d{1,3}[ /-]\d{3}[ -]?\d{3,5}                                   # a line at home
    )(?![\w,\-/]|\.\d)""",
    re.VERBOSE,
)


def is_iban(text: str) -> bool:
    """Whether the check digits hold (ISO 13616, remainder 1 after division by 97)."""
    packed = text.replace(" ", "")
    if not 15 <= len(packed) <= 34:
        return False
    turned = packed[4:] + packed[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def identifiers_in(line: str) -> Iterator[str]:
    """The kinds of identifier found in a line; never the identifier itself."""
    if CODICE_FISCALE.search(line):
        yield "a codice fiscale"
    if any(is_iban(found.group()) for found in IBAN.finditer(line)):
        yield "an IBAN"
    if PHONE.search(line):
        yield "a phone number"


def notebook_results(text: str) -> bool:
    """Whether a notebook carries outputs or the count of an execution."""
    cells = json.loads(text).get("cells", [])
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def findings(path: str, content: bytes, allowed: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with one file: `path:line: what it holds`."""
    if any(fnmatch(path, pattern) for pattern in allowed):
        return
    if path.startswith(CLOSED_FOLDERS):
        yield f"{path}: files of a study or of a report stay out of git"
    if PurePosixPath(path).suffix.lower() in DATA_FILES:
        yield f"{path}: a data file outside the made-up example"
    if b"\0" in content[:8192]:
        return
    text = content.decode("utf-8", errors="replace")
    if path.endswith(".ipynb") and notebook_results(text):
        yield f"{path}: a notebook with results; clear them before committing"
    for number, line in enumerate(text.splitlines(), start=1):
        for what in identifiers_in(line):
            yield f"{path}:{number}: looks like {what}"


def git(*words: str) -> bytes:
    """What git answers, as bytes."""
    return subprocess.run(["git", *words], check=True, capture_output=True).stdout


def tracked() -> Iterator[tuple[str, bytes]]:
    """Each file that git follows, as it stands in the checkout."""
    for name in git("ls-files", "-z").decode().split("\0"):
        if name and (path := Path(name)).is_file():
            yield name, path.read_bytes()


def staged() -> Iterator[tuple[str, bytes]]:
    """Each file about to be committed, as it would be committed."""
    names = git("diff", "--cached", "--name-only", "--diff-filter=ACMRT", "-z").decode()
    for name in filter(None, names.split("\0")):
        yield name, git("show", f":{name}")


def made_up(listing: Path = ALLOWED) -> tuple[str, ...]:
    """The patterns of files whose identifiers and data are invented, each listed with a reason."""
    return tuple(entry["files"] for entry in tomllib.loads(listing.read_text())["made_up"])


def main(arguments: list[str] | None = None) -> int:
    """Scan the checkout, or with --staged the commit being made; 1 where anything is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--staged", action="store_true", help="only what is about to be committed")
    options = parser.parse_args(arguments)
    allowed = made_up()
    files = list(staged() if options.staged else tracked())
    found = [line for name, content in files for line in findings(name, content, allowed)]
    for line in found:
        print(line, file=sys.stderr)
    print(f"identifiers: {len(files)} files looked over, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
