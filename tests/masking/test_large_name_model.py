"""A large name model in serving is joined to the masker's own finders, or nothing is masked at all."""

import pytest

from appliance.adapters.identifiers import build_gate, build_masker
from appliance.adapters.identifiers.lists import load as load_lists
from appliance.adapters.inference import LargeNameModel, missing_models, names
from appliance.domain.errors import NameModelMissing, ServingUnavailable
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskedLine, MaskMap
from appliance.domain.transcript import Origin
from appliance.settings import Settings
from appliance.wiring import gate_of
from serving.wire import Engine, Health, IdentifyReply, Span


class Serving:
    """Finds each of `words` wherever it stands; keeps what it was asked."""

    def __init__(self, *words, kind="person", name="large", drop=0):
        self.words, self.kind, self.drop = words, kind, drop
        self.engine = Engine(name=name, version="1")
        self.asked = []

    def find_identifiers(self, texts):
        self.asked.append(texts)
        found = tuple(tuple(self._spans(text)) for text in texts[self.drop :])
        return IdentifyReply(engine=self.engine, found=found)

    def _spans(self, text):
        for word in self.words:
            if (at := text.find(word)) >= 0:
                yield Span(start=at, end=at + len(word), kind=self.kind, score=0.9)


class Absent:
    def find_identifiers(self, texts):
        raise ServingUnavailable(details={"reason": "unavailable"})


def masked(serving, *texts):
    masker = build_masker(LargeNameModel(serving, "large", load_lists()))
    lines = tuple(
        MaskedLine(id=f"u{n}", speaker="client", text=text) for n, text in enumerate(texts)
    )
    done = masker.mask(lines, KnownRecord(), Origin.SPEECH)
    return [line.text for line in done.lines]


def test_what_the_large_model_finds_goes_in_whichever_line_it_stands():
    serving = Serving("slate lantern")
    first, second = masked(serving, "we walked for a while", "then slate lantern came by")
    assert first == "we walked for a while"
    assert second == "then [PERSON_1] came by"


def test_what_the_other_finders_find_goes_all_the_same():
    [text] = masked(Serving("slate lantern"), "call slate lantern at 303-555-0182 please")
    assert text == "call [PERSON_1] at [ID_1] please"


def test_a_name_behind_an_apostrophe_goes_with_its_whole_word():
    [text] = masked(Serving("zorbrak"), "she met with o'zorbrak today")
    assert text == "she met with [PERSON_1] today"


def test_months_and_function_words_alone_are_left():
    [text] = masked(Serving("tuesday", kind="date"), "we will meet on tuesday again")
    assert text == "we will meet on tuesday again"


def test_a_date_with_a_number_goes():
    [text] = masked(Serving("the 9th", kind="date"), "it was on the 9th again")
    assert "9th" not in text


@pytest.mark.parametrize(
    "serving",
    [Absent(), Serving(name="another"), Serving(drop=1)],
    ids=["away", "another model", "half an answer"],
)
def test_nothing_is_masked_without_the_model_that_is_configured(serving):
    with pytest.raises(ServingUnavailable):
        masked(serving, "we walked for a while", "and then we sat")


def test_a_span_outside_of_its_text_is_refused():
    class Wrong(Serving):
        def _spans(self, text):
            yield Span(start=0, end=len(text) + 1, kind="person", score=1)

    with pytest.raises(ServingUnavailable):
        masked(Wrong(), "we walked for a while")


def test_a_long_session_is_asked_about_in_requests_that_serving_takes(monkeypatch):
    monkeypatch.setattr(names, "IDENTIFY_MAX_CHARACTERS", 100)
    monkeypatch.setattr(names, "_OVERLAP", 40)
    serving = Serving("slate lantern")
    long = "we walked on and on and on " * 10 + "until slate lantern came"
    texts = masked(serving, "it was fine", long, "then slate lantern left")
    assert "lantern" not in " ".join(texts)
    assert all(sum(map(len, asked)) <= 100 for asked in serving.asked)
    assert "".join("".join(asked) for asked in serving.asked).count("slate lantern came") == 1


class Answers:
    """Serving's health with this engine for identifiers; None where it does not answer at all."""

    def __init__(self, health):
        self._health = health

    def health(self):
        if self._health is None:
            raise ServingUnavailable(details={"reason": "unreachable"})
        return self._health


def loaded(name):
    engine = Engine(name=name, version="1") if name else None
    return Answers(Health(speech=None, notes=None, identifiers=engine))


def admit(serving):
    gate = build_gate(missing_models(serving, "large"))
    lines = (MaskedLine(id="u1", speaker="client", text="All is well."),)
    empty = MaskMap(canonical={}, occurrences=())
    return gate.admit(Origin.TYPED, lines, (), (), KnownRecord(), empty)


def test_the_gate_lets_clean_text_through_while_the_configured_model_is_loaded():
    assert admit(loaded("large")).utterances[0].text == "All is well."


@pytest.mark.parametrize(
    "serving",
    [loaded(None), loaded("another"), Answers(None)],
    ids=["none is loaded", "another is loaded", "serving is away"],
)
def test_the_gate_itself_refuses_while_the_configured_model_is_not_loaded(serving):
    with pytest.raises(NameModelMissing) as caught:
        admit(serving)
    assert caught.value.details["models"] == ("large",)
    assert "not loaded" in caught.value.message


def test_a_box_with_a_large_model_configured_has_a_gate_that_asks_for_it():
    configured = Settings(identifiers_model="large")
    assert gate_of(configured, loaded(None)).missing_models() == ("large",)
    assert gate_of(configured, loaded("large")).missing_models() == ()
    assert gate_of(Settings(), loaded(None)).missing_models() == ()
