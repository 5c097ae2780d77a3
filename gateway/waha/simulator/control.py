"""The phone page's own calls under `/simulator/api/`: act as a customer, switch faults, listen."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
from aiohttp import web

from gateway.waha.simulator import samples
from gateway.waha.simulator.accounts import Account
from gateway.waha.simulator.messages import Message
from gateway.waha.simulator.people import Person
from gateway.waha.simulator.rest import CONSOLE_URL, WHATSAPP, WahaError, answer, read
from gateway.waha.simulator.views import account_view, faults_view, message_view, person_view, traffic_view

_HEARTBEAT_S = 15
_TEXT_LIMIT = 65_536
_PEOPLE_SHOWN = 500
_PRESENCES = ("typing", "recording", "paused", "online", "offline")


class _NewPerson(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    name: str = ""
    hidden: bool = False


class _NewMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    text: str = ""
    kind: str = "text"
    reply_to: str | None = None
    # The business answers on its own phone.
    from_me: bool = False


class _Typing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    state: str


class _Reaction(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    emoji: str


class _Edit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    text: str


class _Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    times: int | None = None
    measure: float | None = None
    chance: float = 1.0


def routes() -> list[web.RouteDef]:
    """The calls of this file."""
    api = "/simulator/api"
    chat = api + "/chats/{account}/{person}"
    return [
        web.get(api + "/live", _live),
        web.get(api + "/state", _state),
        web.get(api + "/ledger", _ledger),
        web.get(api + "/media/{account}/{key}", _media),
        web.post(api + "/people", _meet),
        web.post(chat + "/messages", _write),
        web.post(chat + "/read", _read),
        web.post(chat + "/typing", _type),
        web.put(chat + "/messages/{key}", _edit),
        web.delete(chat + "/messages/{key}", _revoke),
        web.put(chat + "/messages/{key}/reaction", _react),
        web.post(api + "/accounts/{account}/{act}", _turn),
        web.get(api + "/faults", _faults),
        web.put(api + "/faults/{name}", _set_fault),
        web.delete(api + "/faults/{name}", _clear_fault),
        web.delete(api + "/faults", _clear_fault),
        web.post(api + "/faults/release", _release),
    ]


def state(app: web.Application) -> dict[str, Any]:
    """Everything that the page shows."""
    whatsapp = app[WHATSAPP]
    people = list(whatsapp.people.values())[:_PEOPLE_SHOWN]
    return {
        "accounts": [account_view(account) for account in whatsapp.accounts.values()],
        "people": [person_view(person) for person in people],
        "faults": faults_view(whatsapp.faults),
        "traffic": traffic_view(whatsapp.hooks),
        "console_url": app[CONSOLE_URL],
    }


async def _state(request: web.Request) -> web.Response:
    return answer(state(request.app))


async def _ledger(request: web.Request) -> web.Response:
    whatsapp = request.app[WHATSAPP]
    sends = {account.name: account.history.sends() for account in whatsapp.accounts.values()}
    counts = traffic_view(whatsapp.hooks)["counts"]
    return answer({"counts": counts, "acknowledged": sorted(whatsapp.hooks.acknowledged()), "sends": sends})


async def _live(request: web.Request) -> web.StreamResponse:
    """Server-sent events: the whole state first, then each change."""
    live = request.app[WHATSAPP].live
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await stream.prepare(request)
    page = live.open()
    with contextlib.suppress(ConnectionResetError):
        try:
            await _send(stream, msgspec.json.encode({"t": "state", **state(request.app)}))
            while True:
                try:
                    frame = await asyncio.wait_for(page.get(), _HEARTBEAT_S)
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                    continue
                if frame is None:
                    break
                await _send(stream, frame)
        finally:
            live.close(page)
    return stream


async def _send(stream: web.StreamResponse, frame: bytes) -> None:
    await stream.write(b"data: " + frame + b"\n\n")


async def _media(request: web.Request) -> web.Response:
    message = _account(request).history.find(request.match_info["key"])
    if message is None or message.media is None:
        raise WahaError(404, {"error": "There is no such file"})
    is_picture = message.media.mimetype in ("image/png", "image/jpeg", "image/gif", "image/webp")
    headers = {
        "Content-Type": message.media.mimetype if is_picture else "application/octet-stream",
        "Content-Disposition": "inline" if is_picture else "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return web.Response(body=message.media.data, headers=headers)


async def _meet(request: web.Request) -> web.Response:
    body = await read(request, _NewPerson)
    try:
        person = request.app[WHATSAPP].meet(body.name[:80], hidden=body.hidden)
    except ValueError as error:
        raise WahaError(409, {"error": str(error)}) from error
    return answer(person_view(person), 201)


async def _write(request: web.Request) -> web.Response:
    body = await read(request, _NewMessage)
    account, person = _account(request), _person(request)
    try:
        draft = samples.draft(body.kind, body.text.strip()[:_TEXT_LIMIT], body.reply_to)
    except KeyError as error:
        raise WahaError(422, {"error": f"There is no message of kind {error}"}) from error
    if body.kind == "text" and not draft.text:
        raise WahaError(422, {"error": "A message needs a text"})
    write = request.app[WHATSAPP].type_on_phone if body.from_me else request.app[WHATSAPP].write
    return answer(message_view(account, write(account, person, draft)), 201)


async def _read(request: web.Request) -> web.Response:
    request.app[WHATSAPP].read(_account(request), _person(request))
    return answer({})


async def _type(request: web.Request) -> web.Response:
    body = await read(request, _Typing)
    if body.state not in _PRESENCES:
        raise WahaError(422, {"error": f"A presence is one of {', '.join(_PRESENCES)}"})
    request.app[WHATSAPP].typing(_account(request), _person(request), body.state)
    return answer({})


async def _edit(request: web.Request) -> web.Response:
    body = await read(request, _Edit)
    account, message = _written(request)
    request.app[WHATSAPP].edit(account, message, body.text[:_TEXT_LIMIT])
    return answer(message_view(account, message))


async def _revoke(request: web.Request) -> web.Response:
    account, message = _written(request)
    request.app[WHATSAPP].revoke(account, message)
    return answer(message_view(account, message))


async def _react(request: web.Request) -> web.Response:
    body = await read(request, _Reaction)
    account, message = _message(request)
    request.app[WHATSAPP].react(account, message, body.emoji[:16])
    return answer(message_view(account, message))


async def _turn(request: web.Request) -> web.Response:
    account, whatsapp, act = _account(request), request.app[WHATSAPP], request.match_info["act"]
    if act == "start" and account.status in ("STOPPED", "FAILED"):
        whatsapp.begin(account)
    elif act == "scan" and account.status == "SCAN_QR_CODE":
        whatsapp.pair(account)
    elif act in ("stop", "fail") and account.status not in ("STOPPED", "FAILED"):
        whatsapp.turn(account, "STOPPED" if act == "stop" else "FAILED")
    else:
        raise WahaError(409, {"error": f"{act} means nothing while the session is {account.status}"})
    return answer({"status": account.status})


async def _faults(request: web.Request) -> web.Response:
    return answer(faults_view(request.app[WHATSAPP].faults))


async def _set_fault(request: web.Request) -> web.Response:
    body = await read(request, _Fault)
    try:
        request.app[WHATSAPP].faults.set(
            request.match_info["name"], times=body.times, measure=body.measure, chance=body.chance
        )
    except KeyError as error:
        raise WahaError(404, {"error": f"There is no fault {error}"}) from error
    return await _faults(request)


async def _clear_fault(request: web.Request) -> web.Response:
    name = request.match_info.get("name")
    request.app[WHATSAPP].faults.clear(name)
    if name in (None, "reorder"):
        request.app[WHATSAPP].hooks.release()
    return await _faults(request)


async def _release(request: web.Request) -> web.Response:
    request.app[WHATSAPP].hooks.release()
    return answer({})


def _account(request: web.Request) -> Account:
    account = request.app[WHATSAPP].accounts.get(request.match_info["account"])
    if account is None:
        raise WahaError(404, {"error": "There is no such session"})
    return account


def _person(request: web.Request) -> Person:
    person = request.app[WHATSAPP].people.get(request.match_info["person"])
    if person is None:
        raise WahaError(404, {"error": "There is no such customer"})
    return person


def _message(request: web.Request) -> tuple[Account, Message]:
    account, person = _account(request), _person(request)
    message = account.history.find(request.match_info["key"])
    if message is None or message.person is not person:
        raise WahaError(404, {"error": "There is no such message"})
    return account, message


def _written(request: web.Request) -> tuple[Account, Message]:
    account, message = _message(request)
    if message.from_me or message.is_revoked:
        raise WahaError(409, {"error": "Only one's own message can be changed"})
    return account, message
