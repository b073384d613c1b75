/**
 * `<cb-exam-search>`: the typeahead of exams, an editable combobox with a list (ARIA Authoring Practices
 * Guide). Focus stays in the field; the list is walked by `aria-activedescendant`.
 *
 *   box.addEventListener("exam-chosen", (event) => …);   // detail: the Exam
 *   <cb-exam-search label="…">: what the field is for, « Examen à prescrire » without it
 *   box.addEventListener("free-text", (event) => …);     // detail: the text, to be written as it is
 *
 * Enter takes the suggestion that is walked to. With none walked to, it walks to the first, so that no line is ever
 * written in free text by haste; where nothing answers, and always by Alt+L or its button, the text is the line.
 * An answer that comes after a newer question is dropped, and its call ended.
 */

import { isAborted } from "./api.ts";
import { el, freshId } from "./dom.ts";
import { searchExams, type Exam, type ExamPage } from "./exams.ts";
import { highlighted, reason } from "./match.ts";
import { french } from "./typography.ts";

const PAUSE = 100;
const SLOW = 1500;
const DEGRADED = "La recherche fonctionne en mode dégradé\u00a0: les résultats peuvent être moins complets.";

export class ExamSearch extends HTMLElement {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly shown = el("p", { class: "search-state hint", "aria-hidden": "true" });
  private readonly spoken = el("p", { class: "sr-only", role: "status", "aria-live": "polite" });
  private exams: readonly Exam[] = [];
  private active = -1;
  private calling: AbortController | null = null;
  private timer = 0;
  private slow = 0;
  private enterWaits = false;
  private answered: string | null = null;

  constructor() {
    super();
    const id = freshId("examen");
    this.list = el("ul", { id: `${id}-liste`, class: "suggestions", role: "listbox", "aria-label": "Examens", hidden: true });
    this.input = el("input", {
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      enterkeyhint: "search",
      maxlength: 256,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-describedby": `${id}-aide`,
    });
    this.input.addEventListener("input", (event) => this.onInput(event as InputEvent));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    // The field keeps the focus, whatever is pressed in the list.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const id = this.input.id;
    const label = el("label", { for: id }, this.getAttribute("label") ?? "Examen à prescrire");
    const help = el("span", { id: `${id}-aide`, class: "hint" }, "Nom, abréviation ou code.");
    const free = el("button", { type: "button", class: "plain", "aria-keyshortcuts": "Alt+L" }, "Écrire en texte libre (Alt+L)");
    free.addEventListener("click", () => this.writeFree());
    // Shown above the input (exam-search.css): the list, below it, would cover the button.
    const row = el("p", { class: "row search-help" }, help, free);
    this.append(el("div", { class: "field" }, label, this.input, this.list, row), this.shown, this.spoken);
  }

  override focus(): void {
    this.input.focus();
  }

  /** The text of the field, so that a page can clear it. */
  set value(text: string) {
    this.input.value = text;
    this.forget();
  }

  private onInput(event: InputEvent): void {
    if (event.isComposing) return;
    this.enterWaits = false;
    this.schedule(PAUSE);
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer);
    this.calling?.abort();
    if (this.input.value.trim() === "") {
      this.forget();
      return;
    }
    this.timer = setTimeout(() => void this.ask(), pause);
  }

  private async ask(): Promise<void> {
    this.timer = 0;
    const query = this.input.value.trim();
    const calling = new AbortController();
    this.calling = calling;
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.tell("Recherche…"), SLOW);
    try {
      const page = await searchExams(query, calling.signal);
      if (this.calling === calling) this.answer(query, page);
    } catch (error) {
      if (!isAborted(error) && this.calling === calling) this.fail(error);
    } finally {
      if (this.calling === calling) {
        clearTimeout(this.slow);
        this.calling = null;
      }
    }
  }

  private answer(query: string, page: ExamPage): void {
    this.answered = query;
    this.exams = page.items;
    this.active = -1;
    this.list.replaceChildren(...page.items.map((exam, place) => this.option(exam, place)));
    this.open(page.items.length > 0);
    this.list.scrollTop = 0;
    const found = page.items.length;
    const count = found === 0 ? french(page.hint ?? "Aucun examen ne correspond.") : counted(page);
    this.tell([count, page.degraded ? DEGRADED : ""].filter(Boolean).join(" "));
    this.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: query }));
    if (this.enterWaits) this.enter();
  }

  private fail(error: unknown): void {
    this.answered = null;
    this.exams = [];
    this.open(false);
    const why = error instanceof Error ? error.message : "La recherche a échoué.";
    this.tell(`${why} La ligne peut être écrite en texte libre (Alt+L).`);
  }

  private option(exam: Exam, place: number): HTMLLIElement {
    const byName = exam.match.field === "label";
    const name = byName ? highlighted(exam.match) : [exam.display];
    const why = reason(exam);
    return el(
      "li",
      { id: `${this.list.id}-${place}`, role: "option", "aria-selected": "false", "data-code": exam.code },
      el("span", { class: "name" }, ...name),
      why.length > 0 && el("span", { class: "why" }, ...why),
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.altKey && event.code === "KeyL") {
      event.preventDefault();
      this.writeFree();
      return;
    }
    const act = this.keys()[event.key];
    if (act?.(event)) event.preventDefault();
  }

  /** What each key does; true when the browser is not to do what it would. */
  private keys(): Record<string, (event: KeyboardEvent) => boolean> {
    return {
      ArrowDown: (event) => (event.altKey ? this.show() : this.walk(1)),
      ArrowUp: (event) => (event.altKey ? this.close() : this.walk(-1)),
      Enter: () => this.enter(),
      Escape: () => this.escape(),
      Home: () => this.toText(),
      End: () => this.toText(),
      ArrowLeft: () => this.toText(),
      ArrowRight: () => this.toText(),
    };
  }

  private walk(step: 1 | -1): boolean {
    if (this.exams.length === 0) return false;
    this.show();
    // From the field down to the first, up to the last, and round again through the field.
    const places = this.exams.length + 1;
    this.activate(((this.active + 1 + step + places) % places) - 1);
    return true;
  }

  private enter(): boolean {
    const chosen = this.exams[this.active];
    if (this.input.value.trim() === "") return true;
    if (chosen && !this.list.hidden) this.choose(chosen);
    else if (this.answered !== this.input.value.trim() && this.isAsking()) this.enterWaits = true;
    else if (this.exams.length > 0) this.walkToFirst();
    else this.writeFree();
    return true;
  }

  private isAsking(): boolean {
    return this.calling !== null || this.timer !== 0;
  }

  private walkToFirst(): void {
    this.enterWaits = false;
    this.show();
    this.activate(0);
  }

  private escape(): boolean {
    if (this.list.hidden) this.value = "";
    else this.close();
    return true;
  }

  private toText(): boolean {
    this.activate(-1);
    return false;
  }

  private activate(place: number): void {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.list.children[place];
    if (option === undefined) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  private onClick(event: Event): void {
    const option = (event.target as Element).closest('[role="option"]');
    const exam = this.exams[Array.from(this.list.children).indexOf(option as Element)];
    if (exam) this.choose(exam);
  }

  private choose(exam: Exam): void {
    this.value = "";
    this.dispatchEvent(new CustomEvent<Exam>("exam-chosen", { bubbles: true, detail: exam }));
  }

  private writeFree(): void {
    const text = this.input.value.trim();
    this.input.focus();
    if (text === "") return;
    this.value = "";
    this.dispatchEvent(new CustomEvent<string>("free-text", { bubbles: true, detail: text }));
  }

  private forget(): void {
    clearTimeout(this.timer);
    clearTimeout(this.slow);
    this.calling?.abort();
    this.calling = null;
    this.timer = 0;
    this.enterWaits = false;
    this.answered = null;
    this.exams = [];
    this.list.replaceChildren();
    this.close();
    this.tell("");
  }

  private show(): boolean {
    this.open(this.exams.length > 0);
    return true;
  }

  private close(): boolean {
    this.open(false);
    this.activate(-1);
    return true;
  }

  private open(yes: boolean): void {
    this.list.hidden = !yes;
    this.input.setAttribute("aria-expanded", String(yes));
    if (!yes) this.activate(-1);
  }

  private tell(words: string): void {
    this.shown.textContent = words;
    this.spoken.textContent = words;
  }
}
customElements.define("cb-exam-search", ExamSearch);

function counted(page: ExamPage): string {
  const shown = page.items.length;
  const total = page.total_capped ? `plus de ${page.total}` : String(page.total);
  const words = shown === 1 ? "1 examen proposé" : `${shown} examens proposés`;
  return page.total > shown ? `${words} sur ${total}. Flèches pour choisir.` : `${words}. Flèches pour choisir.`;
}
