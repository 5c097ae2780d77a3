"""One WhatsApp message as the phone knows it, and the bounded history of an account's chats."""

from __future__ import annotations

import secrets
from collections import deque

import msgspec

from gateway.waha.simulator.people import Person

ACK_NAMES = {-1: "ERROR", 0: "PENDING", 1: "SERVER", 2: "DEVICE", 3: "READ", 4: "PLAYED"}
SERVER, DEVICE, READ = 1, 2, 3


class Media(msgspec.Struct, kw_only=True, frozen=True):
    """A file that came with a message."""

    mimetype: str
    data: bytes
    filename: str | None = None

    @property
    def kind(self) -> str:
        """What the phone shows it as: image, video, audio or document."""
        major = self.mimetype.partition("/")[0]
        return major if major in ("image", "video", "audio") else "document"

    @property
    def extension(self) -> str:
        """The ending under which WAHA keeps it."""
        if self.filename and "." in self.filename:
            return self.filename.rpartition(".")[2]
        ending = self.mimetype.partition(";")[0].partition("/")[2]
        return {"jpeg": "jpg", "plain": "txt", "ogg": "oga"}.get(ending, ending or "bin")


class Location(msgspec.Struct, kw_only=True, frozen=True):
    """A place on the map."""

    latitude: float
    longitude: float
    name: str = ""


class Message(msgspec.Struct, kw_only=True, eq=False):
    """A message of one chat, seen from the account: `from_me` means the business wrote it."""

    key: str
    chat_id: str
    person: Person | None
    from_me: bool
    text: str
    at_ms: int
    source: str = "app"
    ack: int = SERVER
    media: Media | None = None
    location: Location | None = None
    contacts: tuple[str, ...] = ()
    # A kind of message that WAHA passes on without any content, such as a poll.
    is_opaque: bool = False
    reply_to: str | None = None
    reaction: str = ""
    our_reaction: str = ""
    is_edited: bool = False
    is_revoked: bool = False
    is_seen: bool = False
    # Its ticks stay where they are, for good.
    is_stuck: bool = False
    # How often the gateway has asked to send it; more than one is a retry under the same id.
    sends: int = 0

    @property
    def id(self) -> str:
        """WAHA's id of it."""
        return full_id(self.chat_id, self.key, from_me=self.from_me)


def full_id(chat_id: str, key: str, *, from_me: bool) -> str:
    """The id that WAHA makes of a bare key."""
    return f"{'true' if from_me else 'false'}_{chat_id}_{key}"


def bare_key(message_id: str) -> str:
    """The third piece of WAHA's id; a bare key stays what it is."""
    pieces = message_id.split("_")
    return pieces[2] if len(pieces) > 2 else message_id


def new_key(*, from_me: bool) -> str:
    """A fresh message key in the form of WhatsApp's linked devices or phones."""
    return ("3EB0" if from_me else "3A") + secrets.token_hex(9).upper()


class Chat:
    """The messages with one customer, oldest first."""

    def __init__(self, chat_id: str, person: Person | None) -> None:
        self.chat_id = chat_id
        self.person = person
        self.messages: list[Message] = []

    @property
    def name(self) -> str:
        """What the account calls it."""
        return self.person.name if self.person else self.chat_id.partition("@")[0]


class History:
    """Every chat of an account; the oldest messages leave when it is full."""

    def __init__(self, limit: int = 100_000) -> None:
        self.chats: dict[str, Chat] = {}
        self._by_key: dict[str, Message] = {}
        self._order: deque[str] = deque()
        self._limit = limit

    def add(self, message: Message) -> None:
        """Put a message at the end of its chat."""
        chat = self.chat(message.chat_id, message.person)
        chat.messages.append(message)
        self._by_key[message.key] = message
        self._order.append(message.key)
        while len(self._order) > self._limit:
            self._forget(self._by_key[self._order[0]])

    def chat(self, chat_id: str, person: Person | None) -> Chat:
        """The chat with a person, under whichever of their ids."""
        known_as = person.phone if person else chat_id
        if known_as not in self.chats:
            self.chats[known_as] = Chat(chat_id, person)
        return self.chats[known_as]

    def find(self, key: str) -> Message | None:
        """The message with this bare key."""
        return self._by_key.get(key)

    def all(self) -> list[Message]:
        """Every message, in the order in which they came."""
        return [self._by_key[key] for key in self._order]

    def sends(self) -> dict[str, int]:
        """How often each message was asked to be sent, by its key."""
        return {key: message.sends for key, message in self._by_key.items() if message.sends}

    def _forget(self, message: Message) -> None:
        self._order.remove(message.key)
        del self._by_key[message.key]
        self.chat(message.chat_id, message.person).messages.remove(message)
