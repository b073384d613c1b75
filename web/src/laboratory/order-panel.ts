/** `<cb-lab-order>`: the order on the counter — for whom, from whom, what to look at, its lines, and what to do with all. */

import { el, type Child } from "../shared/dom.ts";
import type { Issue } from "../shared/fhir.ts";
import { masked } from "../shared/epu-code.ts";
import { add } from "./adapt.ts";
import { claim, release } from "./claim.ts";
import type { Desk } from "./desk.ts";
import { isOpen, type OrderLine } from "./line.ts";
import { LineCard } from "./line-card.ts";
import { isLate, patientWords, signedWords, type Order } from "./order.ts";
import { movedWords } from "./outcome.ts";
import { report } from "./report.ts";
import { counted, day, STATUSES } from "./words.ts";

export class OrderPanel extends HTMLElement {
  desk!: Desk;
  private readonly heading = el("h2", { id: "titre-ordonnance", tabindex: -1 }, "Ordonnance");
  private readonly busy = el("p", { class: "hint", role: "status" });
  private readonly body = el("div", {});

  connectedCallback(): void {
    this.append(el("section", { class: "panel", "aria-labelledby": "titre-ordonnance" }, this.heading, this.busy, this.body));
    this.desk.addEventListener("change", () => this.show());
    this.desk.addEventListener("busy", () => (this.busy.textContent = this.desk.busy ? "Enregistrement en cours…" : ""));
    this.show();
  }

  /** Puts the cursor on the title of an order just read. */
  override focus(): void {
    this.heading.focus();
  }

  private show(): void {
    const { order } = this.desk;
    this.hidden = order === null;
    if (order === null) {
      this.body.replaceChildren();
      return;
    }
    const stood = this.standing();
    const cards = order.lines.map((line, index) => this.card(line, index + 1));
    this.body.replaceChildren(
      ...this.news(),
      this.head(order),
      ...warnings(order),
      this.bulk(order),
      el("ol", { class: "plain-list" }, ...cards.map((card) => el("li", { class: "lab-line" }, card))),
    );
    if (stood === null) return;
    (cards.find((card) => card.line.id === stood) ?? this.heading).focus();
  }

  /** The line that holds the cursor, empty when it is elsewhere in the order; null outside of it. */
  private standing(): string | null {
    const active = document.activeElement;
    if (active === null || !this.body.contains(active)) return null;
    return active.closest<LineCard>("cb-lab-line")?.line.id ?? "";
  }

  private card(line: OrderLine, place: number): LineCard {
    const card = new LineCard();
    const replaced = this.desk.order?.lines.find((one) => one.id === line.replaces)?.name ?? "";
    Object.assign(card, { desk: this.desk, line, place, replaced });
    return card;
  }

  private news(): HTMLElement[] {
    const { moved, told } = this.desk;
    const listed = (words: readonly string[]): HTMLElement => el("ul", {}, ...words.map((one) => el("li", {}, one)));
    return [
      ...(moved.length > 0 ? [el("div", { class: "notice", "data-testid": "a-change" }, el("p", {}, movedWords), listed(moved))] : []),
      ...(told.length > 0 ? [el("div", { class: "notice done", "data-testid": "fait" }, ...told.map((one) => el("p", {}, one)))] : []),
    ];
  }

  private head(order: Order): HTMLElement {
    const late = isLate(order);
    const facts: [string, Child][] = [
      ["Patient", el("strong", {}, patientWords(order))],
      ["Prescripteur", order.prescriber],
      ["Joindre", order.contacts.join(", ")],
      ["Prescrite le", signedWords(order)],
      ["Valable jusqu’au", order.validUntil && el("span", { class: late ? "is-late" : "" }, `${day(order.validUntil)}${late ? " (dépassé)" : ""}`)],
      ["Contexte", order.context.join(", ")],
      ["Résultats", order.returns.join("\u202f; ")],
      ["Prélèvement", order.homeSampling && "à domicile"],
      ["Code", el("span", { class: "epu-code" }, masked(order.code))],
    ];
    const list = el("dl", { class: "details facts" });
    for (const [label, words] of facts) if (words) list.append(el("div", {}, el("dt", {}, label), el("dd", {}, words)));
    const urgent = order.lines.filter((line) => line.urgent && isOpen(line.state)).length;
    const missing = order.lines.filter((line) => line.missing.some((issue) => issue.severity === "warning")).length;
    const flags = [
      urgent > 0 && el("span", { class: "badge urgent" }, `URGENT\u00a0: ${counted(urgent, "ligne")}`),
      missing > 0 && el("span", { class: "badge warn" }, `À demander\u00a0: ${counted(missing, "ligne")}`),
      order.lines.some((line) => line.flags.includes("ALD")) && el("span", { class: "badge ald" }, "ALD"),
      el("span", { class: "badge" }, STATUSES[order.status] ?? order.status),
    ];
    return el("div", {}, el("p", { class: "badges" }, ...flags), list);
  }

  private bulk(order: Order): HTMLElement {
    const { desk } = this;
    const those = (...states: string[]): OrderLine[] => order.lines.filter((line) => states.includes(line.state));
    const mine = order.lines.filter((line) => desk.leases.has(line.id));
    const free = those("prescribed");
    const elsewhere = those("claimed").filter((line) => !desk.leases.has(line.id));
    const toSample = mine.filter((line) => line.state === "claimed");
    const toDo = mine.filter((line) => ["claimed", "sampled"].includes(line.state));
    const open = order.lines.some((line) => isOpen(line.state));
    const button = (words: string, kind: string, act: () => Promise<void>): HTMLElement =>
      el("button", { type: "button", class: kind, onclick: () => void act() }, words);
    return el(
      "div",
      { class: "row bulk" },
      free.length > 0 && button(`Prendre en charge ${counted(free.length, "ligne")}`, "primary", () => claim(desk, free)),
      free.length === 0 && elsewhere.length > 0 && button(`Prendre en charge ${counted(elsewhere.length, "ligne")}`, "primary", () => claim(desk, elsewhere)),
      toSample.length > 1 && button("Tout prélevé…", "secondary", () => report(desk, toSample, "sampled")),
      toDo.length > 1 && button("Tout réalisé…", "secondary", () => report(desk, toDo, "done")),
      open && button("Ajouter un examen…", "secondary", () => add(desk)),
      toSample.length > 1 && button("Tout rendre", "plain", () => release(desk, toSample)),
      button("Ordonnance suivante", "plain", async () => this.next()),
    );
  }

  private next(): void {
    this.desk.clear();
    document.querySelector<HTMLElement>("cb-code-field")?.focus();
  }
}
customElements.define("cb-lab-order", OrderPanel);

function warnings(order: Order): HTMLElement[] {
  if (order.warnings.length === 0) return [];
  const words = (issue: Issue): string => [issue.details?.text, issue.diagnostics].filter(Boolean).join(" ");
  return [el("div", { class: "notice" }, ...order.warnings.map((issue) => el("p", {}, words(issue))))];
}
