/**
 * `<cb-line>`: one line of the order — its exam or its words, three flags, what the exam asks, a word of context.
 * What is asked and not said is shown, « inconnu » is an answer, and nothing of it ever holds the order back.
 */

import { el, freshId, present, type Child } from "../shared/dom.ts";
import type { Question } from "../shared/exams.ts";
import { asked, type Answer, type Draft, type Line, type Renewal } from "./draft.ts";

const UNITS: [Renewal["unit"], string][] = [["d", "jours"], ["wk", "semaines"], ["mo", "mois"], ["a", "ans"]];

export class LineItem extends HTMLElement {
  draft!: Draft;
  line!: Line;
  private readonly heading = el("h3", { tabindex: -1 });
  private readonly questions = el("div", { class: "questions" });
  private readonly renewal = el("div", { class: "row", hidden: true });
  private readonly callback = el("p", { class: "field", hidden: true });
  private put: string | null = null;
  readonly up = this.moveButton("Monter", -1);
  readonly down = this.moveButton("Descendre", 1);

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const name = this.line.text;
    const remove = el("button", { type: "button", class: "plain", "aria-label": `Retirer ${name}` }, "Retirer");
    remove.addEventListener("click", () => this.draft.remove(this.line));
    this.up.setAttribute("aria-label", `Monter ${name}`);
    this.down.setAttribute("aria-label", `Descendre ${name}`);
    this.fillRenewal();
    this.fillCallback();
    this.append(
      el(
        "div",
        { class: "line-head", draggable: "true" }, // the head alone: text is still selected in the fields
        el("span", { class: "handle", "aria-hidden": "true" }, "⠿"),
        this.heading,
        el("span", { class: "moves" }, this.up, this.down, remove),
      ),
      el(
        "div",
        { class: "row" },
        this.flag("ALD", this.line.ald, (on) => (this.line.ald = on)),
        this.flag("Urgent", this.line.urgent, (on) => (this.line.urgent = on)),
        this.flag("Renouvelable", this.line.renewal !== null, (on) => (this.line.renewal = on ? firstRenewal() : null)),
      ),
      this.callback,
      this.renewal,
      this.questions,
      this.context(),
    );
    this.show();
  }

  /** Puts the cursor on the title, after a move or a removal beside it. */
  override focus(): void {
    this.heading.focus();
  }

  /** Writes what may have changed; a field in use is left alone. */
  show(): void {
    const { line, draft } = this;
    const place = draft.lines.indexOf(line) + 1;
    const code = line.exam ? el("span", { class: "code" }, line.exam.code) : el("span", { class: "badge" }, "texte libre");
    this.heading.replaceChildren(`${place}. ${line.text} `, code);
    this.up.disabled = place === 1;
    this.down.disabled = place === draft.lines.length;
    this.callback.hidden = !line.urgent;
    this.renewal.hidden = line.renewal === null;
    const questions = asked(line, draft.patient);
    const put = questions.map((question) => question.code).join(" ");
    if (put !== this.put) this.questions.replaceChildren(...questions.map((question) => this.question(question)));
    this.put = put;
    this.mark();
  }

  private moveButton(words: string, step: 1 | -1): HTMLButtonElement {
    const move = (): void => {
      if (!this.draft.move(this.line, this.draft.lines.indexOf(this.line) + step)) return;
      (this.up.disabled || this.down.disabled ? this : step < 0 ? this.up : this.down).focus();
    };
    return el("button", { type: "button", class: "plain", onclick: move }, words);
  }

  private flag(words: string, on: boolean, set: (on: boolean) => void): HTMLElement {
    const box = el("input", { type: "checkbox", checked: on });
    box.addEventListener("change", () => {
      set(box.checked);
      this.draft.changed();
    });
    return el("label", { class: "check" }, box, words, el("span", { class: "sr-only" }, `\u00a0: ${this.line.text}`));
  }

  private fillRenewal(): void {
    const change = (part: Partial<Renewal>): void => {
      if (this.line.renewal === null) return;
      this.line.renewal = { ...this.line.renewal, ...part };
      this.draft.changed();
    };
    const number = (words: string, part: "count" | "every", least: number): HTMLElement => {
      const id = freshId(part);
      const input = el("input", { id, type: "number", min: least, max: 99, value: this.line.renewal?.[part] ?? least });
      input.addEventListener("change", () => change({ [part]: Math.max(least, Math.trunc(Number(input.value)) || least) }));
      return el("p", { class: "field short" }, el("label", { for: id }, words), input);
    };
    const id = freshId("unite");
    const kept = this.line.renewal?.unit ?? "mo";
    const unit = el(
      "select",
      { id },
      ...UNITS.map(([value, words]) => el("option", { value, selected: value === kept }, words)),
    );
    unit.addEventListener("change", () => change({ unit: unit.value as Renewal["unit"] }));
    this.renewal.append(
      number("Nombre de fois", "count", 2),
      number("Tous les", "every", 1),
      el("p", { class: "field short" }, el("label", { for: id }, "Unité"), unit),
    );
  }

  private fillCallback(): void {
    const id = freshId("rappel");
    const input = el("input", { id, type: "tel", autocomplete: "off", value: this.line.callback });
    input.addEventListener("change", () => {
      this.line.callback = input.value;
      this.draft.changed();
    });
    this.callback.append(el("label", { for: id }, "Téléphone où donner le résultat urgent"), input);
  }

  private context(): HTMLElement {
    const id = freshId("contexte");
    const area = el("textarea", { id, rows: 2, maxlength: 1000 });
    area.value = this.line.context;
    area.addEventListener("change", () => {
      this.line.context = area.value.trim();
      this.draft.changed();
    });
    const inside = el("p", { class: "field" }, el("label", { for: id }, "Contexte clinique de cet examen"), area);
    return el("details", { open: this.line.context !== "" }, el("summary", {}, "Contexte clinique"), inside);
  }

  private question(question: Question): HTMLElement {
    const { line } = this;
    const id = freshId("question");
    const answer = line.answers.get(question.code);
    const field = questionField(id, question, answer ?? "");
    const unknown = el("input", { type: "checkbox", checked: answer === null });
    field.disabled = unknown.checked;
    const changed = (): void => {
      field.disabled = unknown.checked;
      line.answers.set(question.code, unknown.checked ? null : field.value);
      this.draft.changed();
    };
    field.addEventListener("change", changed);
    unknown.addEventListener("change", changed);
    const hints: Child[] = [
      question.help && el("span", { class: "hint", id: `${id}-aide` }, question.help),
      el("span", { class: "missing", id: `${id}-manque` }, missingWords(question)),
    ];
    field.setAttribute("aria-describedby", `${question.help ? `${id}-aide ` : ""}${id}-manque`);
    const label = question.unit ? `${question.label} (${question.unit})` : question.label;
    const check = el("label", { class: "check" }, unknown, "Inconnu", el("span", { class: "sr-only" }, `\u00a0: ${question.label}`));
    return el(
      "div",
      { class: "question", "data-question": question.code },
      el("label", { for: id }, label),
      el("div", { class: "beside" }, field, check),
      ...present(hints),
    );
  }

  private mark(): void {
    for (const one of this.questions.querySelectorAll<HTMLElement>(".question")) {
      const answer: Answer | undefined = this.line.answers.get(one.dataset["question"] ?? "");
      one.classList.toggle("is-missing", answer === undefined || answer === "");
    }
  }
}
customElements.define("cb-line", LineItem);

function firstRenewal(): Renewal {
  return { count: 2, every: 1, unit: "mo" };
}

function missingWords(question: Question): string {
  return question.obligation === "obligatoire"
    ? "À préciser pour le biologiste, ou «\u00a0inconnu\u00a0»\u00a0; l’ordonnance peut partir sans."
    : "Utile au biologiste.";
}

function questionField(id: string, question: Question, value: string): HTMLInputElement | HTMLSelectElement {
  const options = (choices: [string, string][]): HTMLSelectElement => {
    const blank: [string, string] = ["", "—"];
    const select = el("select", { id }, ...[blank, ...choices].map(([code, words]) => el("option", { value: code }, words)));
    select.value = value;
    return select;
  };
  switch (question.type) {
    case "date":
      return el("input", { id, type: "date", value });
    case "boolean":
      return options([["true", "Oui"], ["false", "Non"]]);
    case "choice":
      return options(question.choices.map((choice) => [choice.code ?? "", choice.display ?? ""]));
    case "quantity":
    case "integer":
    case "decimal":
      return el("input", { id, type: "text", inputmode: "decimal", value });
    default:
      return el("input", { id, type: "text", maxlength: 500, value });
  }
}
