/**
 * `<cb-baskets>`: the baskets that the prescriber sees, each copied into the order by a button or by the mouse. What
 * the order holds already is not added again; the service says so, and for whom the basket was meant.
 */

import { ApiError, getJson, postJson } from "../shared/api.ts";
import { el } from "../shared/dom.ts";
import { examOf } from "../shared/exams.ts";
import type { Bundle, Coding, Extension, OperationOutcome, Resource } from "../shared/fhir.ts";
import { say, warn } from "../shared/messages.ts";
import { onSession, person, type Person } from "../shared/session.ts";
import { french } from "../shared/typography.ts";
import { bundleOf } from "./bundle.ts";
import { newLine, type Draft, type Line, type Renewal } from "./draft.ts";
import { BASKET_TYPE } from "./order-lines.ts";

interface Basket {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly conditions: { readonly text: string };
  readonly lines: readonly Resource[];
}

interface Inserted {
  readonly order: Bundle;
  readonly inserted: readonly string[];
  readonly outcome: OperationOutcome | null;
}

export class BasketPanel extends HTMLElement {
  draft!: Draft;
  private readonly list = el("ul", { class: "plain-list baskets" });
  private baskets: readonly Basket[] = [];

  connectedCallback(): void {
    this.append(this.list);
    onSession(() => void this.load());
    void this.load();
  }

  /** Copies a basket into the order. */
  async insert(id: string): Promise<void> {
    const basket = this.baskets.find((one) => one.id === id);
    const who = person();
    if (basket === undefined || who === null) return;
    try {
      const { requests, words } = await this.copied(basket, who);
      await Promise.all(requests.map((request) => this.take(request)));
      const added = requests.length === 1 ? "1 ligne ajoutée" : `${requests.length} lignes ajoutées`;
      say([`Panier ${basket.name}\u00a0: ${added}.`, ...words].join(" "));
      this.tell(id, [`${added}.`, ...words]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) warn(error.message);
    }
  }

  /** The lines that the order lacks; the service takes no empty order, which lacks them all. */
  private async copied(basket: Basket, who: Person): Promise<{ requests: readonly Resource[]; words: string[] }> {
    if (this.draft.lines.length === 0) {
      return { requests: basket.lines, words: basket.conditions.text ? [french(basket.conditions.text)] : [] };
    }
    const order = bundleOf(this.draft, who, null);
    const done = await postJson<Inserted>(`/api/paniers/${encodeURIComponent(basket.id)}/inserer`, order);
    const resources = done.order.entry.map((entry) => entry.resource);
    const requests = resources.filter((resource) => done.inserted.includes(idOf(resource)));
    return { requests, words: done.outcome?.issue.flatMap((issue) => (issue.details?.text ? french(issue.details.text) : [])) ?? [] };
  }

  private async take(request: Resource): Promise<void> {
    const line = lineOf(request);
    this.draft.add(line);
    const exam = line.exam && (await examOf(line.exam.code));
    if (exam) await this.draft.ask(line, exam);
  }

  private async load(): Promise<void> {
    if (person() === null) {
      this.baskets = [];
      this.list.replaceChildren(el("li", { class: "hint" }, "Connectez-vous pour voir vos paniers."));
      return;
    }
    try {
      this.baskets = (await getJson<{ baskets: Basket[] }>("/api/paniers")).baskets;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.baskets = [];
      this.list.replaceChildren(el("li", { class: "hint" }, error.message));
      return;
    }
    this.list.replaceChildren(...this.baskets.map((basket) => this.item(basket)));
  }

  private item(basket: Basket): HTMLElement {
    const count = basket.lines.length === 1 ? "1 ligne" : `${basket.lines.length} lignes`;
    const insert = (): void => void this.insert(basket.id);
    const button = el("button", { type: "button", class: "secondary", "aria-label": `Insérer le panier ${basket.name}`, onclick: insert }, "Insérer");
    const item = el(
      "li",
      { draggable: "true", "data-basket": basket.id },
      el("span", {}, el("strong", {}, basket.name), ` (${count})`, el("span", { class: "hint told" }, french(basket.conditions.text))),
      button,
    );
    item.addEventListener("dragstart", (event) => event.dataTransfer?.setData(BASKET_TYPE, basket.id));
    return item;
  }

  private tell(id: string, words: readonly string[]): void {
    const told = this.list.querySelector(`[data-basket="${CSS.escape(id)}"] .told`);
    if (told) told.textContent = words.join(" ");
  }
}
customElements.define("cb-baskets", BasketPanel);

function idOf(request: Resource): string {
  return (request["identifier"] as { value?: string }[] | undefined)?.[0]?.value ?? "";
}

/** A line of the order from a line of a basket. */
function lineOf(request: Resource): Line {
  const code = request["code"] as { coding?: Coding[]; text?: string };
  const coding = code.coding?.[0];
  const exam = coding?.code ? { system: coding.system ?? "", code: coding.code, display: coding.display ?? coding.code } : null;
  const line = newLine(exam, exam?.display ?? code.text ?? "");
  line.ald = extensionOf(request, "ald")?.["valueBoolean"] === true;
  line.urgent = request["priority"] === "urgent";
  line.context = (request["reasonCode"] as { text?: string }[] | undefined)?.[0]?.text ?? "";
  line.renewal = renewalOf(request);
  return line;
}

function renewalOf(request: Resource): Renewal | null {
  const timing = request["occurrenceTiming"] as { repeat?: { count?: number; period?: number; periodUnit?: string } } | undefined;
  const repeat = timing?.repeat;
  if (repeat?.count === undefined) return null;
  return { count: repeat.count, every: repeat.period ?? 1, unit: (repeat.periodUnit ?? "mo") as Renewal["unit"] };
}

function extensionOf(request: Resource, name: string): Extension | undefined {
  return request.extension?.find((one) => one.url.endsWith(`/StructureDefinition/${name}`));
}
