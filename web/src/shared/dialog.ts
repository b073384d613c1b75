/** A question that has to be answered before anything else: the browser's own modal, focus kept and given back. */

import { el, freshId, type Child } from "./dom.ts";

/** Shows a modal with this title; closing it by Escape or a button answers with what the button holds. */
export function modal(title: string, ...content: Child[]): { dialog: HTMLDialogElement; closed: Promise<string> } {
  const id = freshId("titre");
  const dialog = el("dialog", { "aria-labelledby": id }, el("h2", { id }, title), ...content);
  document.body.append(dialog);
  const closed = new Promise<string>((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    }),
  );
  dialog.showModal();
  return { dialog, closed };
}

/** Asks for a yes; what is not undone by itself is never one gesture away. */
export async function confirmed(title: string, words: string, yes: string): Promise<boolean> {
  const button = (label: string, value: string, kind: string): HTMLButtonElement =>
    el("button", { type: "button", class: kind, onclick: () => dialog.close(value) }, label);
  const actions = el("p", { class: "actions" });
  const { dialog, closed } = modal(title, el("p", {}, words), actions);
  actions.append(button("Ne rien changer", "", "secondary"), button(yes, "yes", "danger"));
  return (await closed) === "yes";
}
