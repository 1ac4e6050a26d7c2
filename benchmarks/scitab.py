"""SciTab, visible part: claims that others wrote about real tables, rules alone"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.material import public
from benchmarks.material.borrowed import clean, shared
from benchmarks.rows import Asked, Row

_TWO = "published: human 92.5, GPT-4 78.2, best open 63.6 (on all 1,225)"
_THREE = "published: human 84.7, GPT-4 64.8, best open 38.1 (on all 1,225)"


def measure(asked: Asked) -> Iterator[Row]:
    place = shared()
    if place is None:
        return
    told = json.loads((place / "scitab" / "sci_tab_visible.json").read_text("utf-8"))
    said = public.judge([public.Case(t["paper_id"], _page(t), clean(t["claim"]), t["label"]) for t in told])
    if asked.misses:
        public.show(said, asked.misses)
    for half in ("seen", "kept"):
        yield from public.two_classes(said, half, _TWO)
        yield from public.table(said, half, public.LABELS, _THREE)


def _page(told: dict[str, Any]) -> str:
    columns = [clean(h) for h in told["table_column_names"]]
    lines = [[clean(x) for x in line] for line in told["table_content_values"]]
    rows = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    head = f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n"
    return public.page(told["paper"], f"{clean(told['table_caption'])}\n\n{head}{rows}")
