"""Traffic: customers who write and agents who answer, at a steady pace, for as long as a fault lasts."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.faults.agent import Agent
from tests.faults.rig import Rig
from tests.wait import eventually

MESSAGES_PER_S = 40
ANSWERS_PER_S = 8
CUSTOMERS = 20


class Traffic:
    """What is said, and how much of it there has been."""

    def __init__(self, rig: Rig, agents: list[Agent]) -> None:
        self.written = 0
        self._rig = rig
        self._agents = agents

    async def goes_on(self, messages: int) -> None:
        """Wait until customers have written so many more."""
        enough = self.written + messages
        await eventually(lambda: self.written >= enough, what=f"customers write {messages} more")

    async def write(self) -> None:
        """Customers write, for ever."""
        people = [*self._rig.simulator.people, *(self._rig.simulator.whatsapp.meet() for _ in range(CUSTOMERS))]
        while True:
            self._rig.simulator.write(self._rig.dice.choice(people), f"message {self.written}")
            self.written += 1
            await asyncio.sleep(1 / MESSAGES_PER_S)

    async def answer(self) -> None:
        """Agents answer in any of the sessions that they see, for ever."""
        for nth, agent in enumerate(itertools.cycle(self._agents)):
            if agent.fold.sessions:
                agent.begin_answer(self._rig.dice.choice(sorted(agent.fold.sessions)), f"answer {nth}")
            await asyncio.sleep(1 / ANSWERS_PER_S)

    def told(self) -> str:
        """The figures of it."""
        troubles = sum(len(agent.trouble) for agent in self._agents)
        answers = sum(len(agent.stored) for agent in self._agents)
        again = sum(delivery.attempts - 1 for delivery in self._rig.simulator.ledger)
        events = max(agent.fold.s for agent in self._agents)
        return (
            f"{self.written} messages, {answers} answers, {events} events; webhooks repeated {again} times, "
            f"agents interrupted {troubles} times"
        )


@asynccontextmanager
async def traffic(rig: Rig, agents: list[Agent]) -> AsyncIterator[Traffic]:
    """Talk while the block lasts; at its end every answer that was begun is stored."""
    talk = Traffic(rig, agents)
    talking = [asyncio.create_task(talk.write()), asyncio.create_task(talk.answer())]
    try:
        yield talk
    finally:
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
    await asyncio.gather(*(agent.answered() for agent in agents))
