"""The Piccolo app `automation`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("automation", after=("identity",))
