"""What the pages say: states, deadlines, examples, and that every colour pair can be read."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from appliance.domain.attention import ATTENTION_WORDS
from appliance.domain.encounter import Attention, Encounter, EncounterKind, Header
from appliance.domain.errors import FieldsInvalid
from appliance.domain.lifecycle import Stage
from appliance.domain.people import Account, AccountRole
from appliance.domain.preferences import ChosenPreferences, PronounChoice, Verbosity
from appliance.web import forms
from appliance.web.example import example
from appliance.web.shown_time import LocalTime, until
from appliance.web.wording import Tone, chip_of, progress_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CSS = Path("appliance/web/static/quietroom.css").read_text()
ACCOUNT = Account(
    id="a",
    user_name="amara",
    display_name="Amara Reyes",
    credentials="LCSW",
    role=AccountRole.CLINICIAN,
)


def encounter(**changes: object) -> Encounter:
    given = {
        "id": "e",
        "client_id": "c",
        "clinician_id": "a",
        "kind": EncounterKind.INDIVIDUAL,
        "stage": Stage.OPEN,
        "made_at": NOW,
        "scheduled_at": NOW - timedelta(hours=1),
    }
    return Encounter(**given | changes)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_chip_and_says_what_comes_next(stage):
    chip = chip_of(encounter(stage=stage), NOW)
    assert chip.label
    assert chip.next_step


@pytest.mark.parametrize("attention", list(Attention))
def test_every_attention_says_what_to_do_and_goes_first(attention):
    assert ATTENTION_WORDS[attention].advice
    assert chip_of(encounter(attention=attention), NOW).tone is Tone.ALERT


def test_progress_is_shown_only_while_the_box_works():
    working = {stage for stage in Stage if progress_of(encounter(stage=stage)) is not None}
    assert working == {Stage.RECORDED, Stage.TRANSCRIBED, Stage.MASKED}


@pytest.mark.parametrize(
    ("hours", "words"),
    [(72, "in 3 days"), (5, "in 5 hours"), (1, "in 1 hour"), (0.4, "within the hour"), (-1, "now")],
)
def test_a_deadline_is_said_in_words(hours, words):
    assert until(NOW + timedelta(hours=hours), NOW) == words


@pytest.mark.parametrize("pronouns", list(PronounChoice))
def test_the_three_lengths_of_the_example_differ(pronouns):
    shown = {
        example(ChosenPreferences(pronouns=pronouns, verbosity=verbosity))
        for verbosity in Verbosity
    }
    assert len(shown) == 3


def test_the_example_speaks_in_the_chosen_words():
    text = example(
        ChosenPreferences(
            client_term="patient",
            clinician_term="counselor",
            pronouns=PronounChoice.SHE,
            methods=("CBT",),
        )
    )
    assert "The patient" in text
    assert "The counselor" in text
    assert "her worry" in text
    assert "Cognitive Behavioral Therapy" in text


def test_times_stand_unconfirmed_until_the_box_is_ticked():
    form = MultiDict({"session_day": "2026-11-23", "start_time": "09:00", "stop_time": "09:50"})
    local = LocalTime(zone=UTC)
    header = forms.header_from(form, Header(times_confirmed_by="before"), ACCOUNT, local)
    assert header.times_confirmed_by == ""
    assert header.stopped_at == datetime(2026, 11, 23, 9, 50, tzinfo=UTC)
    form["times_confirmed"] = "yes"
    assert forms.header_from(form, header, ACCOUNT, local).times_confirmed_by == ACCOUNT.line


def test_a_field_that_the_form_lacks_stays_as_it_was():
    header = Header(diagnosis="F41.1", plan_goal="Sleep")
    changed = forms.header_from(
        MultiDict({"plan_goal": "Walk"}), header, ACCOUNT, LocalTime(zone=UTC)
    )
    assert (changed.diagnosis, changed.plan_goal) == ("F41.1", "Walk")


@pytest.mark.parametrize(
    ("name", "value"),
    [("format_key", "xml"), ("pronouns", "it"), ("verbosity", "huge"), ("client_term", "x" * 41)],
)
def test_a_choice_that_does_not_exist_is_refused_without_repeating_it(name, value):
    with pytest.raises(FieldsInvalid) as caught:
        forms.preferences_from(MultiDict({name: value}))
    assert value not in caught.value.message


def _palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    named = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {"light": dict(named.findall(light)), "dark": dict(named.findall(dark))}


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_PAIRS = [
    *[(text, ground) for text in ("ink", "soft", "calm") for ground in ("paper", "surface")],
    ("ink", "sunken"),
    ("soft", "sunken"),
    ("calm", "sunken"),
    ("alert", "surface"),
    ("danger", "surface"),
    ("on-calm", "calm"),
    ("on-calm", "calm-strong"),
    ("calm-strong", "calm-wash"),
    ("calm-strong", "surface"),
    ("done", "done-wash"),
    ("work", "work-wash"),
    ("alert", "alert-wash"),
    ("danger", "danger-wash"),
    ("mark-ink", "mark-wash"),
    ("ink", "mark-wash"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_has_the_contrast_that_wcag_asks_for(scheme, text, ground):
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    palette = _palettes()[scheme]
    assert _contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_the_edge_of_a_field_can_be_seen(scheme, ground):
    """WCAG 2.2, 1.4.11: 3 to 1."""
    palette = _palettes()[scheme]
    assert _contrast(palette["edge"], palette[ground]) >= 3
