/**
 * `<cb-site>`: whose catalogue is looked at. A laboratory sees its own; the operator chooses, or writes a FINESS that
 * publishes without having imported anything for transcoding. Fires `site` with the FINESS (empty: none).
 */

import { getJson } from "../shared/api.ts";
import { el, freshId, type Child } from "../shared/dom.ts";
import { onSession, person } from "../shared/session.ts";
import { askToSignIn } from "../shared/sign-in.ts";
import { Panel, button } from "./panel.ts";

interface Laboratory {
  readonly finess: string;
  readonly name: string;
}

export class SiteChoice extends Panel {
  override connectedCallback(): void {
    onSession(() => void this.reload());
    super.connectedCallback();
  }

  protected override async read(signal: AbortSignal): Promise<Child[]> {
    const who = person();
    if (who === null) {
      this.choose("");
      return [
        el("p", {}, "Transcodage et publications demandent d’être connecté comme exploitant, laboratoire ou biologiste."),
        el("p", {}, button("Se connecter", async () => void (await askToSignIn()), "")),
      ];
    }
    const page = await getJson<{ laboratories: Laboratory[] }>("/api/transcodage", {}, { signal });
    const own = who.finess;
    this.choose(own || (page.laboratories[0]?.finess ?? ""));
    if (own !== "") return [el("p", {}, `Site ${named(page.laboratories, own)}.`)];
    return [this.chosen(page.laboratories)];
  }

  private chosen(laboratories: readonly Laboratory[]): HTMLElement {
    const id = freshId("site");
    const options = laboratories.map(({ finess, name }) => el("option", { value: finess }, name));
    const input = el("input", {
      id,
      list: `${id}-connus`,
      value: laboratories[0]?.finess ?? "",
      pattern: "[0-9AB]{9}",
      maxlength: 9,
      autocomplete: "off",
      "aria-describedby": `${id}-aide`,
    });
    input.addEventListener("change", () => input.checkValidity() && this.choose(input.value));
    const known = laboratories.map((one) => `${one.finess} ${one.name}`.trim()).join("\u00a0; ");
    const help = known === "" ? "Aucun laboratoire n’a encore importé son catalogue." : `Catalogues tenus\u00a0: ${known}.`;
    return el(
      "div",
      { class: "field narrow" },
      el("label", { for: id }, "FINESS du laboratoire"),
      input,
      el("datalist", { id: `${id}-connus` }, ...options),
      el("span", { id: `${id}-aide`, class: "hint" }, help),
    );
  }

  private choose(finess: string): void {
    this.dispatchEvent(new CustomEvent("site", { bubbles: true, detail: finess }));
  }
}
customElements.define("cb-site", SiteChoice);

function named(laboratories: readonly Laboratory[], finess: string): string {
  const name = laboratories.find((one) => one.finess === finess)?.name;
  return name ? `${name} (FINESS ${finess})` : `FINESS ${finess}`;
}
