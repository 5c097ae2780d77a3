"""`switchboard channel add` and `replay`: connecting a WAHA session, and trying its failed webhooks again."""

from __future__ import annotations

import aiohttp
from rich.console import Console

from gateway.channels.errors import SendFailed
from gateway.channels.waha_client import SessionInfo, WahaClient, session_config
from gateway.conversations.second_look import replay as try_again
from gateway.runtime import open_runtime
from gateway.secrets import Keyring
from gateway.settings import Settings
from gateway.start.commands import as_app, organization_of, require, with_running_servers
from gateway.waha.connect import NewSession, connect_session


async def add_channel(settings: Settings, console: Console, code: str, new: NewSession) -> None:
    """Connect a WAHA session, and have WAHA send us its webhooks where it can be reached."""
    settings = with_running_servers(settings)
    require(settings, "app_database_url", "secret_keys")
    async with as_app(settings) as connection:
        organization_id = await organization_of(connection, code)
        made = await connect_session(connection, Keyring(settings.secret_keys), organization_id, new)
    url = f"{settings.public_url.rstrip('/')}/webhooks/waha/{made.webhook_token}"
    console.print(f"Webhook URL  {url}", highlight=False, soft_wrap=True)
    console.print(f"HMAC key     {made.hmac_key}", highlight=False, soft_wrap=True)
    told = await _tell_waha(new, url, made.hmac_key)
    if isinstance(told, SendFailed):
        console.print(f"[yellow]![/] WAHA was not told: {told.message} {told.detail}", highlight=False, soft_wrap=True)
        console.print("  Set both in its session by hand, with the retries that README.md names.")
    else:
        console.print(f"[green]✓[/] WAHA sends its webhooks there; the session is {told.status or 'known'}")


async def replay(settings: Settings, console: Console, code: str | None, *, limit: int) -> int:
    """Try failed webhooks again; 1 if some failed again."""
    settings = with_running_servers(settings)
    require(settings, "app_database_url", "redis_url", "secret_keys")
    async with open_runtime(settings, role="worker") as runtime:
        organization_id = None
        if code is not None:
            async with as_app(settings) as connection:
                organization_id = await organization_of(connection, code)
        done = await try_again(runtime, organization_id=organization_id, limit=limit)
    console.print(f"{done.done} went through, {done.failed} failed again", highlight=False)
    return 1 if done.failed else 0


async def _tell_waha(new: NewSession, url: str, hmac_key: str) -> SessionInfo | SendFailed:
    async with aiohttp.ClientSession() as http:
        client = WahaClient(http, base_url=new.base_url, api_key=new.api_key or "", session=new.session_name)
        known = await client.get_session()
        if isinstance(known, SendFailed):
            return known
        if known is None:
            return await client.create_session(session_config(webhook_url=url, hmac_key=hmac_key))
        config = session_config(webhook_url=url, hmac_key=hmac_key, kept=known.config or {})
        return await client.update_session(config)
