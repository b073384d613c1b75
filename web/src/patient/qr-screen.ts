/**
 * The code alone, as large as the screen, on white: what is held out to the laboratory. Full screen where the browser
 * can, over the whole page elsewhere (iPhone); the screen stays lit as long as it is shown, where it may.
 */

import { modal } from "../shared/dialog.ts";
import { el } from "../shared/dom.ts";
import { fit, letters, picture } from "./qr.ts";
import { KEEP_TO_YOURSELF } from "./words.ts";

/** Shows it until it is closed, by its button, Escape, or the phone's own way back. */
export async function showFullScreen(address: string, code: string): Promise<void> {
  const shown = picture(address);
  const ground = el("div", { class: "qr-ground" }, shown);
  const close = el("button", { type: "button", class: "secondary" }, "Fermer");
  const aside = el(
    "div",
    { class: "qr-aside" },
    letters(code),
    el("p", {}, KEEP_TO_YOURSELF),
    el("p", {}, "Le code ne se lit pas\u202f? Augmentez la luminosité de votre écran. Sinon, dictez les lettres et les chiffres."),
    close,
  );
  const sheet = el("div", { class: "qr-sheet" }, ground, aside);
  const { dialog, closed } = modal("Code de votre ordonnance", sheet);
  dialog.classList.add("qr-screen");
  close.addEventListener("click", () => dialog.close());

  const resized = new ResizeObserver(() => fit(shown, Math.min(ground.clientWidth, ground.clientHeight)));
  resized.observe(ground);
  shown.addEventListener("load", () => fit(shown, Math.min(ground.clientWidth, ground.clientHeight)));
  const lit = new Lit();
  await enter(sheet);
  const left = (): void => {
    if (document.fullscreenElement === null) dialog.close();
  };
  document.addEventListener("fullscreenchange", left);

  await closed;
  document.removeEventListener("fullscreenchange", left);
  resized.disconnect();
  lit.end();
  if (document.fullscreenElement !== null) await document.exitFullscreen().catch(() => undefined);
}

/** Takes it off the screen at once, whoever shows it. */
export function leaveFullScreen(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog.qr-screen");
  dialog?.close();
  dialog?.remove();
}

async function enter(sheet: HTMLElement): Promise<void> {
  try {
    await sheet.requestFullscreen({ navigationUI: "hide" });
  } catch {
    // Not allowed, or not there: the dialog covers the page.
  }
}

/** Keeps the screen lit while the page is seen; a screen that went dark lets go of it, and asks again. */
class Lit {
  private lock: WakeLockSentinel | null = null;
  private ended = false;
  private readonly again = (): void => void this.ask();

  constructor() {
    document.addEventListener("visibilitychange", this.again);
    void this.ask();
  }

  end(): void {
    this.ended = true;
    document.removeEventListener("visibilitychange", this.again);
    void this.lock?.release();
  }

  private async ask(): Promise<void> {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      this.lock = await navigator.wakeLock.request("screen");
      if (this.ended) await this.lock.release();
    } catch {
      // The battery is low, or the browser does not want to: the screen goes dark when it does.
    }
  }
}
