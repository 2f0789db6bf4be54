"""Damaged files that would end the whole process: tried in a process of its own first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["survives"]

# Readers written in other languages can stop the machine's process on damaged bytes, where no
# exception is raised. What an ordinary exception says is left to the reading itself.
_TRY = """
import os, sys
try:
    {reading}
except Exception:
    pass
except BaseException:
    os._exit(3)
os._exit(0)
"""
_READINGS = {
    ".xls": "import python_calamine as c; b = c.CalamineWorkbook.from_path(sys.argv[1]); "
    "[b.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in b.sheet_names]",
    ".sav": "import pyreadstat; pyreadstat.read_sav(sys.argv[1], user_missing=True)",
    ".zsav": "import pyreadstat; pyreadstat.read_sav(sys.argv[1], user_missing=True)",
    ".dta": "import pyreadstat; pyreadstat.read_dta(sys.argv[1], user_missing=True)",
}


def survives(path: Path) -> bool:
    """Say whether a file's reader lives through it; asked of .xls, .sav, .zsav and .dta files.

    Parameters
    ----------
    path : Path
        Other files are taken to be harmless.
    """
    reading = _READINGS.get(path.suffix.casefold())
    if reading is None:
        return True
    code = _TRY.format(reading=reading)
    command = [sys.executable, "-I", "-c", code, os.fspath(path)]
    done = subprocess.run(command, check=False, capture_output=True)
    return bool(done.returncode == 0)
