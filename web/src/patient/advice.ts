/** What to do before the exams: the order's own instructions, then the catalogue's, each said once. */

import { french } from "../shared/typography.ts";
import type { Preparations } from "./catalogue.ts";
import { dayOfStamp } from "./days.ts";
import type { Exam, Instruction } from "./order.ts";
import { CODED } from "./words.ts";

/** The sentences in the order of the exams; one that is not for every exam names those it is for. */
export function adviceOf(exams: readonly Exam[], prepared: Preparations): string[] {
  const found = new Map<string, { readonly words: string; readonly exams: Set<number> }>();
  exams.forEach((exam, at) => {
    for (const words of sentences(exam, prepared)) {
      const key = words.toLowerCase().replace(/\s+/g, " ");
      const known = found.get(key) ?? { words, exams: new Set() };
      known.exams.add(at + 1);
      found.set(key, known);
    }
  });
  return Array.from(found.values(), (one) => (one.exams.size === exams.length ? one.words : `${which([...one.exams])}${one.words}`));
}

function sentences(exam: Exam, prepared: Preparations): string[] {
  const conditions = exam.conditions.map(({ words, until }) => {
    const last = dayOfStamp(until);
    return `Attention\u00a0: ${words}${last && ` (au plus tard le ${last})`}`;
  });
  const given = [...exam.instructions.map(inPlainWords), ...conditions, ...(prepared.get(exam.code) ?? [])];
  return given.filter(Boolean).map(french);
}

/** The words that were given, then what the code means; a code alone says nothing to a patient. */
function inPlainWords({ words, code }: Instruction): string {
  const plain = CODED[code];
  const said = plain !== undefined && words === code ? "" : words.replace(/[. ]+$/, "");
  return [said, plain].filter(Boolean).join(". ");
}

function which(exams: readonly number[]): string {
  const last = exams.at(-1) ?? 0;
  const others = exams.slice(0, -1);
  const named = others.length > 0 ? `les examens ${others.join(", ")} et ${last}` : `l’examen ${last}`;
  return `Pour ${named}\u00a0: `;
}
