"""An agent without a screen: follows the log over the socket, folds it, and writes answers until they are in."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from tests.wait import eventually
from tests.world import Tenant

AGAIN_S = 0.1
ANSWER_S = 30.0
CALL_S = 5.0
_LOST = (OSError, TimeoutError, aiohttp.ClientError, WebSocketException)


@dataclass
class Fold:
    """The state that the log makes, as a console keeps it; whatever a right log cannot bring is an objection."""

    s: int = 0
    id: str | None = None
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)

    def apply(self, frame: dict[str, Any]) -> None:
        """Take the next event of the log."""
        if frame["s"] != self.s + 1:
            self.objections.append(f"event {frame['s']} came after event {self.s}")
        self.s, self.id = frame["s"], frame["id"]
        kind, _, change = frame["t"].partition(".")
        if kind in ("message", "session"):
            self._put(self.messages if kind == "message" else self.sessions, frame["d"][kind], change, frame["s"])

    def _put(self, states: dict[str, dict[str, Any]], state: dict[str, Any], change: str, s: int) -> None:
        before = states.get(state["id"])
        if (before is None) != (change == "created"):
            self.objections.append(f"event {s}: {state['id']} is {change}, and was {before}")
        if before is not None and before["rev"] >= state["rev"]:
            self.objections.append(f"event {s}: {state['id']} went from rev {before['rev']} to {state['rev']}")
        states[state["id"]] = state


class Agent:
    """One agent, who comes back to whichever gateway answers, and resumes where the fold stands."""

    def __init__(self, http: aiohttp.ClientSession, urls: list[str], tenant: Tenant) -> None:
        self.fold = Fold()
        self.trouble: list[str] = []
        # How long after its moment each event came, by its number.
        self.ages_s: dict[int, float] = {}
        # What was answered with a 2xx: text by client_message_id.
        self.stored: dict[str, str] = {}
        self._http = http
        self._urls = itertools.cycle(urls)
        self._url = next(self._urls)
        self._tenant = tenant
        self._cookies: dict[str, str] = {}
        self._csrf = ""
        self._following: asyncio.Task[None] | None = None
        self._is_live = asyncio.Event()
        self._answering: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Sign in and follow."""
        await self._sign_in()
        self._following = asyncio.create_task(self._follow())
        await asyncio.wait_for(self._is_live.wait(), ANSWER_S)

    async def end(self) -> None:
        """Go home."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def sees(self, text: str, *, within_s: float = 10.0) -> dict[str, Any]:
        """The message with this text, as soon as it is on the screen."""
        return await eventually(lambda: self.message(text), within_s=within_s, what=f"the agent sees {text!r}")

    def message(self, text: str) -> dict[str, Any] | None:
        """The message with this text, if it is on the screen."""
        return next((each for each in self.fold.messages.values() if each["text"] == text), None)

    def status(self, text: str) -> str | None:
        """How far the message with this text has come, as the screen shows it."""
        message = self.message(text)
        return message["status"] if message else None

    async def answer(self, session_id: str, text: str) -> None:
        """Answer a customer: the same request again and again, until some gateway says that it is stored."""
        async with asyncio.timeout(ANSWER_S):
            while not await self.try_to_answer(session_id, text):
                self._url = next(self._urls)
                await asyncio.sleep(AGAIN_S)

    def begin_answer(self, session_id: str, text: str) -> None:
        """Answer a customer, and go on meanwhile."""
        self._answering.append(asyncio.create_task(self.answer(session_id, text)))

    async def answered(self) -> None:
        """Wait until every answer that was begun is stored."""
        await asyncio.gather(*self._answering)

    async def try_to_answer(self, session_id: str, text: str, *, url: str = "") -> bool:
        """Answer a customer once, by a gateway of choice; False if nobody said that it is stored."""
        path = f"/api/v1/chat-sessions/{session_id}/messages"
        try:
            await self._post(path, {"text": text, "client_message_id": f"client of {text}"}, url=url)
        except _LOST as error:
            self.trouble.append(f"answer {text!r}: {error!r}")
            return False
        self.stored[f"client of {text}"] = text
        return True

    async def _sign_in(self) -> None:
        body = {"email": self._tenant.email, "password": self._tenant.password}
        async with self._http.post(f"{self._url}/api/v1/auth/login", json=body) as answer:
            answer.raise_for_status()
            self._cookies = {name: cookie.value for name, cookie in answer.cookies.items()}
            self._csrf = (await answer.json())["csrf_token"]

    async def _post(self, path: str, body: dict[str, Any], *, url: str = "") -> Any:
        url = url or self._url
        headers = {"X-CSRF-Token": self._csrf, "Origin": url}
        timeout = aiohttp.ClientTimeout(total=CALL_S)
        async with self._http.post(
            f"{url}{path}", json=body, headers=headers, cookies=self._cookies, timeout=timeout
        ) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def _follow(self) -> None:
        while True:
            try:
                ticket = (await self._post("/api/v1/realtime/ticket", {}))["ticket"]
                address = f"{self._url.replace('http', 'ws', 1)}/ws/console"
                async with connect(address, origin=Origin(self._url), compression=None, max_size=None) as socket:
                    since = {"s": self.fold.s, "id": self.fold.id}
                    await socket.send(json.dumps({"t": "auth", "ticket": ticket, "since": since}))
                    await self._read(socket)
                self.trouble.append(f"closed: {socket.close_code} {socket.close_reason}")
            except _LOST as error:
                self.trouble.append(f"follow: {error!r}")
            self._url = next(self._urls)
            await asyncio.sleep(AGAIN_S)

    async def _read(self, socket: ClientConnection) -> None:
        async for text in socket:
            for frame in _frames(text):
                if "d" in frame and "s" in frame:
                    self._note_age(frame)
                    self.fold.apply(frame)
                elif frame["t"] == "hb":
                    await socket.send('{"t":"hb"}')
                else:
                    self._heed(frame)

    def _heed(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "ready":
            self._is_live.set()
        if frame["t"] in ("reset", "err") or frame.get("recovered") is False:
            self.fold.objections.append(f"was sent {frame}")

    def _note_age(self, frame: dict[str, Any]) -> None:
        self.ages_s[frame["s"]] = time.time() - datetime.fromisoformat(frame["at"]).timestamp()


def _frames(text: str | bytes) -> Iterator[dict[str, Any]]:
    read = json.loads(text)
    yield from read if isinstance(read, list) else [read]
