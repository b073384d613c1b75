/** `<cb-releases>`: the releases of the national catalogue that are held, each with its page, its report, what it changes. */

import { getJson } from "../shared/api.ts";
import { el, type Child } from "../shared/dom.ts";
import { instant, row, table } from "../shared/tables.ts";
import { Panel } from "./panel.ts";

interface Release {
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly published: string;
  readonly imported_at: string;
  readonly errors: number;
}

const STATUSES: Record<string, string> = { active: "en service", available: "disponible", withdrawn: "retirée" };

export class ReleasesPanel extends Panel {
  protected override async read(signal: AbortSignal): Promise<Child[]> {
    const { releases } = await getJson<{ releases: Release[] }>("/api/jeux-de-valeurs", {}, { signal });
    const active = releases.find((one) => one.status === "active")?.name ?? "";
    const columns = ["Version", "État", "Publiée le", "Importée le", "Erreurs", "À lire"];
    return [
      table("Versions tenues", columns, releases.map((one) => line(one, active)), "Aucune version n’est tenue."),
      el("p", { class: "hint" }, "Importer une version et la mettre en service se fait sur la machine, par circuitbio terminology."),
    ];
  }
}
customElements.define("cb-releases", ReleasesPanel);

function line(one: Release, active: string): HTMLElement {
  const named = encodeURIComponent(one.name);
  const about = el("a", { href: `/catalogue/version?nom=${named}` }, "contenu et rapport d’import");
  const changes = el("a", { href: `/catalogue/diff?de=${encodeURIComponent(active)}&vers=${named}` }, "écarts avec celle en service");
  return row(
    one.name,
    STATUSES[one.status] ?? one.status,
    new Date(one.published).toLocaleDateString("fr-FR"),
    instant(one.imported_at),
    String(one.errors),
    el("span", { class: "row" }, about, one.name !== active && changes),
  );
}
