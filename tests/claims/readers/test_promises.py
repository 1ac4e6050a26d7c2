"""What every reader promises, on documents made at random, on real ones broken at random, and on hostile ones."""

from __future__ import annotations

import html
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.errors import ClaimcheckError
from claims.model import Block, Document, Table
from claims.readers import html as html_reader
from claims.readers import jsonform, markdown, plain, read
from claims.text import normalise
from tests.claims.readers import hold_promises
from tests.claims.readers.test_html import LATEXML, PAGE
from tests.claims.readers.test_jsonform import OURS
from tests.claims.readers.test_markdown import ROWS as MARKDOWN
from tests.claims.readers.test_plain import REPORT, TABLES

# --- one report, every format ---------------------------------------------------------------------------------------


class Made(NamedTuple):
    """A report that means the same in every format."""

    title: str
    sections: list[tuple[str, list[str]]]
    claims: list[tuple[str, str, str]]
    references: list[str]


_WORD = st.text("abcdefghijklmnoprstuvwyzäéß", min_size=3, max_size=9)
_SENTENCE = st.lists(_WORD, min_size=4, max_size=14).map(lambda ws: " ".join(ws).capitalize() + ".")
_NAME = st.lists(_WORD, min_size=1, max_size=3).map(lambda ws: " ".join(w.capitalize() for w in ws))
_MADE = st.builds(
    Made,
    title=st.lists(_WORD, min_size=3, max_size=8).map(lambda ws: " ".join(ws).capitalize()),
    sections=st.lists(st.tuples(_NAME, st.lists(_SENTENCE, min_size=1, max_size=3)), min_size=1, max_size=4),
    claims=st.lists(
        st.tuples(_SENTENCE, st.sampled_from(["✓", "×"]), st.integers(0, 99).map(lambda n: f"0.{n:02}")),
        min_size=1,
        max_size=6,
        unique=True,
    ),
    references=st.lists(
        st.integers(10_000, 99_999).map(lambda n: f"http://arxiv.org/abs/2005.{n}v2"),
        min_size=1,
        max_size=4,
        unique=True,
    ),
)
_HEAD = ("Claim", "Verified", "Confidence")


def _numbered(made: Made) -> list[tuple[str, list[str]]]:
    return [(f"{n} {heading}", texts) for n, (heading, texts) in enumerate(made.sections, start=1)]


def _as_text(made: Made, table: Callable[[list[tuple[str, ...]]], str], mark: str = "") -> str:
    parts = [f"{mark[:-1]} {made.title}".strip() if mark else made.title]
    for heading, texts in [*_numbered(made), ("Claims", [table([_HEAD, *made.claims])])]:
        parts += [f"{mark} {heading}".strip(), *texts]
    parts += [f"{mark} References".strip(), "\n".join(f"- {r}" for r in made.references)]
    return "\n\n".join(parts) + "\n"


def _tabs(rows: list[tuple[str, ...]]) -> str:
    return "\n".join("\t".join(row) for row in rows)


def _pipes(rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---|:-:|--:|", *lines[1:]])


def _wrapped(rows: list[tuple[str, ...]]) -> str:
    """Fixed width, the first column wrapped at 30 signs."""
    lines = []
    for first, second, third in rows:
        pieces, line = [], ""
        for word in first.split():
            if line and len(line) + 1 + len(word) > 30:
                pieces.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        pieces.append(line)
        lines.append(f"{pieces[0]:<34}{second:<12}{third}")
        lines += pieces[1:]
    return "\n".join(lines)


def _as_html(made: Made) -> str:
    e = html.escape
    parts = [f"<h1>{e(made.title)}</h1>"]
    for heading, texts in _numbered(made):
        parts += [f"<h2>{e(heading)}</h2>", *(f"<p>{e(t)}</p>" for t in texts)]
    rows = "".join(f"<tr>{''.join(f'<td>{e(c)}</td>' for c in row)}</tr>" for row in made.claims)
    head = "".join(f"<th>{c}</th>" for c in _HEAD)
    parts += ["<h2>Claims</h2>", f"<table><tr>{head}</tr>{rows}</table>", "<h2>References</h2>"]
    return "\n".join([*parts, "<ul>", *(f"<li>{r}</li>" for r in made.references), "</ul>"])


def _as_json(made: Made) -> str:
    return json.dumps(
        {
            "title": made.title,
            "sections": [{"heading": h, "text": "\n\n".join(texts)} for h, texts in _numbered(made)],
            "claims": [{"claim": c, "verified": v == "✓", "confidence": n} for c, v, n in made.claims],
            "references": made.references,
        }
    )


RENDERERS: dict[str, Callable[[Made], str]] = {
    "tabs": lambda made: _as_text(made, _tabs),
    "wrapped": lambda made: _as_text(made, _wrapped),
    "markdown with tabs": lambda made: _as_text(made, _tabs, "##"),
    "markdown": lambda made: _as_text(made, _pipes, "##"),
    "html": _as_html,
    "json": _as_json,
}


def _meaning(document: Document) -> dict[str, Any]:
    """What the formats must agree on."""
    blocks = [b for b in document.blocks if isinstance(b, Block)]
    return {
        "title": [b.text for b in blocks if b.kind == "title"],
        "headings": [(b.label, b.text) for b in blocks if b.kind == "heading"],
        "paragraphs": [b.text for b in blocks if b.kind == "paragraph"],
        "claims": [
            [tuple(c.text if c else "" for c in r) for r in t.grid()] for t in document.blocks if isinstance(t, Table)
        ],
        "references": [b.text for b in blocks if b.kind == "entry"],
    }


@pytest.mark.parametrize("form", RENDERERS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(made=_MADE)
def test_a_report_reads_the_same_from_every_format(form: str, made: Made) -> None:
    """Title, numbered headings, paragraphs, claim rows and references come back from each format."""
    document = hold_promises(read(RENDERERS[form](made).encode(), "r"))
    assert _meaning(document) == {
        "title": [made.title],
        "headings": [
            *((str(n), heading) for n, (heading, _) in enumerate(made.sections, start=1)),
            ("", "Claims"),
            ("", "References"),
        ],
        "paragraphs": [t for _, texts in made.sections for t in texts],
        "claims": [[_HEAD, *made.claims]],
        "references": made.references,
    }


# --- anything at all ------------------------------------------------------------------------------------------------

READERS = {"plain": plain.read, "markdown": markdown.read, "html": html_reader.read, "json": jsonform.read}
_SCRAPS = st.sampled_from(
    "# |--- a\tb   c ** * _ ` ``` ~~~ [a](b) ![c](d) <http://x.y> <b> </b> <table> <tr> <td rowspan=3> </table> "
    "<br> &amp; &#38; "
    '$x$ $$ \\* \\ > - 1. 1) [1] --- === +--+ {" } [ ] : , claims \r\n \n \n\n \r \f \u2028 \u00a0 \u00ad \ufb01 \ufeff \x00 ✓ 0.27'.split(
        " "
    )
)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    text=st.lists(_SCRAPS | st.text(max_size=6), max_size=40).map(" ".join)
    | st.lists(_SCRAPS, max_size=40).map("".join)
)
def test_no_text_breaks_a_promise(name: str, text: str) -> None:
    """Whatever stands in a file, a reader keeps its promises or says in one line why it cannot read it."""
    try:
        document = READERS[name](text.encode("utf-8", errors="replace"))
    except ClaimcheckError as error:
        assert "\n" not in str(error)
    else:
        hold_promises(document)


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """A few slices cut out, doubled, moved, overwritten, or broken by odd bytes."""
    for _ in range(chance.randint(1, 6)):
        a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        b = min(b, a + chance.choice((1, 5, 80, 2000)))
        odd = chance.choice(
            (b"\x00", b"\xff", b"\t", b"|", b"<", b">", b"\n", b"\r", b"`", b"*", b"&", b'"', b"\xe2\x80", b"#", b"{")
        )
        data = chance.choice(
            (
                data[:a] + data[b:],
                data[:b] + data[a:b] * chance.choice((1, 2, 40)) + data[b:],
                data[:a] + odd * chance.choice((1, 3, 300)) + data[b:],
                data[b:] + data[a:b] + data[:a],
                data[:a] + chance.randbytes(b - a) + data[b:],
            )
        )[:200_000]
    return data


OWN = {
    "text": REPORT + "\n\n" + "\n\n".join(row[1] for row in TABLES),
    "markdown": "\n\n".join(row[1] for row in MARKDOWN),
    "page": PAGE,
    "latexml": LATEXML,
    "json": json.dumps(OURS, indent=1),
}


def _survives(data: bytes) -> None:
    try:
        document = read(data, "mutated")
    except ClaimcheckError as error:
        assert "\n" not in str(error)
    else:
        hold_promises(document)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("seed", range(10))
def test_broken_files_are_read_or_refused(name: str, seed: int) -> None:
    """500 mutations: no traceback, no hang, every promise kept."""
    chance = random.Random(seed * 101 + len(name))
    for _ in range(10):
        _survives(_mutated(OWN[name].encode(), chance))


def test_real_reports_broken_at_random_are_read_or_refused(shared: Path) -> None:
    chance = random.Random(7)
    for path in sorted((shared / "reports").glob("*.txt")):
        for _ in range(10):
            _survives(_mutated(path.read_bytes(), chance))


# --- work grows with size and no faster -------------------------------------------------------------------------------


def _steps(reader: Callable[[bytes], Document], data: bytes) -> int:
    """How many calls, of Python and of C, reading takes: the same on every machine."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        reader(data)
    finally:
        sys.setprofile(None)
    return count


PILES = {
    "plain": ["a\tb\tc\n", "| a | b |\n", "a  b\n", "a | b\ntext\n", "a\tb\nt\nt\n", "a  5\n\nb   6\n\n", "--- ---\na   b\n\n", "- a\n", "1. a\n", "# a\n", "Xyz\n\n", "1 Xyz\n\n", "+---+\n", "a\tb\n\na\tb\tc\n\n", "word ", "a\n==\n"],
    "markdown": ["*a* ", "[a](b) ", "[", "`a", "$a$ ", "- a\n", "> a\n", "a\tb\n", "<table><tr><td>a</table>\n", "a\n\n", "<br>a", "**a** b\n", "[^1]: a\n\n", "```\na\n```\n", "*a [^1] "],
    "html": ["<p>a", "<tr><td>a", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "<sup>1</sup>", "<ul><li>a", "<br>a", "<figure>a</figure>", "<figure><figcaption>a</figcaption></figure>", "<math><msup><mi>a</mi><mi>b</mi></msup></math>", '<i class="ltx_note">a</i>'],
    "json": ['{"claim": "a"}\n'],
}  # fmt: skip
ROWS = [(name, pile) for name, piles in PILES.items() for pile in piles]


@pytest.mark.parametrize(("name", "pile"), ROWS)
def test_four_times_the_file_is_about_four_times_the_work(name: str, pile: str) -> None:
    few, many = (_steps(READERS[name], (pile * n).encode()) for n in (300, 1200))
    assert many < 6 * few + 2000


CHAINS = ["&amp;" + "amp;" * 50_000, "&semi" * 50_000 + ";", "&" + "&num;38;" * 20_000]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda c: c[:12])
def test_chains_of_character_references_are_undone_at_once(chain: str) -> None:
    """They took one round a link: 200 kB of them took half a minute."""
    assert normalise(chain) in ("&", ";")
