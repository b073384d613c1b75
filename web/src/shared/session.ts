/**
 * Who uses the page: the token, and the name that goes on what is signed. Kept in `sessionStorage` alone: gone with
 * the tab, never in a cookie, never in an address. The server believes the token and nothing else.
 */

export type Role = "prescriber" | "laboratory" | "biologist" | "patient" | "operator";

export interface Person {
  readonly token: string;
  /** What this person said to be: what the page offers follows from it, what is allowed from the token alone. */
  readonly role: Role;
  /** RPPS of a professional, as it stands on orders; empty for others. */
  readonly rpps: string;
  /** FINESS of the site, or empty. */
  readonly finess: string;
  readonly family: string;
  readonly given: string;
  /** Civil title, such as `Dr`. */
  readonly prefix: string;
}

const KEY = "circuitbio.session";
const listeners = new Set<() => unknown>();

/** Who is signed in; null when nobody is. */
export function person(): Person | null {
  const kept = sessionStorage.getItem(KEY);
  return kept === null ? null : (JSON.parse(kept) as Person);
}

/** Signs in, or out with null: then all the tab kept goes. */
export function signIn(who: Person | null): void {
  if (who === null) sessionStorage.clear();
  else sessionStorage.setItem(KEY, JSON.stringify(who));
  listeners.forEach((listener) => listener());
}

/** Calls `listener` after each change. */
export function onSession(listener: () => unknown): void {
  listeners.add(listener);
}
