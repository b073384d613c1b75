/** The parts of an opened order, from its code to who signed it; what they do is in `order-view.ts`. */

import { el, type Child } from "../shared/dom.ts";
import { adviceOf } from "./advice.ts";
import type { Preparations } from "./catalogue.ts";
import { dayOfStamp } from "./days.ts";
import type { Exam, Order } from "./order.ts";
import { letters, picture } from "./qr.ts";
import { showFullScreen } from "./qr-screen.ts";
import {
  ASK_LABORATORY,
  AT_HOME,
  FREE_PRICE,
  KEEP_TO_YOURSELF,
  MEDICINES,
  NO_INSTRUCTION,
  NOT_REIMBURSED,
  ON_THE_SHEET,
  SITUATIONS,
  TO_BRING,
  URGENT,
  type Situation,
} from "./words.ts";

/** What has to be known before the code is shown. */
export function head(title: HTMLElement, order: Order, situation: Situation): HTMLElement {
  const { name, kind, words } = SITUATIONS[situation];
  const told = kind === "danger" ? "notice error" : "notice";
  return el(
    "header",
    {},
    title,
    order.patient !== "" && el("p", {}, "Pour\u00a0: ", el("strong", {}, order.patient)),
    situation !== "current" && el("p", { class: told }, el("strong", {}, `${name}. `), words),
    order.atHome && isUsable(situation) && el("p", { class: "notice" }, AT_HOME),
  );
}

/** The code as the sheet has it; `address` is that of its picture, empty without one. Null for an order without code. */
export function codePanel(order: Order, address: string): HTMLElement | null {
  if (order.code === "") return null;
  const large = el("button", { type: "button", class: "wide" }, "Afficher en plein écran");
  large.addEventListener("click", () => void showFullScreen(address, order.code).then(() => large.focus()));
  return el(
    "section",
    { class: "panel code", "aria-labelledby": "titre-code" },
    el("h3", { id: "titre-code" }, "Montrez ce code au laboratoire de votre choix"),
    address !== "" && picture(address),
    letters(order.code),
    el("p", { class: "hint" }, "Si le code ne peut pas être lu, le laboratoire saisit ces lettres et ces chiffres."),
    address !== "" && large,
    el("p", { class: "notice" }, KEEP_TO_YOURSELF),
  );
}

/** What is asked, and how to come prepared to an order that can be used. */
export function reading(order: Order, usable: boolean): HTMLElement[] {
  const asked = order.exams.map((exam) => examItem(exam, usable));
  const exams = part("examens", "Vos examens", asked.length > 0 ? el("ol", {}, ...asked) : el("p", {}, ON_THE_SHEET));
  if (!usable) return [exams];
  return [
    exams,
    part("avant", "Avant les examens", advicePart(order, new Map())),
    part("apporter", order.atHome ? "À préparer" : "À apporter", list(TO_BRING)),
  ];
}

/** What to do before the exams, as the order and the catalogue say it. */
export function advicePart(order: Order, prepared: Preparations): HTMLElement {
  const advice = adviceOf(order.exams, prepared);
  return el(
    "div",
    { "data-part": "consignes" },
    advice.length > 0 ? list(advice) : el("p", {}, NO_INSTRUCTION),
    el("p", {}, MEDICINES),
    el("p", {}, ASK_LABORATORY),
  );
}

/** Who signed, until when it is good, and when that was true. */
export function about(order: Order, situation: Situation, seen: string): HTMLElement {
  const until = dayOfStamp(order.until);
  const telephone = order.phone.replace(/[^+\d]/g, "");
  return part(
    "origine",
    "Cette ordonnance",
    el("p", {}, `Signée par ${[order.prescriber, order.practice].filter(Boolean).join(", ")}.`),
    isUsable(situation) && until !== "" && el("p", {}, `À utiliser de préférence avant le ${until}.`),
    isUsable(situation) && el("p", {}, `Ni annulée ni remplacée quand vous l’avez ouverte, à ${seen}.`),
    el("p", {}, "Une question sur vos examens\u202f? Demandez à la personne qui l’a signée", telephone !== "" && el("span", {}, "\u00a0: ", el("a", { href: `tel:${telephone}` }, inPairs(order.phone))), "."),
  );
}

/** Whether the laboratory may still be shown it. */
export function isUsable(situation: Situation): boolean {
  return situation === "current" || situation === "expired";
}

function examItem(exam: Exam, usable: boolean): HTMLElement {
  const from = dayOfStamp(exam.from);
  const remarks: Child[] = [
    exam.urgent && usable && el("strong", { class: "urgent" }, URGENT),
    from !== "" && `À faire à partir du ${from}.`,
    exam.again !== "" && `Examen à répéter\u00a0: ${exam.again}.`,
    !exam.reimbursed && NOT_REIMBURSED,
    exam.freePrice && FREE_PRICE,
  ];
  return el("li", {}, el("strong", {}, exam.name), ...remarks.filter(Boolean).map((words) => el("p", {}, words)));
}

/** A part of the order under its title. */
export function part(id: string, title: string, ...content: Child[]): HTMLElement {
  const name = `titre-${id}`;
  return el("section", { class: "panel", "aria-labelledby": name }, el("h3", { id: name }, title), ...content);
}

function list(sentences: readonly string[]): HTMLElement {
  return el("ul", {}, ...sentences.map((words) => el("li", {}, words)));
}

/** A French number as it is said: 01 39 00 12 34. */
function inPairs(phone: string): string {
  return /^0\d{9}$/.test(phone) ? phone.replace(/\d{2}(?=\d)/g, "$&\u00a0") : phone;
}
