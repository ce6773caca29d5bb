"""The page in Chromium: what is asked of it again and again, and where its text stands."""

from __future__ import annotations

from typing import Any

from tests.analysis.output.html.browser import AXE

OUTSIDE = """() => {
  const found = [], width = document.documentElement.clientWidth;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const of = text.parentElement;
    if (!text.textContent.trim() || !of.checkVisibility() || of.closest("pre, select, script, noscript, .skip")) continue;
    let hidden = false, box = null;
    for (let one = of; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      hidden ||= style.clipPath !== "none";
      if (!box && (one.tagName === "svg" || !(style.display.startsWith("inline") || style.display === "contents" || one.closest("svg")))) box = one;
    }
    if (hidden) continue;
    const around = box.getBoundingClientRect(), range = document.createRange();
    range.selectNodeContents(text);
    for (const at of range.getClientRects()) {
      const sideways = at.left < around.left - 1 || at.right > around.right + 1 || at.right > width + 1 || at.left < -1;
      const upright = box.tagName === "svg" && (at.top < around.top - 1 || at.bottom > around.bottom + 1);
      if (at.width && (sideways || upright)) { found.push(text.textContent.trim().slice(0, 60)); break; }
    }
  }
  for (const one of document.querySelectorAll(".scroll"))
    if (one.checkVisibility() && one.scrollWidth > one.clientWidth + 1) found.push("must be scrolled sideways: " + one.getAttribute("aria-label"));
  return found;
}"""
"""Texts that stand outside the box that they are in, or outside the window; hidden ones do not count."""

OVERLAPPING = """() => Array.from(document.querySelectorAll(".panel svg")).flatMap((svg) => {
  const boxes = Array.from(svg.querySelectorAll("text"), (one) => [one.textContent, one.getBoundingClientRect()]).filter(([, b]) => b.width);
  return boxes.flatMap(([text, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3).map(([other]) => text + " on " + other));
})"""
"""Labels of charts that stand on one another."""


def over(page: Any) -> str:
    """What is found, once all of it is there."""
    page.wait_for_selector("#job[data-over=yes]")
    return str(page.inner_text("#live"))


def unfolded(page: Any) -> None:
    """Open all that is folded away."""
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")


def violations(page: Any) -> list[tuple[str, str]]:
    """What axe has against the page as it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]]


def sized(page: Any, width: int) -> list[str]:
    """Texts outside their boxes in a window so many pixels wide."""
    page.set_viewport_size({"width": width, "height": 900})
    return [*page.evaluate(OUTSIDE), *page.evaluate(OVERLAPPING)]
