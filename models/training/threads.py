"""Work on many images, shared out to threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 2


def share_out(count: int, begin: Callable[[], Callable[[int], None]]) -> None:
    """Do something with each place from 0 to `count` - 1; an error in a thread is raised here.

    Parameters
    ----------
    count
        How many places there are.
    begin
        Called once in each thread; returns what it does with a place. So each thread may hold a network of its own.
    """

    def work(first: int) -> None:
        do = begin()
        for place in range(first, count, THREADS):
            do(place)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
