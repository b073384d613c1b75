/** `<cb-mapping-figures>`: how far the transcoding of a laboratory has come (`…/tableau-de-bord`). */

import { getFile, getJson } from "../shared/api.ts";
import { el, type Child } from "../shared/dom.ts";
import { attempt, button } from "./panel.ts";
import { save } from "./save.ts";
import { SitePanel } from "./site-panel.ts";

interface Share {
  readonly validated: number;
  readonly total: number;
  readonly percent: number | null;
}

interface Figures {
  readonly release: string;
  readonly coverage: Share;
  readonly coverage_by_volume: Share;
  readonly restricted_list: Share;
  readonly by_status: Record<string, number>;
  readonly to_review: number;
  readonly median_delay_days: number | null;
}

export class MappingFigures extends SitePanel {
  protected override async readSite(site: string, signal: AbortSignal): Promise<Child[]> {
    const path = `/api/transcodage/${site}/tableau-de-bord`;
    const figures = await getJson<Figures>(path, {}, { signal });
    const take = button("Toutes les figures (CSV)", () =>
      attempt(async () => {
        save(await getFile(`${path}?format=csv`), "transcodage.csv");
        return "Fichier téléchargé.";
      }),
    );
    return [
      gauge("Examens validés", figures.coverage),
      gauge("Pondéré par le volume mensuel", figures.coverage_by_volume),
      gauge("Codes de la liste restreinte", figures.restricted_list),
      el("p", { class: "hint" }, `Version ${figures.release}. À revoir\u00a0: ${figures.to_review}. ${delay(figures.median_delay_days)}`),
      el("p", {}, take),
    ];
  }
}
customElements.define("cb-mapping-figures", MappingFigures);

function gauge(words: string, share: Share): HTMLElement {
  const told = share.percent === null ? "rien à compter" : `${share.percent.toLocaleString("fr-FR")}\u00a0% (${share.validated} sur ${share.total})`;
  const meter = el("meter", { min: 0, max: 100, value: share.percent ?? 0, "aria-hidden": "true" });
  return el("p", { class: "gauge" }, el("span", {}, `${words}\u00a0: ${told}`), meter);
}

function delay(days: number | null): string {
  return days === null ? "" : `De l’import à la validation\u00a0: ${days.toLocaleString("fr-FR")} jours en médiane.`;
}
