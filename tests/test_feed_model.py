"""A model of the whole: nodes that commit and die, hints that Redis loses, doubles and swaps, clients that come back.

Whatever the order, every client holds exactly the log up to its position; once heads were compared, all of it.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from gateway.ids import new_id
from gateway.ring import Follower
from gateway.stream import START, Frame, Position, decode_hint, encode_hint
from tests.logs import log_of

CHUNK = 4


class Client:
    """Holds what it was sent, and nothing else."""

    def __init__(self) -> None:
        self.log: list[Frame] = []

    @property
    def position(self) -> Position:
        return self.log[-1].position if self.log else START


class Node:
    """What the feed does with a follower, without its waiting."""

    def __init__(self, table: list[Frame]) -> None:
        self.table = table
        self.follower = Follower(table[-1].position if table else START)
        self.live: list[Client] = []
        self.reading: tuple[Position, list[Frame], Position] | None = None

    def pass_on(self, frames: list[Frame]) -> None:
        for client in self.live:
            client.log.extend(frames)

    def read(self, since: Position) -> list[Frame]:
        return self.table[max(since.s - 1, 0) : max(since.s - 1, 0) + CHUNK]

    def begin_fill(self) -> None:
        """Read what lacks; until the answer is there, anything may happen."""
        if self.follower.has_gap and self.reading is None:
            since = self.follower.head
            self.reading = since, self.read(since), self.follower.target

    def end_fill(self) -> None:
        if self.reading is not None:
            (since, frames, target), self.reading = self.reading, None
            self.pass_on(self.follower.fill(frames, 0.0, since=since))
            if len(frames) < CHUNK and self.follower.target == target:
                self.follower.caught_up()

    def fill(self) -> None:
        self.end_fill()
        while self.follower.has_gap:
            self.begin_fill()
            self.end_fill()


class Live(RuleBasedStateMachine):
    """Two nodes over one table, and a Redis that lies."""

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        self.table: list[Frame] = []
        self.nodes = [Node(self.table), Node(self.table)]
        self.hints: list[tuple[Node, bytes]] = []
        self.all_clients: list[Client] = []

    @rule(count=st.integers(1, 5), published=st.booleans())
    def commit(self, count: int, published: bool) -> None:
        """A commit; the process may die before it publishes."""
        frames = log_of(count, after=self.table[-1].position if self.table else START)
        self.table.extend(frames)
        if published:
            self.hints.extend((node, encode_hint(frames)) for node in self.nodes)

    @rule(data=st.data(), again=st.booleans())
    def hint_arrives(self, data: st.DataObject, again: bool) -> None:
        """Any hint that is on its way arrives next, and perhaps once more later."""
        if self.hints:
            index = data.draw(st.integers(0, len(self.hints) - 1))
            node, hint = self.hints[index] if again else self.hints.pop(index)
            decoded = decode_hint(hint)
            node.pass_on(node.follower.offer(decoded.frames, 0.0))

    @rule(data=st.data())
    def hint_is_lost(self, data: st.DataObject) -> None:
        if self.hints:
            self.hints.pop(data.draw(st.integers(0, len(self.hints) - 1)))

    @rule(which=st.integers(0, 1), s=st.integers(1, 60))
    def redis_invents(self, which: int, s: int) -> None:
        """A hint of a log that is not ours."""
        ghost = Frame(s, new_id(), new_id(), "agents", b"a ghost")
        node = self.nodes[which]
        node.pass_on(node.follower.offer([ghost], 0.0))

    @rule(which=st.integers(0, 1))
    def gap_is_due(self, which: int) -> None:
        self.nodes[which].begin_fill()

    @rule(which=st.integers(0, 1))
    def log_is_read(self, which: int) -> None:
        self.nodes[which].end_fill()

    @rule(which=st.integers(0, 1))
    def heads_are_compared(self, which: int) -> None:
        node = self.nodes[which]
        node.follower.expect(self.table[-1].position if self.table else START, 0.0)
        node.fill()

    @rule(target=clients)
    def client_comes(self) -> Client:
        client = Client()
        self.all_clients.append(client)
        return client

    @rule(client=clients, which=st.integers(0, 1))
    def client_resumes(self, client: Client, which: int) -> None:
        """Away from wherever it was, and on at another node from its own position."""
        for node in self.nodes:
            if client in node.live:
                node.live.remove(client)
        node = self.nodes[which]
        while client.position != node.follower.head:
            found = node.follower.ring.after(client.position)
            if found is None and client.position.s > node.follower.head.s:
                node.follower.expect(self.table[-1].position, 0.0)
                node.fill()
                continue
            if found is None:
                found = [f for f in self.read_after(client.position) if f.s <= node.follower.head.s]
            client.log.extend(found)
        node.live.append(client)

    @rule(which=st.integers(0, 1))
    def node_restarts(self, which: int) -> None:
        self.nodes[which] = Node(self.table)
        self.hints = [(node, hint) for node, hint in self.hints if node in self.nodes]

    def read_after(self, since: Position) -> list[Frame]:
        return self.table[since.s : since.s + CHUNK]

    @invariant()
    def every_client_holds_the_log_up_to_its_position(self) -> None:
        for client in self.all_clients:
            assert client.log == self.table[: len(client.log)]

    def teardown(self) -> None:
        for node in self.nodes:
            node.end_fill()
            node.follower.expect(self.table[-1].position if self.table else START, 0.0)
            node.fill()
            for client in node.live:
                assert client.log == self.table


TestLive = Live.TestCase
TestLive.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
