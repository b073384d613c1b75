/**
 * `<cb-patient-orders>`: own orders, those that can be used first. What is opened is told by the event `open-order`;
 * the list stands aside meanwhile, and gives the cursor back where it was.
 */

import { ApiError } from "../shared/api.ts";
import { el } from "../shared/dom.ts";
import { say } from "../shared/messages.ts";
import { person, signIn } from "../shared/session.ts";
import { askToSignIn } from "../shared/sign-in.ts";
import { instantInWords } from "./days.ts";
import { listOrders, type Listed } from "./listed.ts";
import { waiting } from "./waiting.ts";
import { inPlainWords, SITUATIONS, WAITING } from "./words.ts";

export class OrderList extends HTMLElement {
  private readonly words = el("p", { class: "told", role: "status" });
  private readonly body = el("div", {});
  private orders: Listed[] = [];
  private next = "";
  private waits = false;
  /** Whether the last reading failed. */
  private broken = false;
  /** Whether what comes is what a button of this list asked for: the cursor then goes there, its button being gone. */
  private asked = false;
  /** Each reading has its number: the answer of one that is over is not shown. */
  private reading = 0;

  connectedCallback(): void {
    if (!this.body.isConnected) this.append(this.words, this.body);
  }

  /** Reads the first page anew; true when it came. */
  async load(): Promise<boolean> {
    this.clear();
    const who = person();
    if (who === null) return this.welcome();
    if (who.role !== "patient") return this.someoneElse();
    return this.read();
  }

  /** Reads anew what could not be read. */
  retry(): void {
    if (this.broken) void this.load();
  }

  /** Takes the orders off the page. */
  clear(): void {
    this.reading += 1;
    this.orders = [];
    this.next = "";
    this.broken = false;
    this.words.textContent = "";
    this.body.replaceChildren();
  }

  /** Whether an order of this id is listed. */
  find(id: string): Listed | undefined {
    return this.orders.find((one) => one.id === id);
  }

  /** Puts the cursor back on the button of an order, or on the first one. */
  focusOn(id: string): void {
    const buttons = Array.from(this.body.querySelectorAll<HTMLButtonElement>("button[data-id]"));
    (buttons.find((one) => one.dataset["id"] === id) ?? buttons[0])?.focus();
  }

  private async read(): Promise<boolean> {
    const mine = ++this.reading;
    const over = waiting("Recherche de vos ordonnances…", (words) => (this.words.textContent = words));
    try {
      const page = await listOrders(this.next);
      if (mine !== this.reading) return false;
      this.broken = false;
      this.orders.push(...page.orders);
      this.next = page.next;
      this.waits = page.waiting;
      this.words.textContent = "";
      this.show();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine === this.reading) this.failed(error);
      return false;
    } finally {
      over();
    }
  }

  private show(): void {
    if (this.orders.length === 0) return this.none();
    const usable = this.orders.filter((one) => one.situation === "current" || one.situation === "expired");
    const others = this.orders.filter((one) => !usable.includes(one));
    usable.sort((one, other) => Number(one.situation === "expired") - Number(other.situation === "expired"));
    const more = el("button", { type: "button", class: "secondary", onclick: () => void this.more() }, "Ordonnances plus anciennes");
    this.body.replaceChildren(
      ...this.told(),
      el("h2", { id: "titre-a-faire" }, "Ordonnances à utiliser"),
      usable.length > 0 ? this.cards(usable, "titre-a-faire") : el("p", {}, "Aucune ordonnance à montrer au laboratoire."),
      ...(others.length > 0 ? [el("h2", { id: "titre-autres" }, "Annulées ou remplacées"), this.cards(others, "titre-autres")] : []),
      ...(this.next ? [el("p", {}, more)] : []),
    );
    say(`${this.orders.length} ordonnance${this.orders.length > 1 ? "s" : ""}.`);
    if (this.asked) this.focusOn("");
    this.asked = false;
  }

  private cards(orders: readonly Listed[], title: string): HTMLElement {
    return el("ul", { class: "plain-list orders", "aria-labelledby": title }, ...orders.map((one) => this.card(one)));
  }

  private card(order: Listed): HTMLElement {
    const day = instantInWords(order.signed);
    const { name, kind } = SITUATIONS[order.situation];
    const open = el("button", { type: "button", "data-id": order.id }, "Ouvrir", el("span", { class: "sr-only" }, ` l’ordonnance du ${day}`));
    if (order.situation !== "current") open.classList.add("secondary");
    open.addEventListener("click", () => this.dispatchEvent(new CustomEvent<Listed>("open-order", { detail: order })));
    return el(
      "li",
      { class: "panel order-card" },
      el("div", {}, el("h3", {}, `Ordonnance du ${day}`), el("p", {}, order.prescriber), el("p", {}, el("span", { class: `badge ${kind}` }, name))),
      open,
    );
  }

  /** That something waits, without saying what. */
  private told(): HTMLElement[] {
    return this.waits ? [el("p", { class: "notice" }, WAITING)] : [];
  }

  private async more(): Promise<void> {
    const before = this.orders.length;
    if (await this.read()) this.focusOn(this.orders[before]?.id ?? "");
  }

  private none(): void {
    const title = el("h2", { tabindex: -1 }, "Aucune ordonnance ici");
    this.body.replaceChildren(
      ...this.told(),
      title,
      el("p", {}, "Aucune ordonnance de biologie n’a été enregistrée pour vous. Cela peut arriver\u00a0:"),
      el(
        "ul",
        {},
        el("li", {}, "si elle vient d’être signée\u00a0: attendez quelques minutes, puis actualisez\u202f;"),
        el("li", {}, "si votre identité n’était pas encore vérifiée chez votre médecin\u202f;"),
        el("li", {}, "si vous avez refusé que vos ordonnances soient enregistrées."),
      ),
      el("p", {}, "Votre ordonnance sur papier suffit toujours\u00a0: montrez-la au laboratoire de votre choix."),
      this.again("Actualiser"),
    );
    if (this.asked) title.focus();
    this.asked = false;
  }

  private failed(error: ApiError): void {
    this.broken = true;
    this.words.textContent = error.status === 401 ? "Reconnectez-vous pour voir vos ordonnances." : inPlainWords(error);
    if (this.orders.length > 0) return;
    const again = this.again("Réessayer");
    this.body.replaceChildren(again);
    if (this.asked) again.querySelector("button")?.focus();
    this.asked = false;
  }

  private again(words: string): HTMLElement {
    const act = (): void => {
      this.asked = true;
      void this.load();
    };
    return el("p", {}, el("button", { type: "button", class: "secondary", onclick: act }, words));
  }

  private welcome(): boolean {
    this.body.replaceChildren(
      el("p", { class: "lead" }, "Retrouvez le code de votre ordonnance d’examens de biologie (prise de sang, urines…) pour le montrer au laboratoire, relire les consignes, ou réimprimer une feuille perdue."),
      el("p", {}, "Une ordonnance ouverte reste visible sans connexion, tant que vous ne fermez pas cette page. Rien n’est gardé dans votre appareil."),
      el("p", {}, el("button", { type: "button", onclick: () => this.askWho() }, "Voir mes ordonnances")),
    );
    return false;
  }

  private askWho(): void {
    this.asked = true;
    void askToSignIn().then((signedIn) => {
      if (!signedIn) this.asked = false;
    });
  }

  private someoneElse(): boolean {
    const change = (): void => {
      signIn(null);
      this.askWho();
    };
    this.body.replaceChildren(
      el("p", { class: "notice" }, "Cette page montre à un patient ses propres ordonnances. La personne connectée ici n’est pas connectée comme patient."),
      el("p", {}, el("button", { type: "button", onclick: change }, "Se connecter comme patient")),
    );
    return false;
  }
}
customElements.define("cb-patient-orders", OrderList);
