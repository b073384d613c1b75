/** The QR code on a screen: its modules are whole pixels of it, or a reader may not tell them apart. */

import { el } from "../shared/dom.ts";
import { grouped } from "../shared/epu-code.ts";

const PIXELS_A_MODULE = 8;

/** The picture; its words send to the code in letters, which stands under it. */
export function picture(address: string): HTMLImageElement {
  return el("img", { class: "qr", src: address, alt: "QR code de l’ordonnance. Le même code est écrit en dessous." });
}

/** The code in groups of four, as on the sheet; told letter by letter to who hears it. */
export function letters(code: string): HTMLElement {
  const heard = el("span", { class: "sr-only" }, `Code\u00a0: ${Array.from(code).join(" ")}`);
  return el("p", { class: "code-letters" }, el("span", { "aria-hidden": "true" }, grouped(code)), heard);
}

/** Makes the picture as large as `side` allows (CSS pixels), by whole pixels of the screen. */
export function fit(shown: HTMLImageElement, side: number): void {
  const modules = Math.max(1, Math.round(shown.naturalWidth / PIXELS_A_MODULE));
  const pixels = Math.max(1, Math.floor((side * devicePixelRatio) / modules));
  shown.style.width = `${(pixels * modules) / devicePixelRatio}px`;
}
