/**
 * `<cb-tour>`: an order from its first letters to the laboratory, played with nobody's data through the public API, on
 * a service where anyone may write a token. Each step opens the next; nothing of it is kept by the browser.
 */

import { ApiError, operationFile } from "../shared/api.ts";
import { el, type Child } from "../shared/dom.ts";
import type { Exam } from "../shared/exams.ts";
import { ExamSearch } from "../shared/exam-search.ts";
import { parameters } from "../shared/fhir.ts";
import { say, warn } from "../shared/messages.ts";
import { settings } from "../shared/settings.ts";
import { Draft } from "../prescribe/draft.ts";
import { grouped, Signature, type Signed } from "../prescribe/signing.ts";
import { DOCTOR, patient } from "./example.ts";
import { done, read, statusOf, type Read } from "./laboratory.ts";

const ENDS: Record<string, string> = { completed: "terminée", "in-progress": "en cours" };

export class Tour extends HTMLElement {
  private readonly steps = el("ol", { class: "steps" });
  private readonly draft = new Draft();

  connectedCallback(): void {
    if (this.steps.isConnected) return;
    this.append(this.steps);
    this.search();
  }

  private search(): void {
    const lines = el("ul", { "aria-label": "Lignes de l’ordonnance" });
    const sign = this.button("Signer l’ordonnance", () => this.sign(), true);
    const box = new ExamSearch();
    box.addEventListener("exam-chosen", (event) => {
      const exam = (event as CustomEvent<Exam>).detail;
      if (this.draft.has(exam.code)) return;
      this.draft.addExam(exam);
      lines.append(el("li", {}, `${exam.display} (LOINC ${exam.code})`));
      say(`${exam.display}\u00a0: ligne ajoutée.`);
      sign.disabled = false;
    });
    box.addEventListener("free-text", (event) => {
      const words = (event as CustomEvent<string>).detail;
      this.draft.addText(words);
      lines.append(el("li", {}, `${words} (texte libre)`));
      sign.disabled = false;
    });
    this.step(
      "Le médecin cherche un examen",
      el("p", {}, "Quelques lettres suffisent, avec ou sans accents, par le nom ou l’abréviation\u00a0: essayez nfs, glycemie a jeun, prl."),
      box,
      lines,
      el("p", {}, sign),
    );
  }

  private async sign(): Promise<void> {
    this.draft.patient = patient();
    const signed = await new Signature(this.draft, DOCTOR).send();
    const sheet = el("img", { class: "sheet", alt: "L’ordonnance imprimée, avec son QR code et ses lignes" });
    const body = parameters({ name: "order", resource: signed.full }, { name: "page", valuePositiveInt: 1 });
    sheet.src = URL.createObjectURL((await operationFile("Bundle/$print", body, "image/png", { token: DOCTOR.token })).content);
    this.step(
      "L’ordonnance est signée et imprimée",
      el("p", {}, "Le service lui a donné son code\u00a0: ", el("span", { class: "epu-code" }, grouped(signed.code)), "."),
      el("p", {}, "La feuille porte l’identité de la patiente (fictive). La base, elle, ne garde que le sexe et l’âge."),
      sheet,
      settings.fullOrders && el("p", {}, "La patiente la retrouve sur son téléphone\u00a0: ", patientPage(), "."),
      el("p", {}, this.button("Le laboratoire lit le QR code", () => this.read(signed))),
    );
  }

  private async read(signed: Signed): Promise<void> {
    const order = await read(signed.code);
    const lines = order.lines.map(({ words }) => el("li", {}, words));
    this.step(
      "Le laboratoire reçoit l’ordonnance structurée",
      el("p", {}, "Rien n’est ressaisi\u00a0: ce sont les codes que le médecin a choisis."),
      el("ul", { "aria-label": "Lignes reçues" }, ...lines),
      el("p", {}, this.button("Marquer les examens faits", () => this.report(signed, order))),
    );
  }

  private async report(signed: Signed, order: Read): Promise<void> {
    await done(signed.code, order);
    const status = await statusOf(signed.code, DOCTOR.token);
    this.step(
      "Le médecin voit où en est son ordonnance",
      el("p", {}, "État\u00a0: ", el("strong", {}, ENDS[status] ?? status), "."),
      el("p", {}, "Et maintenant, à vous\u00a0: ", el("a", { href: "/prescrire" }, "prescrire une vraie ordonnance d’essai"), "."),
    );
  }

  /** Opens a step, and brings who reads to it. */
  private step(title: string, ...parts: Child[]): void {
    const heading = el("h2", { tabindex: -1 }, title);
    const first = this.steps.childElementCount === 0;
    this.steps.append(el("li", { class: "panel" }, heading, ...parts));
    if (first) return;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  /** A button that acts once: the step it opens stays open. */
  private button(words: string, act: () => Promise<void>, disabled = false): HTMLButtonElement {
    const made = el("button", { type: "button", disabled }, words);
    made.addEventListener("click", () => {
      made.disabled = true;
      act().catch((error: unknown) => {
        made.disabled = false;
        if (!(error instanceof ApiError)) throw error;
        warn(error.message);
      });
    });
    return made;
  }
}
customElements.define("cb-tour", Tour);

/** The way to the patient's page, in a tab of its own: the tour goes on in this one. */
function patientPage(): HTMLElement {
  return el("a", { href: "/mon-ordonnance", target: "_blank", rel: "noopener" }, "ouvrir sa page, avec le matricule proposé (nouvel onglet)");
}
