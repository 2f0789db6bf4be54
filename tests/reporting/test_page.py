"""The page: whole, in both languages, from released rows alone."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import made_up_study as made_up
import numpy as np
import pytest
from attacker import Attacker

from nextome_eval.errors import DataProblem, DesignProblem
from nextome_eval.reporting import page as page_module
from nextome_eval.reporting.exhibit import Exhibit
from nextome_eval.reporting.figures import PICTURES, alt_text, draw, figure
from nextome_eval.reporting.page import write_report
from nextome_eval.reporting.pages import markdown_page
from nextome_eval.reporting.release import release_exhibits
from nextome_eval.reporting.style import bytes_of
from nextome_eval.reporting.tables import shown_tables
from nextome_eval.reporting.tables.files import as_csv, as_xlsx, safe_cell
from nextome_eval.reporting.tables.markdown import as_latex, escaped

pytest.importorskip("pypandoc")
pytest.importorskip("typst")


@pytest.fixture(scope="module")
def internal() -> tuple[Exhibit, ...]:
    return release_exhibits(made_up.exhibits(), {}, profile="internal")


@pytest.fixture(scope="module")
def public() -> tuple[Exhibit, ...]:
    return release_exhibits(made_up.exhibits(), {}, profile="public")


@pytest.fixture(scope="module")
def folder(public: tuple[Exhibit, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("reports") / "example"
    return write_report(public, made_up.facts(), target, profile="public")


def few(exhibits: tuple[Exhibit, ...], *ids: str) -> list[Exhibit]:
    return [e for e in exhibits if e.id in ids]


def test_everything_is_there(folder: Path) -> None:
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    for language in ("it", "en"):
        assert {f"report.{language}.{form}" for form in ("html", "pdf", "docx")} <= names
        assert f"figures/F4.{language}.png" in names
        assert f"tables/tables.{language}.docx" in names
    assert {"provenance.json", "tables/T5.csv", "tables/T5.xlsx", "tables/T5.it.tex"} <= names
    assert not [n for n in names if n.startswith(".") or "/." in n]
    assert json.loads((folder / "provenance.json").read_text("utf-8"))["profile"] == "public"


def test_outside_the_house_pictures_have_no_paths(folder: Path) -> None:
    assert {p.suffix for p in (folder / "figures").iterdir()} == {".png"}


def test_the_page_stands_alone(folder: Path) -> None:
    for language, title in (("it", "In breve"), ("en", "In short")):
        page = (folder / f"report.{language}.html").read_text("utf-8")
        assert f'lang="{language}"' in page
        assert title in page
        assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page)
        assert "url(http" not in page
        images = re.findall(r"<img[^>]*>", page)
        assert len(images) == 9
        assert all(re.search(r'alt="[^"]{20,}"', image) for image in images)


def test_word_gets_real_tables_and_described_pictures(folder: Path) -> None:
    with zipfile.ZipFile(folder / "report.it.docx") as document:
        xml = document.read("word/document.xml").decode("utf-8")
    assert xml.count("<w:tbl>") >= 12
    assert "<w:tblHeader" in xml
    assert len(re.findall(r'<pic:cNvPr [^>]*descr="[^"]{20,}"', xml)) == 9


def test_no_household_stands_in_what_is_written(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as held:
                content = b"".join(held.read(name) for name in held.namelist())
        assert not re.search(rb"PD-0\d\d", content), path


def test_the_same_answers_give_the_same_bytes(public: tuple[Exhibit, ...], tmp_path: Path) -> None:
    some = few(public, "T5", "F4", "T14")
    first = write_report(some, made_up.facts(), tmp_path / "a", profile="public")
    second = write_report(some, made_up.facts(), tmp_path / "b", profile="public")
    for path in sorted(p for p in first.rglob("*") if p.is_file()):
        again = second / path.relative_to(first)
        assert path.read_bytes() == again.read_bytes(), path.name


def test_italian_speaks_italian(internal: tuple[Exhibit, ...]) -> None:
    alts = {e.id: alt_text(e, "it") for e in internal if e.is_figure}
    page = markdown_page(internal, made_up.facts(), language="it", alts=alts)
    english = r"\b(the|Households|Pilot|of|Current|mean|missing|Table|Figure|and|to)\b"
    told = re.sub(r"<[^>]*>|\{[^}]*\}|\([^)]*\)|\[[^\]]*\]", "", page)
    told = told.replace("Next to me", "").replace("of Mean", "")
    assert not re.findall(english, told)
    assert "NON DIFFONDERE" in page
    shown = re.sub(r"\d{1,3}(\.\d{3})+|\b[TF]\d+\.\d", "", told.split("# Prov")[0])
    assert not re.search(r"\d\.\d", shown)


def test_every_word_is_there_in_both_languages() -> None:
    from nextome_eval.words import words

    def leaves(page: object, path: str = "") -> list[str]:
        if not isinstance(page, dict):
            return []
        if "it" in page or "en" in page:
            return [] if {"it", "en"} <= set(page) else [path]
        return [bad for name, part in page.items() for bad in leaves(part, f"{path}.{name}")]

    for name in ("exhibits", "columns", "terms", "report"):
        assert not leaves(words(name), name)


def test_nothing_unreleased_is_drawn_or_written(tmp_path: Path) -> None:
    raw = made_up.exhibits()[2]
    with pytest.raises(DesignProblem) as problem:
        draw(raw, "it")
    assert problem.value.code == "not_released"
    with pytest.raises(DesignProblem):
        shown_tables(raw, "it")
    with pytest.raises(DesignProblem):
        write_report([raw], made_up.facts(), tmp_path / "r", profile="public")


def test_what_was_released_inside_stays_inside(
    internal: tuple[Exhibit, ...], tmp_path: Path
) -> None:
    with pytest.raises(DesignProblem) as problem:
        write_report(internal, made_up.facts(), tmp_path / "r", profile="public")
    assert problem.value.code == "profile_mixed"
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_stop_half_way_leaves_the_report_before_whole(
    stop: BaseException,
    public: tuple[Exhibit, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "example"
    target.mkdir()
    (target / "report.it.html").write_text("before", "utf-8")

    def stops(*_: object) -> None:
        raise stop

    monkeypatch.setattr(page_module, "write_docx", stops)
    expected = KeyboardInterrupt if isinstance(stop, KeyboardInterrupt) else DataProblem
    with pytest.raises(expected):
        write_report(few(public, "T5"), made_up.facts(), target, profile="public")
    assert (target / "report.it.html").read_text("utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["example"]


def test_the_whole_public_report_gives_no_small_count_back(public: tuple[Exhibit, ...]) -> None:
    reader, truth = Attacker(), {}
    by_id = {e.id: e for e in public}
    for arm, n in (("1", 21), ("0", 24)):
        reader.reads(f"assigned/{arm}", n)
    before = made_up.flow().rows
    flow = by_id["F1"].released().rows
    for i, row in enumerate(flow.to_dict("records")):
        if row["step"] >= 3:
            name = f"{row['term']}/{row['arm']}/{row['wave']}"
            reader.reads(name, float(row["n"]))
            truth[name] = float(before["n"].iloc[i])
    for arm in ("1", "0"):
        for wave in ("12", "24"):
            at = f"/{arm}/{wave}"
            reasons = [n for n in truth if n.endswith(at) and not n.startswith("seen")]
            reader.adds(f"assigned/{arm}", [f"seen{at}", *reasons])
            reader.adds(f"lost{at}", reasons)
    for row in by_id["T4"].released("by wave").rows.to_dict("records"):
        for arm in ("1", "0"):
            reader.reads(f"seen/{arm}/{row['wave']}", float(row[f"retained_{arm}"]))
            reader.reads(f"lost/{arm}/{row['wave']}", float(row[f"lost_{arm}"]))
    held = made_up.means().rows
    for i, row in enumerate(by_id["T7"].released().rows.to_dict("records")):
        for arm in ("1", "0"):
            if row["wave"] == "0":
                continue
            answered = f"{row['term']}/{arm}/{row['wave']}"
            silent = f"silent {answered}"
            reader.reads(answered, float(row[f"n_{arm}"]))
            reader.adds(f"seen/{arm}/{row['wave']}", [answered, silent])
            seen = truth[f"seen/{arm}/{row['wave']}"]
            truth[silent] = seen - float(held[f"n_{arm}"].iloc[i])
    assert not reader.learns(truth)


def test_every_picture_is_drawn_and_said(
    public: tuple[Exhibit, ...], internal: tuple[Exhibit, ...]
) -> None:
    drawn = {e.kind for e in internal if e.is_figure}
    assert drawn >= set(PICTURES) - {"incidence"}
    inside = next(e for e in internal if e.kind == "states")
    assert len(draw(inside, "it").axes) == 2
    assert "75%" in alt_text(inside, "en")
    told = alt_text(next(e for e in internal if e.kind == "worth"), "en")
    assert "90%" in told
    assert ">99%" in told
    figure_4 = next(e for e in public if e.id == "F4")
    assert draw(replace(figure_4, kind="incidence"), "en").axes
    for exhibit in (e for e in public if e.is_figure):
        for language in ("it", "en"):
            assert len(alt_text(exhibit, language)) > 30


def test_effects_are_a_forest_and_means_by_wave_lines() -> None:
    one = made_up.event_study().where(time=3.0)
    one = replace(
        one, terms=one.terms[["term"]], value=np.array([0.3]), influence=one.influence / 99
    )
    for scale, label in (("identity", "effect"), ("log", "ratio")):
        (axes,) = figure(replace(one, scale=scale)).axes
        assert axes.get_xlabel() == label
        assert not any("10^" in tick.get_text() for tick in axes.get_xticklabels(which="both"))
    means = made_up.trajectory()
    assert len(figure(means).axes) == means.terms["term"].nunique()


def test_a_flow_that_does_not_add_up_is_refused() -> None:
    flow = made_up.flow()
    rows = flow.rows.copy()
    rows.loc[1, "n"] = 8
    (shown, _) = release_exhibits(
        [Exhibit.of_words("F1", kind="flow", answers={"rows": replace(flow, rows=rows)})],
        {},
        profile="internal",
    )
    with pytest.raises(DesignProblem) as problem:
        draw(shown, "it")
    assert problem.value.code == "flow_does_not_add_up"


def test_a_picture_says_when_it_is_internal(internal: tuple[Exhibit, ...]) -> None:
    figure_2 = next(e for e in internal if e.id == "F2")
    svg = bytes_of(draw(figure_2, "it"), "svg").decode("utf-8")
    assert "NON DIFFONDERE" in svg


def test_front_door_shows_an_answer_at_once() -> None:
    import nextome_eval as ne

    assert "Nello studio" in str(ne.table(made_up.flow(), language="it"))
    assert ne.figure(made_up.curve()).axes
    assert "infer" not in str(ne.table(made_up.rmst()))


def test_files_of_a_table(public: tuple[Exhibit, ...]) -> None:
    t5 = next(e for e in public if e.id == "T5")
    tables = {language: shown_tables(t5, language) for language in ("it", "en")}
    assert as_xlsx(tables) == as_xlsx(tables)
    assert "∗" in as_csv(t5.released())
    latex = as_latex(tables["it"]["rows"], "100% & altro", "t5")
    assert r"100\% \& altro" in latex
    for text in ("=1+1", "+39", "-2", "@x", "\t=1"):
        assert safe_cell(text).startswith("'")
    assert escaped("a|b {#c} `d` <e>") == r"a\|b \{\#c\} \`d\` \<e\>"


def test_outside_the_house_numbers_are_rounded(public: tuple[Exhibit, ...]) -> None:
    f5 = next(e for e in public if e.id == "F5")
    for line in as_csv(f5.released()).splitlines()[1:]:
        for cell in line.split(","):
            digits = re.sub(r"^0+|e-?\d+$", "", cell.replace(".", "").replace("-", ""))
            assert not digits.isdigit() or len(digits.rstrip("0")) <= 3
    assert not np.isnan(f5.released().rows["estimate"]).any()
