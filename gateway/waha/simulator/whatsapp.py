"""The imagined WhatsApp between customers and accounts: who wrote, read, typed, and what WAHA tells of it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Coroutine
from typing import Any

import msgspec

from gateway import clock
from gateway.waha.simulator import engines
from gateway.waha.simulator.accounts import Account, Engine
from gateway.waha.simulator.faults import Faults
from gateway.waha.simulator.hooks import Hooks
from gateway.waha.simulator.live import Live
from gateway.waha.simulator.messages import DEVICE, READ, SERVER, Chat, Location, Media, Message, new_key
from gateway.waha.simulator.pace import Pace
from gateway.waha.simulator.people import ACCOUNT_PHONE, Person, cast, invent
from gateway.waha.simulator.views import faults_view, message_view, person_view, traffic_view

_PEOPLE_LIMIT = 100_000
_TRAFFIC_S = 0.2


class Draft(msgspec.Struct, kw_only=True, frozen=True):
    """What a message says, before it is one."""

    text: str = ""
    media: Media | None = None
    location: Location | None = None
    contacts: tuple[str, ...] = ()
    is_opaque: bool = False
    reply_to: str | None = None


class WhatsApp:
    """All people and accounts, and everything that passes between them."""

    def __init__(
        self, *, engine: Engine, pace: Pace, faults: Faults, hooks: Hooks, live: Live, dice: random.Random
    ) -> None:
        self.engine: Engine = engine
        self.pace = pace
        self.faults = faults
        self.hooks = hooks
        self.live = live
        self.base_url = ""
        self.accounts: dict[str, Account] = {}
        self.people: dict[str, Person] = {}
        self._by_lid: dict[str, Person] = {}
        self._dice = dice
        self._stopping = asyncio.Event()
        self._traffic_due: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        faults.on_change = lambda: live.publish("faults", faults=faults_view(faults))
        for person in cast():
            self._know(person)

    # People

    def meet(self, name: str = "", *, hidden: bool = False) -> Person:
        """A customer who was not there before."""
        if len(self.people) >= _PEOPLE_LIMIT:
            raise ValueError(f"there are {_PEOPLE_LIMIT} people already")
        person = invent(len(self.people), self._dice, name=name, hidden=hidden)
        self._know(person)
        self.live.publish("person", person=person_view(person))
        return person

    def who(self, chat_id: str) -> Person | None:
        """The person behind a chat id, a hidden id or a bare phone number."""
        digits, _, server = chat_id.partition("@")
        if server == "lid":
            return self._by_lid.get(chat_id)
        return self.people.get(digits.lstrip("+"))

    # What customers do

    def write(self, account: Account, person: Person, draft: Draft, *, key: str = "", at_ms: int = 0) -> Message:
        """A customer writes; an account that is not connected hears of it when it comes back."""
        message = self._message(account, person.chat_id, person, draft, from_me=False, key=key, at_ms=at_ms)
        if account.status == "WORKING":
            self._tell_message(account, message)
        else:
            account.backlog.append(message)
        return message

    def read(self, account: Account, person: Person) -> None:
        """A customer opens the chat: everything in it that we wrote is read."""
        for message in self._chat(account, person).messages:
            if message.from_me and message.ack < READ and not message.is_stuck:
                self._raise_ack(account, message, READ)

    def typing(self, account: Account, person: Person, state: str) -> None:
        """A customer types, records, pauses, comes or goes.

        WhatsApp tells this to an account that is online, without a subscription to the chat.
        """
        seen = clock.now_ms() // 1000 if state == "offline" else None
        presence = {"participant": person.chat_id, "lastKnownPresence": state, "lastSeen": seen}
        if account.status == "WORKING":
            self.hooks.tell(account, [("presence.update", {"id": person.chat_id, "presences": [presence]})])

    def react(self, account: Account, message: Message, emoji: str, *, from_me: bool = False) -> str:
        """Someone reacts to a message, or takes the reaction back; the answer is the key of the act."""
        if from_me:
            message.our_reaction = emoji
        else:
            message.reaction = emoji
        key, now = new_key(from_me=from_me), clock.now_ms()
        payload = engines.reaction(account, message, emoji, action_key=key, from_me=from_me, at_ms=now)
        self.hooks.tell(account, [("message.reaction", payload)], key=message.key)
        self.show(account, message)
        return key

    def edit(self, account: Account, message: Message, text: str) -> None:
        """Its writer changes the text of a message."""
        message.text, message.is_edited = text, True
        key = new_key(from_me=message.from_me)
        payload = engines.edited(account, self.base_url, message, action_key=key, at_ms=clock.now_ms())
        self.hooks.tell(account, [("message.edited", payload)], key=message.key)
        self.show(account, message)

    def revoke(self, account: Account, message: Message) -> None:
        """Its writer deletes a message for everyone."""
        key = new_key(from_me=message.from_me)
        payload = engines.revoked(account, self.base_url, message, action_key=key, at_ms=clock.now_ms())
        message.is_revoked, message.text, message.media = True, "", None
        self.hooks.tell(account, [("message.revoked", payload)], key=message.key)
        self.show(account, message)

    # What the account does

    def type_on_phone(self, account: Account, person: Person, draft: Draft) -> Message:
        """Someone at the business answers on the phone itself, past the gateway."""
        message = self._message(account, person.chat_id, person, draft, from_me=True)
        self._tell_message(account, message)
        self._later(self._run_acks(account, message))
        return message

    def accept(self, account: Account, chat_id: str, draft: Draft, *, key: str = "") -> tuple[Message, bool]:
        """Take a message to send; under a key that is there already it is the same message, and not new."""
        if key and (there := account.history.find(key)):
            there.sends += 1
            return there, False
        message = self._message(account, chat_id, self.who(chat_id), draft, from_me=True, key=key, source="api")
        message.sends = 1
        return message, True

    async def echo(self, account: Account, message: Message) -> None:
        """Tell our own webhooks of our own message, when WAHA does: just before the send is answered."""
        if self.faults.take("echo_never") is None:
            if self.faults.take("echo_after"):
                self._later(self._echo_late(account, message))
            else:
                deliveries = self._tell_message(account, message)
                if self.faults.take("echo_first"):
                    await self.hooks.over(deliveries)
                await asyncio.sleep(self._dice.uniform(*self.pace.echo_lead_s))
        self._later(self._run_acks(account, message))

    def see(self, account: Account, chat_id: str) -> list[str]:
        """The account reads a chat; the answer names what was unread."""
        person = self.who(chat_id)
        chat = account.history.chat(chat_id, person)
        unseen = [message for message in chat.messages if not message.from_me and not message.is_seen]
        for message in unseen:
            message.is_seen = True
            self.show(account, message)
        return [message.id for message in unseen]

    def type_to(self, account: Account, chat_id: str, *, is_typing: bool) -> None:
        """The account types, or stops typing, to someone."""
        if person := self.who(chat_id):
            self.live.publish("typing", account=account.name, person=person.phone, on=is_typing)

    # Sessions

    def open(self, name: str, config: dict[str, Any] | None) -> Account:
        """A new account under its name; raises msgspec.ValidationError when the configuration is none."""
        phone = str(int(ACCOUNT_PHONE) + len(self.accounts))
        account = Account(name, engine=self.engine, phone=phone, push_name="Support desk")
        account.configure(config)
        self.accounts[name] = account
        self.live.publish("account", account=name, status=account.status)
        return account

    async def start(self, account: Account) -> None:
        """Connect an account: STARTING, the QR code if it is not paired, WORKING, and then its backlog."""
        self.turn(account, "STARTING")
        await asyncio.sleep(self.pace.start_s)
        if not account.is_paired:
            self.turn(account, "SCAN_QR_CODE")
            if self.pace.pair_s is None:
                return
            await asyncio.sleep(self.pace.pair_s)
        self.pair(account)

    def pair(self, account: Account) -> None:
        """The QR code has been scanned, or needs no scanning."""
        account.is_paired = True
        self.turn(account, "WORKING")
        backlog, account.backlog = account.backlog, []
        for message in backlog:
            self._tell_message(account, message)

    def turn(self, account: Account, status: str) -> None:
        """Bring an account to another status, and tell it."""
        account.turn(status, clock.now_ms())
        told = {"name": account.name, "status": status, "statuses": account.statuses}
        self.hooks.tell(account, [("session.status", told)])
        self.live.publish("account", account=account.name, status=status)

    def begin(self, account: Account) -> None:
        """Start an account in the background, as the REST call does."""
        self._later(self.start(account))

    # Underneath

    def show(self, account: Account, message: Message) -> None:
        """Draw a message on the open phone pages."""
        account.activity_ms = clock.now_ms()
        if message.person:
            self.live.publish(
                "message", account=account.name, person=message.person.phone, message=message_view(account, message)
            )

    def traffic(self) -> None:
        """Show the open phone pages what became of the webhooks, a few times a second."""
        if self._traffic_due is None and self.live.is_watched:
            self._traffic_due = asyncio.get_running_loop().call_later(_TRAFFIC_S, self._show_traffic)

    async def hush(self, seconds: float) -> None:
        """Say nothing for a while, or until the simulator stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def settled(self, timeout_s: float = 30) -> None:
        """Wait until nothing is under way: no ack to come, no webhook on its way."""
        async with asyncio.timeout(timeout_s):
            while self._tasks or self.hooks.waiting:
                if self._tasks:
                    await asyncio.wait(self._tasks)
                await self.hooks.settled(timeout_s)

    async def close(self) -> None:
        """Stop everything that is under way."""
        if self._traffic_due is not None:
            self._traffic_due.cancel()
        self._stopping.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _show_traffic(self) -> None:
        self._traffic_due = None
        self.live.publish("traffic", traffic=traffic_view(self.hooks))

    def _know(self, person: Person) -> None:
        self.people[person.phone] = person
        self._by_lid[person.lid] = person

    def _chat(self, account: Account, person: Person) -> Chat:
        return account.history.chat(person.chat_id, person)

    def _message(
        self,
        account: Account,
        chat_id: str,
        person: Person | None,
        draft: Draft,
        *,
        from_me: bool,
        key: str = "",
        at_ms: int = 0,
        source: str = "app",
    ) -> Message:
        message = Message(
            key=key or new_key(from_me=from_me),
            chat_id=chat_id,
            person=person,
            from_me=from_me,
            at_ms=at_ms or clock.now_ms(),
            source=source,
            **{name: getattr(draft, name) for name in Draft.__struct_fields__},
        )
        account.history.add(message)
        self.show(account, message)
        return message

    def _tell_message(self, account: Account, message: Message) -> list[Any]:
        told = []
        forms = [message.chat_id]
        if message.person and self.faults.take("twin"):
            person = message.person
            forms.append(person.lid if message.chat_id == person.phone_id else person.phone_id)
        for form in forms:
            payload = engines.message(account, self.base_url, message, chat_id=form)
            kinds = ("message.any",) if message.from_me else ("message", "message.any")
            told += self.hooks.tell(account, [(kind, payload) for kind in kinds], key=message.key)
        if not message.from_me and message.ack < DEVICE:
            message.ack = DEVICE
            self.show(account, message)
        return told

    async def _echo_late(self, account: Account, message: Message) -> None:
        await asyncio.sleep(0.05 * self.pace.time_scale)
        self._tell_message(account, message)

    async def _run_acks(self, account: Account, message: Message) -> None:
        message.is_stuck = self.faults.take("stuck_ack") is not None or message.person is None
        await asyncio.sleep(self.pace.server_ack_s)
        self._tell_ack(account, message, SERVER)
        if message.is_stuck:
            return
        await asyncio.sleep(self.pace.device_ack_s)
        self._raise_ack(account, message, DEVICE)
        if self.pace.read_s is not None:
            await asyncio.sleep(self.pace.read_s)
            self._raise_ack(account, message, READ)

    def _raise_ack(self, account: Account, message: Message, level: int) -> None:
        levels = list(range(message.ack + 1, level + 1))
        if levels and self.faults.take("shuffled_acks"):
            levels = [*reversed(levels), *reversed(levels)]
        for each in levels:
            self._tell_ack(account, message, each)

    def _tell_ack(self, account: Account, message: Message, level: int) -> None:
        message.ack = max(message.ack, level)
        payload = engines.ack(account, self.base_url, message, level)
        self.hooks.tell(account, [("message.ack", payload)], key=message.key)
        self.show(account, message)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
