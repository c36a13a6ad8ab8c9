"""Formats as data: those that ship, and what is refused in one that a practice writes."""

import pytest

from appliance.domain.encounter import EncounterKind, Header, Observations
from appliance.domain.formats import FORMATS, FormatNotUsable, read_format
from appliance.domain.note import DraftSection, NoteDraft, Statement
from appliance.domain.note_text import note_text
from appliance.domain.preferences import Layout

OWN = """
key = "own"
title = "Our own"
[[sections]]
key = "talk"
title = "Talk"
holds = ["reported", "plan"]
"""


def test_twelve_formats_ship_and_each_has_a_place_for_plans():
    assert len(FORMATS) == 12
    assert all(any("plan" in s.holds for s in f.sections) for f in FORMATS.values())
    assert all(s.guidance for f in FORMATS.values() for s in f.sections)


def test_a_section_for_plans_alone_holds_only_what_was_stated():
    sections = [s for f in FORMATS.values() for s in f.sections if s.holds == ("plan",)]
    assert all(section.only_observed for section in sections)


def test_a_practice_writes_a_format_in_the_same_form():
    assert read_format(OWN).sections[0].holds == ("reported", "plan")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "Our own"', 'title = "SOAP\'); DROP TABLE notes;--"'),
        ('title = "Our own"', 'title = "../../etc/notes"'),
        ('title = "Talk"', 'title = "<img src=x>"'),
        ('key = "own"', 'key = "Own format"'),
        ('holds = ["reported", "plan"]', 'holds = ["anything"]'),
        ('holds = ["reported", "plan"]', 'holds = ["plan"]\nmore = 1'),
        ("[[sections]]", "[[section]]"),
        ('key = "own"', "key ="),
    ],
)
def test_what_no_format_has_is_refused_with_a_reason(old, new):
    with pytest.raises(FormatNotUsable):
        read_format(OWN.replace(old, new, 1))


def text_of(*sections, layout=Layout.LINES):
    draft = NoteDraft(
        format_key="soap",
        sections=tuple(
            DraftSection(key=t, title=t, statements=tuple(Statement(text=x) for x in texts))
            for t, texts in sections
        ),
        made_by="x",
        is_built_in=True,
        layout=layout,
    )
    return note_text(EncounterKind.INDIVIDUAL, draft, Header(), Observations(), None)


def test_no_text_that_only_asks_to_be_filled_in_is_signed():
    text = text_of(("Objective", ["Not discussed: add your observation."]), ("Plan", ["Walk."]))
    assert "discussed" not in text
    assert "OBJECTIVE" not in text
    assert "PLAN\nWalk." in text


def test_a_note_stands_as_it_was_chosen():
    plan = ("Plan", ["Walk.", "Call."])
    assert "PLAN\nWalk. Call." in text_of(plan, layout=Layout.PROSE)
    assert "PLAN\n- Walk.\n- Call." in text_of(plan, layout=Layout.BULLETS)
