/** A panel about the catalogue of one laboratory: it shows nothing until one is chosen. */

import { el, type Child } from "../shared/dom.ts";
import { Panel } from "./panel.ts";

export abstract class SitePanel extends Panel {
  private finess = "";

  /** The laboratory that is looked at; empty for none. */
  get site(): string {
    return this.finess;
  }

  set site(finess: string) {
    this.finess = finess;
    this.forget();
    if (this.isConnected) void this.reload();
  }

  /** Lets go of what was of the laboratory before. */
  protected forget(): void {}

  protected override async read(signal: AbortSignal): Promise<Child[]> {
    if (this.finess === "") return [el("p", { class: "hint" }, "Aucun laboratoire choisi.")];
    return this.readSite(encodeURIComponent(this.finess), signal);
  }

  /** What is shown of the laboratory whose FINESS is `site`, ready for an address. */
  protected abstract readSite(site: string, signal: AbortSignal): Promise<Child[]>;
}
