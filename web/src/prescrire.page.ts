/** `/prescrire`: the parts of the page, wired together around one draft. */

import { must } from "./shared/dom.ts";
import type { Exam } from "./shared/exams.ts";
import { ExamSearch } from "./shared/exam-search.ts";
import { say } from "./shared/messages.ts";
import { onSession, person } from "./shared/session.ts";
import { pageIsFor } from "./shared/sign-in.ts";
import { AssistPanel } from "./prescribe/assist-panel.ts";
import { BasketPanel } from "./prescribe/basket-panel.ts";
import { Draft } from "./prescribe/draft.ts";
import { OrderLines } from "./prescribe/order-lines.ts";
import { OwnOrders } from "./prescribe/own-orders.ts";
import { PatientPanel } from "./prescribe/patient-panel.ts";
import { Preview } from "./prescribe/preview.ts";
import { SignPanel } from "./prescribe/sign-panel.ts";
import type { Signed } from "./prescribe/signing.ts";

pageIsFor({
  roles: ["prescriber"],
  example: { rpps: "10005688798", family: "Thomas", given: "Amélie", prefix: "Dr" },
});

const draft = new Draft();
const patient = placed("patient", new PatientPanel());
const search = placed("recherche", new ExamSearch());
placed("lignes", new OrderLines());
const baskets = placed("paniers", new BasketPanel());
placed("verification", new AssistPanel());
placed("apercu", new Preview());
placed("signature", new SignPanel());
const orders = placed("suivi", new OwnOrders());

/** Puts a part in its place of the page, around the draft. */
function placed<T extends HTMLElement>(place: string, part: T): T {
  (part as { draft?: Draft }).draft = draft;
  must(document, `[data-part="${place}"]`).append(part);
  return part;
}

// Whoever comes next to this screen finds nobody's order on it.
onSession(() => person() === null && draft.clear());
document.addEventListener("exam-chosen", (event) => {
  const exam = (event as CustomEvent<Exam>).detail;
  if (draft.has(exam.code)) {
    say(`${exam.display} est déjà dans l’ordonnance.`);
    return;
  }
  draft.addExam(exam);
  say(`${exam.display}\u00a0: ligne ajoutée.`);
});
document.addEventListener("free-text", (event) => {
  const words = (event as CustomEvent<string>).detail;
  draft.addText(words);
  say(`Ligne en texte libre ajoutée\u00a0: ${words}.`);
});
document.addEventListener("basket-dropped", (event) => void baskets.insert((event as CustomEvent<string>).detail));
document.addEventListener("missing", () => (draft.patient.family && draft.patient.born ? search : patient).focus());
document.addEventListener("signed", (event) => orders.remember((event as CustomEvent<Signed>).detail));
