"""From the Markdown source to HTML, Word and PDF, the same bytes each time."""

from __future__ import annotations

import errno
import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from nextome_eval.errors import DesignProblem
from nextome_eval.reporting.pages import template_text

__all__ = ["write_docx", "write_html", "write_pdf", "write_vector_pdf"]

_FROM = (
    "markdown-tex_math_dollars-tex_math_single_backslash-raw_tex-citations-auto_identifiers"
    "-implicit_figures-smart"
)
_EPOCH = (2020, 1, 1, 0, 0, 0)
_ISO_EPOCH = "2020-01-01T00:00:00Z"


def write_html(source: str, folder: Path, name: str) -> None:
    """Write a page that stands alone: its style and its pictures are in it."""
    more = ["--standalone", "--embed-resources", "--toc", "--toc-depth=2"]
    _pandoc(source, "html5", folder, more, name, template="page.html")


def write_docx(source: str, folder: Path, name: str) -> None:
    """Write a Word file with real tables and the house's styles."""
    reference = folder / f".{name}.reference.docx"
    reference.write_bytes(_reference_docx())
    try:
        _pandoc(source, "docx", folder, [f"--reference-doc={reference}"], name)
    finally:
        reference.unlink()
    target = folder / name
    target.write_bytes(_repacked(target.read_bytes(), _undated))


def write_pdf(source: str, folder: Path, name: str) -> None:
    """Write a PDF by way of Typst, with the fonts that Typst carries."""
    typst = _tool("typst")
    text = _pandoc(source, "typst", folder, ["--standalone"], None, template="page.typ")
    made = folder / f".{name}.typ"
    made.write_text(text, "utf-8")
    try:
        typst.compile(
            str(made), output=str(folder / name), root=str(folder), ignore_system_fonts=True,
            timestamp=1577836800,
        )  # fmt: skip
    finally:
        made.unlink()


def write_vector_pdf(svg: Path) -> None:
    """Write the PDF of a picture beside its SVG: by Typst, for it subsets fonts quickly."""
    from matplotlib import get_data_path

    _tool("typst").compile(
        f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{svg.name}")'.encode(),
        output=str(svg.with_suffix(".pdf")),
        root=str(svg.parent),
        font_paths=[str(Path(get_data_path()) / "fonts" / "ttf")],
        ignore_system_fonts=True,
        timestamp=1577836800,
    )


def _pandoc(
    source: str, to: str, folder: Path, more: list[str], name: str | None, *, template: str = ""
) -> str:
    pypandoc = _tool("pypandoc")
    lua = folder / f".{name or 'page'}.{to}.lua"
    lua.write_text(template_text("divs.lua"), "utf-8")
    arguments = [f"--resource-path={folder}", f"--lua-filter={lua}", *more]
    held = [lua]
    if template:
        held.append(folder / f".{name or 'page'}.{template}")
        held[-1].write_text(template_text(template), "utf-8")
        arguments.append(f"--template={held[-1]}")
    try:
        output = None if name is None else str(folder / name)
        return str(
            pypandoc.convert_text(source, to, format=_FROM, extra_args=arguments, outputfile=output)
        )
    except RuntimeError as stopped:  # pandoc is a program of its own: a full disk stops it too
        raise OSError(errno.EIO, "pandoc stopped before all was written") from stopped
    finally:
        for path in held:
            path.unlink()


def _tool(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        raise DesignProblem("report_tool_missing", tool=name) from None


@cache
def _reference_docx() -> bytes:
    """Pandoc's own reference file with the house's type sizes, colours and table lines."""
    import subprocess

    path = _tool("pypandoc").get_pandoc_path()
    command = [path, "--print-default-data-file", "reference.docx"]
    made = subprocess.run(command, capture_output=True, check=True).stdout
    return _repacked(made, _styled)


def _repacked(made: bytes, change: Callable[[str, str], str]) -> bytes:
    """Return a Word file with each XML part changed, and no dates in its container."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(held, "w") as new:
        for part in sorted(old.namelist()):
            content = old.read(part)
            if part.endswith(".xml"):
                content = change(part, content.decode("utf-8")).encode("utf-8")
            entry = zipfile.ZipInfo(part, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return held.getvalue()


def _undated(part: str, xml: str) -> str:
    if part == "docProps/core.xml":
        return re.sub(r"(<dcterms:(created|modified)[^>]*>)[^<]*", rf"\g<1>{_ISO_EPOCH}", xml)
    if part == "word/document.xml":
        return _full_width(xml)
    return xml


def _full_width(xml: str) -> str:
    """Tables as wide as the page; no row broken over two pages."""
    xml = re.sub(r"<w:tblW [^>]*/>", '<w:tblW w:w="5000" w:type="pct"/>', xml)
    xml = re.sub(r"<w:tr>(?!<w:trPr>)", "<w:tr><w:trPr></w:trPr>", xml)
    return xml.replace("<w:trPr>", "<w:trPr><w:cantSplit/>")


def _styled(part: str, xml: str) -> str:
    if part != "word/styles.xml":
        return xml
    xml = re.sub(r'w:asciiTheme="[^"]*"\s*', "", xml)
    xml = re.sub(
        r"<w:rFonts [^>]*/>", '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>', xml
    )
    for style, look in _LOOKS.items():
        xml = _with_look(xml, style, look)
    return xml.replace("</w:styles>", _MORE_STYLES + "</w:styles>")


def _with_look(xml: str, style: str, look: str) -> str:
    """Put run properties into a style, in place of those it has."""
    found = re.search(rf'<w:style [^>]*w:styleId="{style}".*?</w:style>', xml, re.S)
    if not found:
        return xml
    block = re.sub(r"<w:rPr>.*?</w:rPr>", "", found.group(), flags=re.S)
    if style == "Table":
        block = re.sub(r"<w:tblPr>.*?</w:tblPr>", _TABLE_LINES, block, count=1, flags=re.S)
        block = re.sub(r"<w:tblStylePr.*?</w:tblStylePr>", _FIRST_ROW, block, flags=re.S)
        return xml.replace(found.group(), block)
    return xml.replace(found.group(), block.replace("</w:style>", look + "</w:style>"))


def _run(half_points: int, color: str = "222222", *, bold: bool = False) -> str:
    weight = "<w:b/><w:bCs/>" if bold else ""
    return (
        f'<w:rPr>{weight}<w:color w:val="{color}"/><w:sz w:val="{half_points}"/>'
        f'<w:szCs w:val="{half_points}"/></w:rPr>'
    )


_LOOKS = {
    "Title": _run(40, bold=True),
    "Subtitle": _run(24, "5F5F5F"),
    "Date": _run(20, "5F5F5F"),
    "Heading1": _run(30, "0B5C8F", bold=True),
    "Heading2": _run(22, bold=True),
    "Heading4": _run(19, bold=True),
    "BodyText": _run(21),
    "FirstParagraph": _run(21),
    "Compact": _run(17),
    "Table": "",
}
_TABLE_LINES = """<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>
<w:top w:val="single" w:sz="8" w:space="0" w:color="222222"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="222222"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D9D9D3"/></w:tblBorders>
<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
<w:bottom w:w="30" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>"""
_FIRST_ROW = """<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="222222"/></w:tcBorders>
<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>"""


def _paragraph_style(name: str, look: str, more: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="BodyText"/><w:qFormat/>'
        f"<w:pPr>{more}</w:pPr>{look}</w:style>"
    )


_MORE_STYLES = (
    _paragraph_style("Notes", _run(17, "5F5F5F"), '<w:spacing w:before="40" w:after="40"/>')
    + _paragraph_style(
        "Banner", _run(20, "7A1F1F", bold=True), '<w:shd w:val="clear" w:fill="F4F4F0"/>'
    )
    + _paragraph_style("Summary", _run(22), '<w:shd w:val="clear" w:fill="F4F4F0"/>')
)
