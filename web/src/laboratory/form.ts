/** The parts of the dialogs of the counter. */

import { modal } from "../shared/dialog.ts";
import { el, freshId, type Child } from "../shared/dom.ts";

/** A list of choices; the first one, empty, has to be left. */
export function choice(name: string, label: string, choices: readonly (readonly [string, string])[], kept = ""): HTMLElement {
  const id = freshId(name);
  const options = choices.map(([value, words]) => el("option", { value, selected: value === kept }, words));
  const select = el("select", { id, name, required: true }, el("option", { value: "" }, "Choisir…"), ...options);
  return el("p", { class: "field" }, el("label", { for: id }, label), select);
}

/** A text that may stay empty. */
export function words(name: string, label: string, longest: number): HTMLElement {
  const id = freshId(name);
  return el("p", { class: "field" }, el("label", { for: id }, label), el("textarea", { id, name, rows: 2, maxlength: longest }));
}

/** A day and an hour of this machine, now to begin with. */
export function moment(name: string, label: string): HTMLElement {
  const id = freshId(name);
  const here = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const input = el("input", { id, name, type: "datetime-local", value: here, max: here, required: true });
  return el("p", { class: "field" }, el("label", { for: id }, label), input);
}

/** A box to tick. */
export function tick(name: string, label: string): HTMLElement {
  return el("label", { class: "check" }, el("input", { type: "checkbox", name, value: "true" }), label);
}

/** What was written in a form, by name; null when it was closed without its button. */
export type Written = ReadonlyMap<string, string>;

/** Shows a form in a dialog until its button is pressed; `ready` may still hold it back, saying why in the form. */
export async function asked(title: string, yes: string, fields: Child[], ready: () => boolean = () => true): Promise<Written | null> {
  const cancel = el("button", { type: "button", class: "secondary" }, "Annuler");
  const actions = el("p", { class: "actions" }, cancel, el("button", { type: "submit" }, yes));
  const form = el("form", { class: "stack" }, ...fields, actions);
  const { dialog, closed } = modal(title, form);
  cancel.addEventListener("click", () => dialog.close(""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (ready()) dialog.close("yes");
  });
  if ((await closed) !== "yes") return null;
  return new Map(Array.from(new FormData(form), ([name, value]) => [name, String(value).trim()]));
}

/** A local day and hour as an instant with its offset. */
export function asInstant(local: string): string {
  return new Date(local).toISOString();
}
