/**
 * `<cb-lab-line>`: one line on the counter. What is missing, urgent or conditional stands first; then what the bench
 * reads; then what can be done with the line in its state.
 */

import { el, type Child } from "../shared/dom.ts";
import { examOf } from "../shared/exams.ts";
import { remove, replace } from "./adapt.ts";
import { claim, release } from "./claim.ts";
import type { Desk } from "./desk.ts";
import { askedFor, isOpen, type OrderLine, type Precondition } from "./line.ts";
import { report } from "./report.ts";
import { day, instant, RESULTS, STATES, type Result } from "./words.ts";

export class LineCard extends HTMLElement {
  desk!: Desk;
  line!: OrderLine;
  /** Its number in the order. */
  place = 1;
  private readonly heading = el("h3", { tabindex: -1 });

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const { line } = this;
    this.classList.toggle("is-closed", !isOpen(line.state));
    this.heading.append(`${this.place}. ${line.name} `, line.code ? el("span", { class: "code" }, line.code) : badge("texte libre"));
    this.append(el("div", { class: "lab-line-head" }, this.heading, el("span", { class: "badges" }, ...this.badges())));
    if (line.seenAs) this.append(el("p", { class: "hint" }, `Prescrit «\u202f${line.seenAs}\u202f»`));
    this.append(...this.missing(), ...line.preconditions.map(precondition), this.details());
    const until = this.desk.leases.get(line.id);
    if (until && line.state !== "prescribed") this.append(el("p", { class: "lease" }, `À vous jusqu’au ${instant(until)}.`));
    const actions = this.actions();
    if (actions.length > 0) this.append(el("div", { class: "row lab-actions" }, ...actions));
  }

  /** Puts the cursor on the title, once what was under it has changed. */
  override focus(): void {
    this.heading.focus();
  }

  private badges(): HTMLElement[] {
    const { line } = this;
    const state = STATES[line.state] ?? line.state;
    const good = line.state === "done" || line.state === "sampled" ? "badge good" : "badge";
    return [
      ...(line.urgent ? [badge("URGENT", "badge urgent")] : []),
      ...line.flags.map((flag) => badge(flag, flag === "ALD" ? "badge ald" : "badge")),
      ...(line.isAdded ? [badge("ajoutée par un laboratoire", "badge warn")] : []),
      badge(state, good),
    ];
  }

  private missing(): HTMLElement[] {
    const { missing } = this.line;
    if (missing.length === 0) return [];
    const asked = missing.map((issue) =>
      el("li", { class: issue.severity === "warning" ? "is-required" : "" }, askedFor(issue), issue.severity !== "warning" && " (utile)"),
    );
    return [el("div", { class: "lab-missing" }, el("p", {}, el("strong", {}, "À demander au patient ou au prescripteur")), el("ul", {}, ...asked))];
  }

  private details(): HTMLElement {
    const list = el("dl", { class: "details" });
    for (const [label, words] of this.line.details) list.append(el("div", {}, el("dt", {}, label), el("dd", {}, words)));
    for (const answered of this.line.answers) {
      const term = el("dt", {}, answered.question);
      void this.label(answered.question).then((label) => (term.textContent = label));
      list.append(el("div", {}, term, el("dd", {}, answered.words)));
    }
    list.hidden = list.childElementCount === 0;
    return list;
  }

  /** The question in words; its code where the exam does not tell them. */
  private async label(question: string): Promise<string> {
    const exam = await examOf(this.line.code).catch(() => null);
    return exam?.clinical_information.find((one) => one.code === question)?.label ?? question;
  }

  private actions(): HTMLElement[] {
    const { desk, line } = this;
    const lines = [line];
    const mine = desk.leases.has(line.id);
    const reported = (results: Result[]): HTMLElement[] =>
      results.map((result) => this.button(`${RESULTS[result]}…`, () => report(desk, lines, result)));
    const adapted = [this.plain("Remplacer…", () => replace(desk, line)), this.plain("Retirer…", () => remove(desk, line))];
    const taken = this.button("Prendre en charge", () => claim(desk, lines));
    switch (line.state) {
      case "prescribed":
        return [taken, ...reported(["sampled", "done", "not-done"]), ...adapted];
      case "claimed":
        return [
          ...(mine ? [] : [taken]),
          ...reported(["sampled", "done", "partially-done", "not-done"]),
          ...adapted,
          ...(mine ? [this.plain("Rendre", () => release(desk, lines))] : []),
        ];
      case "sampled":
        return [...(mine ? [] : [taken]), ...reported(["done", "partially-done", "not-done"])];
      case "partially-done":
        return reported(["done", "not-done"]);
      default:
        return [];
    }
  }

  private button(words: string, act: () => Promise<void>): HTMLElement {
    return this.acting(words, "secondary", act);
  }

  private plain(words: string, act: () => Promise<void>): HTMLElement {
    return this.acting(words, "plain", act);
  }

  private acting(words: string, kind: string, act: () => Promise<void>): HTMLElement {
    const label: Child = el("span", { class: "sr-only" }, `\u00a0: ${this.line.name}`);
    return el("button", { type: "button", class: kind, onclick: () => void act() }, words, label);
  }
}
customElements.define("cb-lab-line", LineCard);

function badge(words: string, kind = "badge"): HTMLElement {
  return el("span", { class: kind }, words);
}

function precondition({ words, notAfter }: Precondition): HTMLElement {
  const late = notAfter !== "" && notAfter < new Date().toISOString().slice(0, 10);
  const limit = notAfter === "" ? "" : late ? ` Inutile après le ${day(notAfter)}\u00a0: date dépassée.` : ` Inutile après le ${day(notAfter)}.`;
  return el("p", { class: late ? "condition is-late" : "condition" }, el("strong", {}, "Condition\u00a0: "), words, limit);
}
