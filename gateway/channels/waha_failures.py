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
_NOT_WORKING_RETRY_S = 15.0  # WAHA itself waited 5 to 15 s for the session before it said so
_BROKEN_RETRY_S = 60.0
_UNREACHABLE_RETRY_S = 5.0
_MOST_RETRY_S = 3600.0


class _ErrorBody(Fields, kw_only=True):
    message: Any = None
    error: Any = None
    status: str | None = None
    expected: Any = None
    exception: _Exception | None = None


class _Exception(Fields, kw_only=True):
    message: str | None = None


def failure_of(status: int, body: bytes, *, retry_after: str | None = None) -> SendFailed:
    """The fate of a send that WAHA answered with a status other than 2xx."""
    said = _read(body)
    detail = _detail(status, said)
    if status >= 500:
        return _server_failure(status, detail)
    elif status in (401, 403):
        return SendFailed(
            fate="permanent",
            code="waha_refused_key",
            message="WAHA does not accept our API key. An administrator has to check the channel's settings.",
            detail=detail,
            stops_channel=True,
        )
    elif status == 422:
        return _unprocessable(said, detail)
    elif status == 429:
        return SendFailed(
            fate="retry",
            code="waha_throttled",
            message="WAHA asks us to slow down. The message is sent again soon.",
            detail=detail,
            retry_after_s=_seconds(retry_after) or _UNREACHABLE_RETRY_S,
        )
    elif status == 408:
        return unknown(detail)
    elif status == 404 or 300 <= status < 400:
        return SendFailed(
            fate="permanent",
            code="waha_wrong_address",
            message="There is no WAHA at the channel's address. An administrator has to check the settings.",
            detail=detail,
            stops_channel=True,
        )
    else:
        return SendFailed(fate="permanent", code="waha_refused", message="WAHA refused the message.", detail=detail)


def unreachable(detail: str) -> SendFailed:
    """No connection came about, so nothing was sent."""
    return SendFailed(
        fate="retry",
        code="waha_unreachable",
        message="WAHA cannot be reached. The message is sent as soon as it is back.",
        detail=detail[:_DETAIL_LIMIT],
        retry_after_s=_UNREACHABLE_RETRY_S,
        stops_channel=True,
    )


def unknown(detail: str) -> SendFailed:
    """The request left us and no clear answer came: WhatsApp may have the message."""
    return SendFailed(
        fate="unknown",
        code="outcome_unknown",
        message="It is not known whether the message was sent. It is being looked into.",
        detail=detail[:_DETAIL_LIMIT],
    )


def bad_address(detail: str) -> SendFailed:
    """The channel's address is no address."""
    return SendFailed(
        fate="permanent",
        code="waha_wrong_address",
        message="The channel's WAHA address cannot be used. An administrator has to check the settings.",
        detail=detail[:_DETAIL_LIMIT],
        stops_channel=True,
    )


def _unprocessable(said: _ErrorBody, detail: str) -> SendFailed:
    if said.expected is not None or said.status is not None:
        return SendFailed(
            fate="retry",
            code="session_not_working",
            message="WhatsApp is not connected just now. The message is sent as soon as it is.",
            detail=detail,
            retry_after_s=_NOT_WORKING_RETRY_S,
            stops_channel=True,
        )
    elif "plus version" in detail.lower():
        return SendFailed(
            fate="permanent",
            code="waha_plus_only",
            message="This WAHA server is too old for this message.",
            detail=detail,
        )
    elif "session" in detail.lower():
        return SendFailed(
            fate="permanent",
            code="unknown_session",
            message="WAHA does not know this WhatsApp session. An administrator has to connect the number again.",
            detail=detail,
            stops_channel=True,
        )
    else:
        return SendFailed(fate="permanent", code="waha_refused", message="WAHA refused the message.", detail=detail)


def _server_failure(status: int, detail: str) -> SendFailed:
    refusal = _WHATSAPP_ERROR.search(detail)
    code = refusal.group(1) if refusal else ""
    if code == "463":
        return SendFailed(
            fate="permanent",
            code="reachout_lock",
            message="WhatsApp does not let this number write to people who never wrote to it. Do not try again now.",
            detail=detail,
            stops_new_chats=True,
        )
    elif code == "475":
        return SendFailed(
            fate="permanent",
            code="message_capping",
            message="This number has used up WhatsApp's quota of new contacts. Existing chats still work.",
            detail=detail,
            stops_new_chats=True,
        )
    elif code == "400":  # GOWS refuses every send until the session is restarted
        return SendFailed(
            fate="retry",
            code="session_broken",
            message="The WhatsApp session is stuck. An administrator has to restart it; the message waits.",
            detail=detail,
            retry_after_s=_BROKEN_RETRY_S,
            stops_channel=True,
        )
    elif code == "429" or code.startswith("5"):
        return SendFailed(
            fate="retry",
            code="whatsapp_throttled",
            message="WhatsApp asks us to slow down. The message is sent again in a minute.",
            detail=detail,
            retry_after_s=_BROKEN_RETRY_S,
        )
    elif code:
        return SendFailed(
            fate="permanent", code="whatsapp_refused", message="WhatsApp refused the message.", detail=detail
        )
    elif status == 501:
        return SendFailed(
            fate="permanent", code="not_supported", message="This WAHA engine cannot send that.", detail=detail
        )
    else:
        return unknown(detail)


def _read(body: bytes) -> _ErrorBody:
    try:
        return read(_ErrorBody, body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _ErrorBody()


def _detail(status: int, said: _ErrorBody) -> str:
    # Only the sentences: WAHA's 500 also repeats the request.
    parts = [said.exception.message if said.exception else None, said.message, said.error, said.status]
    told = ", ".join(str(part) for part in parts if part)
    return f"{status} {told}".strip()[:_DETAIL_LIMIT]


def _seconds(retry_after: str | None) -> float | None:
    return min(float(retry_after), _MOST_RETRY_S) if retry_after and retry_after.isdigit() else None
