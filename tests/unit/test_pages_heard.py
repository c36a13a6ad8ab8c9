"""What was not heard for certain is marked in the transcript and in the draft that rests on it."""

from appliance.adapters.inference.translation import heard_window
from appliance.domain.transcript import UNSURE_BELOW
from serving.wire import Engine, Phrase, Transcription, Word
from tests.boxes import Setting
from tests.flow import draft_now, transcribe_now, upload
from tests.page_visitor import visitor_to


def test_unsure_words_are_marked_in_the_transcript_and_the_draft_says_so(setting: Setting) -> None:
    setting.box.recogniser.phrases = ("My sister rang about harbours.",)
    setting.box.recogniser.unsure = (4,)
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    shown = visitor_to(setting).page(f"/encounters/{setting.encounter.id}")
    unsure = '<span class="unsure">harbours.<span class="visually-hidden"> (unsure)</span></span>'
    assert unsure in shown
    assert shown.count("(unsure)") == 1
    assert "heard unsurely" in shown
    assert "words were not heard for certain" in shown


def test_a_loop_is_said_beside_its_words_which_all_stay(setting: Setting) -> None:
    setting.box.recogniser.phrases = ("I slept badly.", "thank you " * 8)
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    shown = visitor_to(setting).page(f"/encounters/{setting.encounter.id}")
    assert shown.count("seems to have got stuck here") == 1
    assert ("thank you " * 8).strip() in shown


def test_words_that_were_heard_well_carry_no_mark(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    shown = visitor_to(setting).page(f"/encounters/{setting.encounter.id}")
    for mark in ("unsure", "got stuck"):
        assert mark not in shown


def test_places_of_unsure_words_count_as_a_reader_counts() -> None:
    said = (("New York", 0.9), ("", 0.1), ("was", 0.2), ("loud", UNSURE_BELOW))
    words = tuple(
        Word(text=text, start_seconds=0, end_seconds=1, confidence=sure) for text, sure in said
    )
    heard = heard_window(
        Transcription(
            engine=Engine(name="any", version="1"),
            phrases=(Phrase(words=words),),
            audio_seconds=1,
            speech_seconds=1,
        )
    )
    assert heard.phrases[0].text == "New York was loud"
    assert heard.phrases[0].unsure == (2,)
