"""The report: pages in two languages, figures, tables, provenance; whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.reporting.documents import (
    write_docx,
    write_html,
    write_pdf,
    write_vector_pdf,
)
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.figures import alt_text, draw_framed
from nextome_eval.reporting.pages import PLAIN, markdown_page
from nextome_eval.reporting.released import checked_profile
from nextome_eval.reporting.style import FORMATS, bytes_of, unframed
from nextome_eval.reporting.tables.files import tables_page, write_tables

__all__ = ["write_report"]

LANGUAGES = ("it", "en")


def write_report(
    exhibits: Sequence[Exhibit],
    facts: Mapping[str, Any],
    folder: str | Path,
    *,
    profile: str = "internal",
    step: Callable[[str], None] | None = None,
) -> Path:
    """Write the whole report into a folder, in Italian and in English.

    Parameters
    ----------
    exhibits : sequence of Exhibit
        As `release_exhibits` returned them.
    facts : mapping
        study, title, question, finding, certainty, design, reasons, planned, paragraphs,
        made_up, provenance; texts in both languages.
    folder : str or Path
        What stands there is replaced, once the new report is whole.
    profile : str
        Must be the profile under which the exhibits were released.
    step : callable, optional
        Told the name of each thing that was written, for a progress bar.

    Returns
    -------
    Path
        The folder: ``report.{it,en}.{html,pdf,docx}``, ``figures``, ``tables``,
        ``provenance.json``.

    Raises
    ------
    DesignProblem
        An answer has not passed the gate, or passed it under another profile.
    DataProblem
        The folder cannot be written; what stood there is untouched.

    See METHODS.md: The report
    """
    checked_profile(profile)
    _checked(exhibits, profile)
    told = step or (lambda _: None)
    target = Path(folder)
    aside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        _write_all(exhibits, facts, aside, profile, told)
        _put_in_place(aside, target)
    except OSError as problem:
        raise DataProblem(
            "report_not_written", folder=str(target), problem=problem.strerror or str(problem)
        ) from problem
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return target


def _checked(exhibits: Sequence[Exhibit], profile: str) -> None:
    seen: set[str] = set()
    for exhibit in exhibits:
        if exhibit.id in seen:
            raise DesignProblem("exhibit_twice", exhibit=exhibit.id)
        seen.add(exhibit.id)
        if exhibit.profile != profile:
            raise DesignProblem(
                "profile_mixed", exhibit=exhibit.id, found=exhibit.profile, profile=profile
            )
        if exhibit.n:
            raise DesignProblem("not_released", exhibit=exhibit.id, name="n")


def _write_all(
    exhibits: Sequence[Exhibit],
    facts: Mapping[str, Any],
    folder: Path,
    profile: str,
    told: Callable[[str], None],
) -> None:
    alts = _write_figures(exhibits, folder / "figures", profile, told)
    write_tables(exhibits, folder / "tables")
    told("tables")
    jobs: list[tuple[Callable[[str, Path, str], None], str, Path, str]] = []
    for language in LANGUAGES:
        page = markdown_page(exhibits, facts, language=language, alts=alts[language])
        for write, form in ((write_html, "html"), (write_docx, "docx"), (write_pdf, "pdf")):
            jobs.append((write, page, folder, f"report.{language}.{form}"))
        only = tables_page(exhibits, language)
        jobs.append((write_docx, only, folder / "tables", f"tables.{language}.docx"))
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(write, text, where, name) for write, text, where, name in jobs]
        for job, found in zip(jobs, waiting, strict=True):
            found.result()
            told(job[3])
    shutil.rmtree(folder / "figures" / PLAIN)
    held = {**facts.get("provenance", {}), "profile": profile}
    text = json.dumps(held, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    (folder / "provenance.json").write_text(text + "\n", "utf-8")


def _write_figures(
    exhibits: Sequence[Exhibit], folder: Path, profile: str, told: Callable[[str], None]
) -> dict[str, dict[str, str]]:
    """Write the pictures; vector paths carry exact times, so they stay inside."""
    (folder / PLAIN).mkdir(parents=True)
    alts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for exhibit in (e for e in exhibits if e.is_figure):
        for language in LANGUAGES:
            drawn, frame = draw_framed(exhibit, language)
            for form in FORMATS[profile]:
                path = folder / f"{exhibit.id}.{language}.{form}"
                made = bytes_of(drawn, form)
                path.write_bytes(made)
                if form == "svg":
                    write_vector_pdf(path)
                if form == "png":
                    (folder / PLAIN / path.name).write_bytes(unframed(made, frame))
            alts[language][exhibit.id] = alt_text(exhibit, language)
        told(exhibit.id)
    return alts


def _put_in_place(made: Path, target: Path) -> None:
    """Swap the new folder for the old one; if that fails, the old one goes back."""
    os.chmod(made, 0o755)
    if not target.exists():
        made.rename(target)
        return
    before = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-before-"))
    try:
        target.rename(before / "whole")
        try:
            made.rename(target)
        except BaseException:
            (before / "whole").rename(target)
            raise
    finally:
        shutil.rmtree(before, ignore_errors=True)
