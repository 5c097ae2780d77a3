"""The message and its verbs: receive, reply, deliver, announce."""

__version__ = "0.1.0"
