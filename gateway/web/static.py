"""The browser's files: served from `static/`, cached for ever under the hash of what they contain.

`/static/<version>/…` may be kept for ever, because another content has another version; a plain `/static/…` is asked
for again each time, and answered 304 when nothing changed. Pages name their files plainly and are rewritten.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import mimetypes
import time
from pathlib import Path

import msgspec

from gateway.errors import NotFound
from gateway.web.asgi import Scope, Send, header, refuse, respond

FOLDER = Path(__file__).parents[2] / "static"
PREFIX = "/static/"
_FOR_EVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"
_COMPRESSED = ("text/", "application/json", "image/svg")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class Asset(msgspec.Struct, frozen=True):
    """One file as it is sent."""

    stamp: tuple[int, int]
    body: bytes
    zipped: bytes | None
    etag: str
    media_type: str


class StaticFiles:
    """The files of one folder, read once and again when they change."""

    def __init__(self, folder: Path = FOLDER, *, look_again_s: float = 1.0) -> None:
        self._folder = folder.resolve()
        self._assets: dict[Path, Asset] = {}
        self._look_again_s = look_again_s
        self._version = ""
        self._looked_at = -math.inf

    def version(self) -> str:
        """A hash of all files' contents, looked at again after a moment: a page asks for all its files at once."""
        if time.monotonic() >= self._looked_at + self._look_again_s:
            self._version, self._looked_at = self._hash(), time.monotonic()
        return self._version

    def page(self, name: str) -> bytes:
        """An HTML page whose files are named with the current version."""
        body = self._read(self._folder / name).body
        return body.replace(PREFIX.encode(), f"{PREFIX}{self.version()}/".encode())

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer `GET` and `HEAD` under `/static/`."""
        found = self._find(scope["path"].removeprefix(PREFIX)) if scope["method"] in ("GET", "HEAD") else None
        if found is None:
            await refuse(NotFound(), scope, send)
            return
        asset, is_versioned = found
        headers = [
            (b"content-type", asset.media_type.encode()),
            (b"etag", asset.etag.encode()),
            (b"cache-control", _FOR_EVER if is_versioned else _ASK_AGAIN),
            (b"vary", b"accept-encoding"),
        ]
        if asset.etag.encode() in header(scope, b"if-none-match"):
            await respond(send, 304, b"", headers)
        elif asset.zipped is not None and b"gzip" in header(scope, b"accept-encoding"):
            await respond(send, 200, asset.zipped, [*headers, (b"content-encoding", b"gzip")])
        else:
            await respond(send, 200, asset.body, headers)

    def _hash(self) -> str:
        everything = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            if path.is_file() and path.suffix != ".py":
                everything.update(f"{path.relative_to(self._folder)}:{self._read(path).etag}\n".encode())
        return everything.hexdigest()[:12]

    def _find(self, name: str) -> tuple[Asset, bool] | None:
        first, _, rest = name.partition("/")
        for candidate, is_versioned in ((name, False), (rest, first == self.version())):
            try:
                path = (self._folder / candidate).resolve()
                if candidate and path.is_relative_to(self._folder) and path.is_file():
                    return self._read(path), is_versioned
            except (OSError, ValueError):
                # A name that no file can have: too long, or with a NUL in it.
                continue
        return None

    def _read(self, path: Path) -> Asset:
        info = path.stat()
        stamp = (info.st_mtime_ns, info.st_size)
        kept = self._assets.get(path)
        if kept is not None and kept.stamp == stamp:
            return kept
        body = path.read_bytes()
        media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        is_text = media_type.startswith(_COMPRESSED)
        asset = Asset(
            stamp=stamp,
            body=body,
            zipped=gzip.compress(body, 9, mtime=0) if is_text and len(body) > 1000 else None,
            etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
            media_type=f"{media_type}; charset=utf-8" if is_text else media_type,
        )
        self._assets[path] = asset
        return asset
