/**
 * `<cb-mapping-work>`: the work list of transcoding. What is left to do, by status and words; for an exam, the codes
 * proposed with what speaks against each; nothing is chosen beforehand, and only a biologist validates.
 */

import { el, freshId, type Child } from "../shared/dom.ts";
import { person } from "../shared/session.ts";
import { row, table } from "../shared/tables.ts";
import { decisionOn } from "./mapping-decision.ts";
import { STATUSES, readExams, validate, type ExamPage, type LocalExam } from "./mapping.ts";
import { button } from "./panel.ts";
import { SitePanel } from "./site-panel.ts";

export class MappingWork extends SitePanel {
  private status = "a-traiter";
  private words = "";
  private offset = 0;
  private readonly found = el("div", { class: "stack" });
  private readonly filters = this.filterFields();

  protected override forget(): void {
    this.offset = 0;
  }

  protected override async readSite(site: string, signal: AbortSignal): Promise<Child[]> {
    const page = await readExams(site, this.status, this.words, this.offset, signal);
    this.found.replaceChildren(...this.list(site, page));
    return [this.filters, this.found];
  }

  private filterFields(): HTMLElement {
    const id = freshId("statut");
    const options = Object.entries(STATUSES).map(([value, words]) => el("option", { value }, words));
    const status = el("select", { id }, ...options, el("option", { value: "" }, "Tous"));
    const words = el("input", { id: `${id}-mots`, type: "search", maxlength: 100 });
    const again = (): void => {
      this.status = status.value;
      this.words = words.value.trim();
      this.offset = 0;
      void this.reload();
    };
    status.addEventListener("change", again);
    words.addEventListener("change", again);
    const field = (label: string, control: HTMLElement): HTMLElement =>
      el("p", { class: "field" }, el("label", { for: control.id }, label), control);
    return el("div", { class: "filters" }, field("Statut", status), field("Code ou libellé", words));
  }

  private list(site: string, page: ExamPage): Node[] {
    const rows = page.items.map((exam) => this.row(site, exam));
    const columns = ["Examen local", "NABM", "Unité", "Volume mensuel", "Correspondance", "Décision"];
    const parts: Node[] = [table(`Examens\u00a0: ${page.total}`, columns, rows, "Aucun examen à ce statut.")];
    const proposed = page.items.filter((exam) => exam.status === "propose");
    if (person()?.role === "biologist" && proposed.length > 0) parts.push(this.validation(site, proposed));
    if (page.total > page.limit) parts.push(this.pages(page));
    return parts;
  }

  private row(site: string, exam: LocalExam): HTMLElement {
    const { mapping } = exam;
    const target = mapping?.target ? `${mapping.target.code ?? ""} ${mapping.target.display ?? ""}`.trim() : "";
    const told = [STATUSES[exam.status], target, mapping?.comment].filter(Boolean).join("\u00a0: ");
    const choose = button("Choisir", () => this.decide(site, exam), "secondary", `Choisir un code pour ${exam.label}`);
    return row(
      el("span", {}, el("span", { class: "code" }, exam.local_code), ` ${exam.label}`),
      exam.nabm.join(", ") || "–",
      exam.unit ?? "–",
      exam.monthly_volume?.toLocaleString("fr-FR") ?? "–",
      told,
      person()?.role === "operator" ? "Réservée au site" : choose,
    );
  }

  private async decide(site: string, exam: LocalExam): Promise<void> {
    await this.act(() => decisionOn(site, exam));
  }

  private validation(site: string, proposed: readonly LocalExam[]): HTMLElement {
    const words = `Valider les ${proposed.length} proposition(s) de cette page`;
    const all = button(words, () => this.act(async () => `${await validate(site, proposed)} correspondance(s) validée(s).`), "");
    return el("p", {}, all);
  }

  private pages(page: ExamPage): HTMLElement {
    const turn = (by: number): void => {
      this.offset = page.offset + by;
      void this.reload();
    };
    const before = page.offset > 0 && button("Précédents", () => turn(-page.limit));
    const after = page.offset + page.limit < page.total && button("Suivants", () => turn(page.limit));
    const last = Math.min(page.offset + page.limit, page.total);
    const parts = [el("span", {}, `${page.offset + 1} à ${last} sur ${page.total}`), before, after];
    return el("p", { class: "row" }, ...parts);
  }
}
customElements.define("cb-mapping-work", MappingWork);
