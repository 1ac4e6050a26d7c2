"""The two drawings that are worth a plotting library: gains of every condition on every target, and published beside
measured with an axis. The library comes with the extra `repro`; without it there are the same numbers in a table.

A drawing is SVG that stands in a page whose policy forbids styles, and in a PDF: so every style becomes an attribute,
names are the drawing's own, text stays text, and what is ink is the ink of what stands around it.
"""

from __future__ import annotations

import io
import logging
import math
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import util
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from msgspec import Struct

from claims.model import Gain, Gains
from reports.visible import short, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

log = logging.getLogger("claimcheck")

LARGEST = 40  # a grid of more rows or columns than that is a table only
_INK, _SOFT = "#010203", "#040506"  # stand for the colours of the page around
_LOSS, _NONE, _GAIN = "#b35806", "#f7f7f7", "#08519c"  # told apart by every kind of colour vision, and in grey by sign
_PUBLISHED = "#3b82c4"  # seen on white and on black
_FONT = "system-ui, 'Libertinus Serif', sans-serif"
_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_FONT_SIZE = re.compile(r"([\d.]+)px")
_REFERS = re.compile(r"url\(#([^)]*)\)")
_ATTRIBUTES = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linejoin "
    "stroke-linecap opacity text-anchor font-size font-weight clip-path".split()
)


class Compared(Struct, frozen=True):
    """One row of published beside measured, as it is drawn."""

    name: str
    outcome: str
    published: float
    margin: float
    measured: float
    low: float
    high: float


@cache
def there() -> bool:
    """Whether there is something to draw with; that there is not is said once."""
    if util.find_spec("matplotlib") is not None:
        return True
    log.warning("matplotlib is not installed, what was run again is a table only: pip install 'claimcheck-lit[repro]'")
    return False


def grid(gains: Gains, name: str) -> str:
    """Conditions down, targets across; empty where there is nothing to draw, or nothing to draw with."""
    conditions, targets = axes_of(gains)
    if len(gains.cells) < 2 or max(len(conditions), len(targets)) > LARGEST or not there():
        return ""
    size = (1.5 + 0.62 * len(targets), 0.75 + 0.3 * len(conditions))
    return _drawn(name, size, lambda figure: _grid(figure, gains, conditions, targets))


def axes_of(gains: Gains) -> tuple[list[str], list[str]]:
    """The conditions and the targets, in the order of the recipe."""
    return list(dict.fromkeys(c.condition for c in gains.cells)), list(dict.fromkeys(c.target for c in gains.cells))


def clear(cell: Gain) -> bool:
    """Whether the interval leaves zero out."""
    return cell.interval is not None and (cell.interval[0] > 0 or cell.interval[1] < 0)


def signed(value: float) -> str:
    """
    >>> signed(1.25), signed(-3), signed(-0.01)
    ('+1.2', '−3.0', '0.0')
    """
    text = f"{value:+.1f}"
    return "0.0" if text[1:] == "0.0" else text.replace("-", "−")


def forest(rows: Sequence[Compared], unit: str, name: str, zero: bool = True) -> str:
    """Published, with its margin, beside measured, with its interval, on one axis. `zero`: it has a place there."""
    drawn = list(rows)[:LARGEST]
    if not drawn or not there():
        return ""
    return _drawn(name, (8, 0.62 + 0.33 * len(drawn)), lambda figure: _forest(figure, drawn, unit, zero))


def alone(svg: str) -> bytes:
    """A drawing as a file of its own: on white, for it does not know what it will stand on."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    ground = '<rect width="100%" height="100%" fill="#ffffff" />'
    svg = svg.replace(' aria-hidden="true" focusable="false"', "", 1)
    return (head + svg.replace("><", f">{ground}<", 1) + "\n").encode()


# --- with the library -------------------------------------------------------------------------------------------------


def _grid(figure: Figure, gains: Gains, conditions: Sequence[str], targets: Sequence[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    cells = {(c.condition, c.target): c for c in gains.cells if math.isfinite(c.value)}
    largest = max((abs(c.value) for c in cells.values()), default=0.0) or 1.0
    colours = LinearSegmentedColormap.from_list("gains", [_LOSS, _NONE, _GAIN], N=257)
    axes = figure.add_axes((0, 0, 1, 1))
    for y, condition in enumerate(conditions):
        for x, target in enumerate(targets):
            cell = cells.get((condition, target))
            if cell is None:
                _say(axes, x, y, "–", _SOFT)
                continue
            red, green, blue, _ = shade = colours(0.5 + cell.value / largest / 2)
            axes.add_patch(_square(x, y, shade))
            dark = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 < 0.18
            _say(axes, x, y, signed(cell.value), "#ffffff" if dark else "#000000", clear(cell))
    for y, condition in enumerate(conditions):
        _say(axes, -0.62, y, short(visible(condition), 18), _INK, align="right")
    for x, target in enumerate(targets):
        level = gains.levels.get(target)
        _say(axes, x, -1.28, short(visible(target), 10), _INK)
        _say(axes, x, -0.85, "" if level is None or not math.isfinite(level) else f"{level:.1f}", _SOFT)
    _say(axes, -0.62, -0.85, short(visible(gains.against), 18), _SOFT, align="right")
    axes.set(xlim=(-2.9, len(targets) - 0.45), ylim=(len(conditions) - 0.45, -1.75))
    axes.set_axis_off()


def _square(x: float, y: float, shade: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=shade, edgecolor="none")


def _forest(figure: Figure, rows: Sequence[Compared], unit: str, zero: bool) -> None:
    from matplotlib.patches import Rectangle

    height = figure.get_size_inches()[1]
    axes = figure.add_axes((0.42, 0.42 / height, 0.36, 1 - 0.5 / height))
    ends = [x for r in rows for x in (r.published - r.margin, r.published + r.margin, r.low, r.high)]
    ends += [0.0] if zero else []
    room = (max(ends) - min(ends)) / 20 or 1.0
    left, right = min(ends) - room, max(ends) + room
    if zero:
        axes.axvline(0, color=_SOFT, linewidth=0.8, linestyle=(0, (3, 2)))
    for y, row in enumerate(rows):
        if row.margin:
            corner = (row.published - row.margin, y - 0.3)
            axes.add_patch(Rectangle(corner, 2 * row.margin, 0.6, facecolor=_PUBLISHED, alpha=0.35, edgecolor="none"))
        axes.plot([row.published] * 2, [y - 0.3, y + 0.3], color=_PUBLISHED, linewidth=2.5)
        axes.plot([row.low, row.high], [y, y], color=_INK, linewidth=1.4)
        axes.plot([row.measured], [y], color=_INK, marker="s", markersize=4.5)
        _say(axes, left - room / 2, y, row.name, _INK, align="right")
        _say(axes, right + room / 2, y, row.outcome, _INK, align="left")
    axes.set(xlim=(left, right), ylim=(len(rows) - 0.4, -0.6), yticks=[])
    axes.set_xlabel(unit, color=_INK, fontsize=9)
    axes.tick_params(axis="x", colors=_INK, labelsize=9)
    for side, line in axes.spines.items():
        line.set_visible(side == "bottom")
        line.set_color(_INK)


def _say(axes: Axes, x: float, y: float, text: str, colour: str, bold: bool = False, align: str = "center") -> None:
    axes.text(
        x, y, text, color=colour, fontsize=9, fontweight="bold" if bold else "normal", ha=align,
        va="center_baseline", parse_math=False, clip_on=False,
    )  # fmt: skip


def _drawn(name: str, size: tuple[float, float], draw: Callable[[Figure], None]) -> str:
    """The same bytes for the same numbers: nothing of the machine, no date."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that its own font lacks a sign, which the reader's may have
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        from matplotlib import rc_context
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        settings: Any = {
            "svg.fonttype": "none",  # text stays text
            "svg.hashsalt": name,
            "text.parse_math": False,  # "$" is a dollar
            "font.family": "DejaVu Sans",  # only to measure with; it comes with the library
        }
        with rc_context(settings):
            figure = Figure(figsize=size)
            FigureCanvasSVG(figure)
            figure.patch.set_visible(False)
            draw(figure)
            for axes in figure.axes:
                axes.patch.set_visible(False)
            file = io.StringIO()
            nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            figure.savefig(file, format="svg", metadata=nothing)
    return _fit_for_a_page(file.getvalue(), name)


# --- made fit for a page ----------------------------------------------------------------------------------------------


def _fit_for_a_page(svg: str, name: str) -> str:
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg[svg.index("<svg") :])
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"}:
                parent.remove(child)
    wanted = set(_named(root))
    for element in root.iter():
        _dressed(element, wanted, name)
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    root.attrib |= {"font-family": _FONT, "stroke-linejoin": "round", "stroke-linecap": "butt", "class": "plot"}
    root.attrib |= {"aria-hidden": "true", "focusable": "false"}  # the table beside it says the same
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text).replace(_INK, "currentColor").replace(_SOFT, "currentColor")


def _named(root: ElementTree.Element) -> Iterable[str]:
    """What something in the drawing points at."""
    for element in root.iter():
        for value in element.attrib.values():
            yield from _REFERS.findall(value)
        if element.get(_LINK, "").startswith("#"):
            yield element.attrib[_LINK][1:]


def _dressed(element: ElementTree.Element, wanted: set[str], name: str) -> None:
    """Styles as attributes, and names that are only this drawing's."""
    for part in element.attrib.pop("style", "").split(";"):
        key, _, value = (x.strip() for x in part.partition(":"))
        if key == "font":
            size = _FONT_SIZE.search(value)
            element.attrib |= {"font-size": size[1]} if size else {}
            element.attrib |= {"font-weight": "bold"} if "bold" in value or value.startswith("700") else {}
        elif key in _ATTRIBUTES:
            element.set(key, value)
    if "id" in element.attrib:
        old = element.attrib.pop("id")
        if old in wanted:
            element.set("id", f"{name}-{old}")
    for key, value in element.attrib.items():
        element.set(key, _REFERS.sub(rf"url(#{name}-\1)", value))
    if element.get(_LINK, "").startswith("#"):
        element.set("href", f"#{name}-{element.attrib.pop(_LINK)[1:]}")
