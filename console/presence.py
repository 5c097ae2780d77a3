"""Who is here, and who looks at what: this node's agents exactly, other nodes' as they last said. Pure."""

from __future__ import annotations

from uuid import UUID

from gateway.ephemerals import Person, Seats

REPEAT_S = 20.0
FORGET_S = 60.0


class Presence:
    """The agents of one organization, by node and connection."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._here: dict[str, tuple[Person, UUID | None]] = {}
        self._there: dict[str, tuple[float, Seats]] = {}

    def sit(self, conn: str, person: Person, session_id: UUID | None) -> None:
        """This connection's agent is here, and looks at this session."""
        self._here[conn] = (person, session_id)

    def rise(self, conn: str) -> None:
        """This connection is gone."""
        self._here.pop(conn, None)

    def heard(self, seats: Seats, now: float) -> None:
        """Another node says who is there."""
        if seats.node != self._node:
            self._there[seats.node] = (now, seats)

    def forget(self, now: float) -> None:
        """Drop nodes that were not heard of for long."""
        self._there = {node: said for node, said in self._there.items() if now - said[0] < FORGET_S}

    def seats(self) -> Seats:
        """What the other nodes should know about this one."""
        people: dict[Person, set[UUID]] = {}
        for person, session_id in self._here.values():
            people.setdefault(person, set()).update([session_id] if session_id else [])
        return Seats(node=self._node, agents=[(person, sorted(looks)) for person, looks in sorted(people.items())])

    def online(self) -> list[UUID]:
        """Every agent who is here, on whatever node."""
        return sorted({person.id for person, _ in self._agents()})

    def viewers(self) -> dict[UUID, list[Person]]:
        """Who looks at each session."""
        found: dict[UUID, set[Person]] = {}
        for person, looks in self._agents():
            for session_id in looks:
                found.setdefault(session_id, set()).add(person)
        return {session_id: sorted(people) for session_id, people in found.items()}

    def _agents(self) -> list[tuple[Person, list[UUID]]]:
        return [
            agent for said in (self.seats(), *(seats for _, seats in self._there.values())) for agent in said.agents
        ]
