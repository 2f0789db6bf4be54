"""Tables as Markdown that pandoc turns into real tables, and as LaTeX."""

from __future__ import annotations

from nextome_eval.reporting.tables.shown import Line, Shown

__all__ = ["as_latex", "as_markdown", "escaped"]

_INDENT = "\u2003"
_WIDEST = 34
_NARROWEST = 5
# words may run over two lines, numbers should not
_WRAPS = 18
_HEADED = 30
_BOLD = 1.45  # headings are bold, and may not be broken inside a word
_MARKDOWN = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>|~^$#@"})
_LATEX = str.maketrans(
    {
        "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
        "−": r"$-$", "∗": r"$\ast$", "∞": r"$\infty$", "–": "--", "\u2003": r"\quad ",
        "<": r"$<$", ">": r"$>$",
    }
)  # fmt: skip


def escaped(text: str) -> str:
    """Return text in which no character means anything to Markdown.

    Examples
    --------
    >>> print(escaped("a_b | *c* <d>"))
    a\\_b \\| \\*c\\* \\<d\\>
    """
    return " ".join(text.translate(_MARKDOWN).split(" ")).replace("\n", " ")


def as_markdown(shown: Shown) -> str:
    """Return a pipe table; the dashes carry the columns' widths."""
    widths = [_width(shown, i) for i in range(len(shown.header))]
    rule = [_dashes(width, side) for width, side in zip(widths, shown.align, strict=True)]
    lines = [_piped([escaped(cell) for cell in shown.header]), "|" + "|".join(rule) + "|"]
    return "\n".join([*lines, *(_piped(_cells(line)) for line in shown.lines)]) + "\n"


def _width(shown: Shown, column: int) -> int:
    """Room for the text, longer texts less than in proportion."""
    texts = [line.cells[column] for line in shown.lines if not line.head] or [""]
    heads = [len(line.cells[column]) for line in shown.lines if line.head]
    longest = max(map(len, texts))
    heading = max(map(len, shown.header[column].split(" ")))
    word = max(int(heading * _BOLD), max((len(w) for t in texts for w in t.split(" ")), default=0))
    words_wrap = shown.align[column] == "l" and longest > _WRAPS
    wide = int(_WRAPS + (longest - _WRAPS) * 0.3) if words_wrap else longest
    headed = min(max(heads, default=0), _HEADED) if column == 0 else 0
    room = max(_NARROWEST, word, wide, headed, len(shown.header[column]) // 2)
    return min(room, 2 * _WIDEST) + 3


def _dashes(width: int, side: str) -> str:
    if side == "r":
        return "-" * (width - 1) + ":"
    if side == "c":
        return ":" + "-" * (width - 2) + ":"
    return ":" + "-" * (width - 1)


def _piped(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(line: Line) -> list[str]:
    cells = [escaped(cell) for cell in line.cells]
    if line.head:
        return [f"**{cell}**" if cell else "" for cell in cells]
    return [_INDENT * line.indent + cells[0], *cells[1:]]


def as_latex(shown: Shown, caption: str, label: str) -> str:
    """Return a booktabs table to be put into an article."""

    def row(cells: tuple[str, ...], indent: int = 0) -> str:
        texts = [_INDENT * indent + cells[0], *cells[1:]]
        return " & ".join(text.translate(_LATEX) for text in texts) + r" \\"

    body = []
    for line in shown.lines:
        if line.head:
            body.append(
                rf"\multicolumn{{{len(shown.header)}}}{{l}}{{\textit{{"
                + line.cells[0].translate(_LATEX)
                + r"}} \\"
            )
        else:
            body.append(row(line.cells, line.indent))
    return "\n".join(
        [
            r"% \usepackage{booktabs}",
            r"\begin{table}",
            rf"\caption{{{caption.translate(_LATEX)}}}\label{{tab:{label}}}",
            rf"\begin{{tabular}}{{{shown.align}}}",
            r"\toprule",
            row(shown.header),
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )
