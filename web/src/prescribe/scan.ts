/**
 * What a hand-held scanner typed, as the INS datamatrix holds it. Such scanners are keyboards: the separator GS comes
 * as one of several signs, and a scanner set for an American keyboard writes French keys on a French machine.
 */

const GS = "\u001d";
const SEPARATORS = /␝|\{GS\}|\[GS\]|<GS>|\^\]|\\x1d|\\u001d/gi;

/** The French key that stands where the American one does, for the signs of a datamatrix (capitals, digits, . - '). */
const FROM_FRENCH: Record<string, string> = {
  "à": "0", "&": "1", "é": "2", '"': "3", "'": "4", "(": "5", "-": "6", "è": "7", "_": "8", "ç": "9",
  A: "Q", Q: "A", Z: "W", W: "Z", "?": "M", ")": "-", ":": ".", "ù": "'",
};
/** « IS01 », the head of every INS datamatrix, as a French keyboard writes it. */
const FRENCH_HEAD = /^ISà&/;

/** The content, separators and letters put right; the service reads it (`/api/ins/lire`). */
export function asScanned(typed: string): string {
  const separated = typed.replace(SEPARATORS, GS);
  if (!FRENCH_HEAD.test(separated)) return separated;
  return Array.from(separated, (sign) => FROM_FRENCH[sign] ?? sign).join("");
}

/** Ctrl+] is how many scanners type GS; a field would not take it. */
export function isSeparatorKey(event: KeyboardEvent): boolean {
  return event.ctrlKey && (event.key === "]" || event.key === GS || event.code === "BracketRight");
}

export { GS };
