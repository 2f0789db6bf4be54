"""One Markdown source per language, from exhibits and facts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from nextome_eval.estimates.notes import Note
from nextome_eval.reporting import numbers
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.figures.frame import sizes
from nextome_eval.reporting.speech import Speech
from nextome_eval.reporting.tables import shown_tables
from nextome_eval.reporting.tables.markdown import as_markdown, escaped
from nextome_eval.reporting.tables.shown import Line, Shown
from nextome_eval.words import words

__all__ = ["PLAIN", "markdown_page", "template_text"]

# where pictures without title and foot stand while the pages are made
PLAIN = ".plain"
Facts = Mapping[str, Any]
_ORDER = (
    "study", "design", "people", "primary", "secondary", "costs", "sensitivity", "harms", "data",
    "plan", "masked",
)  # fmt: skip


def template_text(name: str) -> str:
    """Return a file of ``templates``."""
    return files("nextome_eval.reporting").joinpath("templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    # Jinja's own marks would clash with pandoc's {#anchors} and {.classes}
    environment = Environment(
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<%#",
        comment_end_string="#%>",
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=False,
    )
    environment.filters["md"] = escaped
    environment.filters["yaml"] = lambda text: json.dumps(str(text), ensure_ascii=False)
    environment.filters["attribute"] = lambda text: str(text).replace('"', "'").replace("\n", " ")
    return environment


def markdown_page(
    exhibits: Sequence[Exhibit], facts: Facts, *, language: str, alts: Mapping[str, str]
) -> str:
    """Return the page in one language.

    Parameters
    ----------
    exhibits : sequence of Exhibit
        Released.
    facts : mapping
        study, title, question, finding, certainty, design, reasons, planned, provenance.
    language : str
    alts : mapping
        Figure id -> its alternative text.
    """
    page = words("report")
    public = all(exhibit.profile == "public" for exhibit in exhibits)
    banner = page["banner"]["public" if public else "internal"][language]
    note = "" if public else page["banner"]["internal_why"][language]
    if facts.get("made_up"):
        note = f"{note} {page['banner']['made_up'][language]}".strip()
    told = _Told(facts, language)
    parts = _parts(exhibits, told, alts)
    made_at = facts.get("provenance", {}).get("made_at", "")
    return (
        _environment()
        .from_string(template_text("page.md"))
        .render(
            language=language,
            title=told.one("title"),
            subtitle=page["line"]["title_page"][language],
            made_at=numbers.day(made_at, language) if made_at else "",
            banner=banner,
            banner_note=note,
            public=public,
            question=told.one("question"),
            finding=told.many("finding"),
            certainty=told.one("certainty"),
            parts=parts,
            section=lambda code: page["section"][code][language],
            line=lambda code: page["line"][code][language],
            checklist=_checklist(exhibits, language, {part["id"] for part in parts}),
            provenance=_provenance(facts.get("provenance", {}), language),
        )
    )


class _Told:
    """The facts in one language."""

    def __init__(self, facts: Facts, language: str) -> None:
        self.facts, self.language = facts, language

    def one(self, name: str) -> str:
        text = self.facts.get(name)
        return "" if text is None else str(text[self.language])

    def many(self, name: str) -> list[str]:
        held = self.facts.get(name, ())
        texts = [held] if isinstance(held, Mapping) else list(held)
        return [str(text[self.language]) for text in texts]


def _parts(
    exhibits: Sequence[Exhibit], told: _Told, alts: Mapping[str, str]
) -> list[dict[str, Any]]:
    page = words("report")
    belongs = {name: part for part, names in page["section_of"].items() for name in names}
    more = told.facts.get("paragraphs", {})
    parts = []
    for part in _ORDER:
        own = [e for e in exhibits if belongs.get(e.id.split(".")[0], "secondary") == part]
        own.sort(key=lambda e: _rank(page["section_of"].get(part, []), e.id))
        paragraphs = [str(text[told.language]) for text in more.get(part, ())]
        reasons: list[str] = []
        if part == "design":
            paragraphs = [*told.many("design"), *paragraphs]
            reasons = [r.text(told.language) for r in told.facts.get("reasons", ())]
        if part == "plan":
            paragraphs = [*told.many("planned"), *paragraphs]
        if own or paragraphs or reasons:
            parts.append(
                {
                    "id": part,
                    "title": page["section"][part][told.language],
                    "paragraphs": paragraphs,
                    "reasons": reasons,
                    "exhibits": [_shown(e, told.language, alts) for e in own],
                }
            )
    return parts


def _rank(order: Sequence[str], name: str) -> tuple[int, str]:
    head = name.split(".")[0]
    return (order.index(head) if head in order else len(order), name)


def _shown(exhibit: Exhibit, language: str, alts: Mapping[str, str]) -> dict[str, Any]:
    say = Speech(exhibit, language)
    tables = {} if exhibit.is_figure else shown_tables(exhibit, language)
    named = len(tables) > 1
    return {
        "label": f"{say.line('figure' if exhibit.is_figure else 'table')} {exhibit.id}",
        "anchor": exhibit.anchor,
        "title": say.told(exhibit.title),
        "says": say.told(exhibit.says),
        "picture": f"figures/{PLAIN}/{exhibit.id}.{language}.png" if exhibit.is_figure else "",
        "alt": alts.get(exhibit.id, ""),
        "tables": [
            {
                "name": say.word(name) if named and name in exhibit.labels else "",
                "markdown": as_markdown(table) if table.lines else _empty(exhibit, say),
            }
            for name, table in tables.items()
        ],
        "notes": _notes(exhibit, say, tables.values()),
    }


def _empty(exhibit: Exhibit, say: Speech) -> str:
    if exhibit.kind != "masked":
        return escaped(numbers.NOT_GIVEN)
    return say.line("nothing_masked" if exhibit.profile == "public" else "no_masking")


def _notes(exhibit: Exhibit, say: Speech, tables: Any) -> list[str]:
    """What must be read with it: flags, n, unit, definition, why, source, signs."""
    flags = words("report")["flags"]
    lines = [str(flags[flag][say.language]) for flag in exhibit.flags]
    facts = []
    if sizes(say):
        facts.append(f"{say.line('n')}: {sizes(say)}.")
    if exhibit.unit:
        facts.append(f"{say.line('unit')}: {say.told(exhibit.unit)}.")
    if exhibit.definition:
        facts.append(f"{say.line('definition')}: {exhibit.definition}.")
    if exhibit.source:
        facts.append(f"{say.line('source')}: {say.told(exhibit.source)}.")
    lines += [" ".join(facts)] if facts else []
    reasons = [*exhibit.reasons, *(r for n in exhibit.answers for r in exhibit.released(n).reasons)]
    if reasons:
        why = dict.fromkeys(reason.text(say.language) for reason in reasons)
        lines.append(f"{say.line('why')}: {' '.join(why)}")
    lines += [say.told(exhibit.notes)] if exhibit.notes else []
    for name in exhibit.answers:
        for note in exhibit.released(name).notes:
            told = note.text(say.language, exhibit.labels) if isinstance(note, Note) else str(note)
            lines += [told] if told not in lines else []
    if any(table.masks for table in tables):
        lines.append(say.line("masked_sign", sign=numbers.MASKED))
    return lines


def _checklist(exhibits: Sequence[Exhibit], language: str, parts: Collection[str]) -> str:
    page = words("report")
    there = {exhibit.id.split(".")[0]: exhibit for exhibit in exhibits}
    header = tuple(words("columns")[c][language] for c in ("item", "where"))
    rows = [f"| {' | '.join(header)} |", "|" + ":" + "-" * 54 + "|:" + "-" * 28 + "|"]
    for item in page["checklist"].values():
        links = []
        for place in item["where"]:
            if place in there:
                links.append(f"[{place}](#{there[place].anchor})")
            elif place in {*parts, "summary", "provenance"}:
                links.append(f"[{page['section'][place][language]}](#{place})")
        rows.append(f"| {escaped(item[language])} | {', '.join(links) or numbers.NOT_GIVEN} |")
    return "\n".join(rows) + "\n"


def _provenance(held: Mapping[str, Any], language: str) -> str:
    """What the numbers came from, in short; the whole is in provenance.json."""
    lines: list[Line] = []
    for name, value in sorted(held.items()):
        if isinstance(value, Mapping):
            told = "; ".join(f"{k} {_short(v)}" for k, v in sorted(value.items()))
        else:
            told = _short(value)
        label = words("report")["provenance"].get(name, {}).get(language, name.replace("_", " "))
        lines.append(Line((str(label), told)))
    if not lines:
        return ""
    header = tuple(words("columns")[c][language] for c in ("item", "value"))
    return as_markdown(Shown(header, "ll", tuple(lines)))


def _short(value: Any) -> str:
    text = str(value)
    is_hash = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return text[:12] + "…" if is_hash else text
