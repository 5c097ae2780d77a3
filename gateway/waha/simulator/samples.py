"""What a customer can send with one click: a photo, a document, a place, a contact, and something unsupported."""

from __future__ import annotations

import functools
import math

from gateway.waha.simulator import png
from gateway.waha.simulator.messages import Location, Media
from gateway.waha.simulator.whatsapp import Draft

_VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Rina Lestari\nTEL;type=CELL;waid=447700900190:+44 7700 900190\nEND:VCARD"
_PAGE = "BT /F1 18 Tf 72 760 Td (Invoice 88: one batik shirt, paid.) Tj ET"


def draft(kind: str, text: str, reply_to: str | None) -> Draft:
    """A message of one of the sample kinds; KeyError when there is no such kind."""
    made = {
        "text": lambda: Draft(text=text, reply_to=reply_to),
        "photo": lambda: Draft(text=text, media=Media(mimetype="image/png", data=_photo()), reply_to=reply_to),
        "document": lambda: Draft(text=text, media=_document(), reply_to=reply_to),
        "place": lambda: Draft(location=Location(latitude=-7.7956, longitude=110.3695, name="Malioboro, Yogyakarta")),
        "contact": lambda: Draft(contacts=(_VCARD,)),
        "poll": lambda: Draft(text=text or "Red or blue?", is_opaque=True),
    }
    return made[kind]()


@functools.cache
def _photo(width: int = 320, height: int = 220) -> bytes:
    """Hills at dusk."""
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            row += bytes(_dusk(x / width, y / height))
        rows.append(bytes(row))
    return png.encode(rows, width=width, is_colour=True)


def _dusk(x: float, y: float) -> tuple[int, int, int]:
    for base, height, colour in ((0.78, 0.05, (38, 42, 74)), (0.66, 0.08, (66, 66, 112)), (0.55, 0.1, (112, 96, 150))):
        if y > base - height * math.sin(7 * x + base * 9) * math.cos(3 * x):
            return colour
    if (x - 0.68) ** 2 * 2.1 + (y - 0.36) ** 2 < 0.006:
        return (255, 236, 200)
    return (int(238 + 14 * y), int(150 + 90 * y), int(140 + 20 * y))


@functools.cache
def _document() -> Media:
    """A one-page PDF."""
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(_PAGE)}>>stream\n{_PAGE}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    text, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF"
    text += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{tail}"
    return Media(mimetype="application/pdf", data=text.encode(), filename="invoice-88.pdf")
