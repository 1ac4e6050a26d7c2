"""Any report, written in any format, is read back as the same report; any damaged one is read or refused, never worse.

CLAIMCHECK_FUZZ sets how many cases are tried (2,000 where it is not set; `make fuzz` tries 20,000). Seeds are fixed.
"""

from __future__ import annotations

import faulthandler
import html
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest

from claims import interpreter
from claims.errors import InputError
from claims.model import Report
from claims.text import normalise
from tests.conftest import CHECKOUT, shared_folder

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("CLAIMCHECK_FUZZ", "2000"))
SEED = 20261121


class Made(msgspec.Struct, frozen=True):
    """What a report says, before it is written down."""

    title: str
    author: str
    date: str
    abstract: str
    question: str
    papers: int
    claims: tuple[tuple[str, bool | None, float | None], ...]
    references: tuple[str, ...]


WORDS = (
    "rehearsal encoder accuracy legal text gains improves method sets weather kitchen order random fixed model tasks of the "
    "on with and over after languages training baseline average points percent seeds data naïve façade Größe Москва αβγ 模型 "
    "ﬁne-tuning state-of-the-art F1 A&B <b> a|b 50% *x* _y_ `z` $3 #4 [5] {6} \\n ~7 “quoted” 'single' 3.4 −2.9 1,204 2020"
).split()


def sentence(rng: random.Random, low: int = 4, high: int = 18) -> str:
    words = [rng.choice(WORDS) for _ in range(rng.randint(low, high))]
    first = rng.choice("Rehearsal Training Order Accuracy Everything Nothing".split())
    return " ".join([first, *words]) + " here."


def made(rng: random.Random) -> Made:
    claims = []
    for number in range(rng.randint(1, 9)):
        mark = rng.choice([True, True, False])
        confidence = rng.choice([None, round(rng.random(), 2), round(rng.random(), 3)])
        claims.append((f"Claim number {number}: {sentence(rng)}", mark, confidence))
    references = {
        f"arXiv:{rng.randrange(1901, 1912)}.{rng.randrange(10**4, 10**5)}v{rng.randint(1, 9)}" for _ in range(3)
    }
    return Made(
        title="A Synthesis of "
        + " ".join(rng.choice("Everyday Rehearsal Legal Text Small Encoders".split()) for _ in range(4)),
        author=rng.choice(["Sample Desk", "Mara Ollendorf", "The Review Engine"]),
        date=rng.choice(["June 30, 2026", "30 June 2026", "2026-06-30"]),
        abstract=" ".join(sentence(rng) for _ in range(rng.randint(1, 3))),
        question="Does rehearsal help small encoders?",
        papers=rng.randint(2, 99),
        claims=tuple(claims),
        references=tuple(sorted(references)),
    )


MARKS = {True: ["✓", "✔", "yes", "true", "verified", "[x]"], False: ["×", "✗", "no", "false", "unverified", "[ ]"]}


def mark(value: bool | None, rng: random.Random) -> str:
    return "" if value is None else rng.choice(MARKS[value])


def confidence(value: float | None, rng: random.Random) -> str:
    if value is None:
        return ""
    return rng.choice([f"{value}", f"{value}".replace(".", ","), f"{value * 100:.6g} %", f"{value * 100:.6g}%"])


def parts(m: Made, shown: Callable[[str], str]) -> list[tuple[str, str]]:
    """Sections in their usual order, text as the format shows it."""
    prose = f"{m.papers} papers retrieved. {len(m.claims)} claims extracted; {len(m.claims)} verified. Quality score: 8.5/10."
    return [
        ("Abstract", shown(m.abstract)),
        ("Introduction", shown(f"Research question: {m.question}")),
        ("Results", prose),
    ]


def as_text(m: Made, rng: random.Random) -> str:
    """Plain text with tabs; what plain text cannot hold (a tab, a second line) no claim of ours has."""
    number = rng.choice(["", "{} ", "{}. "])
    lines = [m.title, "", m.author, "", m.date, ""]
    for n, (name, text) in enumerate(parts(m, str), start=1):
        lines += [number.format(n) + name, "", text, ""]
    lines += [number.format(4) + "Extracted Claims", "", "Claim\tVerified\tConfidence"]
    lines += [f"{t}\t{mark(v, rng)}\t{confidence(c, rng)}" for t, v, c in m.claims]
    lines += ["", "References", "", *(f"- {r}" for r in m.references)]
    return rng.choice(["\n", "\r\n"]).join(lines)


ESCAPED = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>#|~$&"})


def as_markdown(m: Made, rng: random.Random) -> str:
    lines = [f"# {m.title}", "", m.author, "", m.date, ""]
    for name, text in parts(m, lambda t: t.translate(ESCAPED)):
        lines += [f"## {name}", "", text, ""]
    lines += ["## Claims", "", "| Claim | Verified | Confidence |", "|---|:-:|--:|"]
    lines += [f"| {t.translate(ESCAPED)} | {mark(v, rng)} | {confidence(c, rng)} |" for t, v, c in m.claims]
    lines += ["", "## References", "", *(f"- <https://arxiv.org/abs/{r.removeprefix('arXiv:')}>" for r in m.references)]
    return "\n".join(lines) + "\n"


def as_html(m: Made, rng: random.Random) -> str:
    body = f"<h1>{m.title}</h1><p>{m.author}</p><p>{m.date}</p>"
    body += "".join(f"<h2>{n}</h2><p>{t}</p>" for n, t in parts(m, html.escape))
    rows = "".join(
        f"<tr><td>{html.escape(t)}</td><td>{mark(v, rng)}</td><td>{confidence(c, rng)}</td></tr>"
        for t, v, c in m.claims
    )
    body += f"<h2>Claims</h2><table><tr><th>Claim<th>Verified<th>Confidence</tr>{rows}</table><h2>References</h2><ul>"
    body += "".join(
        f"<li><a href='https://arxiv.org/abs/{r.removeprefix('arXiv:')}'>{r}</a></li>" for r in m.references
    )
    return f"<!doctype html><html><head><title>{m.title}</title></head><body>{body}</ul></body></html>"


def as_json(m: Made, rng: random.Random) -> str:
    return json.dumps(
        {
            "title": m.title,
            "author": m.author,
            "date": m.date,
            "abstract": m.abstract,
            "research_question": m.question,
            "stated": {"papers_retrieved": m.papers},
            "claims": [{"claim": t, "verified": v, "confidence": c} for t, v, c in m.claims],
            "references": list(m.references),
        },
        ensure_ascii=rng.random() < 0.5,
    )


FORMATS = {"text": as_text, "markdown": as_markdown, "html": as_html, "json": as_json}


@contextmanager
def no_hang(seconds: int = 300) -> Iterator[None]:
    """Ends the run with every stack when something does not come back at all."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_in_any_format_is_read_back(name: str) -> None:
    rng = random.Random(SEED)
    for case in range(CASES // len(FORMATS)):
        m = made(rng)
        written = FORMATS[name](m, rng)
        with no_hang():
            report = interpreter.read(written.encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])), f"{case}")
        expected = [(normalise(t), v, c) for t, v, c in m.claims]
        assert [(c.text, c.stated_verified, c.stated_confidence) for c in report.claims] == expected, written
        assert (report.title, report.author, report.date) == (m.title, m.author, m.date), written
        assert report.abstract == normalise(m.abstract), written
        assert report.research_question == m.question and report.stated.papers_retrieved == m.papers, written
        assert sorted(r.key for r in report.references) == list(m.references), written
        keeps_its_places(report)


def keeps_its_places(report: Report) -> None:
    for claim in report.claims:
        assert "".join(s.within(report.source) for s in claim.spans) == claim.raw
        assert normalise(claim.raw) == claim.text and 0 <= claim.certain <= len(claim.text)
        assert claim.span.start == claim.spans[0].start and claim.span.end == claim.spans[-1].end
    for reference in report.references:
        assert "".join(s.within(report.source) for s in reference.spans) == reference.raw


SNIPPETS = [b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\t", b"|", b"\n\n", b"# ", b"<table>", b"</td>", b"&#x110000;", b"\\", b"{", b"]", b"\r",
            "\u202e".encode(), "\u200b".encode(), b"<script>", b"]]>", b"---\n", b"$$", b"(" * 50, b"1e999", b"arXiv:", b"10.1/"]  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0:
                data = data[:at] + rng.choice(SNIPPETS) + data[at:]
            case 1:
                data = data[:at] + data[at + rng.randint(1, 40) :]
            case 2:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
            case 3:
                end = at + rng.randint(1, 200)
                data = data[:end] + data[at:end] * rng.randint(1, 4) + data[end:]
            case _:
                data = data[:at] if rng.random() < 0.2 else data
    return data


def originals() -> list[bytes]:
    files = [CHECKOUT / "examples" / "report.txt", *(CHECKOUT / "examples" / "papers").iterdir()]
    shared = shared_folder()
    files += sorted(shared.glob("reports/*.txt")) if shared else []
    rng = random.Random(SEED)
    return [f.read_bytes() for f in files] + [make(made(rng), rng).encode() for make in FORMATS.values()]


def test_damaged_input_is_read_or_refused_in_one_line() -> None:
    rng = random.Random(SEED)
    sources = originals()
    read = 0
    for _ in range(CASES):
        data = mutated(rng.choice(sources), rng)
        try:
            with no_hang():
                report = interpreter.read(data, "damaged")
        except InputError as error:
            assert "\n" not in str(error)
        else:
            keeps_its_places(report)
            read += 1
    assert read > CASES // 2
