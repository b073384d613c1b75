/**
 * `<cb-publications>`: the versions of a laboratory's catalogue. The draft is taken as a workbook, sent back, checked,
 * published; what the checks found stays on screen until the next act.
 */

import { ApiError, getFile } from "../shared/api.ts";
import { confirmed } from "../shared/dialog.ts";
import { el, freshId, type Child } from "../shared/dom.ts";
import { codeOf } from "../shared/fhir.ts";
import { person } from "../shared/session.ts";
import { instant, row, table } from "../shared/tables.ts";
import { base, checkDraft, publishDraft, readState, saveDraft, withdraw } from "./lcsd.ts";
import type { Checked, Finding, State, Version } from "./lcsd.ts";
import { attempt, button } from "./panel.ts";
import { save } from "./save.ts";
import { SitePanel } from "./site-panel.ts";

const STATES: Record<Version["state"], string> = {
  draft: "brouillon",
  checked: "brouillon vérifié",
  published: "publiée",
  superseded: "remplacée",
  withdrawn: "retirée",
};
const SEVERITIES: Record<Finding["severity"], string> = { error: "Erreur", warning: "Attention", information: "À savoir" };
const TYPES: Record<string, string> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  zip: "application/zip",
};

export class Publications extends SitePanel {
  private found: readonly Finding[] | null = null;
  /** The revision of the draft on screen: what somebody else changed since is refused, not written over. */
  private revision = 0;
  /** Made once: a file that was chosen is not lost when the panel reads again. */
  private readonly sending = this.sendingField();

  protected override forget(): void {
    this.found = null;
  }

  protected override async readSite(site: string, signal: AbortSignal): Promise<Child[]> {
    const state = await readState(site, signal);
    const open = state.versions.find((version) => version.state === "draft" || version.state === "checked");
    this.revision = open?.revision ?? 0;
    return [
      this.draft(site, open),
      this.found !== null && findings(this.found),
      table("Versions", ["N°", "État", "Du", "Au", "Auteur", "Note", "Fichiers"], this.rows(site, state), "Rien n’est encore publié."),
      mayPublish() && state.current !== null && this.withdrawal(site, state, open !== undefined),
    ];
  }

  private draft(site: string, open: Version | undefined): HTMLElement {
    const words = open
      ? `Brouillon de la version ${open.number}${open.state === "checked" ? ", vérifié sans erreur" : ""}.`
      : "Aucun brouillon. Déposer un classeur en ouvre un.";
    const acts = open
      ? [
          ...this.files(site, "brouillon", `brouillon de la version ${open.number}`),
          button("Vérifier", () => this.act(() => this.checking(checkDraft(site)))),
          mayPublish() && button("Publier", () => this.act(() => this.publish(site)), ""),
        ]
      : [];
    return el("div", { class: "stack" }, el("p", {}, words), el("p", { class: "row" }, ...acts), this.sending);
  }

  private sendingField(): HTMLElement {
    const id = freshId("classeur");
    const input = el("input", { id, type: "file", accept: ".xlsx,.zip" });
    const send = button("Déposer", async () => {
      const file = input.files?.[0];
      if (file === undefined) return input.focus();
      await this.act(async () => {
        const type = TYPES[file.name.split(".").pop()?.toLowerCase() ?? ""] ?? file.type;
        return this.checking(saveDraft(this.site, new Blob([file], { type }), this.revision));
      });
    });
    const label = el("label", { for: id }, "Classeur du catalogue (.xlsx ou .zip)");
    return el("div", { class: "field" }, label, el("span", { class: "row" }, input, send));
  }

  private async checking(doing: Promise<Checked>): Promise<string> {
    const { findings: told } = await doing;
    this.found = told;
    const errors = told.filter((finding) => finding.severity === "error").length;
    return errors === 0 ? "Brouillon vérifié\u00a0: aucune erreur." : `Brouillon vérifié\u00a0: ${errors} erreur(s).`;
  }

  private async publish(site: string): Promise<string> {
    const sure = "Tous les abonnés la recevront. Une version publiée ne change plus.";
    if (!(await confirmed("Publier ce catalogue\u00a0?", sure, "Publier"))) return "";
    try {
      return this.published(await publishDraft(site, this.revision, false));
    } catch (error) {
      const removals = error instanceof ApiError && error.outcome?.issue.some((issue) => codeOf(issue) === "removals-to-confirm");
      if (!removals || !(await confirmed("Retirer ces examens\u00a0?", (error as ApiError).message, "Publier quand même"))) throw error;
      return this.published(await publishDraft(site, this.revision, true));
    }
  }

  private published({ version, findings: told }: Checked): string {
    this.found = told;
    return `Version ${version.number} publiée.`;
  }

  private rows(site: string, state: State): HTMLElement[] {
    return [...state.versions].reverse().map((version) =>
      row(
        String(version.number),
        STATES[version.state],
        instant(version.effective_from),
        instant(version.effective_to),
        version.author,
        version.note,
        el("span", { class: "row" }, ...this.files(site, `versions/${version.number}`, `version ${version.number}`)),
      ),
    );
  }

  private files(site: string, place: string, what: string): HTMLElement[] {
    return ["xlsx", "zip"].map((form) =>
      button(
        `.${form}`,
        () =>
          attempt(async () => {
            save(await getFile(`${base(site)}/${place}?format=${form}`), `catalogue-${site}-${place.replace("/", "-")}.${form}`);
            return "Fichier téléchargé.";
          }),
        "plain",
        `Télécharger le ${what} en .${form}`.replace("le version", "la version"),
      ),
    );
  }

  private withdrawal(site: string, state: State, drafted: boolean): HTMLElement {
    const words = `Le contenu d’avant la version ${state.current} est publié à nouveau, tout de suite.${drafted ? " Le brouillon ouvert est abandonné." : ""}`;
    const act = async (): Promise<string> => {
      if (!(await confirmed("Retirer la version courante\u00a0?", words, "Retirer"))) return "";
      return this.published(await withdraw(site, `Retrait de la version ${state.current}`, drafted));
    };
    return el("p", {}, button("Retirer la version courante", () => this.act(act)));
  }
}
customElements.define("cb-publications", Publications);

/** Publishing belongs to the biologist and the operator; whatever is shown, the service decides. */
function mayPublish(): boolean {
  const role = person()?.role;
  return role === "biologist" || role === "operator";
}

function findings(told: readonly Finding[]): HTMLElement {
  if (told.length === 0) return el("p", { class: "notice done" }, "Les contrôles n’ont rien à dire.");
  const rows = told.map((one) => row(SEVERITIES[one.severity], one.code, one.path, `${one.message} ${one.hint}`.trim()));
  return table(`Contrôles\u00a0: ${told.length}`, ["Gravité", "Règle", "Où", "Constat"], rows, "");
}
