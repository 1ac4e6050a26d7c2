"""Where papers are asked for and how patiently: each can be set, so that tests and mirrors are asked instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from claims.errors import UsageError
from claims.intake import DEFAULT_MAX_SIZE


class Settings(Struct, frozen=True):
    """Addresses without a slash at the end; times in seconds, sizes in bytes."""

    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_files: str = "https://export.arxiv.org"
    crossref: str = "https://api.crossref.org"
    acl: str = "https://aclanthology.org"
    contact: str = ""  # an e-mail address, if the user wants to be reachable; sent in the user agent and nowhere else
    arxiv_pause: float = 3.0  # arXiv's terms of use: one request every three seconds, one connection
    pause: float = 1.0  # and everybody else's
    connect_timeout: float = 3.5  # twice that must stay below ten seconds
    read_timeout: float = 20.0
    whole_timeout: float = 300.0  # for one answer, however slowly it drips
    tries: int = 4
    backoff: float = 1.0
    longest_wait: float = 60.0  # who asks for more patience than this is asked again in another run
    max_size: int = DEFAULT_MAX_SIZE
    fresh: float = 86_400.0  # arXiv's records change once a day

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """CLAIMCHECK_ARXIV_API and so on; what is not set is as above."""
        told = {f: environment[n] for f in cls.__struct_fields__ if (n := f"CLAIMCHECK_{f.upper()}") in environment}
        try:
            settings = msgspec.convert(told, cls, strict=False)
        except msgspec.ValidationError as error:
            raise UsageError(f"CLAIMCHECK_... in the environment: {error}") from None
        for name in ("arxiv_api", "arxiv_files", "crossref", "acl"):
            _check_address(name, getattr(settings, name))
        for name in cls.__struct_fields__:
            value = getattr(settings, name)
            if isinstance(value, (int, float)) and not (math.isfinite(value) and value >= 0):
                raise UsageError(f"CLAIMCHECK_{name.upper()}={value} must be zero or more")
        if not settings.contact.isprintable():
            raise UsageError("CLAIMCHECK_CONTACT must be one line")
        return settings

    @property
    def named(self) -> frozenset[tuple[str, int]]:
        """Hosts and ports that the user (or we) named: these alone may be private addresses."""
        return frozenset(where(a) for a in (self.arxiv_api, self.arxiv_files, self.crossref, self.acl))

    def pause_at(self, host: str) -> float:
        arxiv = {called(self.arxiv_api), called(self.arxiv_files)}
        return self.arxiv_pause if host in arxiv or host.endswith("arxiv.org") else self.pause


def where(url: str) -> tuple[str, int]:
    """Host and port of an address.

    >>> where("https://export.arxiv.org/api"), where("http://127.0.0.1:8080")
    (('export.arxiv.org', 443), ('127.0.0.1', 8080))
    """
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)


def called(url: str) -> str:
    """The host as people name it, and its port where it is not the usual one."""
    host, port = where(url)
    return host if port in {80, 443} else f"{host}:{port}"


def _check_address(name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        sound = False
    if not sound:
        raise UsageError(f"CLAIMCHECK_{name.upper()}={address!r} is no address such as https://host")
