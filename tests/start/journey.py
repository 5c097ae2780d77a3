"""The main job by HTTP alone: a customer has written, an agent sees it and answers, the phone has the answer."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import msgspec

from tests.wait import eventually_sync

NAMED = re.compile(r"""(?:src|href)="(/static/[^"]+)"|(?:from|import)\s*\(?["'](\.[^"']+)["']""")


def journey(first_run: dict[str, Any]) -> None:
    """Go the way of one conversation in a demo that is running, and look at the console's files on it."""
    session = eventually_sync(
        lambda: call(first_run, "/chat-sessions")["items"], within_s=30, what="a customer writes"
    )[0]
    assert session["unread_count"] >= 1
    messages = f"/chat-sessions/{session['id']}/messages"
    assert call(first_run, messages)["items"][0]["direction"] == "inbound"

    said = {"text": "Thank you, one moment please", "client_message_id": str(uuid.uuid4())}
    sent = call(first_run, messages, said)
    assert call(first_run, messages, said)["id"] == sent["id"]
    eventually_sync(lambda: status_of(first_run, messages, sent["id"]) in ("delivered", "read"), within_s=30)
    assert status_of(first_run, messages, sent["id"]) in ("delivered", "read")
    every_file_of_the_console_is_there(first_run)


def call(first_run: dict[str, Any], path: str, body: Any = None) -> Any:
    """A call of the API with the key of the first start."""
    request = Request(
        f"{first_run['url']}/api/v1{path}",
        data=None if body is None else msgspec.json.encode(body),
        headers={"authorization": f"Bearer {first_run['api_key']}", "content-type": "application/json"},
    )
    with urlopen(request, timeout=10) as answer:
        return msgspec.json.decode(answer.read())


def status_of(first_run: dict[str, Any], messages: str, id_: str) -> str:
    """How far a message has come."""
    return next(str(each["status"]) for each in call(first_run, messages)["items"] if each["id"] == id_)


def every_file_of_the_console_is_there(first_run: dict[str, Any]) -> None:
    """Sign in, load the console's page, what it names, and what that imports in turn."""
    url, browser = first_run["url"], build_opener(HTTPCookieProcessor())
    login = Request(
        f"{url}/api/v1/auth/login",
        data=msgspec.json.encode({name: first_run["admin"][name] for name in ("email", "password")}),
        headers={"content-type": "application/json"},
    )
    browser.open(login, timeout=10).close()
    waiting, seen = ["/console/"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        with browser.open(f"{url}{path}", timeout=10) as answer:
            assert answer.url == f"{url}{path}"
            text = answer.read().decode("utf-8", "replace") if path.endswith((".js", ".css", "/")) else ""
        folder = path.rpartition("/")[0]
        waiting += [page or resolved(folder, imported) for page, imported in NAMED.findall(text)]
    assert len(seen) > 20


def resolved(folder: str, relative: str) -> str:
    """The path that a relative import names."""
    parts = folder.split("/")
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
