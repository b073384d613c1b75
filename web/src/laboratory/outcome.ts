/** What a change came to, told to who asked for it: done, refused, or to be looked at again. */

import { ApiError } from "../shared/api.ts";
import { all, type OperationOutcome, type Parameters } from "../shared/fhir.ts";
import { clearWarning, say, warn } from "../shared/messages.ts";
import type { Desk, Outcome } from "./desk.ts";

const MOVED = "L’ordonnance a changé depuis votre lecture\u00a0: rien n’a été enregistré. Vérifiez, puis recommencez.";
const RESERVED: Record<string, string> = {
  "$epu-adapt": "Seul un biologiste peut adapter une ordonnance. Reconnectez-vous comme biologiste.",
};
let underWay = false;

/** Does one change at a time, and says what it came to. A refusal that `handled` takes care of is not told again. */
export async function done(
  desk: Desk,
  change: () => Promise<Outcome>,
  words: (answer: Parameters) => string[],
  handled: (error: ApiError) => Promise<boolean> = async () => false,
): Promise<void> {
  if (underWay) return;
  underWay = true;
  clearWarning();
  let refused: ApiError | null = null;
  try {
    const outcome = await change();
    if (outcome.done) tell(desk, [...words(outcome.answer), ...findings(outcome.answer)]);
    else say(`${MOVED} ${desk.moved.join(" ")}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refused = error;
  } finally {
    underWay = false;
  }
  if (refused !== null && refused.status !== 401 && !(await handled(refused))) warn(refused.message);
}

/** What to say where a role does not allow an operation. */
export function reservedWords(operation: string, error: ApiError): string {
  return error.status === 403 ? (RESERVED[operation] ?? error.message) : error.message;
}

/** The sentence over what another has changed meanwhile. */
export const movedWords = MOVED;

function tell(desk: Desk, words: string[]): void {
  desk.tell(...words);
  say(words.join(" "));
}

function findings(answer: Parameters): string[] {
  const outcome = all(answer.parameter, "outcome")[0]?.resource as OperationOutcome | undefined;
  return (outcome?.issue ?? []).map((issue) => [issue.details?.text, issue.diagnostics].filter(Boolean).join(" "));
}
