/** `<cb-subscribers>`: who receives the catalogue, how far each is, what was sent and answered. */

import type { Child } from "../shared/dom.ts";
import { el } from "../shared/dom.ts";
import { person } from "../shared/session.ts";
import { instant, row, table } from "../shared/tables.ts";
import { readState, readSubscribers, resend, type Delivery, type State, type Subscriber } from "./lcsd.ts";
import { button } from "./panel.ts";
import { SitePanel } from "./site-panel.ts";

const STATES: Record<Delivery["state"], string> = {
  queued: "en attente",
  sending: "envoi en cours",
  sent: "envoyé",
  acknowledged: "accepté",
  refused: "refusé",
  failed: "échoué",
  skipped: "dépassé",
};
const SHOWN = 50;

export class Subscribers extends SitePanel {
  protected override async readSite(site: string, signal: AbortSignal): Promise<Child[]> {
    const [subscribers, state] = await Promise.all([readSubscribers(site, signal), readState(site, signal)]);
    const late = state.behind.join(", ");
    return [
      late !== "" && el("p", { class: "notice" }, `Pas encore à la version courante\u00a0: ${late}.`),
      table(
        "Abonnés",
        ["Nom", "Application", "FINESS", "Voie", "À jour", "Renvoi"],
        subscribers.map((one) => this.row(site, one, state)),
        "Aucun abonné. L’exploitant en ajoute par la commande circuitbio lcsd subscriber ou par l’API.",
      ),
      table(
        "Derniers envois",
        ["Abonné", "Version", "Message", "État", "Essais", "Envoyé", "Répondu", "Détail"],
        state.deliveries.slice(-SHOWN).reverse().map(delivery),
        "Rien n’a encore été envoyé.",
      ),
    ];
  }

  private row(site: string, one: Subscriber, state: State): HTMLElement {
    const failed = state.deliveries.some(
      (sent) => sent.subscriber === one.name && sent.version === state.current && (sent.state === "refused" || sent.state === "failed"),
    );
    const role = person()?.role;
    const allowed = role === "biologist" || role === "operator";
    const act = (): Promise<void> => this.act(async () => `${await resend(site, one.name)} message(s) remis en attente.`);
    const way = one.channel === "file" ? "fichier" : `MLLP, ${one.host}:${one.port}, ${one.tls ? "TLS" : "en clair"}`;
    return row(
      one.name,
      one.application,
      one.finess,
      way,
      state.behind.includes(one.name) ? "non" : "oui",
      failed && allowed ? button("Renvoyer", act, "secondary", `Renvoyer à ${one.name}`) : "–",
    );
  }
}
customElements.define("cb-subscribers", Subscribers);

function delivery(sent: Delivery): HTMLElement {
  return row(
    sent.subscriber,
    String(sent.version),
    el("span", { class: "code" }, sent.message),
    STATES[sent.state],
    String(sent.attempts),
    instant(sent.sent),
    instant(sent.answered),
    sent.detail || "–",
  );
}
