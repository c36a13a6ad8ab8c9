"""What work costs on one kind of GPU, found by a sweep; and whether that still holds.

Step energy of dense models is affine in the batch within some 2% (published measurements of open
models on one H100), which is what makes an affine rule a fair one. Coefficients only weigh requests
against each other: what is shared out is always what the counter showed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.domain.metering.work import NO_WORK, Work

_FIT_ROUNDS = 4000
_ENOUGH = 1e-9
DRIFT_ALARM_SHARE = 0.25
"""A measured cost this far from what the coefficients say is drift: calibrate again."""


@dataclass(frozen=True, kw_only=True)
class CoefficientKey:
    """What coefficients hold for; any change of it makes them void."""

    model: str
    quantisation: str
    gpu: str
    driver: str
    engine: str


@dataclass(frozen=True, kw_only=True)
class Coefficients:
    """Costs of one model above idle. `common_milliwatts`: while anything at all runs on that GPU, of
    whichever model; `fixed_milliwatts`: while this model has anything to do.

    The others in millijoules: for one token of prefill, one of decode, a thousand tokens of context
    read, a second of sound.
    """

    fixed_milliwatts: float
    common_milliwatts: float = 0.0
    prefill_millijoules: float = 0.0
    decode_millijoules: float = 0.0
    context_millijoules: float = 0.0
    audio_millijoules: float = 0.0
    is_calibrated: bool = True

    def added_by(self, work: Work) -> float:
        """What `work` costs by itself, in millijoules."""
        return (
            self.prefill_millijoules * work.prefill_tokens
            + self.decode_millijoules * work.decode_tokens
            + self.context_millijoules * work.context_tokens / 1000
            + self.audio_millijoules * work.audio_milliseconds / 1000
        )


UNCALIBRATED = Coefficients(fixed_milliwatts=1.0, is_calibrated=False)
"""Without a sweep nothing weighs one request against another: time in flight is shared alike."""


@dataclass(frozen=True, kw_only=True)
class Flight:
    """One span of a sweep: which model, when (seconds), and what it did."""

    model: str
    begin_seconds: float
    end_seconds: float
    work: Work
    gpu: str = ""


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One run of a sweep: its flights, and the energy above idle that the counter showed for it."""

    flights: tuple[Flight, ...]
    millijoules: float


def fit(observations: Sequence[Observation]) -> dict[str, Coefficients]:
    """By model: least squares of relative errors with no coefficient below 0.

    What all models share can only be told from what each needs where some runs have several models
    at once. Raises ValueError where there are not twice as many usable runs as coefficients that
    anything was seen of.
    """
    usable = [seen for seen in observations if seen.millijoules > 0 and seen.flights]
    models = sorted({flight.model for seen in usable for flight in seen.flights})
    rows = [[part / seen.millijoules for part in _parts(seen, models)] for seen in usable]
    if len(rows) < 2 * sum(1 for column in zip(*rows, strict=True) if any(column)) or not rows:
        raise ValueError("too few observations")
    common, *found = _non_negative(rows)
    return {
        model: Coefficients(
            common_milliwatts=common,
            fixed_milliwatts=found[at],
            prefill_millijoules=found[at + 1],
            decode_millijoules=found[at + 2],
            context_millijoules=found[at + 3],
            audio_millijoules=found[at + 4],
        )
        for at, model in zip(range(0, len(found), _OF_A_MODEL), models, strict=True)
    }


_OF_A_MODEL = 5


def _parts(seen: Observation, models: Sequence[str]) -> list[float]:
    """What each coefficient is multiplied by: the common one, then five a model."""
    parts = [_seconds_of(seen.flights)] if len(models) > 1 else [0.0]
    for model in models:
        flights = [flight for flight in seen.flights if flight.model == model]
        work = NO_WORK
        for flight in flights:
            work = work.plus(flight.work)
        parts += [
            _seconds_of(flights),
            work.prefill_tokens,
            work.decode_tokens,
            work.context_tokens / 1000,
            work.audio_milliseconds / 1000,
        ]
    return parts


def _seconds_of(flights: Sequence[Flight]) -> float:
    """How long at least one of them was in flight."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted((flight.begin_seconds, flight.end_seconds) for flight in flights):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def _non_negative(rows: Sequence[Sequence[float]]) -> list[float]:
    """x of 0 or more that brings each row's product with x nearest to 1 (Lawson and Hanson's
    problem NNLS; coordinate descent converges because the sum of squares is convex)."""
    columns = range(len(rows[0]))
    gram = [[sum(row[i] * row[j] for row in rows) for j in columns] for i in columns]
    right = [sum(row[i] for row in rows) for i in columns]
    x = [0.0 for _ in columns]
    for _ in range(_FIT_ROUNDS):
        moved = 0.0
        for i in columns:
            if gram[i][i] <= 0:
                continue
            slope = right[i] - sum(gram[i][j] * x[j] for j in columns)
            new = max(0.0, x[i] + slope / gram[i][i])
            moved = max(moved, abs(new - x[i]) * gram[i][i] ** 0.5)
            x[i] = new
        if moved < _ENOUGH:
            break
    return x


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How the measured cost stands to the expected one, as a slowly moving mean; 1 is as calibrated."""

    ratio: float = 1.0
    seen: int = 0

    def after(self, measured_millijoules: float, expected_millijoules: float) -> "Drift":
        """One more stretch. What is expected to cost nothing says nothing."""
        if expected_millijoules <= 0:
            return self
        step = 1 / min(self.seen + 1, 500)
        now = measured_millijoules / expected_millijoules
        return Drift(ratio=self.ratio + (now - self.ratio) * step, seen=self.seen + 1)

    @property
    def is_alarming(self) -> bool:
        return self.seen >= 100 and abs(self.ratio - 1) > DRIFT_ALARM_SHARE
