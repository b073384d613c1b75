/** Why an exam is suggested, in words, with the letters that matched marked. */

import { el, type Child } from "./dom.ts";
import type { Exam, Match } from "./exams.ts";

const KINDS: Record<string, string> = {
  abreviation: "abréviation",
  synonyme: "synonyme",
  "usage-local": "usage local",
};
const FIELDS: Record<string, string> = {
  code: "code",
  nabm: "acte NABM",
  loinc: "libellé LOINC",
  reference_label: "libellé de référence",
};

/** The value that matched, its letters marked; spans count code points, as the server does. */
export function highlighted(match: Match): Child[] {
  const letters = Array.from(match.value);
  const parts: Child[] = [];
  let at = 0;
  for (const [start, end] of match.spans) {
    if (start > at) parts.push(letters.slice(at, start).join(""));
    parts.push(el("mark", {}, letters.slice(start, end).join("")));
    at = end;
  }
  parts.push(letters.slice(at).join(""));
  return parts.filter((part) => part !== "");
}

/** What is said under the name: what matched when it was not the name, the specimen, what will be asked. */
export function reason(exam: Exam): Child[] {
  const { match } = exam;
  const parts: Child[][] = [];
  if (match.field !== "label") {
    const what = KINDS[match.kind ?? ""] ?? FIELDS[match.field] ?? "synonyme";
    parts.push([`${what}\u00a0: `, ...highlighted(match)]);
  }
  const specimens = exam.specimens.flatMap((specimen) => specimen.display ?? []);
  if (specimens.length > 0) parts.push([specimens.join(", ")]);
  const asked = exam.clinical_information.filter((one) => one.obligation === "obligatoire").map((one) => one.label);
  if (asked.length > 0) parts.push([`à préciser\u00a0: ${asked.join(", ")}`]);
  return parts.flatMap((part, place) => (place === 0 ? part : [" · ", ...part]));
}
