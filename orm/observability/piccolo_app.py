"""The Piccolo app `observability`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("observability", after=("identity",))
