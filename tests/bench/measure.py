"""Interleaved timing: both sides take turns, so that a noisy machine is noisy to both."""

import statistics
import time
from collections.abc import Callable

Action = Callable[[], object]


def ratio(subject: Action, baseline: Action, *, rounds: int = 15) -> float:
    """Median time of ``subject`` over median time of ``baseline``, taken in turns."""
    subject()
    baseline()
    mine, bare = [], []
    for _ in range(rounds):
        mine.append(_timed(subject))
        bare.append(_timed(baseline))
    return statistics.median(mine) / statistics.median(bare)


def _timed(action: Action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def report(name: str, value: float, bar: float, *, at_least: bool = False) -> None:
    """Print a figure beside its bar and hold it to the bar."""
    good = value >= bar if at_least else value <= bar
    sign = "≥" if at_least else "≤"
    print(f"{'好' if good else '差'}  {name}: {value:.2f}（应 {sign} {bar}）")  # noqa: T201  # a report
    assert good, f"{name}: {value:.2f}"
