/**
 * What a hand-held scanner typed, as the code it read holds it. Such scanners are keyboards: the separator GS comes as
 * one of several signs, and one set for another country's keyboard than the machine's writes other keys.
 */

import { codeWithin } from "./epu-code.ts";

export const GS = "\u001d";
const SEPARATORS = /␝|\{GS\}|\[GS\]|<GS>|\^\]|\\x1d|\\u001d/gi;
/** Digits that no wrong keyboard writes: where there is one, the keys are right (4 and 6 stand for ' and -). */
const RIGHT_DIGIT = /[0-35789]/;
const DATAMATRIX = /^IS\d{2}/i;

/** What an American scanner writes on a French machine: the French key that stands where the American one does. */
const FROM_FRENCH: Record<string, string> = {
  "à": "0", "&": "1", "é": "2", '"': "3", "'": "4", "(": "5", "-": "6", "è": "7", "_": "8", "ç": "9",
  A: "Q", Q: "A", Z: "W", W: "Z", "?": "M", a: "q", q: "a", z: "w", w: "z", ",": "m",
  ")": "-", ":": ".", "ù": "'",
};
/** What a French scanner writes on an American machine. */
const FROM_AMERICAN: Record<string, string> = {
  ")": "0", "!": "1", "@": "2", "#": "3", "$": "4", "%": "5", "^": "6", "&": "7", "*": "8", "(": "9",
  A: "Q", Q: "A", Z: "W", W: "Z", ":": "M", a: "q", q: "a", z: "w", w: "z", ";": "m",
  "<": ".", "6": "-", "4": "'",
};

/** The content, separators and letters put right where the content tells that they are wrong. */
export function asScanned(typed: string): string {
  const separated = typed.replace(SEPARATORS, GS);
  if (RIGHT_DIGIT.test(separated)) return separated;
  const readings = [transposed(separated, FROM_FRENCH), transposed(separated, FROM_AMERICAN)];
  return readings.find((reading) => isDatamatrix(reading) || codeWithin(reading) !== null) ?? separated;
}

/** Whether this is the content of an INS datamatrix; the service reads it (`/api/ins/lire`). */
export function isDatamatrix(content: string): boolean {
  return DATAMATRIX.test(content);
}

/** Ctrl+] is how many scanners type GS; a field would not take it. */
export function isSeparatorKey(event: KeyboardEvent): boolean {
  return event.ctrlKey && (event.key === "]" || event.key === GS || event.code === "BracketRight");
}

function transposed(text: string, keys: Record<string, string>): string {
  return Array.from(text, (sign) => keys[sign] ?? sign).join("");
}
