"""WAHA's REST calls that we use, each with a deadline and a cap on the answer; failures are values.

Nothing here retries: a second attempt is `deliver`'s decision, made after the first one is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from yarl import URL

from gateway.channels.errors import Accepted, SendFailed, SendResult
from gateway.channels.inbound import Inbound
from gateway.channels.waha import read_messages
from gateway.channels.waha_failures import bad_address, failure_of, unknown, unreachable
from gateway.channels.waha_ids import message_name
from gateway.channels.waha_payloads import Fields, MeBody, read
from gateway.errors import BadRequest

ENGINES_WITH_MESSAGE_IDS = frozenset({"GOWS", "NOWEB"})
WEBHOOK_EVENTS = (
    "message.any",
    "message.waiting",
    "message.reaction",
    "message.edited",
    "message.revoked",
    "message.ack",
    "message.ack.group",
    "session.status",
    "presence.update",
    "poll.vote",
    "poll.vote.failed",
    "call.received",
    "call.accepted",
    "call.rejected",
)
_CONNECT_S = 5.0
_CALL_S = 10.0
_SEND_S = 30.0  # a session that is not WORKING is answered after up to 15 s
_ANSWER_LIMIT = 2 * 1024 * 1024
_HISTORY_LIMIT = 16 * 1024 * 1024
_CHUNK = 64 * 1024


class SessionInfo(Fields, kw_only=True):
    """A session as WAHA has it; `config` whole, because an update replaces it whole."""

    name: str | None = None
    status: str | None = None
    me: MeBody | None = None
    config: dict[str, Any] | None = None


class _Answer(NamedTuple):
    status: int
    body: bytes | None  # None: cut off, or over the cap


class WahaClient:
    """One WhatsApp session on one WAHA server."""

    def __init__(self, http: aiohttp.ClientSession, *, base_url: str, api_key: str, session: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._session = session

    async def new_message_id(self) -> str | SendFailed | None:
        """A key to send the next message under, which makes a retry safe; None where the engine has none."""
        answer = await self._ask("GET", f"/api/{self._name}/new-message-id")
        if isinstance(answer, SendFailed):
            return None if answer.code in ("not_supported", "waha_wrong_address") else answer
        return _key_of(answer.body)

    async def send_text(
        self, chat_id: str, text: str, *, message_id: str | None = None, reply_to: str | None = None
    ) -> SendResult:
        """Send a text; `message_id` is from `new_message_id`, `reply_to` the full or bare id of the quoted message."""
        wish = {"session": self._session, "chatId": chat_id, "text": text, "id": message_id, "reply_to": reply_to}
        answer = await self._call("POST", "/api/sendText", _without_nulls(wish), deadline_s=_SEND_S)
        if isinstance(answer, SendFailed):
            return answer
        return Accepted(external_key=_key_of(answer.body) or message_id)

    async def send_seen(self, chat_id: str, *, message_ids: Sequence[str] = ()) -> SendFailed | None:
        """Tell the customer that the chat, or these messages (full ids), were read."""
        wish = {"session": self._session, "chatId": chat_id, "messageIds": list(message_ids) or None}
        return _failed(await self._ask("POST", "/api/sendSeen", _without_nulls(wish)))

    async def start_typing(self, chat_id: str) -> SendFailed | None:
        """Show the customer that somebody types."""
        return _failed(await self._ask("POST", "/api/startTyping", {"session": self._session, "chatId": chat_id}))

    async def stop_typing(self, chat_id: str) -> SendFailed | None:
        """Stop showing it."""
        return _failed(await self._ask("POST", "/api/stopTyping", {"session": self._session, "chatId": chat_id}))

    async def history(
        self, chat_id: str, *, now_ms: int, limit: int = 100, since_ms: int | None = None, from_me: bool | None = None
    ) -> list[Inbound] | SendFailed:
        """The latest messages of a chat, as the webhook would have told them: evidence, and what fills a gap.

        `chat_id` may be `all` on GOWS and NOWEB; NOWEB has a history only with `noweb.store.enabled`.
        """
        query: dict[str, str] = {"limit": str(limit), "downloadMedia": "false"}
        if since_ms is not None:
            query["filter.timestamp.gte"] = str(since_ms // 1000)
        if from_me is not None:
            query["filter.fromMe"] = "true" if from_me else "false"
        path = f"/api/{self._name}/chats/{quote(chat_id, safe='@')}/messages?{urlencode(query)}"
        answer = await self._ask("GET", path, limit=_HISTORY_LIMIT)
        if isinstance(answer, SendFailed):
            return answer
        try:
            return read_messages(answer.body or b"[]", now_ms=now_ms)
        except BadRequest as problem:
            return unreachable(problem.detail)

    async def get_session(self) -> SessionInfo | SendFailed | None:
        """How the session stands; None if WAHA does not know it."""
        answer = await self._ask("GET", f"/api/sessions/{self._name}")
        if isinstance(answer, SendFailed):
            return None if answer.code == "waha_wrong_address" else answer
        return _session_info(answer)

    async def create_session(self, config: dict[str, Any], *, start: bool = True) -> SessionInfo | SendFailed:
        """Make the session with this configuration."""
        wish = {"name": self._session, "start": start, "config": config}
        answer = await self._ask("POST", "/api/sessions", wish)
        return answer if isinstance(answer, SendFailed) else _session_info(answer)

    async def update_session(self, config: dict[str, Any]) -> SessionInfo | SendFailed:
        """Replace the whole configuration; a running session restarts."""
        answer = await self._ask("PUT", f"/api/sessions/{self._name}", {"config": config})
        return answer if isinstance(answer, SendFailed) else _session_info(answer)

    @property
    def _name(self) -> str:
        return quote(self._session, safe="")

    async def _ask(
        self, method: str, path: str, wish: dict[str, Any] | None = None, *, limit: int = _ANSWER_LIMIT
    ) -> _Answer | SendFailed:
        """A call that may be made twice: what would be unknown for a message is only a reason to ask again."""
        answer = await self._call(method, path, wish, deadline_s=_CALL_S, limit=limit)
        if isinstance(answer, SendFailed) and answer.is_unknown:
            return unreachable(answer.detail)
        elif isinstance(answer, _Answer) and answer.body is None:
            return unreachable(f"{answer.status}, but the answer was cut off or too long")
        else:
            return answer

    async def _call(
        self,
        method: str,
        path: str,
        wish: dict[str, Any] | None,
        *,
        deadline_s: float,
        limit: int = _ANSWER_LIMIT,
    ) -> _Answer | SendFailed:
        try:
            url = URL(self._base_url + path, encoded=True)
        except ValueError as problem:
            return bad_address(str(problem))
        if url.scheme not in ("http", "https") or not url.host:
            return bad_address("the address has to begin with http:// or https://")
        try:
            request = self._http.request(
                method,
                url,
                data=None if wish is None else msgspec.json.encode(wish),
                headers={"X-Api-Key": self._api_key, "Content-Type": "application/json", "Accept": "application/json"},
                timeout=aiohttp.ClientTimeout(total=deadline_s, connect=_CONNECT_S),
                allow_redirects=False,  # a redirected POST becomes a GET without a body
            )
            async with request as response:
                body = await _read_capped(response, limit)
                if 200 <= response.status < 300:
                    return _Answer(response.status, body)
                return failure_of(response.status, body or b"", retry_after=response.headers.get("Retry-After"))
        except aiohttp.InvalidURL as problem:
            return bad_address(f"{type(problem).__name__}: {problem}")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            return unreachable(f"{type(problem).__name__}: {problem}")
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            return unknown(f"{type(problem).__name__}: {problem}")


def session_config(*, webhook_url: str, hmac_key: str, kept: dict[str, Any] | None = None) -> dict[str, Any]:
    """The configuration of a session that reports to us; what `kept` says otherwise stays as it is.

    Twelve exponential retries last four and a half hours, WAHA's default fifteen of 2 s half a minute.
    `message` is not asked for: `message.any` has the same messages, and ours too.
    """
    hook = {
        "url": webhook_url,
        "events": list(WEBHOOK_EVENTS),
        "hmac": {"key": hmac_key},
        "retries": {"policy": "exponential", "delaySeconds": 2, "attempts": 12},
    }
    if kept is None:
        return {
            "webhooks": [hook],
            "ignore": {"status": True, "channels": True},
            "noweb": {"store": {"enabled": True, "fullSync": False}},
        }
    hooks = [
        each for each in kept.get("webhooks") or [] if not (isinstance(each, dict) and each.get("url") == webhook_url)
    ]
    return {**kept, "webhooks": [*hooks, hook]}


class _KeyBody(Fields, kw_only=True):
    """GOWS `{id: "true_…"}`, NOWEB `{key: {id}}`, WEBJS `{id: {id, _serialized}}`."""

    id: Any = None
    key: Any = None


def _key_of(body: bytes | None) -> str | None:
    try:
        said = read(_KeyBody, body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    for named in (said.id, said.key):
        id_ = named.get("id") if isinstance(named, dict) else named
        if isinstance(id_, str) and (key := message_name(id_).key):
            return key
    return None


def _session_info(answer: _Answer) -> SessionInfo:
    try:
        return read(SessionInfo, answer.body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return SessionInfo()


def _failed(answer: _Answer | SendFailed) -> SendFailed | None:
    return answer if isinstance(answer, SendFailed) else None


def _without_nulls(wish: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wish.items() if value is not None}


async def _read_capped(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The body, or None if it breaks off or grows over the limit; the status alone still tells a lot."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in response.content.iter_chunked(_CHUNK):
            size += len(part)
            if size > limit:
                response.close()
                return None
            parts.append(part)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None
    return b"".join(parts)
