/**
 * What the panels of `/exploitation` have in common: they show what was read at one moment, say why when it could not
 * be read, and read again after each action.
 */

import { ApiError, isAborted } from "../shared/api.ts";
import { el, present, type Child } from "../shared/dom.ts";
import { say, warn } from "../shared/messages.ts";

export abstract class Panel extends HTMLElement {
  private readonly shown = el("div", { class: "stack" });
  private reading: AbortController | null = null;

  connectedCallback(): void {
    if (this.shown.isConnected) return;
    this.append(this.shown);
    void this.reload();
  }

  /** What the panel shows; an `ApiError` is told in its place. */
  protected abstract read(signal: AbortSignal): Promise<Child[]>;

  /** Reads again; an earlier reading that is not over is dropped. */
  async reload(): Promise<void> {
    this.reading?.abort();
    const reading = new AbortController();
    this.reading = reading;
    try {
      const parts = await this.read(reading.signal);
      if (this.reading === reading) this.show(parts);
    } catch (error) {
      if (isAborted(error) || this.reading !== reading) return;
      if (!(error instanceof ApiError)) throw error;
      this.show([el("p", { class: "notice" }, error.message)]);
    }
  }

  /** Does something that the service may refuse, tells how it went, reads again; `acted` lets the others do the same. */
  protected async act(doing: () => Promise<string>): Promise<void> {
    await attempt(doing);
    await this.reload();
    this.dispatchEvent(new CustomEvent("acted", { bubbles: true }));
  }

  /** Who uses the keyboard stays where they were, on what has taken the place of the button they pressed. */
  private show(parts: Child[]): void {
    const held = document.activeElement;
    const within = held !== null && this.shown.contains(held);
    this.shown.replaceChildren(...present(parts));
    if (!within || held.isConnected) return;
    const again = [...this.shown.querySelectorAll("button")].find((one) => nameOf(one) === nameOf(held));
    if (again === undefined) this.tabIndex = -1;
    (again ?? this).focus({ preventScroll: true });
  }
}

/** Does something that the service may refuse, and tells how it went. */
export async function attempt(doing: () => Promise<string>): Promise<void> {
  try {
    say(await doing());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) warn(error.message);
  }
}

function nameOf(element: Element): string {
  return element.getAttribute("aria-label") ?? element.textContent;
}

/** A button that acts once at a time: two presses in a row are one. */
export function button(words: string, act: () => Promise<void> | void, kind = "secondary", label = ""): HTMLButtonElement {
  const made = el("button", { type: "button", class: kind, "aria-label": label || null }, words);
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") === "true") return;
    made.setAttribute("aria-disabled", "true");
    void Promise.resolve(act()).finally(() => made.removeAttribute("aria-disabled"));
  });
  return made;
}
