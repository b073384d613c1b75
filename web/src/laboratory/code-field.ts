/**
 * `<cb-code-field>`: the one field of the counter. A hand-held scanner, a person who types the code of a sheet, and the
 * camera beside it all end here, with the code of an order or the content of an INS datamatrix.
 *
 *   field.addEventListener("code-read", (event) => …);   // detail: CodeRead
 *
 * What is typed is checked as it goes; a scanner is not interrupted, and a code never leaves the field but by the event.
 */

import { debounced, el, freshId } from "../shared/dom.ts";
import { CODE_LENGTH, codeWithin, grouped, isCode, readTyped } from "../shared/epu-code.ts";
import { asScanned, GS, isDatamatrix, isSeparatorKey } from "../shared/wedge-text.ts";
import { onWedge } from "../shared/wedge.ts";
import type { Mode } from "./desk.ts";

export interface CodeRead {
  readonly kind: "order" | "identity";
  readonly content: string;
  readonly mode: Mode;
}

const PAUSE = 200;
const FASTEST_HAND = 60;
const HELP = "Douchette, caméra, ou les 18 caractères imprimés sous le QR code.";

export class CodeField extends HTMLElement {
  private readonly input: HTMLInputElement;
  private readonly help: HTMLElement;
  private readonly fault: HTMLElement;
  private began = 0;
  private keys = 0;
  /** What stood in the field when something was last read. */
  private sent = "";
  /** The text that the service refused, as long as it stands in the field. */
  private refused: string | null = null;

  constructor() {
    super();
    const id = freshId("code");
    this.help = el("span", { id: `${id}-aide`, class: "hint" }, HELP);
    this.fault = el("span", { id: `${id}-faute`, class: "fault", role: "status" });
    this.input = el("input", {
      id,
      type: "text",
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      enterkeyhint: "go",
      maxlength: 1024,
      "aria-describedby": `${this.help.id} ${this.fault.id}`,
    });
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    // What the service said of a text stands until the text changes, however late the check of its keys comes.
    const check = debounced(PAUSE, () => this.input.value !== this.refused && this.check());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("input", () => {
      if (this.input.value !== this.refused) this.refused = null;
      check();
    });
    const form = el("form", { class: "code-form" }, this.input, el("button", { type: "submit" }, "Lire"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.read(this.input.value, this.wasScanned() ? "scanned" : "typed");
    });
    const label = el("label", { for: this.input.id }, "QR code de l’ordonnance, code saisi, ou datamatrix INS");
    this.append(label, form, this.help, this.fault);
    onWedge((typed) => this.read(typed, "scanned"));
  }

  override focus(): void {
    this.input.focus();
  }

  /** Empties the field, once what it held is on the counter; what was typed since stays, a scanner does not wait. */
  clear(): void {
    if (this.input.value === this.sent) {
      this.input.value = "";
      this.keys = 0;
    }
    this.check();
  }

  /** Says that the service has been asked. */
  wait(): void {
    this.tell("");
    this.help.textContent = "Lecture en cours…";
  }

  /** Says under the field why nothing came of the code. */
  refuse(words: string): void {
    this.help.textContent = HELP;
    this.tell(words);
    if (this.input.value !== this.sent) return;
    this.refused = this.sent;
    this.input.select();
    this.input.focus();
  }

  /** Takes what the camera saw at once: the identity before the order, so that the two are compared. */
  take(contents: readonly string[]): void {
    this.sent = this.input.value;
    const read = contents.map((content) => readingOf(content, "scanned"));
    const useful = read.filter((one) => one !== null).sort((one, other) => one.kind.localeCompare(other.kind));
    if (useful.length === 0) this.refuse("Ce code n’est ni celui d’une ordonnance ni un datamatrix INS.");
    for (const one of useful) this.dispatch(one);
  }

  private onKey(event: KeyboardEvent): void {
    if (isSeparatorKey(event)) {
      event.preventDefault();
      this.input.setRangeText(GS, this.input.selectionStart ?? 0, this.input.selectionEnd ?? 0, "end");
    }
    if (event.key.length > 1) return;
    if (this.input.value === "" || this.keys === 0) {
      this.began = event.timeStamp;
      this.keys = 0;
    }
    this.keys += 1;
  }

  /** Whether its keys came faster than anybody types. */
  private wasScanned(): boolean {
    return this.keys >= CODE_LENGTH && performance.now() - this.began < this.keys * FASTEST_HAND;
  }

  private read(typed: string, mode: Mode): void {
    this.sent = this.input.value;
    const reading = readingOf(typed, mode);
    if (reading) {
      this.dispatch(reading);
      return;
    }
    const { symbols, problem } = readTyped(typed);
    this.refuse(problem ?? (symbols === "" ? "Scannez ou saisissez un code." : lacking(symbols)));
  }

  private check(): void {
    const { value } = this.input;
    const { symbols, problem } = readTyped(value);
    const scanned = asScanned(value);
    const isScan = isDatamatrix(scanned) || codeWithin(scanned) !== null;
    this.tell(isScan ? "" : (problem ?? ""));
    if (isCode(symbols)) this.help.textContent = `Code complet\u00a0: ${grouped(symbols)}`;
    else if (isScan || problem || symbols === "") this.help.textContent = HELP;
    else this.help.textContent = `${symbols.length} caractère${symbols.length > 1 ? "s" : ""} sur ${CODE_LENGTH}`;
  }

  private tell(fault: string): void {
    this.fault.textContent = fault;
    this.input.setAttribute("aria-invalid", String(fault !== ""));
  }

  private dispatch(read: CodeRead): void {
    this.dispatchEvent(new CustomEvent<CodeRead>("code-read", { bubbles: true, detail: read }));
  }
}
customElements.define("cb-code-field", CodeField);

/** What a content is; null when it is neither. */
function readingOf(typed: string, mode: Mode): CodeRead | null {
  const scanned = asScanned(typed.trim());
  if (isDatamatrix(scanned)) return { kind: "identity", content: scanned, mode: "scanned" };
  const within = codeWithin(scanned);
  if (within !== null && (mode === "scanned" || scanned !== typed.trim())) return { kind: "order", content: within, mode: "scanned" };
  const { symbols } = readTyped(typed);
  if (isCode(symbols)) return { kind: "order", content: symbols, mode: "typed" };
  return within === null ? null : { kind: "order", content: within, mode: "scanned" };
}

function lacking(symbols: string): string {
  const missing = CODE_LENGTH - symbols.length;
  return `Il manque ${missing} caractère${missing > 1 ? "s" : ""}\u00a0: le code en compte ${CODE_LENGTH}.`;
}
