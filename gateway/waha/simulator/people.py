"""The invented customers who write to the account, and how to invent more of them."""

from __future__ import annotations

import random

import msgspec

# Ofcom keeps 07700 900000-900999 for drama, so none of these numbers can ever ring anyone.
_FICTION = 447700900000
_FICTION_ENDS = 1000
# No country has +999; a crowd that drama has no numbers for lives there.
_NOWHERE = 999000000000
ACCOUNT_PHONE = str(_FICTION)

_MORE = ("Adi", "Bela", "Citra", "Dario", "Elif", "Farah", "Goran", "Hana", "Ines", "Joko", "Kemal", "Lucia", "Nadia")
_LAST = ("Kusuma", "Okafor", "Lindqvist", "Marques", "Novak", "Putra", "Quispe", "Sato", "Utami", "Vidal")


class Person(msgspec.Struct, kw_only=True, eq=False):
    """A customer: a name, a phone, and the hidden id (LID) that WhatsApp gives in place of the phone."""

    phone: str
    name: str
    about: str = ""
    hidden: bool = False

    @property
    def phone_id(self) -> str:
        """The chat id made of the phone number."""
        return f"{self.phone}@c.us"

    @property
    def lid(self) -> str:
        """The hidden id; it has nothing to do with the digits of the phone."""
        return f"{int(self.phone) * 7 % 10**12 + 2 * 10**14}@lid"

    @property
    def chat_id(self) -> str:
        """The id under which the account sees this person."""
        return self.lid if self.hidden else self.phone_id

    @property
    def other_id(self) -> str:
        """The id under which the account could also see this person."""
        return self.phone_id if self.hidden else self.lid


def cast() -> list[Person]:
    """The customers that a new simulator starts with."""
    return [
        _person(101, "Sari Wijaya", "Runs a small batik shop"),
        _person(102, "Budi Santoso", "Always in a hurry"),
        _person(103, "Ana Costa", "Just moved house"),
        _person(104, "Yusuf Rahman", "Hides his number", hidden=True),
        _person(105, "Mei Lin", "Collects receipts"),
        _person(106, "ليلى حداد", "Writes from right to left"),
        _person(107, "Priya Nair", "Hides her number", hidden=True),
    ]


def invent(nth: int, dice: random.Random, *, name: str = "", hidden: bool = False) -> Person:
    """A new customer; `nth` makes the number, the dice make the name."""
    made = name.strip() or f"{dice.choice(_MORE)} {dice.choice(_LAST)}"
    return _person(nth + 200, made, "", hidden=hidden)


def _person(number: int, name: str, about: str, *, hidden: bool = False) -> Person:
    phone = (_FICTION if number < _FICTION_ENDS else _NOWHERE) + number
    return Person(phone=str(phone), name=name, about=about, hidden=hidden)
