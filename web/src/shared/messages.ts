/**
 * `<cb-messages>`: what the page has to say. Two live regions, made once and never removed, or screen readers would
 * not hear them: `say` speaks when there is time, `warn` at once and stays on screen until it is closed.
 */

import { el } from "./dom.ts";

const quiet = el("div", { class: "sr-only", role: "status", "aria-live": "polite", "data-testid": "annonces" });
const loud = el("div", { class: "messages", role: "alert" });

class Messages extends HTMLElement {
  connectedCallback(): void {
    this.append(quiet, loud);
  }
}
customElements.define("cb-messages", Messages);

/** Says something to who cannot see it happen. */
export function say(words: string): void {
  quiet.textContent = "";
  requestAnimationFrame(() => (quiet.textContent = words));
}

/** Shows a fault at the top of the page, until it is closed or the next one. */
export function warn(words: string): void {
  const close = el("button", { type: "button", class: "plain", onclick: clearWarning }, "Fermer");
  loud.replaceChildren(el("div", { class: "notice error" }, el("p", {}, words), close));
  loud.scrollIntoView({ block: "nearest" });
}

/** Takes away what `warn` showed. */
export function clearWarning(): void {
  loud.replaceChildren();
}
