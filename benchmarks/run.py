"""Runs every bench of this folder, prints its figures and writes them to benchmarks/results."""

from __future__ import annotations

import json
import os
import platform
import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent


def circumstances() -> dict[str, str | int | None]:
    """What a figure means nothing without."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def main(names: list[str]) -> int:
    """Run the benches named, or all; a bench is a file with a function `measure`."""
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    for bench in sorted(HERE.glob("*.py")):
        if bench.name == "run.py" or (names and bench.stem not in names):
            continue
        figures = runpy.run_path(str(bench))["measure"]()
        for what, figure in figures.items():
            print(f"{bench.stem:<16} {what:<40} {figure:.4g}", flush=True)
        page = {"circumstances": circumstances(), "figures": figures}
        (results / f"{bench.stem}.json").write_text(json.dumps(page, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
