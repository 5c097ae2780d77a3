"""What a command tells the person in front of it, while it works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Steps:
    """One line per finished step; on a terminal a spinner shows the one under way."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str) -> Iterator[Step]:
        """Time a step; a step that fails leaves its line to the error."""
        began = time.monotonic()
        step = Step(doing)
        with self.console.status(f"{doing} …"):
            yield step
        took = time.monotonic() - began
        self.console.print(f"[green]✓[/] {step.text} [dim]{took:.1f} s[/]", highlight=False)


class Step:
    """A step under way; `text` is what its line will say."""

    def __init__(self, text: str) -> None:
        self.text = text

    def say(self, text: str) -> None:
        """Replace the line."""
        self.text = text
