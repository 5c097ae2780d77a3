"""Clients of the API: signed in with a cookie, or with nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import asyncpg
import pytest

from gateway.tenancy.found import NewUser, add_user
from tests.databases import Database
from tests.serving import Served
from tests.world import CHEAP_HASHER, Tenant, World


@dataclass
class Answered:
    """An answer, read."""

    status: int
    body: Any
    headers: Any


class Client:
    """A browser, more or less: it keeps cookies and sends the CSRF token that it was given."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http
        self.csrf: str | None = None

    async def ask(self, method: str, path: str, json: Any = None, **headers: str) -> Answered:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.csrf is not None:
            given.setdefault("X-CSRF-Token", self.csrf)
        async with self.http.request(method, path, json=json, headers=given, allow_redirects=False) as answer:
            is_json = "json" in answer.headers.get("content-type", "")
            return Answered(answer.status, await (answer.json() if is_json else answer.text()), answer.headers)

    async def get(self, path: str, **headers: str) -> Answered:
        return await self.ask("GET", path, **headers)

    async def sign_in(self, tenant: Tenant) -> Answered:
        answer = await self.ask("POST", "/api/v1/auth/login", {"email": tenant.email, "password": tenant.password})
        assert answer.status == 200, answer
        self.csrf = answer.body["csrf_token"]
        return answer


@pytest.fixture
async def stranger(server: Served) -> AsyncIterator[Client]:
    """Nobody."""
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Client(http)


@pytest.fixture
async def agent(server: Served, world: World) -> AsyncIterator[Client]:
    """The administrator of the organization under test, signed in."""
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        client = Client(http)
        await client.sign_in(world)
        yield client


@pytest.fixture
async def rival(server: Served, world: World) -> AsyncIterator[Client]:
    """The administrator of the other organization, signed in."""
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        client = Client(http)
        await client.sign_in(world.other)
        yield client


@pytest.fixture
async def viewer(server: Served, world: World, database: Database) -> AsyncIterator[Client]:
    """Somebody of the organization under test who may only read along, signed in."""
    email, password = "viewer@acme.example", "password of the viewer"
    connection = await asyncpg.connect(database.owner_url)
    try:
        async with connection.transaction():
            new = NewUser(email=email, password=password, name="Vera", role="viewer")
            await add_user(connection, world.organization_id, new, hasher=CHEAP_HASHER)
    finally:
        await connection.close()
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        client = Client(http)
        await client.sign_in(replace(world, email=email, password=password))
        yield client
