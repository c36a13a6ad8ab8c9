"""Ticks and events in, settled millijoules out: idle first, then requests, then what nobody explains."""

import pytest

from appliance.domain.energy import CounterSample, Measured, NotMeasured
from appliance.domain.metering.attribution import Attribution
from appliance.domain.metering.coefficients import (
    UNCALIBRATED,
    Coefficients,
    Drift,
    Flight,
    Observation,
    fit,
)
from appliance.domain.metering.quiet import QuietGaps
from appliance.domain.metering.ticks import CounterWatch, Tick
from appliance.domain.metering.work import Part, RequestKind, StepEvent, Work

NOTE_MODEL = Coefficients(fixed_milliwatts=100_000, prefill_millijoules=20, decode_millijoules=250)
GAP = NotMeasured(reason="the GPU took too long to answer")


def _event(span, part, at, **work):
    return StepEvent(
        request_id=f"r-{span}",
        span_id=span,
        part=part,
        kind=RequestKind.NOTE,
        model="a model",
        gpus=("GPU-a",),
        at_seconds=at,
        work=Work(**work),
    )


def _attribution(coefficients=NOTE_MODEL, idle=100_000.0):
    return Attribution(lambda event: coefficients, refresh_seconds=0.0, idle_milliwatts=idle)


def _ticks(attribution, start, count, millijoules):
    """`count` ticks of 100 ms from `start`, each of these millijoules."""
    for n in range(count):
        begin = start + n * 0.1
        attribution.take_tick(
            Tick(begin_seconds=begin, end_seconds=begin + 0.1, millijoules=millijoules)
        )


def _settle(attribution, now=1e6):
    settled = list(attribution.settle(now))
    for each in settled:
        parts = each.requests_millijoules + each.idle_millijoules + each.unattributed_millijoules
        assert parts == each.tick.millijoules
    return settled, {span.event.span_id: span for span in attribution.take_finished()}


def test_idle_comes_first_and_one_request_alone_gets_the_rest():
    attribution = _attribution()
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=80))
    _ticks(attribution, 0.0, 10, 25_000)
    settled, spans = _settle(attribution)
    assert sum(each.idle_millijoules for each in settled) == pytest.approx(100_000, abs=2)
    assert spans["a"].millijoules == pytest.approx(150_000, abs=2)
    assert spans["a"].is_whole
    assert spans["a"].is_calibrated


def test_two_alike_requests_get_alike_whatever_the_order_of_their_events():
    attribution = _attribution()
    for part, at, tokens in ((Part.END, 1.0, 80), (Part.BEGIN, 0.0, 0)):
        for span in ("b", "a"):
            attribution.take_event(_event(span, part, at, decode_tokens=tokens))
    # An end that is heard first is all that is known of a span: it began when it ended.
    _ticks(attribution, 0.0, 10, 25_000)
    _settled, spans = _settle(attribution)
    assert spans["a"].millijoules == spans["b"].millijoules


def test_who_did_more_pays_more_and_the_fixed_cost_is_shared_alike():
    attribution = _attribution()
    for span, tokens in (("a", 100), ("b", 300)):
        attribution.take_event(_event(span, Part.BEGIN, 0.0))
        attribution.take_event(_event(span, Part.END, 1.0, decode_tokens=tokens))
    _ticks(attribution, 0.0, 10, 10_000 + 20_000)
    _settled, spans = _settle(attribution)
    # Before scaling: 50 J fixed each, 25 J and 75 J of tokens; and 200 J were used.
    assert spans["a"].millijoules == pytest.approx(75_000, abs=5)
    assert spans["b"].millijoules == pytest.approx(125_000, abs=5)


def test_an_event_that_comes_twice_counts_once():
    once, twice = _attribution(), _attribution()
    events = [
        _event("a", Part.BEGIN, 0.0),
        _event("b", Part.BEGIN, 0.0),
        _event("a", Part.PROGRESS, 0.5, decode_tokens=10),
        _event("a", Part.END, 1.0, decode_tokens=40),
        _event("b", Part.END, 1.0, decode_tokens=90),
    ]
    for event in events:
        once.take_event(event)
        twice.take_event(event)
        twice.take_event(event)
    for attribution in (once, twice):
        _ticks(attribution, 0.0, 12, 30_000)
    first, second = _settle(once)[1], _settle(twice)[1]
    assert {s: x.millijoules for s, x in first.items()} == {
        s: x.millijoules for s, x in second.items()
    }
    for event in events:
        twice.take_event(event)
    assert twice.take_all() == []


def test_a_lost_progress_is_made_good_by_the_next_mark():
    attribution = _attribution()
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=40))
    _ticks(attribution, 0.0, 11, 30_000)
    assert _settle(attribution)[1]["a"].work.decode_tokens == 40


def test_a_tick_waits_until_what_happened_in_it_is_known():
    attribution = _attribution()
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    _ticks(attribution, 0.0, 10, 25_000)
    assert list(attribution.settle(1.2)) == []
    attribution.take_event(_event("a", Part.PROGRESS, 0.55, decode_tokens=4))
    assert len(list(attribution.settle(1.2))) == 5


def test_an_engine_that_tells_nothing_holds_nothing_back_for_long():
    attribution = _attribution()
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    _ticks(attribution, 0.0, 10, 25_000)
    assert len(list(attribution.settle(11.5))) == 10
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=80))
    assert attribution.late_events == 1
    (span,) = attribution.take_all()
    assert not span.is_whole


def test_without_a_measured_rest_nothing_is_made_up():
    attribution = _attribution(idle=None)
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=80))
    _ticks(attribution, 0.0, 10, 25_000)
    settled, spans = _settle(attribution)
    assert sum(each.unattributed_millijoules for each in settled) == 250_000
    assert spans["a"].millijoules == 0


def test_energy_that_no_request_can_have_used_is_unattributed():
    attribution = _attribution()
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=40))
    _ticks(attribution, 0.0, 10, 90_000)
    settled, spans = _settle(attribution)
    assert spans["a"].millijoules == pytest.approx(3 * 110_000, rel=0.01)
    assert sum(each.unattributed_millijoules for each in settled) > 400_000


def test_another_programs_work_in_a_gap_is_neither_rest_nor_a_request():
    attribution = _attribution()
    _ticks(attribution, 10.0, 5, 10_000)
    _ticks(attribution, 10.5, 5, 40_000)
    settled, _spans = _settle(attribution)
    unexplained = [each.unattributed_millijoules for each in settled]
    assert unexplained == pytest.approx([0] * 5 + [30_000] * 5, abs=2)


def test_without_calibration_time_in_flight_is_shared_alike_and_said():
    attribution = _attribution(coefficients=UNCALIBRATED)
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=900))
    attribution.take_event(_event("b", Part.BEGIN, 0.0))
    attribution.take_event(_event("b", Part.END, 0.5, decode_tokens=1))
    _ticks(attribution, 0.0, 10, 30_000)
    _settled, spans = _settle(attribution)
    assert spans["a"].millijoules == pytest.approx(150_000, abs=2)
    assert spans["b"].millijoules == pytest.approx(50_000, abs=2)
    assert not spans["a"].is_calibrated


def test_a_span_that_a_gap_cuts_is_not_whole():
    attribution = _attribution()
    attribution.take_event(_event("a", Part.BEGIN, 0.0))
    attribution.cut(0.5)
    attribution.take_event(_event("a", Part.END, 1.0, decode_tokens=9))
    _ticks(attribution, 0.5, 10, 30_000)
    assert not _settle(attribution)[1]["a"].is_whole


def test_rest_is_the_middle_of_quiet_blocks_and_deaf_to_one_that_was_not():
    quiet = QuietGaps()
    assert quiet.milliwatts is None
    for block in range(5):
        for _ in range(20):
            quiet.saw(40_000 if block == 2 else 10_000, 0.1)
    assert quiet.milliwatts == pytest.approx(100_000)


def test_a_gap_that_was_broken_off_does_not_count_as_rest():
    quiet = QuietGaps()
    for _ in range(19):
        quiet.saw(90_000, 0.1)
    quiet.broke_off()
    for _ in range(20):
        quiet.saw(10_000, 0.1)
    assert quiet.milliwatts == pytest.approx(100_000)


def _sample(counter):
    counter = Measured(millijoules=counter) if isinstance(counter, int) else counter
    return CounterSample(uuid="GPU-a", name="A GPU", counter=counter)


def test_failed_reads_resets_and_long_pauses_are_gaps_and_never_ticks():
    watch = CounterWatch()
    looks = [(0, 100), (1, 150), (2, GAP), (3, 400), (4, 450), (5, 20), (6, 60), (60, 9_000)]
    ticks = [watch.look(_sample(counter), float(at)) for at, counter in looks]
    assert [tick.millijoules if tick else None for tick in ticks] == [
        None, 50, None, None, 50, None, 40, None,
    ]  # fmt: skip
    assert (watch.resets, watch.gap_seconds, watch.unseen_millijoules) == (2, 57.0, 8_940)


def test_a_clock_that_does_not_move_on_makes_no_tick():
    watch = CounterWatch()
    watch.look(_sample(100), 1.0)
    assert watch.look(_sample(200), 1.0) is None
    assert watch.look(_sample(300), 0.5) is None
    assert watch.look(_sample(400), 0.6).millijoules == 100


def _flight(model, begin, end, **work):
    return Flight(model=model, begin_seconds=begin, end_seconds=end, work=Work(**work))


def test_a_sweep_finds_the_costs_it_was_made_from():
    seen = []
    for run in range(24):
        notes = run % 3 != 1
        speech = run % 3 != 0
        seconds, prefill, decode = 2.0 + run % 5, 1000 * (run % 7), 50 * (1 + run % 4)
        flights, millijoules = [], 40_000 * seconds
        if notes:
            flights.append(
                _flight("notes", 0, seconds, prefill_tokens=prefill, decode_tokens=decode)
            )
            millijoules += 90_000 * seconds + 20 * prefill + 300 * decode
        if speech:
            flights.append(_flight("speech", 0, seconds, audio_milliseconds=1000 * decode))
            millijoules += 50_000 * seconds + 350 * decode
        seen.append(Observation(flights=tuple(flights), millijoules=millijoules))
    found = fit(seen)
    assert found["notes"].prefill_millijoules == pytest.approx(20, rel=0.05)
    assert found["notes"].decode_millijoules == pytest.approx(300, rel=0.05)
    assert found["speech"].audio_millijoules == pytest.approx(350, rel=0.05)
    assert found["notes"].common_milliwatts == found["speech"].common_milliwatts > 0


def test_a_sweep_that_is_too_small_is_refused():
    seen = Observation(flights=(_flight("notes", 0, 1, decode_tokens=4),), millijoules=100.0)
    with pytest.raises(ValueError, match="too few"):
        fit([seen])


def test_costs_that_moved_away_from_the_sweep_are_noticed():
    drift = Drift()
    for _ in range(200):
        drift = drift.after(130.0, 100.0)
    assert drift.is_alarming
    assert drift.ratio == pytest.approx(1.3, abs=0.01)
    assert not Drift().after(130.0, 100.0).is_alarming
    assert Drift().after(1.0, 0.0) == Drift()
