/** The service's sentences with the signs of printed French: its own are plain, for terminals and logs. */

/** Apostrophes curved, and the spaces that a line is not broken at. */
export function french(sentence: string): string {
  return sentence
    .replace(/(\p{L})'(?=\p{L})/gu, "$1’")
    .replace(/ (?=[:»])/g, "\u00a0")
    .replace(/« /g, "«\u00a0")
    .replace(/ (?=[;!?])/g, "\u202f");
}
