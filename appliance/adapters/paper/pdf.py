"""A `Paper` as PDF by ReportLab (BSD): drawn in memory, its letters embedded as far as used."""

import io
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from appliance.adapters.paper.lettering import BOLD, REGULAR, drawable, load_fonts
from appliance.domain.paper import Fact, Leaf, Paper

_INK = colors.HexColor("#22302e")
_SOFT = colors.HexColor("#55635f")
_CALM = colors.HexColor("#1e5f5a")
_LINE = colors.HexColor("#ddd6c9")
_MARGIN = 22 * mm
_TOP = 18 * mm
_LABEL_WIDTH = 42 * mm
_FRAME_PADDING = 6  # points, which the library keeps free on either side


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    look = {"fontName": REGULAR, "textColor": _INK, "leading": size * 1.35} | more
    return ParagraphStyle(name, fontSize=size, **look)


load_fonts()
_TITLE = _style("title", 20, fontName=BOLD, spaceAfter=8)
_HEADING = _style("heading", 13, fontName=BOLD, textColor=_CALM, spaceAfter=2)
_LEAD = _style("lead", 10, textColor=_SOFT, spaceAfter=6)
_LABEL = _style("label", 9, textColor=_SOFT)
_VALUE = _style("value", 9.5)
_CODE = _style("code", 8, fontName="Courier", leading=11, splitLongWords=1, wordWrap="CJK")


def as_pdf(paper: Paper) -> bytes:
    """The whole document as PDF, US Letter. The same paper gives the same bytes."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_TOP,
        bottomMargin=_TOP,
        title=drawable(paper.title),
        author="Quietroom",
        lang="en",
        invariant=1,
    )
    story = list(_story(paper, document.width - 2 * _FRAME_PADDING))
    document.build(story, canvasmaker=_numbered(paper.title))
    return buffer.getvalue()


def _story(paper: Paper, width: float) -> Iterable[Flowable]:
    yield Paragraph(_text(paper.title), _TITLE)
    yield _facts(paper.about, width)
    for leaf in paper.leaves:
        yield Spacer(1, 5 * mm)
        yield KeepTogether(_leaf(leaf, width))
    if paper.closing:
        yield Spacer(1, 5 * mm)
        yield HRFlowable(width="100%", color=_LINE)
        yield KeepTogether([_facts(paper.closing, width)])


def _leaf(leaf: Leaf, width: float) -> list[Flowable]:
    return [
        HRFlowable(width="100%", color=_CALM, thickness=1.2, spaceAfter=5),
        Paragraph(_text(leaf.heading), _HEADING),
        Paragraph(_text(leaf.lead), _LEAD),
        _facts(leaf.facts, width),
    ]


def _facts(facts: tuple[Fact, ...], width: float) -> Table:
    rows = [
        [
            Paragraph(_text(fact.label), _LABEL),
            Paragraph(_text(fact.value), _look_of(fact)),
        ]
        for fact in facts
    ]
    table = Table(rows, colWidths=[_LABEL_WIDTH, width - _LABEL_WIDTH], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("LINEABOVE", (0, 0), (-1, -1), 0.4, _LINE),
            ]
        )
    )
    return table


def _look_of(fact: Fact) -> ParagraphStyle:
    """Fixed width has the letters of numbers and hashes only."""
    return _CODE if fact.is_code and fact.value.isascii() else _VALUE


def _numbered(title: str) -> type[Canvas]:
    class Numbered(Canvas):  # type: ignore[misc]  # the library has no types
        """Holds pages back until it is known how many there are, to say "page 1 of 3"."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._held: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            self._held.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for page in self._held:
                self.__dict__.update(page)
                self._draw_foot(len(self._held))
                super().showPage()
            super().save()

        def _draw_foot(self, count: int) -> None:
            self.setFont(REGULAR, 8)
            self.setFillColor(_SOFT)
            self.drawString(_MARGIN, 12 * mm, drawable(title))
            right = LETTER[0] - _MARGIN
            self.drawRightString(right, 12 * mm, f"Page {self._pageNumber} of {count}")

    return Numbered


def _text(text: str) -> str:
    return escape(drawable(text))
