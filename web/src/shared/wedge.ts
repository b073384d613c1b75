/**
 * A hand-held scanner heard wherever the cursor is: its keys come faster than anybody types, and end with Enter.
 * Nobody has to click into a field between two sheets. Keys typed into a field or a dialog are left to them.
 */

import { GS, isSeparatorKey } from "./wedge-text.ts";

const FASTEST_HAND = 60;
const LEAST = 18;

/** Calls `read` with what a scanner typed outside of every field. */
export function onWedge(read: (typed: string) => void): void {
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (isTakenElsewhere(event.target)) return;
    if (event.timeStamp - last > FASTEST_HAND) typed = "";
    last = event.timeStamp;
    if (event.key === "Enter" && typed.length >= LEAST) {
      event.preventDefault();
      read(typed);
      typed = "";
    } else if (isSeparatorKey(event)) {
      event.preventDefault();
      typed += GS;
    } else if (event.key.length === 1 && !event.metaKey) {
      // A space in a name would press the button that the cursor stands on.
      if (event.key === " " && typed.length > 1) event.preventDefault();
      typed += event.key;
    }
  });
}

function isTakenElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}
