"""Webhooks: signed, posted in parallel, retried as WAHA does, and written down in a ledger."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import random
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec

from gateway import clock
from gateway.waha.simulator.accounts import Account, Retries, Webhook
from gateway.waha.simulator.faults import Faults

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_PLATFORM = "linux/x64"

Told = tuple[str, dict[str, Any]]


class Delivery(msgspec.Struct, kw_only=True, eq=False):
    """One webhook on its way to one address, and what became of it."""

    request_id: str
    event_id: str
    event: str
    session: str
    key: str
    # What a reader of the list wants to know beside the event.
    note: str
    url: str
    at_ms: int
    attempts: int = 0
    status: int | None = None
    error: str = ""
    # waiting, acknowledged (a 2xx came), given_up (out of retries), dropped (by a fault or a full queue)
    outcome: str = "waiting"
    took_ms: float = 0


class Counts(msgspec.Struct, kw_only=True):
    """How many webhooks there have been, and what became of them."""

    told: int = 0
    posts: int = 0
    acknowledged: int = 0
    given_up: int = 0
    dropped: int = 0


class Hooks:
    """Sends the events of all accounts, and remembers what was acknowledged."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        faults: Faults,
        *,
        dice: random.Random,
        version: str,
        time_scale: float,
        queue_limit: int,
        on_change: Callable[[Delivery], None],
    ) -> None:
        self.ledger: deque[Delivery] = deque(maxlen=200_000)
        self.counts = Counts()
        self._http = http
        self._faults = faults
        self._dice = dice
        self._version = version
        self._time_scale = time_scale
        self._queue_limit = queue_limit
        self._on_change = on_change
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Callable[[], asyncio.Task[None]]] = []

    @property
    def waiting(self) -> int:
        """Webhooks that are not yet acknowledged, given up or dropped."""
        return len(self._tasks) + len(self._held)

    def tell(self, account: Account, told: list[Told], *, key: str = "", event_id: str = "") -> list[Delivery]:
        """Send the events of one fact to every webhook that wants them; the faults strike here."""
        made = event_id or new_event_id()
        is_dropped = self._faults.take("drop") is not None
        again = self._faults.take("replay")
        deliveries = self._post_all(account, told, key, made, is_dropped)
        for _ in range(int(again.measure) - 1 if again and not is_dropped else 0):
            deliveries += self._post_all(account, told, key, new_event_id(), False)
        return deliveries

    def acknowledged(self, event: str = "") -> set[str]:
        """The keys of the messages for which some webhook, of this event or of any, got a 2xx."""
        taken = (each for each in self.ledger if each.outcome == "acknowledged" and event in ("", each.event))
        return {each.key for each in taken if each.key}

    def release(self) -> None:
        """Let go what the fault `reorder` holds back, shuffled."""
        held, self._held = self._held, []
        self._dice.shuffle(held)
        for start in held:
            start()

    async def settled(self, timeout_s: float = 30) -> None:
        """Wait until no webhook is on its way."""
        self.release()
        async with asyncio.timeout(timeout_s):
            while self._tasks:
                await asyncio.wait(self._tasks)

    async def over(self, deliveries: list[Delivery], timeout_s: float = 5) -> None:
        """Wait a while until these are acknowledged, given up or dropped."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while any(delivery.outcome == "waiting" for delivery in deliveries) and self._tasks:
                    await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """Forget what is waiting, as WAHA does when its process ends."""
        self._held.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _post_all(
        self, account: Account, told: list[Told], key: str, event_id: str, is_dropped: bool
    ) -> list[Delivery]:
        at_ms = clock.now_ms()
        deliveries = []
        for nth, (event, payload) in enumerate(told):
            its_id = event_id if nth == 0 or account.engine != "WEBJS" else new_event_id()
            takers = [hook for hook in account.webhooks if self._goes_to(hook, event)]
            body = self._envelope(account, event, payload, its_id, at_ms) if takers else b""
            for hook in takers:
                deliveries += self._post(
                    account, hook, body, event, key, its_id, at_ms, is_dropped, _note(event, payload)
                )
        return deliveries

    def _goes_to(self, hook: Webhook, event: str) -> bool:
        is_forced = event == "message" and hook.wants("message.any") and self._faults.is_on("both")
        return hook.wants(event) or is_forced

    def _post(
        self,
        account: Account,
        hook: Webhook,
        body: bytes,
        event: str,
        key: str,
        event_id: str,
        at_ms: int,
        is_dropped: bool,
        note: str,
    ) -> list[Delivery]:
        double = self._faults.take("double")
        deliveries = []
        for _ in range(int(double.measure) if double else 1):
            delivery = Delivery(
                request_id=secrets.token_hex(12),
                event_id=event_id,
                event=event,
                session=account.name,
                key=key,
                note=note,
                url=hook.url,
                at_ms=at_ms,
            )
            self.ledger.append(delivery)
            self.counts.told += 1
            deliveries.append(delivery)
            if is_dropped or self.waiting >= self._queue_limit:
                self._over(delivery, "dropped")
            else:
                self._start_or_hold(hook, body, delivery)
        return deliveries

    def _start_or_hold(self, hook: Webhook, body: bytes, delivery: Delivery) -> None:
        delay = self._faults.take("delay")

        def start() -> asyncio.Task[None]:
            task = asyncio.create_task(self._deliver(hook, body, delivery, delay.measure if delay else 0))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return task

        if reorder := self._faults.take("reorder"):
            self._held.append(start)
            if len(self._held) >= reorder.measure:
                self.release()
        else:
            start()

    async def _deliver(self, hook: Webhook, body: bytes, delivery: Delivery, delay_s: float) -> None:
        if delay_s:
            await asyncio.sleep(delay_s * self._time_scale)
        retries = hook.retries or Retries()
        headers = _headers(hook, body, delivery, self._version)
        for nth in range(retries.attempts + 1):
            asked_to_wait = await self._attempt(hook.url, body, headers, delivery)
            if delivery.outcome == "acknowledged":
                return
            if nth < retries.attempts:
                pause = retry_delay_s(retries, nth, self._dice) if asked_to_wait is None else asked_to_wait
                await asyncio.sleep(pause * self._time_scale)
        self._over(delivery, "given_up")

    async def _attempt(self, url: str, body: bytes, headers: dict[str, str], delivery: Delivery) -> float | None:
        """Post once; the answer is how long the receiver wants us to wait, if it said so."""
        delivery.attempts += 1
        self.counts.posts += 1
        started_ms = clock.now_ms()
        asked: float | None = None
        try:
            # Redirects are followed as WAHA follows them: after a 301 or 302 as a GET, and the event is lost.
            async with self._http.post(url, data=body, headers=headers) as response:
                await response.read()
                delivery.status, delivery.error = response.status, ""
                asked = _seconds(response.headers.get("Retry-After"))
        except (aiohttp.ClientError, OSError) as error:
            delivery.status, delivery.error = None, type(error).__name__
        delivery.took_ms = clock.now_ms() - started_ms
        if delivery.status is not None and 200 <= delivery.status < 300:
            self._over(delivery, "acknowledged")
        else:
            self._on_change(delivery)
        return asked

    def _over(self, delivery: Delivery, outcome: str) -> None:
        delivery.outcome = outcome
        setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)
        self._on_change(delivery)

    def _envelope(self, account: Account, event: str, payload: dict[str, Any], event_id: str, at_ms: int) -> bytes:
        me = {"me": account.me} if account.me else {}
        # GOWS leaves `engine` out (2026.2.1); everyone names it in `environment`.
        engine = {} if account.engine == "GOWS" else {"engine": account.engine}
        return msgspec.json.encode(
            {
                "id": event_id,
                "timestamp": at_ms,
                "event": event,
                "session": account.name,
                "metadata": account.metadata,
                **me,
                "payload": payload,
                **engine,
                "environment": environment(account.engine, self._version),
            }
        )


def environment(engine: str, version: str) -> dict[str, Any]:
    """What WAHA says about itself."""
    browser = "/usr/bin/chromium" if engine == "WEBJS" else None
    about = {"version": version, "engine": engine, "tier": "CORE", "browser": browser}
    return {**about, "platform": _PLATFORM, "worker": {"id": None}}


def sign(key: str, body: bytes) -> str:
    """The X-Webhook-Hmac of a body."""
    return hmac.new(key.encode(), body, hashlib.sha512).hexdigest()


def retry_delay_s(retries: Retries, nth: int, dice: random.Random) -> float:
    """The pause after the nth failed attempt (from 0), by the rules that were measured on WAHA."""
    base = retries.delay_seconds
    if retries.policy == "constant":
        return base
    if retries.policy == "linear":
        return base * (nth + 1)
    return float(base * 2 ** (nth + 1) * (1 + dice.random() / 5))


def new_event_id() -> str:
    """`evt_` and a lower-case ULID."""
    number = clock.now_ms() << 80 | secrets.randbits(80)
    return "evt_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def _headers(hook: Webhook, body: bytes, delivery: Delivery, version: str) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"WAHA/{version}",
        "X-Webhook-Request-Id": delivery.request_id,
        "X-Webhook-Timestamp": str(delivery.at_ms),
    }
    headers.update({header.name: header.value for header in hook.custom_headers or []})
    if hook.hmac and hook.hmac.key:
        headers["X-Webhook-Hmac"] = sign(hook.hmac.key, body)
        headers["X-Webhook-Hmac-Algorithm"] = "sha512"
    return headers


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdigit() else None


def _note(event: str, payload: dict[str, Any]) -> str:
    if event == "presence.update":
        return str(payload["presences"][0]["lastKnownPresence"])
    said = {"message.ack": "ackName", "session.status": "status"}.get(event, "body")
    return str(payload.get(said) or "")[:60]
