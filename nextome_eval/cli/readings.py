"""What the terminal says of a reading: rows in, kept and set aside, and each problem found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextome_eval.words import words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["counts_told", "problems_told"]


def counts_told(counts: pd.DataFrame, language: str) -> str:
    """Return the reconciliation as a table for a person.

    Parameters
    ----------
    counts : DataFrame
        As `nextome_eval.loaders.reconciliation.reconcile` gives it.
    language : {"it", "en"}
    """
    table = counts.drop(columns=["titles", "blank"])
    if language == "it":
        table = table.assign(why=table["why"].map(_reasons))
    return str(table.rename(columns=_heads(language)).to_string(index=False))


def problems_told(ledger: pd.DataFrame, language: str) -> str:
    """Return the ledger's lines with their address and the reason, in one language."""
    from nextome_eval.loaders.ledger import rule_sentence

    shown = ["sheet"] if ledger["sheet"].fillna("").ne("").any() else []
    table = ledger[[*shown, "row", "column", "value", "severity", "rule"]]
    table = table.assign(
        severity=table["severity"].map(lambda word: words("ledger_book")[word][language]),
        rule=table["rule"].map(lambda rule: rule_sentence(rule, language)),
    )
    return str(table.rename(columns=_heads(language)).to_string(index=False, na_rep=""))


def _reasons(why: str) -> str:
    from nextome_eval.loaders.ledger import rule_sentence

    told = (part.rsplit(" ", 1) for part in why.split(", ") if part)
    return "; ".join(f"{count} - {rule_sentence(rule, 'it').rstrip('.')}" for rule, count in told)


def _heads(language: str) -> dict[str, str]:
    return {name: told[language] for name, told in words("readings").items()}
