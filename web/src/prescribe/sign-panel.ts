/** `<cb-sign>`: « Signer et imprimer », then the code and the sheet. */

import { ApiError } from "../shared/api.ts";
import { el } from "../shared/dom.ts";
import { clearWarning, say, warn } from "../shared/messages.ts";
import { onSession, person } from "../shared/session.ts";
import { askToSignIn } from "../shared/sign-in.ts";
import type { Draft } from "./draft.ts";
import { grouped, isUncertain, printed, Signature, type Signed } from "./signing.ts";

export class SignPanel extends HTMLElement {
  draft!: Draft;
  private readonly button = el("button", { type: "button", class: "sign" }, "Signer et imprimer");
  private readonly done = el("div", { class: "done-panel", tabindex: -1 });
  private pending: Signature | null = null;

  connectedCallback(): void {
    this.button.addEventListener("click", () => void this.sign());
    this.draft.addEventListener("change", () => (this.pending = null));
    onSession(() => person() === null && this.done.replaceChildren());
    this.append(this.button, this.done);
  }

  private async sign(): Promise<void> {
    clearWarning();
    if (person() === null && !(await askToSignIn())) return;
    const who = person();
    const missing = this.missing();
    if (who === null || missing !== "") {
      warn(missing);
      this.dispatchEvent(new CustomEvent("missing", { bubbles: true }));
      return;
    }
    this.button.disabled = true;
    this.button.textContent = "Signature…";
    this.pending ??= new Signature(this.draft, who);
    try {
      await this.show(await this.pending.send());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isUncertain(error)) this.pending = null;
      if (error.status !== 401) warn(error.message);
    } finally {
      this.button.disabled = false;
      this.button.textContent = "Signer et imprimer";
    }
  }

  private missing(): string {
    const { lines, patient } = this.draft;
    const wanted = [
      patient.family === "" && "le nom de naissance",
      patient.born === "" && "la date de naissance",
      lines.length === 0 && "une ligne au moins",
    ].filter((one): one is string => one !== false);
    return wanted.length === 0 ? "" : `Avant de signer, il manque\u00a0: ${wanted.join(", ")}.`;
  }

  private async show(signed: Signed): Promise<void> {
    this.draft.clear();
    const sheet = el("p", { class: "row" }, "Impression en cours…");
    const remarks = signed.remarks.map((words) => el("li", {}, words));
    this.done.replaceChildren(
      el(
        "div",
        { class: "notice done" },
        el("p", {}, el("strong", {}, "Ordonnance signée.")),
        el("p", {}, "Code\u00a0: ", el("span", { class: "epu-code" }, grouped(signed.code))),
        sheet,
        remarks.length > 0 && el("ul", {}, ...remarks),
      ),
    );
    this.done.focus();
    say("Ordonnance signée.");
    this.dispatchEvent(new CustomEvent<Signed>("signed", { bubbles: true, detail: signed }));
    await this.print(signed, sheet);
  }

  private async print(signed: Signed, sheet: HTMLElement): Promise<void> {
    try {
      const address = URL.createObjectURL(await printed(signed.full));
      sheet.replaceChildren(
        el("a", { class: "button", href: address, target: "_blank" }, "Ouvrir pour imprimer (PDF)"),
        el("a", { class: "button secondary", href: address, download: "ordonnance.pdf" }, "Enregistrer"),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const again = el("button", { type: "button", class: "secondary" }, "Imprimer de nouveau");
      again.addEventListener("click", () => void this.print(signed, sheet));
      sheet.replaceChildren(`L’ordonnance est signée, mais l’impression a échoué\u00a0: ${error.message} `, again);
    }
  }
}
customElements.define("cb-sign", SignPanel);
