"""Drafted statements are read against what they cite: flagged, withheld, or marked as not checked."""

import dataclasses

import pytest

from appliance.domain.errors import StatementUnresolved
from appliance.domain.note import Support
from appliance.domain.written import WrittenStatement
from appliance.steps.sign_note import sign
from tests.boxes import Setting
from tests.flow import confirm_header, draft_now, summarise, view


def drafted(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)


def try_to_sign(setting: Setting) -> None:
    sign(setting.box, setting.clinician, setting.encounter.id, setting.now_at().revision)


def written_by(setting: Setting, *texts: str, sections: tuple[str, ...]) -> Setting:
    """A box whose writer puts `texts`, each citing u1, into `sections` beside what was typed."""

    class Adding(type(setting.box.writer)):  # type: ignore[misc]
        def write(self, *given: object) -> object:
            written = super().write(*given)
            added = tuple(
                WrittenStatement(text=text, sources=("u1",), is_supported=True) for text in texts
            )
            filled = tuple(
                (key, (*statements, *added) if key in sections else statements)
                for key, statements in written.sections
            )
            return dataclasses.replace(written, sections=filled)

    return setting.with_box(writer=Adding())


def test_a_statement_that_differs_from_what_it_cites_is_flagged_with_the_reason(
    setting: Setting,
) -> None:
    adding = written_by(
        setting, "Client does not report poor sleep.", sections=("subjective", "plan", "objective")
    )
    drafted(adding)
    by_key = {section.key: section for section in view(adding).draft.sections}
    [flagged] = [s for s in by_key["subjective"].statements if s.support is Support.UNSUPPORTED]
    assert flagged.doubt == "says yes where the words say no, or no where they say yes"
    assert by_key["plan"].statements == by_key["objective"].statements == ()
    confirm_header(adding)
    with pytest.raises(StatementUnresolved):
        try_to_sign(adding)


def test_what_the_check_cannot_decide_is_marked_unchecked_and_hinders_no_signature(
    setting: Setting,
) -> None:
    adding = written_by(setting, "Client reports a zephyr of slumber.", sections=("subjective",))
    drafted(adding)
    seen = view(adding)
    [unchecked] = [
        s
        for section in seen.draft.sections
        for s in section.statements
        if s.support is Support.UNCHECKED
    ]
    assert unchecked.text == "Client reports a zephyr of slumber."
    assert (seen.ready.unchecked_count, seen.ready.unsupported_count) == (1, 0)
    confirm_header(adding)
    try_to_sign(adding)
