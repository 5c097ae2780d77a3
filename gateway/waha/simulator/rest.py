"""What all of WAHA's REST calls share: the key, the session, the body, and the shapes of its errors."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import msgspec
from aiohttp import web

from gateway import clock
from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.hooks import environment
from gateway.waha.simulator.whatsapp import WhatsApp

WHATSAPP: web.AppKey[WhatsApp] = web.AppKey("whatsapp", WhatsApp)
API_KEY: web.AppKey[str] = web.AppKey("api_key", str)
VERSION: web.AppKey[str] = web.AppKey("version", str)
CONSOLE_URL: web.AppKey[str] = web.AppKey("console_url", str)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = TypeVar("Body", bound=msgspec.Struct)

_TITLES = {400: "Bad Request", 404: "Not Found", 422: "Unprocessable Entity", 501: "Not Implemented"}


class WahaError(Exception):
    """An answer other than success, in WAHA's words."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class EngineError(Exception):
    """A failure inside the engine, which WAHA answers with 500 and an exception."""

    def __init__(self, message: str, *, code: int | None = None, details: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class OfSession(msgspec.Struct, kw_only=True):
    """A body that names its session; fields that WAHA does not know are ignored."""

    session: str | None = None


def refuse(status: int, message: str | list[str]) -> NoReturn:
    """Answer an error in the form of WAHA's framework."""
    raise WahaError(status, {"message": message, "error": _TITLES[status], "statusCode": status})


def answer(body: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=msgspec.json.encode(body), status=status, content_type="application/json")


async def read(request: web.Request, kind: type[Body]) -> Body:
    """The body, as far as its types are right."""
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except msgspec.ValidationError as error:
        refuse(400, [str(error)])
    except msgspec.DecodeError as error:
        refuse(400, str(error))


def account_named(request: web.Request, name: str | None) -> Account:
    """The session that a call is for."""
    if not name:
        refuse(400, ["session should not be empty", "session must be a string"])
    account = request.app[WHATSAPP].accounts.get(name)
    if account is None:
        refuse(422, f'Session "{name}" does not exist')
    return account


async def working(request: web.Request, name: str | None, *, expected: str = "WORKING") -> Account:
    """The session, once it is in the status that the call needs; WAHA waits a while for it."""
    account = account_named(request, name)
    if not await account.reach(expected, request.app[WHATSAPP].pace.wait_working_s):
        not_expected(account, expected)
    return account


def not_expected(account: Account, expected: str = "WORKING", *, status: str | None = None) -> NoReturn:
    """Answer that the session is not in the status that the call needs."""
    raise WahaError(
        422,
        {
            "error": "Session status is not as expected. Try again later or restart the session",
            "session": account.name,
            "status": status or account.status,
            "expected": [expected],
        },
    )


def chat_id(given: str | None) -> str:
    """A chat id; a bare phone number is one too, and none at all breaks the engine."""
    if not given:
        raise EngineError("Cannot read properties of undefined (reading 'includes')")
    plain = given.replace("@s.whatsapp.net", "@c.us").lstrip("+")
    return plain if "@" in plain else f"{plain}@c.us"


def flag(request: web.Request, name: str) -> bool | None:
    """A true or false of the query."""
    text = request.query.get(name)
    return None if text is None else text.lower() == "true"


def number(request: web.Request, name: str, default: int | None = None) -> int | None:
    """A number of the query."""
    text = request.query.get(name)
    if text is None or text == "":
        return default
    try:
        return int(float(text))
    except ValueError:
        refuse(400, [f"{name} must be a number conforming to the specified constraints"])


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn failures into WAHA's answers."""
    try:
        return await handler(request)
    except WahaError as error:
        return answer(error.body, error.status)
    except EngineError as error:
        return answer(await _exception(request, error), 500)
    except web.HTTPNotFound:
        if not request.path.startswith("/api/"):
            raise
        message = f"Cannot {request.method} {request.path}"
        return answer({"message": message, "error": "Not Found", "statusCode": 404}, 404)


@web.middleware
async def authenticated(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ask for the key, in the header or in the query."""
    given = request.headers.get("X-Api-Key") or request.query.get("x-api-key", "")
    is_open = not request.path.startswith("/api/")
    if not is_open and not hmac.compare_digest(given.encode(), request.app[API_KEY].encode()):
        return answer({"message": "Unauthorized", "statusCode": 401}, 401)
    return await handler(request)


async def _exception(request: web.Request, error: EngineError) -> dict[str, Any]:
    known: dict[str, Any] = {"message": str(error)}
    if error.code is not None:
        known |= {"code": error.code, "details": error.details}
    return {
        "statusCode": 500,
        "timestamp": clock.rfc3339(clock.now()),
        "exception": {**known, "name": "Error", "stack": f"Error: {error}\n    at simulator"},
        "request": {
            "path": request.path,
            "method": request.method,
            "body": _json_or_none(await request.read()),
            "query": dict(request.query),
        },
        "version": environment(request.app[WHATSAPP].engine, request.app[VERSION]),
    }


def _json_or_none(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
