"""WAHA's calls on sessions: create, configure, start, stop, pair."""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import Any

import msgspec
from aiohttp import web

from gateway.waha.simulator import png
from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.rest import WHATSAPP, account_named, answer, flag, read, refuse, working


class _Create(msgspec.Struct, kw_only=True):
    name: str = ""
    start: bool = True
    config: dict[str, Any] | None = None


class _Update(msgspec.Struct, kw_only=True):
    config: dict[str, Any] | None = None


class _RequestCode(msgspec.Struct, kw_only=True):
    phone: str = msgspec.field(name="phoneNumber")


def routes() -> list[web.RouteDef]:
    """The calls of this file."""
    return [
        web.get("/api/sessions", _list),
        web.post("/api/sessions", _create),
        web.get("/api/sessions/{session}", _get),
        web.put("/api/sessions/{session}", _update),
        web.delete("/api/sessions/{session}", _delete),
        web.get("/api/sessions/{session}/me", _me),
        web.post("/api/sessions/{session}/start", _start),
        web.post("/api/sessions/{session}/stop", _stop),
        web.post("/api/sessions/{session}/restart", _restart),
        web.post("/api/sessions/{session}/logout", _logout),
        web.get("/api/{session}/auth/qr", _qr),
        web.post("/api/{session}/auth/request-code", _request_code),
    ]


async def _list(request: web.Request) -> web.Response:
    accounts = request.app[WHATSAPP].accounts.values()
    return answer([_info(each) for each in accounts if flag(request, "all") or each.status != "STOPPED"])


async def _create(request: web.Request) -> web.Response:
    body = await read(request, _Create)
    whatsapp = request.app[WHATSAPP]
    name = body.name or f"session_{secrets.token_hex(8)}"
    if name in whatsapp.accounts:
        refuse(422, f"Session '{name}' already exists. Use PUT to update it.")
    try:
        account = whatsapp.open(name, body.config)
    except msgspec.ValidationError as error:
        refuse(400, [f"config.{error}"])
    if body.start:
        whatsapp.begin(account)
    return answer(_dto(account), 201)


async def _get(request: web.Request) -> web.Response:
    return answer(_info(_there(request)))


async def _update(request: web.Request) -> web.Response:
    body = await read(request, _Update)
    account, whatsapp = _there(request), request.app[WHATSAPP]
    try:
        account.configure(body.config)
    except msgspec.ValidationError as error:
        refuse(400, [f"config.{error}"])
    is_running = account.status != "STOPPED"
    if is_running:
        whatsapp.turn(account, "STOPPED")
    if is_running:
        whatsapp.begin(account)
    return answer(_dto(account))


async def _delete(request: web.Request) -> web.Response:
    account = request.app[WHATSAPP].accounts.pop(request.match_info["session"], None)
    if account is not None and account.status != "STOPPED":
        request.app[WHATSAPP].turn(account, "STOPPED")
    return web.Response()


async def _me(request: web.Request) -> web.Response:
    return answer(account_named(request, request.match_info["session"]).me)


async def _start(request: web.Request) -> web.Response:
    account = _there(request)
    if account.status in ("STOPPED", "FAILED"):
        request.app[WHATSAPP].begin(account)
    return answer(_dto(account), 201)


async def _stop(request: web.Request) -> web.Response:
    account = _there(request)
    if account.status != "STOPPED":
        request.app[WHATSAPP].turn(account, "STOPPED")
    return answer(_dto(account), 201)


async def _restart(request: web.Request) -> web.Response:
    account, whatsapp = _there(request), request.app[WHATSAPP]
    if account.status != "STOPPED":
        whatsapp.turn(account, "STOPPED")
    whatsapp.begin(account)
    return answer(_dto(account), 201)


async def _logout(request: web.Request) -> web.Response:
    account, whatsapp = _there(request), request.app[WHATSAPP]
    account.is_paired = False
    if account.status != "STOPPED":
        whatsapp.turn(account, "STOPPED")
        whatsapp.begin(account)
    return answer(_dto(account), 201)


async def _qr(request: web.Request) -> web.Response:
    account = await working(request, request.match_info["session"], expected="SCAN_QR_CODE")
    if request.query.get("format") == "raw":
        return answer({"value": f"2@{secrets.token_urlsafe(48)}"})
    if "application/json" in request.headers.get("Accept", ""):
        return answer({"mimetype": "image/png", "data": b64encode(png.code(account.name)).decode()})
    return web.Response(body=png.code(account.name), content_type="image/png")


async def _request_code(request: web.Request) -> web.Response:
    await read(request, _RequestCode)
    await working(request, request.match_info["session"], expected="SCAN_QR_CODE")
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ123456789"
    code = "".join(secrets.choice(letters) for _ in range(8))
    return answer({"code": f"{code[:4]}-{code[4:]}"}, 201)


def _there(request: web.Request) -> Account:
    account = request.app[WHATSAPP].accounts.get(request.match_info["session"])
    if account is None:
        refuse(404, "Session not found")
    return account


def _dto(account: Account) -> dict[str, Any]:
    config = {"config": account.config} if account.config is not None else {}
    return {"name": account.name, "status": account.status, **config}


def _info(account: Account) -> dict[str, Any]:
    return {
        **_dto(account),
        "me": account.me,
        "presence": account.presence,
        "timestamps": {"activity": account.activity_ms},
        "engine": {"engine": account.engine},
    }
