"""How wide words are, so that a picture looks the same whatever fonts there are.

Charts are laid out with the widths of Liberation Sans, which are those of Arial. Where neither is there, another font is
taken, which may be a sixth wider: labels would run into each other. So each word of a picture says how wide it is meant to
be, and whoever draws it makes it so.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

REGULAR: Mapping[int, str] = {
    191: "'", 222: "ijl’‘", 260: "|", 278: " !,./:;I[\\]ft·", 333: "()-`r“”", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 549: "±≤≥", 556: "#$0123456789?L_abdeghnopqu£–é", 584: "+<=>~−×", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "—…", 1015: "@",
}  # fmt: skip
"""Characters by their width in thousandths of the size of letters (horizontal metrics of Liberation Sans 2.1)."""
BOLD: Mapping[int, str] = {
    238: "'", 278: " ,./I\\ijl’‘·", 280: "|", 333: "!()-:;[]`ft", 389: "*r{}", 474: '"', 500: "z“”", 549: "±≤≥",
    556: "#$0123456789J_aceksvxy£–é", 584: "+<=>^~−×", 611: "?FLTZbdghnopqu", 667: "EPSVXY", 722: "&ABCDHKNRU",
    778: "GOQw", 833: "M", 889: "%m", 944: "W", 975: "@", 1000: "—…",
}  # fmt: skip
OTHER = 556
"""Of any other character: that of a digit."""
WIDTHS = {
    bold: {character: width for width, of in table.items() for character in of}
    for bold, table in ((False, REGULAR), (True, BOLD))
}


def wide(words: str, size: float, bold: bool = False) -> float:
    """How wide words are in letters of ``size``, in the unit of the size."""
    of = WIDTHS[bold]
    return sum(of.get(character, OTHER) for character in words) * size / 1000


def fitted(element: ET.Element, svg: str, size: float = 0.0, bold: bool = False) -> None:
    """Say of all words below an element of a picture how wide they are; ``svg`` is the namespace of its tags."""
    size = float(element.get("font-size", f"{size}px").removesuffix("px"))
    weight = element.get("font-weight")
    bold = bold if weight is None else weight in ("bold", "600", "700", "800", "900")
    words = element.text or ""
    if element.tag in (f"{svg}text", f"{svg}tspan") and size and len(words.strip()) > 1:
        element.set("textLength", f"{wide(words, size, bold):.1f}")
        element.set("lengthAdjust", "spacingAndGlyphs")
    for child in element:
        fitted(child, svg, size, bold)
