"""Write the made-up example study anew: python -m nextome_eval.simulate data/raw/example."""

from __future__ import annotations

import sys
from pathlib import Path

from nextome_eval.simulate.spreadsheets import write_example
from nextome_eval.simulate.truth import truth_of, write_truth
from nextome_eval.study.plan import read_plan


def main(folder: str = "data/raw/example") -> None:
    """Write the files, the list of problems and the truth; the plan must be there already."""
    records = write_example(folder)
    truth = {**(records.truth or {}), **truth_of(read_plan(Path(folder) / "plan.toml"))}
    write_truth(Path(folder) / "truth.toml", truth)


if __name__ == "__main__":
    main(*sys.argv[1:])
