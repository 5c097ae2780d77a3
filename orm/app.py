"""The eleven Piccolo apps: which there are, and where each keeps its tables and migrations."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig, AppRegistry, table_finder

MIGRATIONS = Path(__file__).resolve().parents[1] / "piccolo_migrations"

APPS = (
    "tenancy",
    "identity",
    "billing",
    "ai",
    "automation",
    "bots",
    "conversations",
    "waha",
    "knowledge",
    "observability",
    "relay",
)


def app(name: str, *, after: tuple[str, ...] = ()) -> AppConfig:
    """The configuration of one app, whose migrations run after those of the apps in `after`."""
    return AppConfig(
        app_name=name,
        migrations_folder_path=MIGRATIONS / name,
        table_classes=table_finder([f"orm.{name}.tables"], exclude_imported=True),
        migration_dependencies=[f"orm.{other}.piccolo_app" for other in after],
    )


def registry() -> AppRegistry:
    """All apps."""
    return AppRegistry(apps=[f"orm.{name}.piccolo_app" for name in APPS])
