"""The only module that touches the network: one patient client for every place that a paper can come from.

What decided for urllib3: it is there already (under `requests`, under `arxiv`), and a connection of our own can be put
under it, so that the address that is checked is the address that is talked to. Redirects, retries and proxies are
handled here, because each of them is a question of politeness or of safety.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import queue
import random
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from msgspec import Struct

from claims import __version__
from claims.errors import InputError
from claims.papers.ledger import Ledger
from claims.papers.record import Absent, Fits, Refused, Unfit, Unreachable
from claims.papers.settings import Settings, called, where

_ABSENT = {404, 410}
_LATER = {429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_HOPS = 5
_CHUNK = 65_536
_HEAD = 4_096  # bytes that say what an answer is
_FAILURES = 2  # in a row, and a host is left alone
_RECENT = 0.5  # seconds between two words about progress
Say = Callable[[str], None]
Addresses = Callable[..., list[Any]]  # socket.getaddrinfo


class _Failed(Exception):
    """A try that may go better the next time. `heard`: the host is there; `wait`: what it asked for."""

    def __init__(self, why: str, heard: bool = False, wait: float | None = None) -> None:
        super().__init__(why)
        self.heard, self.wait = heard, wait


class _Answer(Struct, frozen=True):
    body: bytes
    moved: str = ""  # where to ask instead


class Fetcher:
    """`get` gives the bytes under an address, or says in one line why there are none."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        say: Say | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        addresses: Addresses = socket.getaddrinfo,
        proxies: dict[str, str] | None = None,
    ) -> None:
        self.settings = settings
        self.ledger = ledger
        self.left: dict[str, str] = {}  # hosts that are not asked again in this run, and why
        self.requests = 0
        self._failures: dict[str, int] = {}
        self._told = 0.0
        self._trusted: ssl.SSLContext | None = None
        self._say = say or (lambda _: None)
        self._sleep, self._chance, self._addresses = sleep, chance, addresses
        self._proxies = getproxies() if proxies is None else proxies
        self._named = settings.named | {where(p) for scheme, p in self._proxies.items() if scheme != "no"}

    # --- what others call -------------------------------------------------------------------------------------------

    def knock(self, urls: Iterable[str]) -> None:
        """Whether these hosts are there at all, asked of all at once and twice at most: no network is soon known."""
        threads = [threading.Thread(target=self._knock, args=(u,), daemon=True) for u in dict.fromkeys(urls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def get(self, url: str, fits: Fits, what: str = "", resume: bool = False) -> bytes:
        """The bytes under an address. With `resume`, what came before a break is kept, also for the next run."""
        host = called(url)
        why = ""
        for attempt in range(self.settings.tries):
            self._may_be_asked(host)
            try:
                body = self._follow(url, fits, what, self.ledger.part(url) if resume else None)
            except _Failed as failed:
                why = str(failed)
                self._count(host, failed)
                wait = failed.wait
                if wait is not None and wait > self.settings.longest_wait:
                    self.ledger.hold(host, min(wait, 86_400))
                    raise Unreachable(host, f"asks to be left alone for {wait:.0f} s") from None
                if host not in self.left and attempt + 1 < self.settings.tries:
                    self._say(f"{host}: {why}; trying again")
                    jittered = self.settings.backoff * 2**attempt * (0.5 + self._chance() / 2)
                    self._sleep(max(jittered, wait or 0))
            else:
                self._failures[host] = 0
                return body
        raise Unreachable(host, self.left.get(host, why))

    # --- patience ---------------------------------------------------------------------------------------------------

    def _may_be_asked(self, host: str) -> None:
        if host in self.left:
            raise Unreachable(host, self.left[host])
        if (seconds := self.ledger.held_for(host)) > 0:
            raise Unreachable(host, f"asked to be left alone for another {seconds:.0f} s")

    def _count(self, host: str, failed: _Failed) -> None:
        """Only what is no answer counts; after two of them in a row the host is left alone."""
        self._failures[host] = 0 if failed.heard else self._failures.get(host, 0) + 1
        if self._failures[host] >= _FAILURES:
            self.left[host] = str(failed)

    def _knock(self, url: str) -> None:
        proxy = self._proxy(url)
        host = called(url)
        for _ in range(_FAILURES):
            try:
                self._connect(*where(proxy or url)).close()
                return
            except _Failed as failed:
                self._count(host, failed)
            except Unreachable as unsafe:
                self.left[host] = unsafe.why
                return

    # --- one request ------------------------------------------------------------------------------------------------

    def _follow(self, url: str, fits: Fits, what: str, part: Path | None) -> bytes:
        """Through redirects, each of them looked at: never from https to http, never to a private address."""
        for _ in range(_HOPS):
            host = called(url)
            with self.ledger.turn(host, self.settings.pause_at(host)):
                answer = self._ask(url, fits, what, part)
            if not answer.moved:
                return answer.body
            url = self._redirected(url, answer.moved)
        raise Unreachable(called(url), f"redirects more than {_HOPS} times")

    def _redirected(self, url: str, target: str) -> str:
        host = called(url)
        try:
            new = urljoin(url, target)
            parts = urlsplit(new)
            port = parts.port
        except ValueError:
            raise Unreachable(host, "redirects to something that is no address") from None
        known = where(new) in self.settings.named
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise Unreachable(host, "redirects to something that is no address of the web")
        if urlsplit(url).scheme == "https" and parts.scheme != "https":
            raise Unreachable(host, "redirects to an address without encryption")
        if not known and port not in {None, 80, 443}:
            raise Unreachable(host, f"redirects to port {port}, which is no place for papers")
        return new

    def _ask(self, url: str, fits: Fits, what: str, part: Path | None) -> _Answer:
        host = called(url)
        self.requests += 1
        with self._manager(url) as manager, self._watch(manager) as late:
            try:
                response = manager.request(
                    "GET",
                    url,
                    headers=self._headers(part),
                    preload_content=False,
                    redirect=False,
                    retries=False,
                    decode_content=False,
                    timeout=urllib3.Timeout(self.settings.connect_timeout, self.settings.read_timeout),
                )
                with contextlib.closing(response):
                    return self._answered(host, response, fits, what, part)
            except (urllib3.exceptions.HTTPError, ssl.SSLError, _Failed) as error:
                if late.is_set():
                    raise _Failed("its answer takes too long") from None
                raise error if isinstance(error, _Failed) else _Failed(_why(error)) from None

    def _answered(
        self, host: str, response: urllib3.BaseHTTPResponse, fits: Fits, what: str, part: Path | None
    ) -> _Answer:
        status = response.status
        if status in {200, 206}:
            return _Answer(self._body(host, response, fits, what, part))
        if status in _MOVED and (target := response.headers.get("Location")):
            return _Answer(b"", target)
        if status in _ABSENT:
            raise Absent(f"{host}: HTTP {status}")
        if status in _LATER:
            why = "asks for fewer requests (HTTP 429)" if status == 429 else f"is out of order (HTTP {status})"
            raise _Failed(why, True, _seconds(response.headers.get("Retry-After", "")))
        if status == 416 and part is not None:
            _forget(part)
            raise _Failed("the rest of an interrupted download is not to be had", True)
        raise Refused(host, status)

    def _body(self, host: str, response: urllib3.BaseHTTPResponse, fits: Fits, what: str, part: Path | None) -> bytes:
        """All of it, checked while it comes: what it is by its first bytes, and that it ends."""
        before = part.read_bytes() if part and part.exists() and _continues(response, part) else b""
        if response.status == 206 and not before:
            raise _Failed("a piece of the file came, and all of it was asked for", True)
        stamp = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        length = _number(response.headers.get("Content-Length"))
        most = self.settings.max_size
        if length is not None and len(before) + length > most:
            raise Unfit(f"{host}: {(len(before) + length) / 2**20:.0f} MiB, more than {most / 2**20:.0f} MiB")
        packed = response.headers.get("Content-Encoding", "").lower() in {"gzip", "x-gzip"}
        kind = response.headers.get("Content-Type", "")
        body, checked = bytearray(before), bool(before)
        with _kept(part, stamp, before) as keep:
            for chunk in self._chunks(response):
                body += chunk
                if not checked and body and (len(body) >= _HEAD or not chunk):
                    checked = True
                    head = bytes(body[:_HEAD])
                    if why := fits(kind, _opened(head) if packed and fits(kind, head) else head):
                        raise Unfit(f"{host}: {why}")
                if len(body) > most:
                    raise Unfit(f"{host}: more than {most / 2**20:.0f} MiB, and no end")
                keep(chunk)
                self._tell(what, len(body), len(before) + length if length is not None else None)
        if not body:
            raise _Failed("an empty answer", True)
        if part is not None:
            _forget(part)
        data = bytes(body)
        return self._unpacked(host, data) if packed and fits(kind, data[:_HEAD]) else data

    def _chunks(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        """As they come; an empty one at the end. A body that stops early is no body."""
        try:
            while chunk := response.read1(_CHUNK):
                yield chunk
        except urllib3.exceptions.HTTPError as error:
            why = "the answer stops half-way" if _why(error) == "no answer in time" else "the answer breaks off"
            raise _Failed(why, heard=True) from None
        yield b""

    def _unpacked(self, host: str, data: bytes) -> bytes:
        """What the server packed for the way, and no more of it than is allowed."""
        opened = zlib.decompressobj(wbits=31).decompress(data, self.settings.max_size + 1)
        if len(opened) > self.settings.max_size:
            raise Unfit(f"{host}: unpacks to more than {self.settings.max_size / 2**20:.0f} MiB")
        return opened

    def _headers(self, part: Path | None) -> dict[str, str]:
        contact = f"; mailto:{self.settings.contact}" if self.settings.contact else ""
        headers = {
            "User-Agent": f"claimcheck-lit/{__version__} (reads the papers that a report cites{contact})",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if part is not None and part.exists() and part.stat().st_size and (stamp := _stamp(part)):
            headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": stamp}
        return headers

    def _tell(self, what: str, done: int, whole: int | None) -> None:
        now = time.monotonic()
        if what and now - self._told >= _RECENT:
            self._told = now
            self._say(f"{what}: {done / 2**20:.1f}" + (f" of {whole / 2**20:.1f} MiB" if whole else " MiB"))

    # --- one connection ---------------------------------------------------------------------------------------------

    def _proxy(self, url: str) -> str | None:
        parts = urlsplit(url)
        if proxy_bypass(parts.netloc):
            return None
        return self._proxies.get(parts.scheme) or self._proxies.get("all")

    @contextlib.contextmanager
    def _manager(self, url: str) -> Iterator[urllib3.PoolManager]:
        """For one request: urllib3 with connections that go only where `_connect` goes."""
        fetcher = self
        sockets: list[socket.socket] = []

        def connected(connection: urllib3.connection.HTTPConnection) -> socket.socket:
            found = fetcher._connect(connection.host, connection.port or 80)
            sockets.append(found)
            return found

        class Plain(urllib3.connection.HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return connected(self)

        class Secure(urllib3.connection.HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return connected(self)

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        proxy = self._proxy(url)
        if proxy:
            self._must_be_public(url)
        self._trusted = self._trusted or _trusted()
        if proxy:
            manager: urllib3.PoolManager = urllib3.ProxyManager(proxy, ssl_context=self._trusted)
        else:
            manager = urllib3.PoolManager(ssl_context=self._trusted)
        manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        manager.sockets = sockets  # type: ignore[attr-defined]
        try:
            yield manager
        finally:
            manager.clear()

    @contextlib.contextmanager
    def _watch(self, manager: urllib3.PoolManager) -> Iterator[threading.Event]:
        """Ends a connection that would drip for ever: timeouts alone see only the single drop."""
        late = threading.Event()

        def end() -> None:
            late.set()
            for each in manager.sockets:  # type: ignore[attr-defined]
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.settings.whole_timeout, end)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()

    def _must_be_public(self, url: str) -> None:
        """Behind a proxy names are resolved elsewhere: here only addresses in numbers can be told."""
        host, port = where(url)
        with contextlib.suppress(ValueError):
            if (host, port) not in self._named and not _is_public(host):
                raise Unreachable(host, "is a private address, which a paper never comes from")

    def _connect(self, host: str, port: int) -> socket.socket:
        """To the first address that answers, if all of them may be talked to."""
        found = self._resolve(host, port)
        if (host, port) not in self._named and not all(_is_public(a[4][0]) for a in found):
            raise Unreachable(host, "is a private address, which a paper never comes from")
        end = time.monotonic() + self.settings.connect_timeout
        why = "no address"
        for family, kind, protocol, _, address in found:
            opened = socket.socket(family, kind, protocol)
            opened.settimeout(max(0.05, end - time.monotonic()))
            try:
                opened.connect(address)
                return opened
            except OSError as error:
                opened.close()
                why = _why(error)
        raise _Failed(why)

    def _resolve(self, host: str, port: int) -> list[Any]:
        """In a thread of its own: the system's resolver cannot be told to hurry."""
        box: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                box.put(self._addresses(host, port, 0, socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                box.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            found = box.get(timeout=self.settings.connect_timeout)
        except queue.Empty:
            raise _Failed("name cannot be resolved in time") from None
        if isinstance(found, Exception) or not found:
            raise _Failed("name does not resolve")
        return found


# --- addresses, causes, parts ---------------------------------------------------------------------------------------


def _is_public(address: str) -> bool:
    """Whether an address is one of the open internet; "::ffff:127.0.0.1" is the machine itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: ipaddress.IPv4Address | None = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return all(i.is_global and not i.is_multicast for i in (ip, inner) if i is not None)


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _trusted() -> ssl.SSLContext:
    """What this machine trusts (SSL_CERT_FILE included), and the list that comes with certifi."""
    context = ssl.create_default_context()
    with contextlib.suppress(ImportError, OSError):
        import certifi

        context.load_verify_locations(certifi.where())
    return context


_CAUSES = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.ENETUNREACH: "network is unreachable",
    errno.EHOSTUNREACH: "no route to the host",
    errno.EPIPE: "connection reset",
}


def _why(error: BaseException) -> str:
    """A few plain words for what sockets and urllib3 say."""
    chain: list[BaseException] = []
    queued: list[object] = [error]
    while queued and len(chain) < 12:
        one = queued.pop()
        if isinstance(one, BaseException) and one not in chain:
            chain.append(one)
            queued += [*one.args, one.__cause__, getattr(one, "reason", None)]
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return f"its certificate is not to be trusted ({one.verify_message})"
    for one in chain:
        if isinstance(one, (TimeoutError, urllib3.exceptions.TimeoutError)):
            return "no answer in time"
        if isinstance(one, OSError) and one.errno in _CAUSES:
            return _CAUSES[one.errno]
        if isinstance(one, urllib3.exceptions.ProxyError):
            return "the proxy does not let it through"
        if isinstance(one, ssl.SSLError):
            return "the encrypted connection fails"
    return "the connection breaks off"


def _seconds(retry_after: str) -> float | None:
    """ "120", or a date."""
    if retry_after.strip().isdigit():
        return float(retry_after.strip()[:9])
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 19 else None


def _opened(head: bytes) -> bytes:
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    return head


def _stamp_file(part: Path) -> Path:
    return part.with_suffix(".stamp")


def _stamp(part: Path) -> str:
    """What the server called the state of the file; a weak one is no promise of equal bytes."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        stamp = _stamp_file(part).read_text("ascii")
        return "" if stamp.startswith("W/") else stamp
    return ""


def _continues(response: urllib3.BaseHTTPResponse, part: Path) -> bool:
    if response.status != 206:
        return False
    if response.headers.get("Content-Range", "").startswith(f"bytes {part.stat().st_size}-"):
        return True
    _forget(part)
    raise _Failed("another piece of the file came than was asked for", True)


def _forget(part: Path) -> None:
    for file in (part, _stamp_file(part)):
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def _kept(part: Path | None, stamp: str, before: bytes) -> Iterator[Callable[[bytes], object]]:
    """Writes what comes beside the library, so that a break costs only the rest."""
    if part is None or not stamp or not stamp.isascii() or not stamp.isprintable():
        if part is not None:
            _forget(part)
        yield lambda _: None
        return
    try:
        _stamp_file(part).write_text(stamp, "ascii")
        with part.open("ab" if before else "wb") as file:
            yield file.write
    except Unfit:
        _forget(part)
        raise
    except OSError as error:
        _forget(part)
        raise InputError(str(part.parent), f"the download cannot be kept: {error.strerror}", "make room") from None
