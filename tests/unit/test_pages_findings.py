"""The page that asks about what the check found, the masked words, and what a draft cannot place."""

import re
from pathlib import Path

import pytest

from appliance.adapters.identifiers import build_gate
from appliance.domain.lifecycle import Stage
from appliance.domain.masking import pipeline
from appliance.domain.masking.placeholder import STEMS
from appliance.domain.written import WrittenStatement
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from appliance.steps.take_summary import take_summary
from appliance.web.masked_words import MEASURED, kind_of
from appliance.web.wording import FOUND_AS
from tests.page_visitor import Marks, drafted

STORY = (
    "Dana slept badly. Port newark is loud at night, and the cabin on maple lane is cold. "
    "Marcus <b>waits</b> on harbor street. She went back to port newark."
)


@pytest.fixture
def blocked(setting, monkeypatch):
    monkeypatch.setattr(pipeline, "RE_MASKINGS", 0)
    take_summary(setting.box, setting.clinician, setting.encounter.id, STORY)
    mask(setting.box, setting.now_at())
    return setting


def finding_ids(html: str) -> dict[str, str]:
    """By the text that a single decision's button names."""
    forms = re.findall(
        r'name="finding" value="(\w+)"><input[^>]*value="mask">\s*'
        r'<button[^>]*>Mask it<span class="visually-hidden"> : ([^<]+)</span>',
        html,
    )
    return {text: found for found, text in forms}


def test_each_finding_stands_among_its_words_with_two_buttons(blocked, visitor, page):
    html = visitor.page(page)
    assert list(finding_ids(html)) == ["newark", "maple lane", "harbor street"]
    assert html.count("Not an identifier<") == 3
    assert "in 2 places" in html
    assert 'Port <mark class="held held-found">newark</mark> is loud at night' in html
    assert "&lt;b&gt;waits&lt;/b&gt;" in html
    assert html.count("button-primary") == 1
    assert "Mask all 3" in html


def test_after_the_last_decision_the_page_shows_the_work_going_on(blocked, visitor, page):
    ids = finding_ids(visitor.page(page))
    answer = visitor.post(f"{page}/findings", finding=ids["harbor street"], decision="safe")
    assert answer.status_code == 303
    html = visitor.page(answer.location)
    assert "It stays as it is, in this client" in html
    assert list(finding_ids(html)) == ["newark", "maple lane"]
    rest = [ids["newark"], ids["maple lane"]]
    visitor.post(f"{page}/findings", finding=rest, decision="mask")
    assert 'id="progress"' in visitor.page(page)
    assert mask(blocked.box, blocked.now_at()).stage is Stage.MASKED


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"finding": "0" * 16, "decision": "mask"}, "The check does not show this any more"),
        ({"finding": "0" * 16, "decision": "burn"}, "not in the right form: decision"),
        ({"decision": "mask"}, "not in the right form: what it is about"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_said_beside_the_findings(
    blocked, visitor, page, form, sentence
):
    answer = visitor.post(f"{page}/findings", **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(finding_ids(answer.text)) == 3


def test_what_would_be_sent_is_shown_with_what_the_check_still_finds(blocked, visitor, page):
    html = visitor.page(f"{page}/masked")
    assert "Nothing has been given to the note writer" in html
    assert '<mark class="held held-found">maple lane</mark>' in html
    assert '<mark class="held held-person">[PARTNER_1]</mark>' in html
    assert "No known identifier is left" not in html


def test_the_masked_words_are_a_page_and_a_part_of_the_draft_s(setting, visitor, page):
    drafted(setting)
    assert f'href="{page}/masked"' in visitor.page(page)
    html = visitor.page(f"{page}/masked")
    for sentence in (
        "No known identifier is left in it.",
        "A story can identify somebody without any name in it.",
        "not de-identification under HIPAA",
        MEASURED.partition("'")[0],
    ):
        assert sentence in html
    marks = Marks(html)
    assert sum(tag == "h1" for tag, _ in marks.tags) == 1
    assert re.search(r"\[PARTNER_1\]</span></dt><dd>Marcus", html)
    part = visitor.client.get(
        f"{page}/masked", base_url="https://box.test", headers={"HX-Request": "true"}
    ).text
    assert "<h1" not in part
    assert "[PARTNER_1]" in part


def test_the_figures_on_the_page_are_those_of_the_readme():
    readme = Path("README.md").read_text()
    rows = {
        cells[1]: cells[2:]
        for line in readme.splitlines()
        if len(cells := [cell.strip() for cell in line.split("|")]) > 4
    }
    with_record = rows["own therapy talk, untouched half, with the client's record"]
    without = rows["the same, typed, without the record"]
    shown = re.findall(r"[0-9.]+(?= (?:of|in) 100)|\d+(?= of 100 excerpts)", MEASURED)
    told = [
        *(f"{float(with_record[0]) * 100:.1f}", f"{float(with_record[2]) * 100:.0f}"),
        *(f"{float(without[0]) * 100:.1f}", f"{float(without[2]) * 100:.0f}"),
    ]
    assert shown == told


def test_every_kind_that_the_gate_can_find_is_said_in_words():
    assert {detector.kind for detector in build_gate().detectors} == set(FOUND_AS)


def test_every_placeholder_has_a_kind_to_be_shown_by():
    assert {kind_of(f"[{stem}_1]") for stem in STEMS} == {
        *("person", "place", "time", "number", "other"),
    }


def test_what_the_box_cannot_place_is_marked_where_it_stands_and_blocks_signing(
    setting, visitor, page
):
    extra = (WrittenStatement(text="Saw [PERSON_9] & Dana.", sources=("u1",), is_supported=True),)
    drafted(setting, extra=extra)
    html = visitor.page(page)
    assert re.search(r'Saw <mark class="unplaced" id="unplaced-1"[^>]*>\[PERSON_9\]<', html)
    assert "The box cannot say who or what is meant by <code>[PERSON_9]</code>" in html
    assert 'href="#unplaced-1"' in html
    assert "The note cannot be signed yet" in visitor.get(f"{page}/sign").text
    form = {
        "section-subjective": "Saw Person_9 & Dana.",
        "revision": str(setting.now_at().revision),
    }
    visitor.post(f"{page}/draft", **form)
    assert "unplaced" in visitor.page(page)


def test_a_safe_word_is_listed_with_the_client_and_can_be_taken_back(blocked, visitor, page):
    ids = finding_ids(visitor.page(page))
    visitor.post(f"{page}/findings", finding=ids["harbor street"], decision="safe")
    client = f"/clients/{blocked.client.id}"
    html = visitor.page(client)
    assert "harbor street" in html
    answer = visitor.post(f"{client}/safe-words", phrase="harbor street")
    assert answer.status_code == 303
    assert "harbor street" not in visitor.page(client)


def test_the_page_of_findings_has_labels_one_heading_and_repeats_no_id(blocked, visitor, page):
    marks = Marks(visitor.page(page))
    assert sum(tag == "h1" for tag, _ in marks.tags) == 1
    ids = [found["id"] for _, found in marks.tags if found.get("id")]
    assert sorted(ids) == sorted(set(ids))


def test_a_draft_after_decisions_reads_as_it_was_said(blocked, visitor, page):
    ids = finding_ids(visitor.page(page))
    visitor.post(f"{page}/findings", finding=list(ids.values()), decision="mask")
    draft_note(blocked.box, mask(blocked.box, blocked.now_at()))
    assert "maple lane is cold" in visitor.page(page)
