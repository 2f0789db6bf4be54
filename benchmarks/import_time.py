"""How long the front door takes to open, beside `import pandas`, which everybody already pays."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

ROUNDS = 9
STATEMENTS = {
    "nothing": "pass",
    "pandas": "import pandas",
    "nextome_eval": "import nextome_eval",
    "nextome --help": "import sys; sys.argv = ['nextome', '--help']; "
    "from nextome_eval.cli import main; main()",
}


def seconds(statement: str) -> float:
    """Time of a fresh interpreter that runs one statement and ends."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def measure() -> dict[str, float]:
    """Medians of interleaved rounds, in seconds, and what each costs of pandas' time."""
    for statement in STATEMENTS.values():
        seconds(statement)  # the first round reads the disk
    rounds = [{what: seconds(code) for what, code in STATEMENTS.items()} for _ in range(ROUNDS)]
    times = {what: median(one[what] for one in rounds) for what in STATEMENTS}
    shares = {
        f"{what} / import pandas": times[what] / times["pandas"]
        for what in ("nextome_eval", "nextome --help")
    }
    return {f"{what}, seconds": time for what, time in times.items()} | shares
