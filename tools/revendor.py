"""Fetches the browser libraries and the font at pinned versions, and rewrites their imports to relative paths.

Needs npm; nothing else in the project does. Run `python tools/revendor.py` after changing a version below and
commit what changed: `static/vendor/VENDORED.json` lists every file with its package, version, licence and SHA-256,
and a test compares the list with the files.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).resolve().parents[1] / "static"
LIST = STATIC / "vendor" / "VENDORED.json"


class Package(NamedTuple):
    """One package: what is taken from it, and where it goes below `static/`."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "preact",
        "11.2.0",
        "MIT",
        {
            "dist/preact.mjs": "vendor/preact.js",
            "hooks/dist/hooks.mjs": "vendor/preact-hooks.js",
            "LICENSE": "vendor/LICENSE-preact.txt",
        },
    ),
    Package(
        "htm",
        "3.1.1",
        "Apache-2.0",
        {
            "dist/htm.mjs": "vendor/htm.js",
            "preact/index.mjs": "vendor/htm-preact.js",
            "LICENSE": "vendor/LICENSE-htm.txt",
        },
    ),
    Package(
        "@preact/signals-core",
        "1.14.5",
        "MIT",
        {"dist/signals-core.mjs": "vendor/signals-core.js", "LICENSE": "vendor/LICENSE-signals-core.txt"},
    ),
    Package(
        "@preact/signals",
        "2.11.4",
        "MIT",
        {"dist/signals.mjs": "vendor/signals.js", "LICENSE": "vendor/LICENSE-signals.txt"},
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "fonts/inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "fonts/inter-latin-ext.woff2",
            "LICENSE": "fonts/LICENSE-inter.txt",
        },
    ),
)

RELATIVE = {
    "preact": "./preact.js",
    "preact/hooks": "./preact-hooks.js",
    "htm": "./htm.js",
    "@preact/signals-core": "./signals-core.js",
}


def main() -> None:
    """Fetches everything anew and rewrites the list."""
    entries = [entry for package in PACKAGES for entry in vendor(package)]
    LIST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    print(f"{len(entries)} files, listed in {LIST.relative_to(STATIC.parent)}")  # noqa: T201


def vendor(package: Package) -> list[dict[str, str]]:
    """Writes the files of one package and says what they are."""
    entries = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607
            cwd=folder,
            check=True,
        )
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            for source, target in package.files.items():
                member = tar.extractfile(f"package/{source}")
                assert member is not None
                data = rewrite(member.read()) if target.endswith(".js") else member.read()
                (STATIC / target).write_bytes(data)
                entries.append(
                    {
                        "file": target,
                        "package": package.name,
                        "version": package.version,
                        "licence": package.licence,
                        "sha256": hashlib.sha256(data).hexdigest(),
                    }
                )
    return entries


def rewrite(module: bytes) -> bytes:
    """The module with relative imports, and without a source map that is not there."""
    text = re.sub(r"\n?//# sourceMappingURL=.*\s*$", "\n", module.decode())
    return re.sub(r'(from|import)"([^"]+)"', lambda found: f'{found[1]}"{RELATIVE[found[2]]}"', text).encode()


if __name__ == "__main__":
    main()
