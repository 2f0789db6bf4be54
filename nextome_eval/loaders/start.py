"""A new study's folder, laid out for the people who will fill it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from nextome_eval.errors import DataProblem

__all__ = ["lay_out_study"]


def lay_out_study(study: str, raw: str | Path = "data/raw") -> Path:
    """Lay out a new study: a plan to complete, a folder for codebooks, a page in Italian.

    Parameters
    ----------
    study : str
        Small letters, digits and hyphens.
    raw : str or Path
        Where studies live.

    Returns
    -------
    Path
        The study's folder. The key is not made here (``nextome key new``): it lives elsewhere.

    Raises
    ------
    DataProblem
        If the name cannot be a folder's, or the study is there already.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", study):
        raise DataProblem("study_name", study=study)
    folder = Path(raw) / study
    if folder.exists():
        raise DataProblem("study_exists", study=study)
    (folder / "codebooks").mkdir(parents=True)
    templates = files("nextome_eval.loaders").joinpath("new_study")
    for name in ("plan.toml", "LEGGIMI.md"):
        text = templates.joinpath(name).read_text("utf-8").replace("{study}", study)
        (folder / name).write_text(text, "utf-8")
    return folder
