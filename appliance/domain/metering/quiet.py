"""What a GPU draws at rest, with its models loaded: measured in quiet gaps, never fitted."""

import statistics
from collections import deque

TICKS_A_BLOCK = 20
BLOCKS_KEPT = 15
TOLERATED_SHARE = 1.25
"""More than this over the measured rest, in a gap, is somebody else's work and not rest."""


class QuietGaps:
    """The resting power of one GPU: the median of the newest blocks of quiet ticks.

    A block is the mean over 20 ticks, so that the counter's refresh does not show; the median over
    15 of them (30 s of quiet at 100 ms) is deaf to a block in which something else ran.
    """

    def __init__(self, milliwatts: float | None = None) -> None:
        self._blocks: deque[float] = deque(maxlen=BLOCKS_KEPT)
        self._millijoules = 0
        self._seconds = 0.0
        self._ticks = 0
        self._milliwatts = milliwatts

    @property
    def milliwatts(self) -> float | None:
        """None until a gap was long enough to measure in."""
        return self._milliwatts

    def saw(self, millijoules: int, seconds: float) -> None:
        """One tick in which nothing was asked of the GPU, and nothing shortly before."""
        self._millijoules += millijoules
        self._seconds += seconds
        self._ticks += 1
        if self._ticks >= TICKS_A_BLOCK:
            self._blocks.append(self._millijoules / self._seconds)
            self._milliwatts = statistics.median(self._blocks)
            self.broke_off()

    def broke_off(self) -> None:
        """The gap ended: what was seen of the block so far is not kept."""
        self._millijoules, self._seconds, self._ticks = 0, 0.0, 0
