"""Milliseconds by stage."""

from time import perf_counter


class Stopwatch:
    """Times stages, each ending where the next begins."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self._seconds: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Book the time since the last lap to a stage; a stage may have several."""
        now = perf_counter()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._last
        self._last = now

    def stop(self) -> dict[str, float]:
        """Return the milliseconds of all stages and their `total`."""
        stages = {**self._seconds, "total": perf_counter() - self._start}
        return {stage: round(seconds * 1000, 3) for stage, seconds in stages.items()}
