"""Ways to run many independent callables. An engine knows nothing of what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

# (callables, how many at a time) -> (place, what it gave or the error it ended with), in the order of their end
Engine = Callable[[Sequence[Callable[[], Any]], int], Iterator[tuple[int, Any]]]
