"""What each bad answer of WAHA means for the message: sent, perhaps sent, or never.

422 {"error": "Session status is not as expected…", "session": "shop", "status": "STARTING", "expected": ["WORKING"]}
500 {"statusCode": 500, "exception": {"message": "server returned error 463", "name": "Error", "stack": "…"}, …}
401 {"message": "Unauthorized", "statusCode": 401}
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from gateway.channels.errors import SendFailed
from gateway.channels.waha_payloads import Fields, read

_WHATSAPP_ERROR = re.compile(r"server returned error (\d{3})")
_DETAIL_LIMIT = 500
_MOST_RETRY_S = 3600.0

_UNREACHABLE = SendFailed(
    fate="retry",
    code="waha_unreachable",
    message="WAHA cannot be reached. The message is sent as soon as it is back.",
    retry_after_s=5.0,
    stops_channel=True,
)
_UNKNOWN = SendFailed(
    fate="unknown",
    code="outcome_unknown",
    message="It is not known whether the message was sent. It is being looked into.",
)
_WRONG_ADDRESS = SendFailed(
    fate="permanent",
    code="waha_wrong_address",
    message="There is no WAHA at the channel's address. An administrator has to check the settings.",
    stops_channel=True,
)
_REFUSED_KEY = SendFailed(
    fate="permanent",
    code="waha_refused_key",
    message="WAHA does not accept our API key. An administrator has to check the channel's settings.",
    stops_channel=True,
)
_REFUSED = SendFailed(fate="permanent", code="waha_refused", message="WAHA refused the message.")
_THROTTLED = SendFailed(
    fate="retry",
    code="waha_throttled",
    message="WAHA asks us to slow down. The message is sent again soon.",
    retry_after_s=5.0,
)
_NOT_WORKING = SendFailed(
    fate="retry",
    code="session_not_working",
    message="WhatsApp is not connected just now. The message is sent as soon as it is.",
    retry_after_s=15.0,  # WAHA itself waited 5 to 15 s for the session before it said so
    stops_channel=True,
)
_UNKNOWN_SESSION = SendFailed(
    fate="permanent",
    code="unknown_session",
    message="WAHA does not know this WhatsApp session. An administrator has to connect the number again.",
    stops_channel=True,
)
_PLUS_ONLY = SendFailed(
    fate="permanent", code="waha_plus_only", message="This WAHA server is too old to send such a message."
)
_NOT_SUPPORTED = SendFailed(
    fate="permanent", code="not_supported", message="The engine of this WAHA server cannot send that."
)
_REACHOUT_LOCK = SendFailed(
    fate="permanent",
    code="reachout_lock",
    message="WhatsApp does not let this number write to people who never wrote to it. Do not try again now.",
    stops_new_chats=True,
)
_MESSAGE_CAPPING = SendFailed(
    fate="permanent",
    code="message_capping",
    message="This number has used up WhatsApp's quota of new contacts. Existing chats still work.",
    stops_new_chats=True,
)
_SESSION_BROKEN = SendFailed(
    fate="retry",
    code="session_broken",
    message="The WhatsApp session is stuck. An administrator has to restart it; the message waits.",
    retry_after_s=60.0,
    stops_channel=True,
)
_WHATSAPP_THROTTLED = SendFailed(
    fate="retry",
    code="whatsapp_throttled",
    message="WhatsApp asks us to slow down. The message is sent again in a minute.",
    retry_after_s=60.0,
)
_WHATSAPP_REFUSED = SendFailed(fate="permanent", code="whatsapp_refused", message="WhatsApp refused the message.")

_REFUSALS = {  # WhatsApp's own servers said no: surely not sent
    "400": _SESSION_BROKEN,  # GOWS refuses every send until the session is restarted
    "429": _WHATSAPP_THROTTLED,
    "463": _REACHOUT_LOCK,
    "475": _MESSAGE_CAPPING,
}


class _Exception(Fields, kw_only=True):
    message: str | None = None


class _ErrorBody(Fields, kw_only=True):
    message: Any = None
    error: Any = None
    status: str | None = None
    expected: Any = None
    exception: _Exception | None = None


def failure_of(status: int, body: bytes, *, retry_after: str | None = None) -> SendFailed:
    """The fate of a send that WAHA answered with a status other than 2xx."""
    said = _read(body)
    detail = _detail(status, said)
    failed = _refusal(status, said, detail) if status < 500 else _server_failure(status, detail)
    if status == 429 and retry_after and retry_after.isdigit():
        failed = msgspec.structs.replace(failed, retry_after_s=min(float(retry_after), _MOST_RETRY_S))
    return _because(failed, detail)


def unreachable(detail: str) -> SendFailed:
    """No connection came about, so nothing was sent."""
    return _because(_UNREACHABLE, detail)


def unknown(detail: str) -> SendFailed:
    """The request left us and no clear answer came: WhatsApp may have the message."""
    return _because(_UNKNOWN, detail)


def bad_address(detail: str) -> SendFailed:
    """The channel's address is no address."""
    return _because(_WRONG_ADDRESS, detail)


def _refusal(status: int, said: _ErrorBody, detail: str) -> SendFailed:
    if status in (401, 403):
        return _REFUSED_KEY
    elif status == 404 or 300 <= status < 400:
        return _WRONG_ADDRESS
    elif status == 408:
        return _UNKNOWN
    elif status == 429:
        return _THROTTLED
    elif status == 422:
        return _unprocessable(said, detail.lower())
    else:
        return _REFUSED


def _unprocessable(said: _ErrorBody, detail: str) -> SendFailed:
    if said.expected is not None or said.status is not None:
        return _NOT_WORKING
    elif "plus version" in detail:
        return _PLUS_ONLY
    elif "session" in detail:
        return _UNKNOWN_SESSION
    else:
        return _REFUSED


def _server_failure(status: int, detail: str) -> SendFailed:
    refusal = _WHATSAPP_ERROR.search(detail)
    if status == 501:
        return _NOT_SUPPORTED
    elif refusal is None or refusal.group(1).startswith("5"):
        return _UNKNOWN
    return _REFUSALS.get(refusal.group(1), _WHATSAPP_REFUSED)


def _read(body: bytes) -> _ErrorBody:
    try:
        return read(_ErrorBody, body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _ErrorBody()


def _detail(status: int, said: _ErrorBody) -> str:
    # Only the sentences: WAHA's 500 also repeats the request.
    parts = [said.exception.message if said.exception else None, said.message, said.error, said.status]
    told = ", ".join(str(part) for part in parts if part)
    return f"{status} {told}".strip()


def _because(failed: SendFailed, detail: str) -> SendFailed:
    return msgspec.structs.replace(failed, detail=detail[:_DETAIL_LIMIT])
