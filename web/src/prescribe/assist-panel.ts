/**
 * `<cb-assist>`: what the service says of the order while it is written (`Bundle/$assist`), and exams often asked for
 * with those chosen. Each is put aside in one gesture, without a reason, and nobody is told. Nothing is ever chosen
 * beforehand.
 *
 * To a shared base goes the anonymous order: what it cannot know of the patient, this page says itself at signing.
 */

import { ApiError, isAborted, operation } from "../shared/api.ts";
import { debounced, el } from "../shared/dom.ts";
import { examOf } from "../shared/exams.ts";
import { all, codeOf, parameters, text, type Coding, type Issue, type OperationOutcome, type Parameter } from "../shared/fhir.ts";
import { say } from "../shared/messages.ts";
import { onSession, person } from "../shared/session.ts";
import { settings } from "../shared/settings.ts";
import { french } from "../shared/typography.ts";
import { anonymised } from "./anonymise.ts";
import { bundleOf } from "./bundle.ts";
import type { Draft } from "./draft.ts";

const PAUSE = 400;
const ALREADY_SHOWN = new Set(["no-patient-name", "no-birth-date"]);

export class AssistPanel extends HTMLElement {
  draft!: Draft;
  private readonly heading = el("h2", { id: "a-verifier", tabindex: -1 }, "À vérifier");
  private readonly nothing = el("p", { class: "hint" });
  private readonly alerts = el("ul", { class: "plain-list alerts" });
  private readonly offered = el("div", { class: "offered", hidden: true });
  private calling: AbortController | null = null;

  connectedCallback(): void {
    const ask = debounced(PAUSE, () => void this.ask());
    this.append(this.heading, this.nothing, this.alerts, this.offered);
    this.draft.addEventListener("change", ask);
    onSession(ask);
    this.show([], []);
  }

  private async ask(): Promise<void> {
    this.calling?.abort();
    const who = person();
    if (who === null || this.draft.lines.length === 0) {
      this.show([], []);
      return;
    }
    const calling = new AbortController();
    this.calling = calling;
    const order = bundleOf(this.draft, who, null);
    const sent = settings.fullOrders ? order : anonymised(order, this.draft.patient).order;
    const aside = [...this.draft.dismissed].map((key) => ({ name: "dismissed", valueString: key }));
    try {
      const body = parameters({ name: "resource", resource: sent }, ...aside);
      const told = (await operation("Bundle/$assist", body, { signal: calling.signal })).body.parameter;
      const outcome = all(told, "outcome")[0]?.resource as OperationOutcome | undefined;
      this.show(outcome?.issue ?? [], all(told, "suggestion"));
    } catch (error) {
      if (isAborted(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.show([], []);
      this.nothing.textContent = `La vérification n’a pas pu se faire. ${error.message}`;
    }
  }

  private show(issues: readonly Issue[], suggestions: readonly Parameter[]): void {
    // What no remark says in words (« all is well ») has no key, and is none.
    const told = issues.filter((issue) => issue.id !== undefined && !ALREADY_SHOWN.has(codeOf(issue)));
    this.nothing.textContent = this.draft.lines.length === 0 ? "Rien à vérifier pour l’instant." : told.length > 0 ? "Rien de ceci n’empêche de signer." : "Aucune remarque.";
    if (told.some((issue) => issue.severity === "error")) this.nothing.textContent = "Ce qui est marqué «\u00a0à corriger\u00a0» rendrait l’ordonnance fausse.";
    this.alerts.replaceChildren(...told.map((issue) => this.alert(issue)));
    this.offered.hidden = suggestions.length === 0;
    this.offered.replaceChildren(
      el("h3", {}, "Souvent demandés avec"),
      el("ul", { class: "plain-list chips" }, ...suggestions.map((one) => this.suggestion(one))),
    );
  }

  private alert(issue: Issue): HTMLElement {
    const faulty = issue.severity === "error";
    const words = french(issue.details?.text ?? "");
    const aside = el("button", { type: "button", class: "plain", "aria-label": `Écarter\u00a0: ${words}` }, "Écarter");
    aside.addEventListener("click", () => this.putAside(issue.id ?? "", aside));
    return el(
      "li",
      { class: `alert ${issue.severity}`, "data-code": codeOf(issue) },
      el("div", {}, faulty && el("span", { class: "badge warn" }, "à corriger"), el("p", {}, words), el("p", { class: "hint" }, french(issue.diagnostics ?? ""))),
      !faulty && aside,
    );
  }

  private suggestion(one: Parameter): HTMLElement {
    const exam = all(one.part, "exam")[0]?.["valueCoding"] as Coding | undefined;
    const name = exam?.display ?? exam?.code ?? "";
    const why = all(one.part, "basket").map((basket) => String(basket["valueString"])).join(", ");
    const add = el("button", { type: "button", class: "secondary", title: `Panier\u00a0: ${why}` }, `Ajouter ${name}`);
    add.addEventListener("click", () => void this.add(exam?.code ?? ""));
    const aside = el("button", { type: "button", class: "plain", "aria-label": `Écarter la suggestion ${name}` }, "Écarter");
    aside.addEventListener("click", () => this.putAside(text(one.part, "key"), aside));
    return el("li", {}, add, aside);
  }

  private async add(code: string): Promise<void> {
    const exam = await examOf(code);
    if (exam === null || this.draft.has(code)) return;
    this.draft.addExam(exam);
    say(`${exam.display}\u00a0: ligne ajoutée.`);
  }

  private putAside(key: string, from: HTMLElement): void {
    this.draft.dismissed.add(key);
    from.closest("li")?.remove();
    this.heading.focus();
    this.draft.changed();
  }
}
customElements.define("cb-assist", AssistPanel);
