/** What became of lines: sampled, done, done in part, not done (`$epu-report`). */

import { el } from "../shared/dom.ts";
import { all, text, type Parameter, type Parameters } from "../shared/fhir.ts";
import type { Desk } from "./desk.ts";
import { asInstant, asked, choice, moment, tick, words, type Written } from "./form.ts";
import type { OrderLine } from "./line.ts";
import { done } from "./outcome.ts";
import { counted, day, REPORT_REASONS, RESULTS, type Result } from "./words.ts";

/** Asks when and why, then reports one result for these lines, all or none. */
export async function report(desk: Desk, lines: readonly OrderLine[], result: Result): Promise<void> {
  const written = await questions(lines, result);
  if (written === null) return;
  const reports = lines.map((line) => reportOf(line, result, written));
  await done(desk, () => desk.change("$epu-report", ...reports), (answer) => reportWords(lines, result, answer));
}

async function questions(lines: readonly OrderLine[], result: Result): Promise<Written | null> {
  const reasoned = result === "not-done" || result === "partially-done";
  const names = el("ul", {}, ...lines.map((line) => el("li", {}, line.name)));
  return asked(RESULTS[result], `Enregistrer\u00a0: ${RESULTS[result].toLowerCase()}`, [
    names,
    moment("performed", result === "not-done" ? "Constaté le" : result === "sampled" ? "Prélevé le" : "Réalisé le"),
    reasoned && choice("reason", "Motif", REPORT_REASONS),
    reasoned && words("comment", "Précision (facultatif)", 500),
    result === "partially-done" && tick("more", "La suite est encore attendue"),
  ]);
}

function reportOf(line: OrderLine, result: Result, written: Written): Parameter {
  const reason = written.get("reason");
  const comment = written.get("comment");
  const part: Parameter[] = [
    { name: "line", valueUri: line.id },
    { name: "result", valueCode: result },
    { name: "performed", valueDateTime: asInstant(written.get("performed") ?? "") },
  ];
  if (reason) part.push({ name: "reason", valueCode: reason });
  if (comment) part.push({ name: "comment", valueString: comment });
  if (written.get("more") === "true") part.push({ name: "more-expected", valueBoolean: true });
  return { name: "report", part };
}

function reportWords(lines: readonly OrderLine[], result: Result, answer: Parameters): string[] {
  const named = new Map(lines.map((line) => [line.id, line.name]));
  const next = all(answer.parameter, "line").flatMap((line) => {
    const due = text(line.part, "next-due");
    return due ? `${named.get(text(line.part, "id")) ?? ""}\u00a0: prochaine réalisation le ${day(due)}.` : [];
  });
  return [`${RESULTS[result]}\u00a0: ${lines.length === 1 ? (lines[0]?.name ?? "") : counted(lines.length, "ligne")}.`, ...next];
}
