"""The browser's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.web.static import StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "main.js").write_text("export const one = 1;\n" * 100)
    (tmp_path / "static" / "page.html").write_text('<script src="/static/js/main.js"></script>')
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "static"


async def ask(
    files: StaticFiles, path: str, *, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request, without a server."""
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await files.answer({"type": "http", "method": method, "path": path, "headers": pairs}, send)  # type: ignore[arg-type]
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}  # type: ignore[attr-defined]
    return int(str(sent[0]["status"])), found, bytes(sent[1]["body"])  # type: ignore[call-overload]


async def test_a_versioned_file_is_kept_for_ever_and_a_plain_one_is_asked_for_again(folder: Path) -> None:
    files = StaticFiles(folder, look_again_s=0)
    status, headers, body = await ask(files, f"/static/{files.version()}/js/main.js")
    assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert body == (folder / "js" / "main.js").read_bytes()
    status, headers, _ = await ask(files, "/static/js/main.js")
    assert (status, headers["cache-control"]) == (200, "no-cache")


async def test_a_file_of_an_older_version_is_served_but_not_kept(folder: Path) -> None:
    status, headers, _ = await ask(StaticFiles(folder, look_again_s=0), "/static/0123456789ab/js/main.js")
    assert (status, headers["cache-control"]) == (200, "no-cache")


async def test_an_unchanged_file_is_304_and_a_changed_one_has_another_version(folder: Path) -> None:
    files = StaticFiles(folder, look_again_s=0)
    before = files.version()
    _, headers, _ = await ask(files, "/static/js/main.js")
    status, _, body = await ask(files, "/static/js/main.js", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    (folder / "js" / "main.js").write_text("export const two = 22;\n")
    status, _, body = await ask(files, "/static/js/main.js", if_none_match=headers["etag"])
    assert (status, body) == (200, b"export const two = 22;\n")
    assert files.version() != before


async def test_text_is_zipped_for_those_who_read_it(folder: Path) -> None:
    _, headers, body = await ask(StaticFiles(folder, look_again_s=0), "/static/js/main.js", accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert len(body) < 200


def test_a_page_names_its_files_with_the_version(folder: Path) -> None:
    files = StaticFiles(folder, look_again_s=0)
    assert files.page("page.html").decode() == f'<script src="/static/{files.version()}/js/main.js"></script>'


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/x/../../secret.txt",
        "/static//etc/passwd",
        "/static/",
        "/static/js",
        "/static/none",
    ],
)
async def test_nothing_outside_the_folder_is_served(folder: Path, path: str) -> None:
    status, headers, body = await ask(StaticFiles(folder, look_again_s=0), path)
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert b"secret\n" not in body


async def test_only_reading_is_possible(folder: Path) -> None:
    status, _, _ = await ask(StaticFiles(folder, look_again_s=0), "/static/js/main.js", method="POST")
    assert status == 404


@pytest.mark.parametrize("name", ["a" * 300, "a\0b"])
async def test_a_name_that_no_file_can_have_is_not_found(folder: Path, name: str) -> None:
    status, _, _ = await ask(StaticFiles(folder, look_again_s=0), f"/static/{name}")
    assert status == 404
