"""The rest of the pages, and what every page's markup must be."""

import re

import pytest

from appliance.domain.encounter import EncounterKind
from appliance.web.pages import render_error_page
from tests.page_visitor import (
    STATIC,
    TEMPLATES,
    Marks,
    drafted,
)


def test_a_no_show_goes_straight_to_a_note_by_hand(setting, visitor):
    form = {"client_id": setting.client.id, "kind": EncounterKind.NO_SHOW.value}
    answer = visitor.post("/encounters", day="2026-11-23", time="12:00", **form)
    html = visitor.page(answer.location)
    assert "Write the note" in html
    assert "Upload a recording" not in html
    assert visitor.post(f"{answer.location}/by-hand").status_code == 303
    assert 'name="section-narrative"' in visitor.page(answer.location)


def test_a_client_is_added_with_the_names_in_their_life(setting, visitor):
    visitor.post(
        "/clients",
        name="Ilse Brandt",
        nicknames="Ili, Ilsebill",
        relation_name=["Rolf", "", "Bremen"],
        relation_role=["partner", "child", "city"],
    )
    html = visitor.page("/clients")
    assert "Ilse Brandt" in html
    assert "4 more names masked" in html


def test_a_client_without_a_name_is_refused_and_nothing_typed_is_lost(visitor):
    answer = visitor.post(
        "/clients", name="", diagnosis="F41.1", relation_name="Rolf", relation_role="partner"
    )
    assert answer.status_code == 422
    assert 'value="F41.1"' in answer.text
    assert 'value="Rolf"' in answer.text


def test_preferences_are_saved_and_the_example_follows(setting, visitor):
    example = visitor.post("/preferences/example", client_term="patient", verbosity="concise")
    assert "The patient" in example.text
    visitor.post("/preferences", client_term="patient", verbosity="concise", methods=["CBT", "ACT"])
    html = visitor.page("/preferences")
    assert 'value="patient"' in html
    assert len(re.findall(r"checked", html)) == 2


@pytest.mark.parametrize(
    "path", ["/", "/encounters/new", "/clients", "/clients/new", "/preferences", "ENCOUNTER"]
)
def test_each_page_has_one_heading_and_a_label_for_each_field(setting, visitor, page, path):
    if path == "ENCOUNTER":
        drafted(setting)
    marks = Marks(visitor.page(page if path == "ENCOUNTER" else path))
    assert sum(tag == "h1" for tag, _ in marks.tags) == 1
    assert marks.fields_without_label() == []
    ids = [found["id"] for _, found in marks.tags if found.get("id")]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("part", ["", "/inventory", "/destroy", "/certificates"])
def test_each_page_about_a_client_has_one_heading_and_labels_and_repeats_no_id(
    setting, visitor, part
):
    drafted(setting)
    marks = Marks(visitor.page(f"/clients/{setting.client.id}{part}"))
    assert sum(tag == "h1" for tag, _ in marks.tags) == 1
    assert marks.fields_without_label() == []
    ids = [found["id"] for _, found in marks.tags if found.get("id")]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("path", ["OPEN", "DRAFT", "/clients/new"])
def test_no_field_for_client_text_may_be_sent_to_a_spell_checker(setting, visitor, page, path):
    """Promise P1: the page switches off what sends text away."""
    if path == "DRAFT":
        drafted(setting)
    marks = Marks(visitor.page(path if path.startswith("/") else page))
    fields = [f for tag, f in marks.tags if tag == "textarea" or f.get("type") == "text"]
    assert fields
    for field in fields:
        assert field.get("spellcheck") == "false"
        assert field.get("autocomplete") == "off"
        assert field.get("data-gramm") == "false"


def test_no_page_has_scripts_or_styles_in_its_markup():
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template
        assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|hx-on|javascript:", text), template


def test_nothing_is_asked_of_another_machine_and_nothing_kept_in_the_browser():
    ours = [*TEMPLATES.rglob("*.html"), *STATIC.glob("*.mjs"), *STATIC.glob("*.css")]
    for file in ours:
        text = file.read_text()
        assert not re.search(r"https?://(?!www\.w3\.org/)", text), file
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", text), file
    assert '"historyCacheSize":0' in (TEMPLATES / "base.html").read_text()
    assert '"allowEval":false' in (TEMPLATES / "base.html").read_text()


@pytest.mark.parametrize("status", [403, 404, 410, 503])
def test_an_error_page_says_its_sentence_and_only_503_asks_again(status):
    html = render_error_page(status, "One <clear> sentence.")
    assert "One &lt;clear&gt; sentence." in html
    assert ('http-equiv="refresh"' in html) == (status == 503)
