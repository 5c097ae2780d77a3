"""The Piccolo app `identity`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("identity", after=("tenancy",))
