/**
 * `<cb-order>`: the lines in their order. They are dragged by the mouse, and moved by the buttons of each line by
 * whoever has none (keyboard, touch); a basket dropped here is copied in.
 */

import { el } from "../shared/dom.ts";
import { say } from "../shared/messages.ts";
import type { Draft, Line } from "./draft.ts";
import { LineItem } from "./line-item.ts";

/** What a basket carries when it is dragged (`basket-panel.ts`). */
export const BASKET_TYPE = "application/x-circuitbio-panier";

export class OrderLines extends HTMLElement {
  draft!: Draft;
  private readonly list = el("ol", { class: "plain-list lines" });
  private readonly empty = el("p", { class: "hint" }, "Aucune ligne. Cherchez un examen, écrivez une ligne, ou insérez un panier.");
  private readonly items = new Map<Line, HTMLLIElement>();
  private dragged: Line | null = null;

  connectedCallback(): void {
    this.append(this.empty, this.list);
    this.draft.addEventListener("change", () => this.show());
    this.addEventListener("dragover", (event) => this.onDragOver(event));
    this.addEventListener("drop", (event) => this.onDrop(event));
    this.show();
  }

  private show(): void {
    const { lines } = this.draft;
    const gone = [...this.items].filter(([line]) => !lines.includes(line));
    for (const [line, item] of gone) this.leave(line, item);
    const wanted = lines.map((line) => this.items.get(line) ?? this.item(line));
    wanted.forEach((item, place) => {
      const there = this.list.children[place];
      if (there !== item) this.list.insertBefore(item, there ?? null);
    });
    for (const item of this.list.querySelectorAll<LineItem>("cb-line")) item.show();
    this.empty.hidden = lines.length > 0;
  }

  private item(line: Line): HTMLLIElement {
    const content = new LineItem();
    content.draft = this.draft;
    content.line = line;
    const item = el("li", { class: "line" }, content);
    item.addEventListener("dragstart", (event) => {
      this.dragged = line;
      event.dataTransfer?.setData("text/plain", line.text);
      item.classList.add("is-dragged");
    });
    item.addEventListener("dragend", () => {
      this.dragged = null;
      item.classList.remove("is-dragged");
    });
    this.items.set(line, item);
    return item;
  }

  /** Takes a line away; whoever stood in it stands in the next one, or in the search field. */
  private leave(line: Line, item: HTMLLIElement): void {
    const stoodThere = item.contains(document.activeElement);
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector<LineItem>("cb-line");
    item.remove();
    this.items.delete(line);
    say(`Ligne retirée\u00a0: ${line.text}.`);
    if (!stoodThere) return;
    if (next) next.focus();
    else document.querySelector<HTMLElement>("cb-exam-search")?.focus();
  }

  private onDragOver(event: DragEvent): void {
    if (this.dragged !== null || event.dataTransfer?.types.includes(BASKET_TYPE)) event.preventDefault();
  }

  private onDrop(event: DragEvent): void {
    event.preventDefault();
    const basket = event.dataTransfer?.getData(BASKET_TYPE);
    if (basket) {
      this.dispatchEvent(new CustomEvent<string>("basket-dropped", { bubbles: true, detail: basket }));
      return;
    }
    const onto = (event.target as Element).closest<HTMLElement>(".line");
    const to = Array.from(this.list.children).indexOf(onto as Element);
    if (this.dragged !== null && to >= 0 && this.draft.move(this.dragged, to)) {
      say(`${this.dragged.text}\u00a0: ligne ${to + 1} sur ${this.draft.lines.length}.`);
    }
  }
}
customElements.define("cb-order", OrderLines);
