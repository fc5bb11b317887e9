"""Encoded pages kept on disk, so that a benchmark measures the reader and not the generator."""

import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import Lock


class Spool:
    """A bounded folder of pages by the digest of their key. Full: pages are made afresh and not kept."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most, self._lock = folder, most_bytes, Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._held = sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The kept page, or a new one, kept if there is room."""
        path = self._folder / sha256(key.encode()).hexdigest()
        try:
            return path.read_bytes()
        except FileNotFoundError:
            body = make()
        with self._lock:
            fits = self._held + len(body) <= self._most
            self._held += len(body) if fits else 0
        if fits:
            self._keep(path, body)
        return body

    def _keep(self, path: Path, body: bytes) -> None:
        """Written beside and renamed: another process never reads half a page."""
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as beside:
            beside.write(body)
        Path(beside.name).replace(path)
