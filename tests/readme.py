"""The table of settings in README.md, made from the settings themselves: `python -m tests.readme` writes it."""

from __future__ import annotations

from pathlib import Path

from gateway.settings import Settings, environment_name, help_line

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def table() -> str:
    """One row per setting."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for field in Settings.__struct_fields__:
        default = getattr(Settings(), field)
        shown = f"`{default}`" if default != "" else ""
        rows.append(f"| `{environment_name(field)}` | {shown} | {help_line(field)} |")
    return "\n".join(rows)


def renewed(text: str) -> str:
    """README.md with today's table."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
