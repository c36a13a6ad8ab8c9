"""Windows over long texts, whole words, and what the identifiers deployment lets out."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.identifiers.deployment import IdentifiersDeployment
from serving.identifiers.windows import Tagged, cut, joined
from serving.wire import Engine, IdentifyRequest, Problem, Span


@given(st.integers(1, 3000), st.integers(2, 510), st.data())
def test_windows_judge_every_token_once(tokens, longest, data):
    overlap = data.draw(st.integers(0, longest - 1))
    pieces = list(cut(tokens, longest, overlap))
    assert [at for p in pieces for at in range(p.from_, p.to)] == list(range(tokens))
    assert all(p.first <= p.from_ and p.to <= p.last <= p.first + longest for p in pieces)


def test_a_token_near_a_window_s_edge_is_judged_with_its_surroundings():
    first, second, *_ = cut(1000, 510, 64)
    assert first.last - first.to >= 32
    assert second.from_ - second.first >= 32


def test_an_overlap_as_long_as_a_window_is_refused():
    with pytest.raises(ValueError, match="shorter than a window"):
        list(cut(10, 5, 5))


def tagged(start, end, kind="person"):
    return Tagged(start=start, end=end, kind=kind, score=0.9)


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        ("anna kowalska left", [(0, 4), (5, 9), (9, 13)], ["anna kowalska"]),
        ("annamaria left", [(0, 4)], ["annamaria"]),
        ("anna and maria", [(0, 4), (9, 14)], ["anna", "maria"]),
        ("o'neil-smith", [(0, 1), (2, 6), (7, 12)], ["o'neil-smith"]),
        ("", [], []),
    ],
)
def test_pieces_of_words_become_whole_names(text, tokens, expected):
    spans = joined([tagged(*token) for token in tokens], text)
    assert [text[span.start : span.end] for span in spans] == expected


def test_neighbours_of_different_kinds_stay_apart():
    spans = list(joined([tagged(0, 4), tagged(5, 9, "date")], "anna 3may left"))
    assert [(span.start, span.end, span.kind) for span in spans] == [
        (0, 4, "person"),
        (5, 9, "date"),
    ]


class Finding:
    label = Engine(name="finder", version="1")

    def find(self, texts):
        if texts[0] == "break":
            raise RuntimeError("Dana said something private")
        return tuple((Span(start=0, end=len(text), kind="person", score=1),) for text in texts)


def asked(*texts):
    deployment = IdentifiersDeployment(Finding)
    return asyncio.run(deployment.find(IdentifyRequest(texts=texts)))


def test_the_deployment_answers_for_every_text():
    assert [len(spans) for spans in asked("one", "two").found] == [1, 1]


def test_a_broken_engine_is_a_code_and_nothing_else():
    assert asked("break") == Problem(code="unavailable")
