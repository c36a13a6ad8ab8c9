"""Spans as the events tell them: when each was at work, and what it added when."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.domain.metering.coefficients import Coefficients
from appliance.domain.metering.work import NO_WORK, Part, StepEvent, Work


@dataclass(frozen=True, slots=True)
class Stretch:
    """Between two marks of a span: what it added by itself, evenly over the time."""

    begin_seconds: float
    end_seconds: float
    millijoules: float


@dataclass(slots=True)
class Span:
    """One span on one GPU, from its first event to its last.

    `known_until_seconds`: of what comes after nothing is known yet. `parts`: over how many GPUs
    the span's work is spread, each taken to do the same.
    """

    request_id: str
    group: str
    event: StepEvent
    coefficients: Coefficients
    begin_seconds: float
    known_until_seconds: float
    parts: int = 1
    work: Work = NO_WORK
    stretches: list[Stretch] = field(default_factory=list)
    is_over: bool = False
    is_late: bool = False
    is_calibrated: bool = True
    millijoules: int = 0

    @classmethod
    def begun(cls, event: StepEvent, group: str, coefficients: Coefficients) -> "Span":
        return cls(
            request_id=event.request_id,
            group=group,
            event=event,
            coefficients=coefficients,
            begin_seconds=event.at_seconds,
            known_until_seconds=event.at_seconds,
            parts=max(1, len(event.gpus)),
            is_calibrated=coefficients.is_calibrated,
        )

    def take(self, event: StepEvent) -> None:
        """One more mark. An event from before the last one says nothing new, save that it ends."""
        if event.at_seconds > self.known_until_seconds:
            added = self.coefficients.added_by(event.work.since(self.work)) / self.parts
            self.stretches.append(Stretch(self.known_until_seconds, event.at_seconds, added))
            self.work = event.work
            self.known_until_seconds = event.at_seconds
        self.is_over = self.is_over or event.part is Part.END

    def added_in(self, begin_seconds: float, end_seconds: float) -> float:
        """What it added by itself in [begin, end), in millijoules."""
        added = 0.0
        for stretch in self._near(begin_seconds):
            if stretch.begin_seconds >= end_seconds:
                break
            overlap = min(end_seconds, stretch.end_seconds) - max(
                begin_seconds, stretch.begin_seconds
            )
            if overlap > 0:
                added += (
                    stretch.millijoules * overlap / (stretch.end_seconds - stretch.begin_seconds)
                )
        return added

    def forget_before(self, seconds: float) -> None:
        """Stretches that ended before are settled for good."""
        while self.stretches and self.stretches[0].end_seconds < seconds:
            self.stretches.pop(0)

    def _near(self, begin_seconds: float) -> Iterator[Stretch]:
        return (each for each in self.stretches if each.end_seconds > begin_seconds)
