"""One file tried with one codebook: what would be found, before any load."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nextome_eval.loaders.codebook import read_codebook
from nextome_eval.loaders.ledger import Lines
from nextome_eval.loaders.load import sources_of_file
from nextome_eval.loaders.reading import read_source
from nextome_eval.loaders.reconciliation import reconcile
from nextome_eval.loaders.row_rules import set_rows_aside

__all__ = ["try_file"]


def try_file(path: str | Path, codebook: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read one file with one codebook, without a key, a plan or the other files.

    Parameters
    ----------
    path : str or Path
        The file.
    codebook : str or Path
        A codebook; its own list of files does not matter here.

    Returns
    -------
    ledger : DataFrame
        What single cells and rows break; what needs other files (unknown households, windows,
        repeated waves) is not looked at, and nobody is named.
    reconciliation : DataFrame
        Rows in, kept and set aside.

    Examples
    --------
    >>> folder = "data/raw/example"
    >>> ledger, counts = try_file(f"{folder}/operatori.xlsx", f"{folder}/codebooks/operatori.toml")
    >>> counts["rows_in"].sum() >= 40
    np.True_
    """
    lines = Lines()
    sources = sources_of_file(Path(path), read_codebook(Path(codebook)), lines)
    for source in sources:
        set_rows_aside(source, lines)
        read_source(source, (), lines)
    return lines.frame(), reconcile(sources)
