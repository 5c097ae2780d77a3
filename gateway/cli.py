"""The command line: every command, its words and its exit code; what a command does is elsewhere.

That is imported where it is used: `switchboard --help` should not wait for a web framework.

Exit codes: 0 done, 1 failed, 2 not understood.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import uvloop
from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from gateway import __version__, logs
from gateway.errors import GatewayError
from gateway.settings import Settings, load, read

DONE, FAILED, MISUSED = 0, 1, 2

console = Console()
errors = Console(stderr=True)

app = App(
    name="switchboard",
    help="A self-hosted messaging gateway with a live agent console.",
    version=__version__,
    console=console,
    error_console=errors,
)
user = App(name="user", help="People who may sign in.")
organization = App(name="organization", help="Organizations, the tenants of this gateway.")
partitions = App(name="partitions", help="The monthly and daily parts of large tables.")
channel = App(name="channel", help="The channels through which customers write.")
for group in (user, organization, channel, partitions):
    app.command(group)

DataDir = Annotated[Path | None, Parameter(help="Folder of the embedded servers and of first-run.json.")]

OrganizationCode = Annotated[str, Parameter(name="--organization", help="The organization's code.")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        result = app(arguments, exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return MISUSED
    except GatewayError as error:
        errors.print(f"[red]✗[/] {error.detail}", highlight=False, soft_wrap=True)
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    return result if isinstance(result, int) else DONE


@app.command
def up(
    *,
    demo: Annotated[bool, Parameter(help="Add sample people and a simulated WhatsApp.", negative="")] = False,
    host: Annotated[str | None, Parameter(help="Address to listen on.")] = None,
    port: Annotated[int | None, Parameter(help="Port to listen on.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Start everything in one process: servers, database, gateway and worker.

    Only warnings are logged; SWITCHBOARD_LOG_LEVEL=info tells more.

    Example: switchboard up --demo --port 8000
    """
    from gateway.start.up import up as start

    log_level = None if "log_level" in read() else "warning"
    settings = _settings(host=host, port=port, data_dir=data_dir, log_level=log_level)
    start(settings, is_demo=demo, console=console)


@app.command
def gateway(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on.")] = None,
    port: Annotated[int | None, Parameter(help="Port to listen on.")] = None,
) -> None:
    """Serve HTTP and sockets; run as many as you like behind any load balancer.

    Example: switchboard gateway --host 0.0.0.0 --port 8000
    """
    from gateway.start import commands

    _run(commands.serve(_settings(host=host, port=port), "gateway"))


@app.command
def worker() -> None:
    """Run the jobs: deliveries, sweeps, housekeeping; as many as you like.

    Example: switchboard worker
    """
    from gateway.start import commands

    _run(commands.serve(_settings(), "worker"))


@app.command
def migrate(
    *,
    check: Annotated[bool, Parameter(help="Only tell what is to be done; exit 1 if anything is.", negative="")] = False,
) -> int:
    """Bring the database up to date, as the owner; safe to run in several places at once.

    Example: switchboard migrate --check
    """
    from gateway.start import commands

    return _run(commands.migrate(_settings(), console, only_check=check))


@app.command
def doctor(*, data_dir: DataDir = None) -> int:
    """Show what is configured, reachable and healthy, and what to do about the rest.

    Example: switchboard doctor
    """
    from gateway.start.doctor import doctor as examine

    return _run(examine(_settings(data_dir=data_dir), console))


@organization.command(name="add")
def add_organization(
    name: str,
    *,
    code: Annotated[str, Parameter(help="Short code, unique over the gateway.")],
    email: Annotated[str, Parameter(help="Main contact.")],
    timezone: str = "UTC",
    locale: str = "en",
    currency: str = "USD",
    data_dir: DataDir = None,
) -> None:
    """Add an organization.

    Example: switchboard organization add "Toko Melati" --code MELATI --email owner@melati.example
    """
    from gateway.start import commands
    from gateway.tenancy.found import NewOrganization

    new = NewOrganization(name=name, code=code, email=email, timezone=timezone, locale=locale, currency=currency)
    _run(commands.add_organization(_settings(data_dir=data_dir), console, new))


@user.command(name="add")
def add_user(
    email: str,
    *,
    organization_code: OrganizationCode,
    name: Annotated[str, Parameter(help="Full name.")],
    role: Annotated[str, Parameter(help="org_admin, agent, viewer, …")] = "agent",
    data_dir: DataDir = None,
) -> None:
    """Add a person; the password is read from the terminal, or from standard input.

    Example: switchboard user add dewi@melati.example --organization MELATI --name "Dewi Lestari"
    """
    from gateway.start import commands
    from gateway.tenancy.found import NewUser

    password = commands.read_password(sys.stdin)
    new = NewUser(email=email, password=password, name=name, role=role)
    _run(commands.add_user(_settings(data_dir=data_dir), console, organization_code, new))


@channel.command(name="add")
def add_channel(
    *,
    organization_code: OrganizationCode,
    waha_url: Annotated[str, Parameter(help="Address of the WAHA server.")],
    session: Annotated[str, Parameter(help="WAHA's name of the session.")] = "default",
    name: Annotated[str, Parameter(help="What agents call the channel.")] = "WhatsApp",
    engine: Annotated[Literal["GOWS", "NOWEB", "WEBJS", "WPP"], Parameter(help="WAHA's engine.")] = "GOWS",
    api_key: Annotated[str | None, Parameter(env_var="WAHA_API_KEY", help="WAHA's API key.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Connect a WAHA session: prints its webhook URL and HMAC key, and sets them in WAHA if it can be reached.

    Example: switchboard channel add --organization MELATI --waha-url http://waha:3000 --session default
    """
    from gateway.start.channels import add_channel as add
    from gateway.waha.connect import NewSession

    new = NewSession(name=name, session_name=session, base_url=waha_url, engine=engine, api_key=api_key)
    _run(add(_settings(data_dir=data_dir), console, organization_code, new))


@app.command
def replay(
    *,
    organization_code: Annotated[str | None, Parameter(name="--organization", help="Only this one's.")] = None,
    limit: Annotated[int, Parameter(help="How many at most.")] = 10_000,
    data_dir: DataDir = None,
) -> int:
    """Try again what came in and could not be used; what is stored already is not stored twice.

    Example: switchboard replay --organization MELATI
    """
    from gateway.start.channels import replay as try_again

    return _run(try_again(_settings(data_dir=data_dir), console, organization_code, limit=limit))


@partitions.command(name="ensure")
def ensure_partitions(*, data_dir: DataDir = None) -> int:
    """Make the partitions of the coming months and days; a worker does it every hour.

    Example: switchboard partitions ensure
    """
    from gateway.start import commands

    return _run(commands.ensure_partitions(_settings(data_dir=data_dir), console))


@partitions.command(name="list")
def list_partitions(*, data_dir: DataDir = None) -> None:
    """Show every partition and when its time ends.

    Example: switchboard partitions list
    """
    from gateway.start import commands

    _run(commands.list_partitions(_settings(data_dir=data_dir), console))


@partitions.command(name="drop")
def drop_partitions(
    *,
    yes: Annotated[bool, Parameter(help="Really drop them, with all their rows.", negative="")] = False,
    data_dir: DataDir = None,
) -> None:
    """Drop the partitions that are past their retention.

    Example: switchboard partitions drop --yes
    """
    from gateway.start import commands

    _run(commands.drop_partitions(_settings(data_dir=data_dir), console, is_sure=yes))


@app.command
def version() -> None:
    """Show the version.

    Example: switchboard version
    """
    console.print(__version__, highlight=False)


def _settings(**overrides: Any) -> Settings:
    settings = load(
        None, **{name: str(value) if isinstance(value, Path) else value for name, value in overrides.items()}
    )
    logs.configure(settings)
    return settings


def _run(work: Coroutine[Any, Any, int | None]) -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work) or DONE
