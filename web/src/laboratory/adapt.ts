/** Adding, replacing and removing lines: a biologist's, each with its reason (`$epu-adapt`). */

import { el, type Child } from "../shared/dom.ts";
import type { Exam } from "../shared/exams.ts";
import { ExamSearch } from "../shared/exam-search.ts";
import type { Parameter, Resource } from "../shared/fhir.ts";
import type { Desk } from "./desk.ts";
import { asked, choice, words, type Written } from "./form.ts";
import type { OrderLine } from "./line.ts";
import { done, reservedWords } from "./outcome.ts";
import { extensionUrl } from "./reading.ts";
import { warn } from "../shared/messages.ts";
import { ADAPTATION_REASONS, CONTACTS } from "./words.ts";

/** What an exam takes over from the one it replaces: what is about the patient and the order, not about the exam. */
const KEPT = ["priority", "reasonCode", "occurrenceDateTime", "occurrenceTiming"];
const KEPT_EXTENSIONS = ["ald", "prevention", "work-accident", "work-accident-detail", "non-reimbursable", "recurrence-kind", "result-return"];

/** Adds an exam to the order. */
export async function add(desk: Desk): Promise<void> {
  const chosen = new ChosenExam("Examen à ajouter");
  const written = await questions("Ajouter un examen", "Ajouter", [chosen], () => chosen.isChosen());
  if (written === null) return;
  await adapt(desk, written, `${chosen.words}\u00a0: ligne ajoutée.`, [
    { name: "action", valueCode: "add" },
    { name: "request", resource: chosen.request() },
  ]);
}

/** Puts another exam in the place of a line. */
export async function replace(desk: Desk, line: OrderLine): Promise<void> {
  const chosen = new ChosenExam("Examen qui le remplace");
  const kept = el("p", { class: "hint" }, "L’urgence, l’ALD, le contexte et la répétition de la ligne sont gardés.");
  const written = await questions(`Remplacer ${line.name}`, "Remplacer", [chosen, kept], () => chosen.isChosen());
  if (written === null) return;
  await adapt(desk, written, `${line.name}\u00a0: remplacé par ${chosen.words}.`, [
    { name: "action", valueCode: "modify" },
    { name: "line", valueUri: line.id },
    { name: "request", resource: chosen.request(line) },
  ]);
}

/** Takes a line away; the prescriber's own stays to be read. */
export async function remove(desk: Desk, line: OrderLine): Promise<void> {
  const written = await questions(`Retirer ${line.name}`, "Retirer", []);
  if (written === null) return;
  await adapt(desk, written, `${line.name}\u00a0: ligne retirée.`, [
    { name: "action", valueCode: "remove" },
    { name: "line", valueUri: line.id },
  ]);
}

function questions(title: string, yes: string, first: Child[], ready?: () => boolean): Promise<Written | null> {
  const reason = choice("reason", "Motif", ADAPTATION_REASONS);
  const contact = choice("contact", "Avis du prescripteur", CONTACTS);
  return asked(title, yes, [...first, reason, words("comment", "Précision (facultatif)", 500), contact], ready);
}

async function adapt(desk: Desk, written: Written, told: string, change: Parameter[]): Promise<void> {
  const comment = written.get("comment");
  const part: Parameter[] = [...change, { name: "reason", valueCode: written.get("reason") }];
  if (comment) part.push({ name: "comment", valueString: comment });
  const contact: Parameter = { name: "prescriber-contact", valueCode: written.get("contact") };
  await done(
    desk,
    () => desk.change("$epu-adapt", contact, { name: "change", part }),
    () => [told],
    async (error) => {
      warn(reservedWords("$epu-adapt", error));
      return true;
    },
  );
}

/** The search, and what was chosen in it: an exam, or words. */
class ChosenExam extends HTMLElement {
  private exam: Exam | string | null = null;
  private readonly shown = el("p", { class: "chosen", role: "status" });

  constructor(private readonly label: string) {
    super();
  }

  connectedCallback(): void {
    const search = new ExamSearch();
    search.setAttribute("label", this.label);
    search.addEventListener("exam-chosen", (event) => this.choose((event as CustomEvent<Exam>).detail));
    search.addEventListener("free-text", (event) => this.choose((event as CustomEvent<string>).detail));
    this.append(search, this.shown);
  }

  get words(): string {
    return typeof this.exam === "string" ? this.exam : (this.exam?.display ?? "");
  }

  isChosen(): boolean {
    if (this.exam === null) this.shown.textContent = "Choisissez d’abord un examen.";
    return this.exam !== null;
  }

  /** The new line, in the place of `former` if there is one. */
  request(former?: OrderLine): Resource {
    const { exam } = this;
    const code =
      typeof exam === "string" ? { text: exam } : { coding: [{ system: exam?.system, code: exam?.code, display: exam?.display }] };
    const kept = KEPT.filter((name) => former?.request[name] !== undefined).map((name) => [name, former?.request[name]]);
    const urls = KEPT_EXTENSIONS.map(extensionUrl);
    const extension = former?.request.extension?.filter((one) => urls.includes(one.url)) ?? [];
    return {
      resourceType: "ServiceRequest",
      status: "active",
      intent: "order",
      ...Object.fromEntries(kept),
      ...(extension.length > 0 ? { extension } : {}),
      code,
    };
  }

  private choose(exam: Exam | string): void {
    this.exam = exam;
    this.shown.replaceChildren("Choisi\u00a0: ", el("strong", {}, this.words));
  }
}
customElements.define("cb-chosen-exam", ChosenExam);
