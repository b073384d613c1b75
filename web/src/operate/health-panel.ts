/** `<cb-health>`: whether the service works, with what, and since when that is known (`GET /health/ready`). */

import { ApiError, getJson } from "../shared/api.ts";
import { el, type Child } from "../shared/dom.ts";
import { Panel, button } from "./panel.ts";

interface Ready {
  readonly status: "ready" | "degraded";
  readonly release: { readonly label: string; readonly revision: number; readonly kind: string };
  readonly notice: string;
  readonly search: { readonly engine: string; readonly degraded: boolean };
  readonly database: string;
}

const ENGINES: Record<string, string> = { embedded: "embarqué", elasticsearch: "Elasticsearch" };
const KINDS: Record<string, string> = { starter: "jeu de démarrage", "jdv-official": "jeu de valeurs national" };

export class HealthPanel extends Panel {
  protected override async read(signal: AbortSignal): Promise<Child[]> {
    const again = button("Actualiser", () => this.reload());
    try {
      return [...told(await getJson<Ready>("/health/ready", {}, { signal })), el("p", {}, again)];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const words =
        error.status === 503
          ? "Le service démarre, ou sa base ne répond pas\u00a0: il n’accepte pas encore d’ordonnance."
          : error.message;
      return [state("Indisponible", "warn"), el("p", { class: "notice error" }, words), el("p", {}, again)];
    }
  }
}
customElements.define("cb-health", HealthPanel);

function told(ready: Ready): Child[] {
  const { release, search } = ready;
  const degraded = ready.status === "degraded";
  const engine = ENGINES[search.engine] ?? search.engine;
  const version = release.revision > 1 ? `${release.label}, révision ${release.revision}` : release.label;
  const facts: [string, string][] = [
    ["Version du catalogue", `${version} (${KINDS[release.kind] ?? release.kind})`],
    ["Moteur de recherche", search.degraded ? `${engine}, mode dégradé` : engine],
    ["Base des ordonnances", ready.database === "ok" ? "répond" : ready.database],
    ["Lu à", new Date().toLocaleTimeString("fr-FR")],
  ];
  const why = search.degraded
    ? "La recherche tourne sur le moteur embarqué, l’autre ne répond pas\u00a0: les résultats peuvent être moins complets."
    : "La version active n’est pas encore en service partout.";
  return [
    state(degraded ? "Dégradé" : "Prêt", degraded ? "warn" : "good"),
    degraded && el("p", { class: "notice" }, why),
    ready.notice !== "" && el("p", { class: "notice" }, ready.notice),
    el("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
  ];
}

function state(words: string, kind: string): HTMLElement {
  return el("p", { role: "status" }, el("span", { class: `badge ${kind}` }, words));
}
