"""A server of ours on this machine that answers as arXiv, Crossref and the ACL Anthology would, and misbehaves on demand.

All replies are written by hand after the manuals of those services. None was recorded: they could not be reached.
"""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title type="html">ArXiv Query</title><id>http://arxiv.org/api/x</id>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
  <opensearch:itemsPerPage>{total}</opensearch:itemsPerPage>
{entries}
</feed>
"""
ENTRY = """  <entry><id>http://arxiv.org/abs/{id}v{version}</id><updated>2020-09-30T17:59:46Z</updated>
    <published>2020-05-26T17:59:46Z</published><title>{title}</title><summary>{abstract}</summary>
    {authors}{comment}
    <link href="http://arxiv.org/pdf/{id}v{version}" rel="related" type="application/pdf" title="pdf"/>
    <arxiv:primary_category term="cs.CL"/><category term="cs.CL"/></entry>"""
TEX = r"""\documentclass{article}
\title{%s}
\begin{document}
\maketitle
\begin{abstract}We teach small models to sort pebbles.\end{abstract}
\section{Results}
Sorting improves by %s points on the beach test. It was measured twice.
\end{document}
"""


def archive(title: str, gain: str, tex: str = TEX) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        data = (tex % (title, gain)).encode()
        member = tarfile.TarInfo("main.tex")
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def page(title: str, gain: str) -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body class='ltx_page'><h1>{title}</h1>"
        f"<h2>1 Results</h2><p>Sorting improves by {gain} points on the beach test.</p></body></html>"
    ).encode()


def pdf(line: str) -> bytes:
    """The smallest PDF with a line of text on its page."""
    content = f"BT /F1 12 Tf 72 700 Td ({line}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return bytes(out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


@dataclass
class ArxivPaper:
    title: str = "Sorting Pebbles"
    versions: int = 2
    authors: tuple[str, ...] = ("Ada Lee", "Bo Ng")
    comments: dict[int, str] = field(default_factory=dict)
    abstract: str = "We teach small models to sort pebbles."
    source: bytes | None = None
    html: bytes | None = None
    pdf: bytes | None = None


Answer = Callable[["Handler"], None]


@dataclass
class World:
    """What the server knows, what it was asked, and how it behaves under which address."""

    arxiv: dict[str, ArxivPaper] = field(default_factory=dict)
    crossref: dict[str, dict[str, Any]] = field(default_factory=dict)
    agencies: dict[str, str] = field(default_factory=dict)
    acl: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    manners: list[tuple[str, list[Answer]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    def misbehave(self, beginning: str, *answers: Answer) -> None:
        """The next requests under this address get these answers, one each; then all is well again."""
        self.manners.append((beginning, list(answers)))

    def count(self, beginning: str) -> int:
        return sum(a.startswith(beginning) for a in self.asked)

    def settings(self) -> dict[str, str]:
        return {
            "CLAIMCHECK_ARXIV_API": f"{self.url}/api/query",
            "CLAIMCHECK_ARXIV_FILES": self.url,
            "CLAIMCHECK_CROSSREF": f"{self.url}/crossref",
            "CLAIMCHECK_ACL": f"{self.url}/acl",
            "CLAIMCHECK_ARXIV_PAUSE": "0",
            "CLAIMCHECK_PAUSE": "0",
            "CLAIMCHECK_BACKOFF": "0",
            "CLAIMCHECK_READ_TIMEOUT": "0.3",
            "CLAIMCHECK_CONNECT_TIMEOUT": "0.5",
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        world = self.world
        world.asked.append(self.path)
        world.headers.append(dict(self.headers))
        world.busy += 1
        world.busiest = max(world.busiest, world.busy)
        try:
            for beginning, answers in world.manners:
                if self.path.startswith(beginning) and answers:
                    return answers.pop(0)(self)
            self._well()
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            world.busy -= 1
            self.close_connection = True

    def send(
        self, body: bytes, kind: str = "text/plain", status: int = 200, length: int | None = None, **more: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def send_file(self, body: bytes, kind: str) -> None:
        """With a name for its state, and in pieces when asked for a piece."""
        wanted = self.headers.get("Range")
        if wanted and self.headers.get("If-Range") == '"one"':
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            more = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}", "ETag": '"one"'}
            self.send(body[start:], kind, 206, **more)
        else:
            self.send(body, kind, ETag='"one"')

    def _well(self) -> None:
        parts = urlsplit(self.path)
        place, _, rest = parts.path.strip("/").partition("/")
        if place == "api":
            return self._feed(parse_qs(parts.query)["id_list"][0].split(","))
        if place in {"src", "html", "pdf"}:
            name, _, version = rest.rpartition("v")
            paper = self.world.arxiv.get(name)
            data = {"src": "source", "html": "html", "pdf": "pdf"}[place]
            body = getattr(paper, data) if paper and int(version) <= paper.versions else None
            kinds = {"src": "application/gzip", "html": "text/html", "pdf": "application/pdf"}
            return self.send_file(body, kinds[place]) if body else self.send(b"<html>no</html>", "text/html", 404)
        if place == "crossref":
            return self._crossref(unquote(rest.removeprefix("works/")))
        if place == "acl" and rest.rpartition(".")[0] in self.world.acl:
            entry, body = self.world.acl[rest.rpartition(".")[0]]
            return (
                self.send(entry.encode(), "text/plain") if rest.endswith(".bib") else self.send(body, "application/pdf")
            )
        return self.send(b"<html>no such page</html>", "text/html", 404)

    def _feed(self, names: list[str]) -> None:
        entries = []
        for name in names:
            bare, _, version = name.rpartition("v") if "v" in name else (name, "", "")
            paper = self.world.arxiv.get(bare)
            if paper is None or (version and int(version) > paper.versions):
                continue
            number = int(version or paper.versions)
            comment = paper.comments.get(number, "")
            entries.append(
                ENTRY.format(
                    id=bare,
                    version=number,
                    title=paper.title,
                    abstract=paper.abstract,
                    authors="".join(f"<author><name>{a}</name></author>" for a in paper.authors),
                    comment=f"<arxiv:comment>{comment}</arxiv:comment>" if comment else "",
                )
            )
        feed = FEED.format(total=len(entries), entries="\n".join(entries))
        self.send(feed.encode(), "application/atom+xml; charset=UTF-8")

    def _crossref(self, doi: str) -> None:
        if doi.endswith("/agency"):
            label = self.world.agencies.get(doi.removesuffix("/agency"))
            message: dict[str, Any] | None = {"agency": {"id": label, "label": label}} if label else None
        else:
            message = self.world.crossref.get(doi)
        if message is None:
            return self.send(b"Resource not found.", "text/plain", 404)
        return self.send(json.dumps({"status": "ok", "message": message}).encode(), "application/json")


# --- manners --------------------------------------------------------------------------------------------------------


def status(number: int, **headers: str) -> Answer:
    return lambda h: h.send(b"<html>sorry</html>", "text/html", number, **headers)


def silent(h: Handler) -> None:
    """Takes the question and says nothing until the test is over."""
    h.world.released.wait(20)


def login(h: Handler) -> None:
    """What a hotel's network answers to everything."""
    h.send(b"<!DOCTYPE html><html><body><form>Please log in</form></body></html>", "text/html")


def cut(body: bytes, after: int, kind: str = "application/gzip") -> Answer:
    """Promises all and hangs up in the middle."""
    return lambda h: h.send(body[:after], kind, length=len(body), ETag='"one"')


def endless(h: Handler) -> None:
    h.send_response(200)
    h.send_header("Content-Type", "application/gzip")
    h.send_header("Connection", "close")
    h.end_headers()
    h.wfile.write(b"\x1f\x8b\x08\x00")
    while not h.world.released.is_set():
        h.wfile.write(b"\0" * 65_536)


def dripping(h: Handler) -> None:
    """A drop now and then: each in time, and never an end."""
    h.send_response(200)
    h.send_header("Content-Type", "application/gzip")
    h.send_header("Content-Length", "1000000")
    h.end_headers()
    h.wfile.write(b"\x1f\x8b\x08\x00")
    while not h.world.released.wait(0.02):
        h.wfile.write(b"\0")
        h.wfile.flush()


def moved(target: str) -> Answer:
    return lambda h: h.send(b"", "text/html", 302, Location=target)


def hang_up(h: Handler) -> None:
    h.connection.close()


@contextmanager
def served(world: World) -> Iterator[World]:
    handler = type("OurHandler", (Handler,), {"world": world})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    world.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
