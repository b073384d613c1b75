/**
 * `<cb-identity-compare>`: what the counter reads on a document of the patient, typed and compared with the scan as it
 * is typed (RNIV: accents, hyphens and apostrophes apart). It stays in the page, and goes with the identity.
 */

import { el, freshId } from "../shared/dom.ts";
import type { ScannedIdentity } from "./identity.ts";

export class IdentityCompare extends HTMLElement {
  identity!: ScannedIdentity;

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const { familyName, givenNames, born } = this.identity;
    this.append(
      el(
        "details",
        {},
        el("summary", {}, "Comparer avec une pièce d’identité"),
        el(
          "div",
          { class: "facts" },
          this.field("Nom de naissance", "text", (typed) => asCompared(typed) === asCompared(familyName)),
          this.field("Premier prénom", "text", (typed) => begins(asCompared(givenNames), asCompared(typed))),
          this.field("Date de naissance", "date", (typed) => typed === born),
        ),
      ),
    );
  }

  private field(label: string, type: string, agrees: (typed: string) => boolean): HTMLElement {
    const id = freshId("piece");
    const verdict = el("span", { id: `${id}-verdict`, role: "status" });
    const input = el("input", { id, type, autocomplete: "off", spellcheck: "false", "aria-describedby": verdict.id });
    input.addEventListener("change", () => {
      const typed = input.value.trim();
      const good = agrees(typed);
      verdict.className = good ? "agrees" : "differs";
      verdict.textContent = typed === "" ? "" : good ? "✓ concorde" : "✗ diffère du datamatrix";
    });
    return el("p", { class: "field" }, el("label", { for: id }, label), input, verdict);
  }
}
customElements.define("cb-identity-compare", IdentityCompare);

/** A name as names are compared: capitals without accents, a hyphen or an apostrophe like a space. */
export function asCompared(name: string): string {
  const spelt = name.toUpperCase().replace(/Œ/g, "OE").replace(/Æ/g, "AE").normalize("NFD").replace(/\p{M}/gu, "");
  return spelt.replace(/[\s'’-]+/g, " ").trim();
}

function begins(list: string, first: string): boolean {
  return first !== "" && `${list} `.startsWith(`${first} `);
}
