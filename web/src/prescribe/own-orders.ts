/**
 * `<cb-own-orders>`: what became of own orders. The base lists them by a handle, without code nor content; which code
 * and whose they are, this tab alone remembers, until it is closed or its user leaves. Only what it remembers can be
 * cancelled from here.
 */

import { ApiError, operation } from "../shared/api.ts";
import { confirmed } from "../shared/dialog.ts";
import { el } from "../shared/dom.ts";
import { all, parameters, text, type Parameter } from "../shared/fhir.ts";
import { say, warn } from "../shared/messages.ts";
import { onSession, person } from "../shared/session.ts";
import type { Signed } from "./signing.ts";

const KEPT = "circuitbio.ordonnances";
const WORDS: Record<string, string> = {
  active: "confiée, pas encore prise en charge",
  "in-progress": "en cours au laboratoire",
  completed: "terminée",
  cancelled: "annulée",
  expired: "périmée",
};

interface Kept {
  readonly code: string;
  readonly patient: string;
}

export class OwnOrders extends HTMLElement {
  private readonly body = el("tbody");
  private readonly words = el("p", { class: "hint" });
  private readonly table = el(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Tableau de mes ordonnances", hidden: true },
    el("table", {}, el("thead", {}, el("tr", {}, ...["Date", "Patient", "État", "Lignes", "Action"].map(head))), this.body),
  );
  private readonly more = el("button", { type: "button", class: "secondary", hidden: true }, "Plus anciennes");
  private readonly refresh = el("button", { type: "button", class: "secondary" }, "Actualiser");
  /** Versions as they were last read, by code: what If-Match says. */
  private readonly versions = new Map<string, number>();
  private next = "";
  /** Counts what was asked: an answer that comes after the next question, or after its user left, is of no one. */
  private asked = 0;

  connectedCallback(): void {
    this.more.addEventListener("click", () => void this.load(this.next));
    this.refresh.addEventListener("click", () => void this.load());
    this.append(this.words, this.table, el("p", { class: "row" }, this.refresh, this.more));
    onSession(() => void this.load());
    void this.load();
  }

  /** Remembers an order just signed, and shows it. */
  remember(signed: Signed): void {
    const { code, patient, handle } = signed;
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), [handle]: { code, patient } }));
    void this.load();
  }

  /** The first page, or the one that `cursor` begins. */
  async load(cursor = ""): Promise<void> {
    const turn = ++this.asked;
    const signedIn = person() !== null;
    this.refresh.hidden = !signedIn;
    if (!signedIn) {
      this.show([], "", "Connectez-vous pour suivre vos ordonnances.");
      return;
    }
    try {
      // The base knows the day of an order, not its hour: all of today's, or the one just signed could be left out.
      const asked: Parameter[] = [{ name: "count", valueInteger: 100 }];
      if (cursor) asked.push({ name: "cursor", valueString: cursor });
      const listed = (await operation("$epu-list", parameters(...asked))).body.parameter;
      const orders = all(listed, "order");
      await this.readVersions(orders);
      if (turn !== this.asked) return;
      this.show(orders, text(listed, "next"), "Aucune ordonnance.", cursor !== "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn === this.asked) this.show([], "", error.message);
    }
  }

  private async readVersions(orders: readonly Parameter[]): Promise<void> {
    const codes = orders.flatMap((order) => kept()[text(order.part, "handle")]?.code ?? []);
    if (codes.length === 0) return;
    const asked = parameters(...codes.map((code) => ({ name: "code", valueString: code })));
    const told = (await operation("$epu-status", asked)).body.parameter;
    for (const one of all(told, "order")) this.versions.set(text(one.part, "code"), Number(text(one.part, "version")));
  }

  private show(orders: readonly Parameter[], next: string, none: string, added = false): void {
    const rows = orders.map((order) => this.row(order.part));
    if (added) this.body.append(...rows);
    else this.body.replaceChildren(...rows);
    this.next = next;
    this.more.hidden = next === "";
    this.table.hidden = this.body.childElementCount === 0;
    this.words.textContent = this.body.childElementCount === 0 ? none : "";
  }

  private row(order: Parameter[] | undefined): HTMLElement {
    const status = text(order, "status");
    const known = kept()[text(order, "handle")];
    const date = new Date(text(order, "created")).toLocaleDateString("fr-FR");
    const open = status === "active" || status === "in-progress";
    const patient = known?.patient ?? "—";
    const cancel = el("button", { type: "button", class: "plain", "aria-label": `Annuler l’ordonnance de ${patient}` }, "Annuler");
    if (known) cancel.addEventListener("click", () => void this.cancel(known));
    return el(
      "tr",
      { "data-status": status },
      el("td", {}, date),
      el("td", {}, patient),
      el("td", {}, WORDS[status] ?? status),
      el("td", {}, `${text(order, "closed")} sur ${text(order, "lines")} closes`),
      el("td", {}, known && open ? cancel : "—"),
    );
  }

  private async cancel(order: Kept): Promise<void> {
    const words = `L’ordonnance de ${order.patient} ne pourra plus être réalisée. La feuille imprimée reste chez le patient\u00a0: prévenez-le.`;
    if (!(await confirmed("Annuler l’ordonnance\u202f?", words, "Annuler l’ordonnance"))) return;
    try {
      const version = this.versions.get(order.code) ?? 1;
      await operation("$epu-cancel", parameters({ name: "code", valueString: order.code }), { version });
      say("Ordonnance annulée.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) warn(error.message);
    }
    await this.load();
  }
}
customElements.define("cb-own-orders", OwnOrders);

function head(words: string): HTMLElement {
  return el("th", { scope: "col" }, words);
}

function kept(): Record<string, Kept> {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as Record<string, Kept>;
}
