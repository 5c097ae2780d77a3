"""The checker: four ledgers that must tell the same story, and in what they differ.

The ledgers: the provider (what customers wrote and what we acknowledged), PostgreSQL, the agents' folds of the log,
and the customers' phones. Nothing here trusts the product's own serializers: it reads columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.waha.simulator.messages import Message
from tests.faults.agent import Agent, Fold
from tests.faults.rig import Rig

Row = Any  # a row by its columns
_ON_ITS_WAY = {"accepted", "sent", "delivered", "read", "played"}


@dataclass
class Ledgers:
    """What each side holds at the same quiet moment."""

    phone: list[Message]
    acknowledged: set[str]
    messages: Sequence[Row]
    sessions: Sequence[Row]
    log: Sequence[Row]
    head: Row


async def agree(rig: Rig, *, unknown: Iterable[str] | None = ()) -> None:
    """Wait until all is quiet, then assert that nothing is lost, doubled or out of order, and that exactly the answers
    with these texts are marked unknown."""
    await rig.settled()
    differences = compare(await read(rig), rig.agents, unknown=unknown)
    told = "\n".join(differences)
    assert not differences, f"seed {rig.seed}: {len(differences)} differences\n{told}"


async def read(rig: Rig) -> Ledgers:
    """Read every ledger."""
    organization_id = rig.tenant.organization_id
    messages = "SELECT * FROM messages WHERE organization_id = $1 ORDER BY session_id, seq"
    events = "SELECT seq, id, type, session_id FROM events WHERE organization_id = $1 ORDER BY seq"
    return Ledgers(
        phone=rig.simulator.account().history.all(),
        acknowledged=rig.simulator.acknowledged(event="message.any"),
        messages=await rig.rows(messages, organization_id),
        sessions=await rig.rows("SELECT * FROM chat_sessions WHERE organization_id = $1", organization_id),
        log=await rig.rows(events, organization_id),
        head=(await rig.rows("SELECT * FROM event_streams WHERE organization_id = $1", organization_id))[0],
    )


def compare(ledgers: Ledgers, agents: Sequence[Agent], *, unknown: Iterable[str] | None = ()) -> list[str]:
    """In what the ledgers differ, a line for each."""
    found = [*_inbound(ledgers), *_outbound(ledgers), *_sessions(ledgers), *_log(ledgers)]
    doubted = sorted(row["message_text"] for row in ledgers.messages if row["delivery_status"] == "unknown")
    if unknown is not None and doubted != sorted(unknown):
        found.append(f"marked unknown: {doubted}, expected {sorted(unknown)}")
    for nth, agent in enumerate(agents):
        found += [
            f"agent {nth}: {line}"
            for line in [*agent.fold.objections, *_told(ledgers, agent), *_screen(ledgers, agent.fold)]
        ]
    return found


def _inbound(ledgers: Ledgers) -> list[str]:
    written = {message.key for message in ledgers.phone if not message.from_me}
    stored = Counter(row["external_id"] for row in ledgers.messages if row["direction"] == "inbound")
    return [
        *(f"lost: {key} was acknowledged" for key in (ledgers.acknowledged & written) - set(stored)),
        *(f"lost: {key} was written" for key in written - set(stored)),
        *(f"made up: {key}" for key in set(stored) - written),
        *(f"doubled: {key} is {times} rows" for key, times in stored.items() if times > 1),
    ]


def _outbound(ledgers: Ledgers) -> list[str]:
    ours = [row for row in ledgers.messages if row["direction"] == "outbound"]
    sent = {message.key: message for message in ledgers.phone if message.from_me}
    texts = Counter(message.text for message in sent.values())
    rows = Counter(row["message_text"] for row in ours)
    seqs = {row["external_id"]: (row["session_id"], row["seq"]) for row in ours}
    return [
        *(f"doubled: {text!r} is {times} times on the phone" for text, times in texts.items() if times > 1),
        *(f"doubled: {text!r} is {times} rows" for text, times in rows.items() if times > 1),
        *(
            f"lost: {row['message_text']!r} is {row['delivery_status']} and not on the phone"
            for row in ours
            if row["delivery_status"] in _ON_ITS_WAY and row["external_id"] not in sent
        ),
        *(
            f"needless doubt: {row['message_text']!r} is unknown, and on the phone"
            for row in ours
            if row["delivery_status"] == "unknown" and row["message_text"] in texts
        ),
        *(f"lost: {row['message_text']!r} is still {row['delivery_status']}" for row in ours if _is_unsent(row)),
        *(f"lost: {message.text!r} is on the phone only" for message in sent.values() if message.text not in rows),
        *_swapped([(message.text, seqs[message.key]) for message in sent.values() if message.key in seqs]),
    ]


def _is_unsent(row: Row) -> bool:
    return row["delivery_status"] in ("queued", "sending", "failed")


def _swapped(in_order: list[tuple[str, tuple[Any, int]]]) -> list[str]:
    latest: dict[Any, int] = {}
    found = []
    for text, (session_id, seq) in in_order:
        if seq < latest.get(session_id, 0):
            found.append(f"out of order: {text!r} ({seq}) was sent after {latest[session_id]}")
        latest[session_id] = max(seq, latest.get(session_id, 0))
    return found


def _sessions(ledgers: Ledgers) -> list[str]:
    found = []
    open_ = Counter(row["customer_id"] for row in ledgers.sessions if row["status"] not in ("resolved", "closed"))
    found += [f"doubled: customer {id_} has {times} open sessions" for id_, times in open_.items() if times > 1]
    for session in ledgers.sessions:
        its = [row for row in ledgers.messages if row["session_id"] == session["id"]]
        inbound = sum(row["direction"] == "inbound" for row in its)
        wrong = {
            "seq": ([row["seq"] for row in its], list(range(1, len(its) + 1))),
            "message_seq": (session["message_seq"], len(its)),
            "total_messages": (session["total_messages"], len(its)),
            "customer_messages": (session["customer_messages"], inbound),
            "unread_count": (session["unread_count"], inbound),
        }
        found += [f"session {session['id']}: {name} is {a}, not {b}" for name, (a, b) in wrong.items() if a != b]
    return found


def _log(ledgers: Ledgers) -> list[str]:
    numbers, ids = [row["seq"] for row in ledgers.log], [row["id"] for row in ledgers.log]
    created = Counter(row["session_id"] for row in ledgers.log if row["type"] == "message.created")
    expected = Counter(row["session_id"] for row in ledgers.messages)
    end = (numbers[-1], ids[-1]) if numbers else (0, None)
    return [
        *([f"the log is numbered {numbers}"] if numbers != list(range(1, len(numbers) + 1)) else []),
        *(["the ids of the log do not rise"] if ids != sorted(ids) or len(set(ids)) < len(ids) else []),
        *(
            [f"the log ends at {end}, its head says {_position(ledgers.head)}"]
            if end != _position(ledgers.head)
            else []
        ),
        *([f"events of created messages: {created}, messages: {expected}"] if created != expected else []),
    ]


def _position(head: Row) -> tuple[int, Any]:
    return head["seq"], head["last_event_id"]


def _told(ledgers: Ledgers, agent: Agent) -> list[str]:
    stored = {row["client_message_id"] for row in ledgers.messages}
    return [f"lost: {text!r} was said to be stored" for id_, text in agent.stored.items() if id_ not in stored]


def _screen(ledgers: Ledgers, fold: Fold) -> list[str]:
    """What an agent's screen shows, against the rows."""
    shown = {id_: _shown(each, "status", "text") for id_, each in fold.messages.items()}
    stored = {str(row["id"]): _shown(row, "delivery_status", "message_text") for row in ledgers.messages}
    cards = {id_: _card(each) for id_, each in fold.sessions.items()}
    return [*_unlike(shown, stored), *_unlike(cards, {str(row["id"]): _card(row) for row in ledgers.sessions})]


def _shown(message: Any, status: str, text: str) -> tuple[Any, ...]:
    about = (str(message["session_id"]), message["seq"], message["external_id"], message["rev"])
    return (*about, message[status], message[text])


def _card(session: Any) -> tuple[Any, ...]:
    return session["status"], session["unread_count"], session["message_seq"], session["rev"]


def _unlike(shown: dict[str, Any], stored: dict[str, Any]) -> list[str]:
    return [
        f"shows {shown.get(id_)}, the row is {stored.get(id_)}"
        for id_ in sorted(shown.keys() | stored.keys())
        if shown.get(id_) != stored.get(id_)
    ]
