"""Where the folders that travel with the program are: `templates` and `examples`.

In a checkout they stand at its top; in an installed wheel they were put inside this package.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def folder(name: str) -> Path:
    """The folder of that name. Wheels are installed unpacked, so it is a real path."""
    shipped = Path(str(resources.files("claims"))) / "_shipped" / name
    return shipped if shipped.is_dir() else Path(__file__).resolve().parent.parent / name
