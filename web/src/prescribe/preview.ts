/**
 * `<cb-preview>`: the page as it will be printed, drawn by the service from the draft (`Bundle/$print`), as a picture:
 * it shows alike on a phone and on a screen, and runs nothing. Its text is that of the form beside it.
 */

import { ApiError, isAborted, operationFile, type File } from "../shared/api.ts";
import { debounced, el } from "../shared/dom.ts";
import { parameters } from "../shared/fhir.ts";
import { onSession, person } from "../shared/session.ts";
import { bundleOf } from "./bundle.ts";
import type { Draft } from "./draft.ts";

const PAUSE = 700;

export class Preview extends HTMLElement {
  draft!: Draft;
  private readonly words = el("p", { class: "hint", role: "status" });
  private readonly picture = el("img", { class: "sheet", alt: "Projet de l’ordonnance, tel qu’il serait imprimé", hidden: true });
  private readonly turn = el("button", { type: "button", class: "secondary", hidden: true }, "Page suivante");
  private calling: AbortController | null = null;
  private page = 1;
  private pages = 1;

  connectedCallback(): void {
    const draw = debounced(PAUSE, () => void this.draw());
    this.turn.addEventListener("click", () => {
      this.page = (this.page % this.pages) + 1;
      void this.draw();
    });
    this.append(this.words, this.picture, this.turn);
    this.draft.addEventListener("change", draw);
    onSession(draw);
    void this.draw();
  }

  private async draw(): Promise<void> {
    this.calling?.abort();
    const who = person();
    const missing = this.missing();
    if (who === null || missing !== "") {
      this.tell(missing);
      return;
    }
    const calling = new AbortController();
    this.calling = calling;
    const body = parameters(
      { name: "order", resource: bundleOf(this.draft, who, null) },
      { name: "draft", valueBoolean: true },
      { name: "page", valuePositiveInt: this.page },
    );
    try {
      this.show(await operationFile("Bundle/$print", body, "image/png", { signal: calling.signal }));
    } catch (error) {
      if (isAborted(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.tell(`Pas d’aperçu\u00a0: ${error.message}`);
    }
  }

  private missing(): string {
    const { lines, patient } = this.draft;
    if (person() === null) return "L’aperçu demande d’être connecté.";
    if (lines.length === 0) return "L’aperçu apparaîtra avec la première ligne.";
    return patient.family && patient.born ? "" : "L’aperçu demande le nom et la date de naissance du patient.";
  }

  private show({ content, pages }: File): void {
    this.pages = pages;
    URL.revokeObjectURL(this.picture.src);
    this.picture.src = URL.createObjectURL(content);
    this.picture.hidden = false;
    this.turn.hidden = pages === 1;
    this.words.textContent = pages === 1 ? "" : `Page ${this.page} sur ${pages}.`;
  }

  private tell(words: string): void {
    this.page = 1;
    this.words.textContent = words;
    this.picture.hidden = true;
    this.turn.hidden = true;
  }
}
customElements.define("cb-preview", Preview);
