"""What a screen reader is given of a page, as text: whatever takes the focus, and what live regions say meanwhile.

Names, roles and states come from Chromium's accessibility tree, the very thing it hands to assistive technology; live
regions are listened to as they change. No voice is heard here: how a reader words it is its own affair.
"""

from typing import Any

from playwright.sync_api import Page

_LISTEN = """
window.said = [];
const LIVE = "[aria-live], [role=status], [role=alert]";
const region = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(LIVE);
new MutationObserver((changes) => {
  for (const one of new Set(changes.map((change) => region(change.target)).filter(Boolean))) {
    const words = one.textContent.trim();
    if (words) window.said.push(words);
  }
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
_TOLD = ("checked", "expanded", "selected", "pressed", "disabled")


class Spoken:
    """The log of one visit. Make it before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.log: list[str] = []
        self._page = page
        page.add_init_script(_LISTEN)
        self._tree = page.context.new_cdp_session(page)

    def press(self, key: str, said: str = "") -> None:
        """Presses a key and logs what it leads to, once a live region has said these words."""
        self._page.keyboard.press(key)
        self.hear(key, said)

    def type(self, text: str, said: str = "") -> None:
        """Types, and logs where that leads, once a live region has said these words."""
        self._page.keyboard.type(text)
        self.hear(text, said)

    def hear(self, after: str, said: str = "") -> None:
        """Logs what live regions have said with these words, then what has the focus."""
        self._page.wait_for_function("words => window.said.join().includes(words)", arg=said)
        heard: list[str] = self._page.evaluate("window.said.splice(0)")
        told = [f"« {_plain(each)} »" for each in dict.fromkeys(heard) if said and said in each]
        self.log.append(" | ".join([f"[{after}]", *told, self._focus()]))

    def _focus(self) -> str:
        self._tree.send("DOM.enable")
        self._tree.send("Accessibility.enable")
        expression = (
            "(() => { const at = document.activeElement; const id = at.getAttribute('aria-activedescendant');"
            " return id ? document.getElementById(id) : at; })()"
        )
        held = self._tree.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
        given = self._tree.send("Accessibility.getPartialAXTree", {"objectId": held, "fetchRelatives": False})
        return _words(given["nodes"][0])


def _words(node: dict[str, Any]) -> str:
    states = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    told = [name if states[name] in (True, "true") else f"not {name}" for name in _TOLD if name in states]
    parts = [node["role"]["value"], _plain(_value(node, "name")), _plain(_value(node, "value")), *told]
    parts.append(_plain(_value(node, "description")))
    return ", ".join(part for part in parts if part)


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))


def _plain(words: str) -> str:
    return " ".join(words.split())
