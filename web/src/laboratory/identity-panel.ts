/** `<cb-lab-identity>`: who the datamatrix names, beside what the order tells of its patient. */

import { el } from "../shared/dom.ts";
import type { Desk } from "./desk.ts";
import { IdentityCompare } from "./identity-compare.ts";
import { ageAgrees, sexAgrees, type ScannedIdentity } from "./identity.ts";
import type { Order } from "./order.ts";
import { day } from "./words.ts";

const BINDING: Record<string, readonly [string, string]> = {
  match: ["L’INS lu est celui pour lequel cette ordonnance a été faite.", "done"],
  mismatch: ["L’INS lu n’est pas celui de cette ordonnance. Vérifiez la feuille et le patient avant de la prendre en charge.", "error"],
  unknown: ["Cette ordonnance n’est liée à aucun INS\u00a0: comparez les noms avec la feuille et le patient.", ""],
};

const NOT_COMPARED = ["L’INS lu n’a pas pu être comparé à celui de l’ordonnance\u00a0: comparez les noms avec la feuille et le patient.", ""] as const;

export class IdentityPanel extends HTMLElement {
  desk!: Desk;
  private readonly body = el("div", {});
  private compare: IdentityCompare | null = null;

  connectedCallback(): void {
    const heading = el("h2", { id: "titre-identite" }, "Identité lue");
    this.append(el("section", { class: "panel", "aria-labelledby": "titre-identite" }, heading, this.body));
    this.desk.addEventListener("change", () => this.show());
    this.show();
  }

  private show(): void {
    const { identity, order } = this.desk;
    this.hidden = identity === null;
    if (identity === null) {
      this.compare = null;
      this.body.replaceChildren();
      return;
    }
    if (this.compare?.identity !== identity) {
      this.compare = new IdentityCompare();
      this.compare.identity = identity;
    }
    const forget = el("button", { type: "button", class: "plain", onclick: () => void this.desk.compare(null) }, "Oublier cette identité");
    this.body.replaceChildren(
      el("p", {}, el("strong", {}, `${identity.familyName} ${identity.givenNames}`)),
      facts(order, identity),
      ...(order ? verdict(order, identity) : [el("p", { class: "hint" }, "Lisez maintenant l’ordonnance pour les comparer.")]),
      el("p", { class: "hint" }, identity.message),
      this.compare,
      forget,
    );
  }
}
customElements.define("cb-lab-identity", IdentityPanel);

function facts(order: Order | null, identity: ScannedIdentity): HTMLElement {
  const sex = { female: "Femme", male: "Homme" }[identity.sex] ?? "Sexe non précisé";
  const rows: [string, string, boolean | null][] = [
    ["Sexe", sex, order && sexAgrees(order, identity)],
    ["Né(e) le", day(identity.born), order && ageAgrees(order, identity)],
    ["Lieu (code)", identity.birthPlace, null],
  ];
  const list = el("dl", { class: "details facts" });
  for (const [label, words, agrees] of rows) {
    if (!words) continue;
    const sign = agrees === null ? null : agrees ? el("span", { class: "agrees" }, " ✓ concorde") : el("span", { class: "differs" }, " ✗ diffère de l’ordonnance");
    list.append(el("div", {}, el("dt", {}, label), el("dd", {}, words, sign)));
  }
  return list;
}

function verdict(order: Order, identity: ScannedIdentity): HTMLElement[] {
  const differs = sexAgrees(order, identity) === false || ageAgrees(order, identity) === false;
  const [words, kind] = (identity.ins === null ? NOT_COMPARED : BINDING[order.binding]) ?? ["", ""];
  const told = [el("p", { class: `notice ${kind}`.trim(), role: "status" }, words)];
  if (differs && order.binding !== "mismatch") {
    told.push(el("p", { class: "notice error" }, "Le sexe ou l’âge diffère de l’ordonnance\u00a0: deux feuilles ont pu être mêlées."));
  }
  return told;
}
