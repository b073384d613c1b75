/**
 * `<cb-patient-order>`: one order, opened. All of it is in the memory of the page: it stays usable when the network is
 * lost, and is gone with its closing, with who signs out and with the page. `close-order` says that it wants to be left.
 */

import { ApiError, getFile, getXml, operationFile } from "../shared/api.ts";
import { el, uuid } from "../shared/dom.ts";
import { parameters } from "../shared/fhir.ts";
import { clearWarning, say, warn } from "../shared/messages.ts";
import { preparations } from "./catalogue.ts";
import { dayOfStamp, hourOf } from "./days.ts";
import { Files } from "./files.ts";
import type { Listed } from "./listed.ts";
import { readOrder, type Order } from "./order.ts";
import { about, advicePart, codePanel, head, isUsable, part, reading } from "./order-parts.ts";
import { leaveFullScreen } from "./qr-screen.ts";
import { waiting } from "./waiting.ts";
import { became, inPlainWords, type Situation } from "./words.ts";

const PDF = "application/pdf";

export class OrderView extends HTMLElement {
  private readonly words = el("p", { class: "told", role: "status" });
  private readonly body = el("div", {});
  private readonly files = new Files();
  private listed: Listed | null = null;
  /** Each opening has its number: what comes for one that is closed is not shown. */
  private opening = 0;
  /** Of a reprint that may have to be asked for again: it is then counted once. */
  private key = uuid();
  /** The hour of this opening. */
  private seen = "";

  connectedCallback(): void {
    if (!this.body.isConnected) this.append(this.words, this.body);
  }

  /** The id of the order that is open, or empty. */
  get opened(): string {
    return this.listed?.id ?? "";
  }

  /** Fetches and shows an order; `ApiError` when it cannot be. */
  async open(listed: Listed): Promise<void> {
    this.clear();
    const mine = ++this.opening;
    const over = waiting("Ouverture de l’ordonnance…", (words) => (this.words.textContent = words));
    try {
      const order = readOrder(await getXml(listed.document));
      if (mine !== this.opening) return;
      this.listed = listed;
      this.key = uuid();
      this.seen = hourOf(new Date());
      this.words.textContent = "";
      this.show(order, listed.situation);
      void this.prepare(order, mine);
    } finally {
      over();
      if (mine === this.opening) this.words.textContent = "";
    }
  }

  /** Lets go of the order, and of all that was made of it. */
  clear(): void {
    this.opening += 1;
    this.listed = null;
    this.words.textContent = "";
    this.body.replaceChildren();
    leaveFullScreen();
    this.files.end();
  }

  private show(order: Order, situation: Situation): void {
    this.files.end();
    const title = el("h2", { tabindex: -1 }, `Ordonnance du ${dayOfStamp(order.signed)}`);
    const usable = isUsable(situation);
    const back = el("button", { type: "button", class: "plain", onclick: () => this.dispatchEvent(new Event("close-order")) }, "‹ Mes ordonnances");
    this.body.replaceChildren(
      el("p", {}, back),
      el(
        "div",
        { class: "order" },
        head(title, order, situation),
        usable ? codePanel(order, order.picture === null ? "" : this.files.address(order.picture)) : null,
        ...reading(order, usable),
        this.papers(order, situation),
        about(order, situation, this.seen),
      ),
    );
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  /** What the catalogue asks before these exams, once it has told. */
  private async prepare(order: Order, mine: number): Promise<void> {
    const prepared = await preparations(order.exams.map((exam) => exam.code).filter(Boolean));
    if (mine !== this.opening || prepared.size === 0) return;
    this.body.querySelector('[data-part="consignes"]')?.replaceWith(advicePart(order, prepared));
  }

  private papers(order: Order, situation: Situation): HTMLElement {
    const day = order.signed.slice(0, 8);
    const buttons =
      situation === "cancelled"
        ? [
            el("p", {}, "Une ordonnance annulée ne peut plus être réimprimée. Vous pouvez en garder une copie, marquée «\u00a0ANNULÉE\u00a0»."),
            this.button("Télécharger la copie annulée", "secondary", () => this.reprint(order, true, `copie-annulee-${day}.pdf`)),
          ]
        : [
            this.button("Télécharger l’ordonnance d’origine", "secondary", () => this.original(order, `ordonnance-biologie-${day}.pdf`)),
            el("p", { class: "hint" }, "La feuille telle qu’elle a été signée."),
            ...(situation === "replaced" ? [] : this.reprinting(order, day)),
          ];
    return part("papier", "Sur papier", ...buttons);
  }

  private reprinting(order: Order, day: string): HTMLElement[] {
    return [
      this.button("Réimprimer", "secondary", () => this.reprint(order, false, `reimpression-${day}.pdf`)),
      el("p", { class: "hint" }, "Une feuille neuve, marquée «\u00a0RÉIMPRESSION\u00a0», avec le même code."),
    ];
  }

  /** The copy that came with the document, which needs no network; else the service's. */
  private async original(order: Order, name: string): Promise<void> {
    const sheet = order.sheet ?? (await getFile(this.listed?.sheet ?? "", { accept: PDF }));
    this.files.save(sheet, name);
    say("Ordonnance d’origine téléchargée.");
  }

  private async reprint(order: Order, forRecord: boolean, name: string): Promise<void> {
    const id = this.opened;
    const body = parameters({ name: "document", valueString: id }, ...(forRecord ? [{ name: "copy-for-record", valueBoolean: true }] : []));
    try {
      const { content } = await operationFile("$document-reprint", body, PDF, { key: this.key });
      this.key = uuid();
      if (id !== this.opened) return;
      this.files.save(content, name);
      say("Réimpression téléchargée.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status > 0 && error.status < 500) this.key = uuid();
      const now = became(error);
      if (now !== null && id === this.opened) this.show(order, now);
      throw error;
    }
  }

  private button(words: string, kind: string, act: () => Promise<void>): HTMLElement {
    const made = el("button", { type: "button", class: kind }, words);
    made.addEventListener("click", () => void this.act(made, words, act));
    return el("p", {}, made);
  }

  private async act(button: HTMLButtonElement, words: string, act: () => Promise<void>): Promise<void> {
    if (button.getAttribute("aria-busy") === "true") return;
    clearWarning();
    button.setAttribute("aria-busy", "true");
    const over = waiting("Préparation du fichier…", (told) => (button.textContent = told));
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) warn(inPlainWords(error));
    } finally {
      over();
      button.textContent = words;
      button.removeAttribute("aria-busy");
    }
  }
}
customElements.define("cb-patient-order", OrderView);
