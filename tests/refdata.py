"""The public data sets that the golden tests read, kept outside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

SHELF = Path(__file__).resolve().parents[2] / "shared" / "refdata"


def refdata(name: str) -> Path:
    """Path of a reference data set, or a skipped test where the shelf is not there."""
    path = SHELF / name
    if not path.is_file():
        pytest.skip(f"reads ../shared/refdata/{name}, which this machine does not have")
    return path
