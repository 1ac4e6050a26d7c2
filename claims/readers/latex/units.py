"""Numbers with units as siunitx shows them."""

from __future__ import annotations

from claims.readers.latex.tables import number_text
from claims.readers.latex.tokens import LITERAL, written
from claims.readers.latex.typeset import Command, Typesetter
from claims.readers.latex.vocabulary import UNIT_PREFIXES, UNITS


def _number(t: Typesetter) -> None:
    t.gullet.optional()
    t.put(_one_number(t))


def _angle(t: Typesetter) -> None:
    _number(t)
    t.put("°")


def _one_number(t: Typesetter) -> str:
    shown = written(t.gullet.expanded(t.gullet.argument())).replace("\\pm", "+-").replace("~", "")
    parts = [number_text(part) for part in shown.split("x")]
    return " × ".join(parts) if all(parts) else shown.strip()


def _unit(t: Typesetter) -> None:
    t.gullet.optional()
    t.put(unit_text(t.gullet.expanded(t.gullet.argument())))


def _quantity(t: Typesetter) -> None:
    t.gullet.optional()
    number = _one_number(t)
    t.gullet.optional()
    t.put(_with_unit(number, unit_text(t.gullet.expanded(t.gullet.argument()))))


def _with_unit(number: str, unit: str) -> str:
    return number + unit if unit[:1] in ("%", "°", "′", "″", "") else f"{number} {unit}"


def _range(with_unit: bool) -> Command:
    def show(t: Typesetter) -> None:
        t.gullet.optional()
        low, high = _one_number(t), _one_number(t)
        unit = unit_text(t.gullet.expanded(t.gullet.argument())) if with_unit else ""
        t.put(f"{_with_unit(low, unit)} to {_with_unit(high, unit)}")

    return show


def _number_list(with_unit: bool) -> Command:
    def show(t: Typesetter) -> None:
        t.gullet.optional()
        numbers = [number_text(n.strip()) for n in t.gullet.text().split(";")]
        unit = unit_text(t.gullet.expanded(t.gullet.argument())) if with_unit else ""
        shown = [_with_unit(n, unit) for n in numbers]
        t.put(", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1])

    return show


def unit_text(tokens: list[str]) -> str:
    r"""What siunitx makes of a unit.

    >>> unit_text(tokenize(r"\kilo\metre\per\second\squared")), unit_text(["m/s"]), unit_text(tokenize(r"\percent"))
    ('km/s^2', 'm/s', '%')
    """
    shown, joined = "", True
    power = ""
    for token in tokens:
        if token == "\\per":
            shown, joined = shown + "/", True
        elif token in UNIT_PREFIXES:
            shown, joined = shown + ("" if joined else " ") + UNIT_PREFIXES[token], True
        elif token in ("\\squared", "\\cubed"):
            shown += "^2" if token == "\\squared" else "^3"
        elif token in ("\\square", "\\cubic"):
            power = "^2" if token == "\\square" else "^3"
        elif token in UNITS:
            shown, joined = shown + ("" if joined else " ") + UNITS[token] + power, False
            power = ""
        elif token == "\\%":
            shown += "%"
        elif token[0] != "\\" and token not in "{}~ ":
            shown, joined = shown + token.lstrip(LITERAL), False
        elif token in ("~", " "):
            joined = False
    return shown


COMMANDS: dict[str, Command] = {
    "\\num": _number,
    "\\unit": _unit,
    "\\si": _unit,
    "\\qty": _quantity,
    "\\SI": _quantity,
    "\\ang": _angle,
    "\\numrange": _range(False),
    "\\SIrange": _range(True),
    "\\qtyrange": _range(True),
    "\\numlist": _number_list(False),
    "\\SIlist": _number_list(True),
    "\\qtylist": _number_list(True),
}
