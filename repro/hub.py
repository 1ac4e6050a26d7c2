"""Whether there is a hub to ask: found out once, so that nobody asks again and again where there is no network."""

from __future__ import annotations

import logging
import os
import socket
from urllib.parse import urlsplit
from urllib.request import getproxies

HOME = "https://huggingface.co"


def settle() -> bool:
    """Where the hub's name does not resolve, tell its clients before they are imported: they answer from their caches
    or with one error, and not after five more tries each, each with a line of its own."""
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    if os.environ.get("HF_HUB_OFFLINE") == "1":
        return False
    host = urlsplit(os.environ.get("HF_ENDPOINT", HOME)).hostname or ""
    if "https" in getproxies():  # who asks through a proxy need not know the name
        return True
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        os.environ["HF_HUB_OFFLINE"] = "1"
        return False
    return True
