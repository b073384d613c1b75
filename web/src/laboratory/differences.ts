/** What changed between two readings of one order, in words a person compares. */

import type { Order } from "./order.ts";
import { STATES, STATUSES } from "./words.ts";

/** One sentence a change, in the order of the lines; empty when nothing a person sees has changed. */
export function differences(before: Order, now: Order): string[] {
  const known = new Map(before.lines.map((line) => [line.id, line]));
  const told: string[] = [];
  for (const line of now.lines) {
    const former = known.get(line.id);
    if (former === undefined) told.push(`${line.name}\u00a0: ligne ajoutée par un laboratoire.`);
    else if (former.state !== line.state) told.push(`${line.name}\u00a0: ${words(former.state)} → ${words(line.state)}.`);
  }
  if (before.status !== now.status && told.length === 0) told.push(`Ordonnance\u00a0: ${STATUSES[now.status] ?? now.status}.`);
  return told;
}

function words(state: string): string {
  return STATES[state] ?? state;
}
