/** Days and instants as a patient reads them. */

const PARIS = "Europe/Paris";

/** « 11 janvier 2022 », « 1er mars 2022 »; of `20220111` or `20220111101500+0100`; empty when there is none. */
export function dayOfStamp(stamp: string): string {
  const found = /^(\d{4})(\d{2})(\d{2})/.exec(stamp);
  if (found === null) return "";
  return longDay(new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]), 12)));
}

/** « 11 janvier 2022 à 10:15 » of an instant; the day alone of a day. */
export function instantInWords(iso: string): string {
  const day = longDay(new Date(iso));
  if (!iso.includes("T")) return day;
  return `${day} à ${hourOf(new Date(iso))}`;
}

/** « 14:32 ». */
export function hourOf(instant: Date): string {
  return instant.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: PARIS });
}

/** « 11 janvier 2022 » of an instant or a day. */
export function dayInWords(iso: string): string {
  return longDay(new Date(iso));
}

function longDay(date: Date): string {
  return date.toLocaleDateString("fr-FR", { dateStyle: "long", timeZone: PARIS }).replace(/^1 /, "1er ");
}
