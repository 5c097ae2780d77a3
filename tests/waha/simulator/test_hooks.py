"""Webhooks leave signed, in parallel, and are retried as WAHA retries them."""

from __future__ import annotations

import random

import pytest
from aiohttp import web

from gateway.channels.waha import verify
from gateway.waha.simulator import Simulator
from gateway.waha.simulator.accounts import Retries
from gateway.waha.simulator.hooks import new_event_id, retry_delay_s, sign
from tests.waha.simulator.receiver import HMAC_KEY, Receiver
from tests.wait import eventually


def test_the_signature_is_that_of_the_documented_vector() -> None:
    signature = sign("my-secret-key", b'{"event":"message","session":"default","engine":"WEBJS"}')
    assert signature == (
        "208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8"
        "097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89"
    )


async def test_a_webhook_is_signed_over_its_raw_body(simulator: Simulator, receiver: Receiver) -> None:
    simulator.write(simulator.people[0], "Olá 👋")
    await simulator.settled()
    (post,) = receiver.posts
    assert "Olá 👋".encode() in post.raw
    assert verify(post.raw, post.headers["X-Webhook-Hmac"], HMAC_KEY)
    assert not verify(post.raw + b" ", post.headers["X-Webhook-Hmac"], HMAC_KEY)
    assert post.headers["X-Webhook-Hmac-Algorithm"] == "sha512"
    assert post.headers["X-Webhook-Timestamp"] == str(post.body["timestamp"])


async def test_a_webhook_without_a_key_carries_no_signature(simulator: Simulator, receiver: Receiver) -> None:
    await simulator.connect("unsigned", webhook_url=receiver.url)
    simulator.write(simulator.people[0], "hello", session="unsigned")
    await simulator.settled()
    assert not [name for post in receiver.posts for name in post.headers if name.startswith("X-Webhook-Hmac")]


async def test_a_retry_is_the_same_request_again(simulator: Simulator, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=status) for status in (503, 400, 404)]
    message = simulator.write(simulator.people[0], "hello")
    await simulator.settled()
    assert len(receiver.posts) == 4
    assert len({(post.raw, post.headers["X-Webhook-Request-Id"]) for post in receiver.posts}) == 1
    assert simulator.acknowledged() == {message.key}
    assert [(each.attempts, each.outcome) for each in simulator.ledger if each.key] == [(4, "acknowledged")]


async def test_a_webhook_is_given_up_after_its_retries(simulator: Simulator, receiver: Receiver) -> None:
    constant = {"policy": "constant", "delaySeconds": 0.1, "attempts": 3}
    await simulator.connect("other", webhook_url=receiver.url, retries=constant)
    await simulator.settled()
    receiver.posts.clear()
    receiver.answers = [web.Response(status=500) for _ in range(9)]
    simulator.write(simulator.people[0], "hello", session="other")
    await simulator.settled()
    assert len(receiver.posts) == 4
    assert simulator.acknowledged() == set()
    assert simulator.ledger[-1].outcome == "given_up"


async def test_retry_after_is_obeyed(simulator: Simulator, receiver: Receiver) -> None:
    minutes = {"policy": "constant", "delaySeconds": 3600, "attempts": 1}
    await simulator.connect("slow", webhook_url=receiver.url, retries=minutes)
    await simulator.settled()
    receiver.posts.clear()
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "1"})]
    simulator.write(simulator.people[0], "hello", session="slow")
    # An hour, even a hundred times shorter, would outlast the test.
    await eventually(lambda: len(receiver.posts) == 2)


async def test_a_permanent_redirect_by_301_loses_the_event(simulator: Simulator, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=301, headers={"Location": receiver.url + "/"})]
    message = simulator.write(simulator.people[0], "hello")
    await simulator.settled()
    assert [(post.method, bool(post.raw)) for post in receiver.posts] == [("POST", True), ("GET", False)]
    assert simulator.acknowledged() == {message.key}


async def test_a_slow_receiver_gets_one_post_and_holds_up_nobody(simulator: Simulator, receiver: Receiver) -> None:
    receiver.gate.clear()
    first = simulator.write(simulator.people[0], "first")
    second = simulator.write(simulator.people[1], "second")
    await eventually(lambda: all(each.attempts == 1 for each in simulator.ledger[-2:]))
    receiver.gate.set()
    await simulator.settled()
    assert len(receiver.posts) == 2
    assert simulator.acknowledged() == {first.key, second.key}


async def test_what_nobody_subscribed_to_is_not_told(simulator: Simulator, receiver: Receiver) -> None:
    await simulator.connect("few", webhook_url=receiver.url, events=("message.any",))
    await simulator.connect("star", webhook_url=receiver.url, events=("*",))
    await simulator.settled()
    receiver.posts.clear()
    simulator.write(simulator.people[0], "hello", session="few")
    simulator.write(simulator.people[0], "hello", session="star")
    await simulator.settled()
    told = sorted((post.body["session"], post.event) for post in receiver.posts)
    assert told == [("few", "message.any"), ("star", "message"), ("star", "message.any")]


async def test_a_full_queue_drops_and_says_so(receiver: Receiver) -> None:
    from gateway.waha.simulator import AT_ONCE, start_simulator

    small = await start_simulator(pace=AT_ONCE, queue_limit=3)
    try:
        await small.connect("shop", webhook_url=receiver.url)
        await small.settled()
        receiver.gate.clear()
        for number in range(10):
            small.write(small.people[0], str(number))
        assert small.whatsapp.hooks.waiting == 3
        assert small.whatsapp.hooks.counts.dropped == 7
    finally:
        receiver.gate.set()
        await small.stop()


@pytest.mark.parametrize(
    ("policy", "least"),
    [("constant", [2, 2, 2, 2]), ("linear", [2, 4, 6, 8]), ("exponential", [4, 8, 16, 32])],
)
def test_the_pauses_follow_the_measured_rules(policy: str, least: list[float]) -> None:
    retries = Retries(policy=policy, delay_seconds=2)  # type: ignore[arg-type]
    pauses = [retry_delay_s(retries, nth, random.Random(1)) for nth in range(4)]
    assert all(floor <= pause <= floor * 1.2 for pause, floor in zip(pauses, least, strict=True))


def test_event_ids_are_lower_case_ulids_and_never_the_same() -> None:
    ids = {new_event_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(each) == 30 and each.startswith("evt_0") and each.islower() for each in ids)
