"""From a GPU's ticks and its engines' events to settled millijoules: requests, idle, unattributed.

Each tick, idle comes first, as measured in quiet gaps; the rest is shared among the requests in
flight by `affine_shapley`; what nobody in flight explains is unattributed. Their sum is the
counter's delta, always and exactly: `SettledTick` refuses to be anything else.

A counter shows the past: it is refreshed every 20 to 100 ms or so. A tick therefore stands for the
time half a refresh earlier, and a request counts as in flight for half a refresh longer.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from appliance.domain.metering.coefficients import Coefficients, Drift
from appliance.domain.metering.quiet import TOLERATED_SHARE, QuietGaps
from appliance.domain.metering.sharing import affine_shapley, in_whole_parts
from appliance.domain.metering.spans import Span
from appliance.domain.metering.ticks import Tick
from appliance.domain.metering.work import StepEvent, Work

GRACE_SECONDS = 0.05
"""How long a tick waits for events that are on their way."""
LONGEST_WAIT_SECONDS = 10.0
"""A span that tells nothing for longer holds no tick back: it counts as in flight, without work."""
LOST_AFTER_SECONDS = 180.0
"""A span that tells nothing for longer has ended with its engine."""
AFTERGLOW_SECONDS = 1.0
"""So long after the last request a GPU's clocks are still falling: neither rest nor work."""
TOLERATED_EXCESS = 3.0
"""More than this over what calibrated coefficients say is somebody else's work."""
_KEPT_ENDED = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledTick:
    """A tick shared out. Raises ValueError where it does not add up to the counter's delta."""

    tick: Tick
    requests_millijoules: int
    idle_millijoules: int
    unattributed_millijoules: int
    is_busy: bool

    def __post_init__(self) -> None:
        parts = self.requests_millijoules + self.idle_millijoules + self.unattributed_millijoules
        if parts != self.tick.millijoules:
            raise ValueError("the parts of a tick do not add up")


@dataclass(frozen=True, kw_only=True)
class SettledSpan:
    """A span that is over, with its share on one GPU. `is_whole`: none of it fell into a gap, and
    its events came in time."""

    event: StepEvent
    work: Work
    begin_seconds: float
    end_seconds: float
    millijoules: int
    is_whole: bool
    is_calibrated: bool


class Attribution:
    """Shares out one GPU's energy. Feed it events and ticks in any order, then `settle`."""

    def __init__(
        self,
        coefficients_of: Callable[[StepEvent], Coefficients],
        *,
        refresh_seconds: float = 0.1,
        idle_milliwatts: float | None = None,
    ) -> None:
        self._coefficients_of = coefficients_of
        self._half_refresh = refresh_seconds / 2
        self.quiet = QuietGaps(idle_milliwatts)
        self.drift = Drift()
        self.late_events = 0
        self._spans: dict[str, Span] = {}
        self._ended: deque[str] = deque(maxlen=_KEPT_ENDED)
        self._ticks: deque[Tick] = deque()
        self._finished: list[SettledSpan] = []
        self._settled_until = float("-inf")
        self._busy_until = float("-inf")
        self._idle_carry = 0.0

    @property
    def is_empty(self) -> bool:
        """Nothing waits to be settled."""
        return not self._ticks

    def take_event(self, event: StepEvent) -> None:
        """Any order; twice is once; one for a span that is over and settled changes nothing."""
        if event.span_id in self._ended:
            return
        span = self._spans.get(event.span_id)
        if span is None:
            group = f"{event.model}\n{event.quantisation}\n{event.engine}"
            span = Span.begun(event, group, self._coefficients_of(event))
            self._spans[event.span_id] = span
        is_late = min(event.at_seconds, span.known_until_seconds) < self._settled_until
        span.take(event)
        if is_late:
            self.late_events += 1
            span.is_late = True

    def take_tick(self, tick: Tick) -> None:
        self._ticks.append(tick)

    def cut(self, at_seconds: float) -> None:
        """A gap in the counter ends here: spans that reach into it are not whole."""
        self.quiet.broke_off()
        for span in self._spans.values():
            if span.begin_seconds < at_seconds and not (
                span.is_over and span.known_until_seconds < self._settled_until
            ):
                span.is_late = True

    def settle(self, now_seconds: float) -> Iterator[SettledTick]:
        """Ticks about which everything is known by now, oldest first."""
        until = self._known_until(now_seconds)
        while self._ticks and self._ticks[0].end_seconds <= until:
            yield self._share(self._ticks.popleft())
        self._drop_lost(now_seconds)

    def take_finished(self) -> list[SettledSpan]:
        """Spans that are over and settled since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def take_all(self) -> list[SettledSpan]:
        """Every span, ended or not, when the meter stops; one that had not ended is not whole."""
        for span_id, span in self._spans.items():
            span.is_late = span.is_late or not span.is_over
            self._ended.append(span_id)
            self._finished.append(_finished(span))
        self._spans = {}
        return self.take_finished()

    def _known_until(self, now_seconds: float) -> float:
        oldest = now_seconds - LONGEST_WAIT_SECONDS
        known = [
            max(span.known_until_seconds, oldest)
            for span in self._spans.values()
            if not span.is_over
        ]
        return min(min(known, default=now_seconds), now_seconds - GRACE_SECONDS)

    def _share(self, tick: Tick) -> SettledTick:
        begin = tick.begin_seconds - self._half_refresh
        end = tick.end_seconds - self._half_refresh
        flying = [
            span
            for span in self._spans.values()
            if span.begin_seconds < end and self._end_of(span) > begin
        ]
        settled = self._share_among(tick, begin, end, flying) if flying else self._share_quiet(tick)
        self._settled_until = tick.end_seconds
        self._collect(end)
        return settled

    def _share_among(self, tick: Tick, begin: float, end: float, flying: list[Span]) -> SettledTick:
        self._busy_until = tick.end_seconds
        self.quiet.broke_off()
        idle = self._idle_of(tick)
        rest = tick.millijoules - idle
        if self.quiet.milliwatts is None:
            return _settled(tick, 0, idle, is_busy=True)
        weights = self._weights(begin, end, flying)
        expected = sum(weights)
        shared = min(rest, self._most(expected, flying))
        if shared <= 0 or expected <= 0:
            return _settled(tick, 0, idle, is_busy=True)
        if _are_calibrated(flying):
            self.drift = self.drift.after(rest, expected)
        else:
            for span in flying:
                span.is_calibrated = False
        for span, part in zip(flying, in_whole_parts(shared, weights), strict=True):
            span.millijoules += part
        return _settled(tick, shared, idle, is_busy=True)

    def _share_quiet(self, tick: Tick) -> SettledTick:
        seconds = tick.end_seconds - tick.begin_seconds
        rests = tick.begin_seconds - self._busy_until >= AFTERGLOW_SECONDS
        if not rests:
            return _settled(tick, 0, self._idle_of(tick), is_busy=False)
        known = self.quiet.milliwatts
        self.quiet.saw(tick.millijoules, seconds)
        if known is None or tick.millijoules <= known * seconds * TOLERATED_SHARE:
            return _settled(tick, 0, tick.millijoules, is_busy=False)
        return _settled(tick, 0, self._idle_of(tick), is_busy=False)

    def _idle_of(self, tick: Tick) -> int:
        """What of the tick is rest, never more than there is; fractions are carried on."""
        due = (self.quiet.milliwatts or 0.0) * (tick.end_seconds - tick.begin_seconds)
        due += self._idle_carry
        whole = min(tick.millijoules, int(due))
        self._idle_carry = due - int(due)
        return whole

    def _weights(self, begin: float, end: float, flying: list[Span]) -> list[float]:
        """Each span's part of the affine game over the tick, before scaling, in millijoules.

        Who is in flight changes within a tick: the fixed cost is shared anew at each change.
        """
        edges = {begin, end}
        for span in flying:
            edges.add(min(max(span.begin_seconds, begin), end))
            edges.add(min(max(self._end_of(span), begin), end))
        ordered = sorted(edges)
        weights = [0.0 for _ in flying]
        for left, right in pairwise(ordered):
            here = [
                index
                for index, span in enumerate(flying)
                if span.begin_seconds <= left and self._end_of(span) >= right
            ]
            shares = _shares([flying[index] for index in here], left, right)
            for index, share in zip(here, shares, strict=True):
                weights[index] += share
        return weights

    def _most(self, expected: float, flying: list[Span]) -> int:
        """The most that those in flight can be held to have used; without calibration, anything."""
        if _are_calibrated(flying):
            return int(TOLERATED_EXCESS * expected)
        return 1 << 62

    def _end_of(self, span: Span) -> float:
        return span.known_until_seconds + self._half_refresh if span.is_over else float("inf")

    def _collect(self, until_seconds: float) -> None:
        done = [
            (span_id, span)
            for span_id, span in self._spans.items()
            if span.is_over and self._end_of(span) <= until_seconds
        ]
        for span_id, span in done:
            del self._spans[span_id]
            self._ended.append(span_id)
            self._finished.append(_finished(span))
        for span in self._spans.values():
            span.forget_before(until_seconds)

    def _drop_lost(self, now_seconds: float) -> None:
        for span in self._spans.values():
            if not span.is_over and now_seconds - span.known_until_seconds > LOST_AFTER_SECONDS:
                span.is_over = span.is_late = True


def _are_calibrated(spans: list[Span]) -> bool:
    return all(span.coefficients.is_calibrated for span in spans)


def _shares(spans: list[Span], begin: float, end: float) -> list[float]:
    """The affine game of those in flight all through [begin, end); without calibration all alike."""
    seconds = end - begin
    if not spans:
        return []
    if not _are_calibrated(spans):
        return affine_shapley(seconds, {}, [("", 0.0) for _ in spans])
    common = max(span.coefficients.common_milliwatts for span in spans) * seconds
    fixed = {span.group: span.coefficients.fixed_milliwatts * seconds for span in spans}
    return affine_shapley(
        common, fixed, [(span.group, span.added_in(begin, end)) for span in spans]
    )


def _settled(tick: Tick, requests: int, idle: int, *, is_busy: bool) -> SettledTick:
    return SettledTick(
        tick=tick,
        requests_millijoules=requests,
        idle_millijoules=idle,
        unattributed_millijoules=tick.millijoules - requests - idle,
        is_busy=is_busy,
    )


def _finished(span: Span) -> SettledSpan:
    return SettledSpan(
        event=span.event,
        work=span.work,
        begin_seconds=span.begin_seconds,
        end_seconds=span.known_until_seconds,
        millijoules=span.millijoules,
        is_whole=not span.is_late,
        is_calibrated=span.is_calibrated,
    )
