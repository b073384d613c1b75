/**
 * The code of an order, as a person types it (prescription.md §3). It is a secret: it stands in the page's memory and
 * in the bodies of calls, never in an address, a log or a storage.
 */

/** How many symbols a code has. */
export const CODE_LENGTH = 18;
const SYMBOL = "[0-9A-HJKMNP-TV-Z]";
const EXACT = new RegExp(`^${SYMBOL}{${CODE_LENGTH}}$`);
const WITHIN = new RegExp(`(?<![0-9A-Za-z])${SYMBOL}{${CODE_LENGTH}}(?![0-9A-Za-z])`, "g");
const DROPPED = /[\s.,/'’\-\u00ad\u2010-\u2015\u2212_]+/g;
const READ_AS: Record<string, string> = { O: "0", I: "1", L: "1" };

/** What was typed so far: its symbols as the service will read them, and in words what cannot be one of them. */
export interface TypedCode {
  readonly symbols: string;
  readonly problem: string | null;
}

/** Reads typed text as a person means it: case, spaces and dashes aside, O as 0, I and L as 1. */
export function readTyped(text: string): TypedCode {
  const dropped = text.normalize("NFKC").toUpperCase().replace(DROPPED, "");
  const symbols = Array.from(dropped, (sign) => READ_AS[sign] ?? sign).join("");
  return { symbols, problem: problemOf(symbols) };
}

/** Whether this is a whole code, to the letter. */
export function isCode(text: string): boolean {
  return EXACT.test(text);
}

/** The one code of what a camera or a scanner read, which may be a longer text; null with none, or several. */
export function codeWithin(text: string): string | null {
  const found = new Set(text.match(WITHIN));
  return found.size === 1 ? ([...found][0] ?? null) : null;
}

/** In groups of four, as it is printed. */
export function grouped(code: string): string {
  return code.replace(/.{4}(?=.)/g, "$&\u00a0");
}

/** Enough of it to be told apart from another on the same counter, and no more. */
export function masked(code: string): string {
  return `${code.slice(0, 4)}…${code.slice(-2)}`;
}

function problemOf(symbols: string): string | null {
  if (symbols.includes("U")) return "U n’existe pas dans ce code\u00a0: est-ce un V\u202f?";
  const strange = Array.from(symbols).find((sign) => !/[0-9A-Z]/.test(sign));
  if (strange !== undefined) return `«\u202f${strange}\u202f» n’existe pas dans ce code\u00a0: des chiffres et des lettres.`;
  const over = symbols.length - CODE_LENGTH;
  if (over > 0) return `${over} caractère${over > 1 ? "s" : ""} de trop\u00a0: le code en compte ${CODE_LENGTH}.`;
  return null;
}
