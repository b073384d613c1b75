/**
 * `<cb-patient-order>`: one order, opened. All of it is in the memory of the page: it stays usable when the network is
 * lost, and is gone with its closing, with who signs out and with the page. `close-order` says that it wants to be left.
 */

import { ApiError, getFile, getXml, operationFile } from "../shared/api.ts";
import { el, uuid, type Child } from "../shared/dom.ts";
import { parameters } from "../shared/fhir.ts";
import { clearWarning, say, warn } from "../shared/messages.ts";
import { adviceOf } from "./advice.ts";
import { preparations, type Preparations } from "./catalogue.ts";
import { dayOfStamp, hourOf } from "./days.ts";
import { Files } from "./files.ts";
import type { Listed } from "./listed.ts";
import { readOrder, type Exam, type Order } from "./order.ts";
import { letters, picture } from "./qr.ts";
import { showFullScreen } from "./qr-screen.ts";
import {
  ASK_LABORATORY,
  AT_HOME,
  became,
  FREE_PRICE,
  inPlainWords,
  KEEP_TO_YOURSELF,
  MEDICINES,
  NO_INSTRUCTION,
  NOT_REIMBURSED,
  SITUATIONS,
  TO_BRING,
  URGENT,
  type Situation,
} from "./words.ts";
import { waiting } from "./waiting.ts";

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
    this.files.end();
  }

  private show(order: Order, situation: Situation): void {
    const title = el("h2", { tabindex: -1 }, `Ordonnance du ${dayOfStamp(order.signed)}`);
    const usable = isUsable(situation);
    const back = el("button", { type: "button", class: "plain", onclick: () => this.dispatchEvent(new Event("close-order")) }, "‹ Mes ordonnances");
    this.body.replaceChildren(
      el("p", {}, back),
      el(
        "div",
        { class: "order" },
        head(title, order, situation),
        usable ? this.code(order) : null,
        ...this.reading(order, usable),
        this.papers(order, situation),
        about(order, situation, this.seen),
      ),
    );
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  private code(order: Order): HTMLElement | null {
    if (order.code === "") return null;
    const address = order.picture === null ? "" : this.files.address(order.picture);
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
  private reading(order: Order, usable: boolean): HTMLElement[] {
    const exams = part("examens", "Vos examens", el("ol", {}, ...order.exams.map((exam) => examItem(exam, usable))));
    if (!usable) return [exams];
    return [
      exams,
      part("avant", "Avant les examens", this.advice(order, new Map())),
      part("apporter", order.atHome ? "À préparer" : "À apporter", list(TO_BRING)),
    ];
  }

  private advice(order: Order, prepared: Preparations): HTMLElement {
    const advice = adviceOf(order.exams, prepared);
    return el(
      "div",
      { "data-part": "consignes" },
      advice.length > 0 ? list(advice) : el("p", {}, NO_INSTRUCTION),
      el("p", {}, MEDICINES),
      el("p", {}, ASK_LABORATORY),
    );
  }

  /** What the catalogue asks before these exams, once it has told. */
  private async prepare(order: Order, mine: number): Promise<void> {
    const prepared = await preparations(order.exams.map((exam) => exam.code).filter(Boolean));
    if (mine !== this.opening || prepared.size === 0) return;
    this.body.querySelector('[data-part="consignes"]')?.replaceWith(this.advice(order, prepared));
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

/** What has to be known before the code is shown. */
function head(title: HTMLElement, order: Order, situation: Situation): HTMLElement {
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

/** Who signed, until when it is good, and when that was true. */
function about(order: Order, situation: Situation, seen: string): HTMLElement {
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

function isUsable(situation: Situation): boolean {
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

function part(id: string, title: string, ...content: Child[]): HTMLElement {
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
