"""A page as a browser's parser would see it: elements, attributes and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input", "path", "rect", "line", "circle", "stop"}


@dataclass
class Page(HTMLParser):
    """What is in a page."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep text that is read."""
        if "style" not in self.inside:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of all elements of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


def parse(html: str) -> Page:
    """Read a page."""
    page = Page()
    page.feed(html)
    page.close()
    return page
