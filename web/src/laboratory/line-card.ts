/**
 * `<cb-lab-line>`: one line on the counter. What is missing, urgent or conditional stands first; then what the bench
 * reads; then what can be done with the line in its state.
 */

import { el } from "../shared/dom.ts";
import { examOf } from "../shared/exams.ts";
import { remove, replace } from "./adapt.ts";
import { claim, release } from "./claim.ts";
import type { Desk } from "./desk.ts";
import { askedFor, isOpen, type OrderLine, type Precondition } from "./line.ts";
import { report } from "./report.ts";
import { day, RESULTS, shortInstant, STATES, type Result } from "./words.ts";

export class LineCard extends HTMLElement {
  desk!: Desk;
  line!: OrderLine;
  /** Its number in the order. */
  place = 1;
  /** The exam in whose place a laboratory put it; empty for a line of the prescriber's. */
  replaced = "";
  private readonly heading = el("h3", { tabindex: -1 });

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const { line } = this;
    this.classList.toggle("is-closed", !isOpen(line.state));
    this.heading.append(`${this.place}. ${line.name} `, line.code ? el("span", { class: "code" }, line.code) : badge("texte libre"));
    this.append(el("div", { class: "lab-line-head" }, this.heading, el("span", { class: "badges" }, ...this.badges())));
    if (this.replaced) this.append(el("p", { class: "hint" }, `Remplace ${this.replaced}`));
    if (line.seenAs) this.append(el("p", { class: "hint" }, `Prescrit «\u202f${line.seenAs}\u202f»`));
    this.append(...this.missing(), ...line.preconditions.map(precondition), this.details());
    const actions = this.actions();
    if (actions.length > 0) this.append(el("div", { class: "row lab-actions" }, ...actions));
  }

  /** Puts the cursor on the title, once what was under it has changed. */
  override focus(): void {
    this.heading.focus();
  }

  private badges(): HTMLElement[] {
    const { line } = this;
    const until = line.state === "claimed" ? this.desk.leases.get(line.id) : undefined;
    const held = until ? `à vous jusqu’au ${shortInstant(until)}` : "à vous";
    const state = until === undefined ? (STATES[line.state] ?? line.state) : held;
    const good = until !== undefined || line.state === "done" || line.state === "sampled" ? "badge good" : "badge";
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
    const mine = desk.leases.has(line.id);
    const take = this.action("Prendre en charge", "secondary", () => claim(desk, [line]));
    const giveBack = this.action("Rendre", "plain", () => release(desk, [line]));
    const adapted = [
      this.action("Remplacer…", "plain", () => replace(desk, line)),
      this.action("Retirer…", "plain", () => remove(desk, line)),
    ];
    switch (line.state) {
      case "prescribed":
        return [take, ...this.reports("sampled", "done", "not-done"), ...adapted];
      case "claimed": {
        const reports = this.reports("sampled", "done", "partially-done", "not-done");
        return mine ? [...reports, ...adapted, giveBack] : [take, ...reports, ...adapted];
      }
      case "sampled":
        return [...(mine ? [] : [take]), ...this.reports("done", "partially-done", "not-done")];
      case "partially-done":
        return this.reports("done", "not-done");
      default:
        return [];
    }
  }

  private reports(...results: Result[]): HTMLElement[] {
    return results.map((result) => {
      const words = result === "partially-done" ? "En partie" : RESULTS[result];
      return this.action(`${words}…`, "secondary", () => report(this.desk, [this.line], result));
    });
  }

  private action(words: string, kind: "secondary" | "plain", act: () => Promise<void>): HTMLElement {
    const about = el("span", { class: "sr-only" }, `\u00a0: ${this.line.name}`);
    return el("button", { type: "button", class: kind, onclick: () => void act() }, words, about);
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
