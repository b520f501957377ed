"""Somebody at the screen without a mouse: Tab, Enter, Space, Escape, arrows and letters alone."""

from dataclasses import dataclass
from datetime import datetime

from tests.screen import Screen

MOST = 150  # presses of Tab; no page has so many stops
ENDS = ("generic", "RootWebArea")  # nothing of the page is focused: one has come through
FOCUSED = """(() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
})()"""
# What is focused, in which card it stands, and whether what was focused before looks otherwise now.
LOOKED = """function () {
  const at = this;
  const up = (node) => node.parentElement ?? node.getRootNode().host;
  const look = (node) => {
    const seen = [];
    for (let level = 0; level < 5 && node; level += 1, node = up(node)) {
      const beside = node.closest('label') ? [...node.parentElement.children] : [node];
      for (const one of beside) {
        const style = getComputedStyle(one);
        seen.push([style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow,
          style.borderColor, style.backgroundColor, style.color, style.textDecorationLine]);
      }
    }
    return JSON.stringify(seen);
  };
  document.getAnimations().forEach((one) => {
    try { one.finish(); } catch { /* it is endless */ }
  });
  const before = window.stoppedAt;
  const left = before?.node.isConnected && before.node !== at;
  const unseen = Boolean(left) && look(before.node) === before.look;
  window.stoppedAt = at === document.body ? null : { node: at, look: look(at) };
  let card = at;
  while (card && !/st-key-(card-|page-head|sample-banner)/.test(card.className)) card = up(card);
  const key = /st-key-(?:card-)?([\\w-]+)/.exec(card?.className);
  return { unseen, card: key ? key[1] : '' };
}"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where Tab leads: what it is and is called, and the card that it stands in."""

    role: str
    name: str
    card: str


class Keys:
    """The keyboard on one visitor's window."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self._keyboard = screen, screen.page.keyboard
        self.unseen: list[Stop] = []  # had the focus, and looked as they do without
        self._session = screen.page.context.new_cdp_session(screen.page)
        self._session.send("Accessibility.enable")
        self._stop = Stop("", "", "")

    def press(self, *keys: str) -> "Keys":
        """Press keys, and wait until the page has been drawn."""
        for key in keys:
            self._keyboard.press(key)
        self.screen.settle()
        return self

    def type(self, text: str) -> "Keys":
        """Type into what is focused."""
        self._keyboard.type(text, delay=15)
        return self

    def tab(self) -> Stop:
        """Press Tab; where that leads."""
        before = self._stop
        self._keyboard.press("Tab")
        focused = self._session.send("Runtime.evaluate", {"expression": FOCUSED})["result"]
        place = {"objectId": focused["objectId"]}
        asked = place | {"fetchRelatives": False}
        [node, *_] = self._session.send("Accessibility.getPartialAXTree", asked)["nodes"]
        call = place | {"functionDeclaration": LOOKED, "returnByValue": True}
        found = self._session.send("Runtime.callFunctionOn", call)["result"]["value"]
        role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
        self._stop = Stop(role, name.replace("\N{NO-BREAK SPACE}", " "), found["card"])
        if found["unseen"]:
            self.unseen.append(before)
        return self._stop

    def tab_to(self, role: str, name: str) -> "Keys":
        """Press Tab until what bears that role and name is focused."""
        passed = []
        while len(passed) < MOST:
            stop = self.tab()
            if (stop.role, stop.name) == (role, name):
                return self
            passed.append(stop)
        raise AssertionError(f"Tab never leads to the {role} {name!r}, but to {passed}")

    def round(self) -> list[Stop]:
        """Every stop from here to the page's end."""
        stops: list[Stop] = []
        while (stop := self.tab()).role not in ENDS:
            stops.append(stop)
            assert len(stops) < MOST, f"Tab does not come to an end: {stops[-20:]}"
        return stops

    def fill(self, name: str, text: str) -> "Keys":
        """Type a text into the input of that name."""
        return self.tab_to("textbox", name).type(text)

    def tick(self, name: str) -> "Keys":
        """Tick a box."""
        return self.tab_to("checkbox", name).press("Space")

    def choose(self, name: str, text: str) -> "Keys":
        """Choose from a list, or type a name that it does not have."""
        return self.tab_to("combobox", name).type(text).press("Enter")

    def moment(self, label: str, local: datetime) -> "Keys":
        """Type a date and a time of day: at once, or part by part, which follow one another."""
        if self.screen.page.get_by_role("textbox", name=label, exact=True).count():
            return self.fill(label, f"{local:%Y-%m-%d %H:%M}")
        return self.tab_to("spinbutton", f"month, {label}").type(f"{local:%m%d%Y%H%M}")

    def button(self, name: str) -> "Keys":
        """Press a button with Enter."""
        return self.tab_to("button", name).press("Enter")
