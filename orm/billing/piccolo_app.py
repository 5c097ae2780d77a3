"""The Piccolo app `billing`."""

from __future__ import annotations

from orm.app import app

APP_CONFIG = app("billing", after=("tenancy",))
