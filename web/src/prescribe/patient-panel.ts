/**
 * `<cb-patient>`: who the order is for. The INS datamatrix is scanned into its field (a scanner is a keyboard), or the
 * traits are typed and INSi asked. A trait changed by hand is no longer INSi's: status and matricule go.
 */

import { ApiError, postJson } from "../shared/api.ts";
import { el, freshId, present } from "../shared/dom.ts";
import type { Resource } from "../shared/fhir.ts";
import { say, warn } from "../shared/messages.ts";
import { settings } from "../shared/settings.ts";
import { french } from "../shared/typography.ts";
import type { Draft } from "./draft.ts";
import { hasDocument, identityOf, noOne, patientOf, STATUS_WORDS, withDocument, type Identity, type Sex } from "./identity.ts";
import { asScanned, GS, isSeparatorKey } from "../shared/wedge-text.ts";

interface Scanned {
  readonly message: string;
  readonly patient: Resource | null;
}

interface Recovered {
  readonly outcome: string;
  readonly message: string;
  readonly advice: readonly string[];
  readonly patient: Resource | null;
}

type Trait = "family" | "given" | "born" | "sex" | "birthPlace";

export class PatientPanel extends HTMLElement {
  draft!: Draft;
  private readonly status = el("p", { class: "identity-status" });
  private readonly told = el("div", { role: "status" });
  private readonly document = el("input", { type: "checkbox" });
  private readonly fields = new Map<Trait, HTMLInputElement | HTMLSelectElement>();

  connectedCallback(): void {
    this.draft.addEventListener("change", () => this.show());
    const parts = [
      this.scanField(),
      el(
        "div",
        { class: "traits" },
        this.trait("family", "Nom de naissance", { autocomplete: "off", autocapitalize: "characters" }),
        this.trait("given", "Prénoms de naissance", { autocomplete: "off", autocapitalize: "characters" }),
        this.trait("born", "Date de naissance", { type: "date", min: "1880-01-01" }),
        this.sexField(),
        this.trait("birthPlace", "Code du lieu de naissance (facultatif)", {
          inputmode: "numeric",
          maxlength: 5,
          pattern: "[0-9AB]{5}",
        }),
      ),
      el("label", { class: "check" }, this.document, "Pièce d’identité à haut niveau de confiance contrôlée"),
      this.status,
      settings.insi && this.askButton(),
      this.told,
    ];
    this.document.addEventListener("change", () => {
      const { patient } = this.draft;
      this.draft.patient = { ...patient, status: withDocument(patient.status, this.document.checked) };
      this.draft.changed();
    });
    this.append(...present(parts));
    this.show();
  }

  /** Puts the cursor in the first trait that signing needs and that is not there. */
  override focus(): void {
    const missing = (["family", "born"] as const).find((name) => this.draft.patient[name] === "");
    this.fields.get(missing ?? "family")?.focus();
  }

  private scanField(): HTMLElement {
    const id = freshId("scan");
    const input = el("input", { id, type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-aide` });
    input.addEventListener("keydown", (event) => {
      if (isSeparatorKey(event)) {
        event.preventDefault();
        input.setRangeText(GS, input.selectionStart ?? 0, input.selectionEnd ?? 0, "end");
      } else if (event.key === "Enter") {
        event.preventDefault();
        void this.scan(input);
      }
    });
    return el(
      "div",
      { class: "field" },
      el("label", { for: id }, "Datamatrix INS"),
      el(
        "div",
        { class: "beside" },
        input,
        el("button", { type: "button", class: "secondary", onclick: () => void this.scan(input) }, "Lire"),
      ),
      el("span", { id: `${id}-aide`, class: "hint" }, "Placez le curseur ici et scannez. Rien n’est conservé."),
    );
  }

  private trait(name: Trait, label: string, more: Record<string, string | number>): HTMLElement {
    const id = freshId(name);
    const input = el("input", { id, type: "text", ...more });
    input.addEventListener("change", () => this.typed(name, input.value.trim()));
    this.fields.set(name, input);
    return el("p", { class: "field" }, el("label", { for: id }, label), input);
  }

  private sexField(): HTMLElement {
    const id = freshId("sexe");
    const choices: [Sex, string][] = [["unknown", "Non précisé"], ["female", "Féminin"], ["male", "Masculin"]];
    const select = el("select", { id }, ...choices.map(([value, words]) => el("option", { value }, words)));
    select.addEventListener("change", () => this.typed("sex", select.value));
    this.fields.set("sex", select);
    return el("p", { class: "field" }, el("label", { for: id }, "Sexe"), select);
  }

  private askButton(): HTMLElement {
    const ask = el("button", { type: "button", class: "secondary", onclick: () => void this.recover() }, "Interroger INSi");
    return el("p", { class: "row" }, ask);
  }

  private typed(name: Trait, value: string): void {
    const patient = this.draft.patient;
    if (patient[name] === value) return;
    this.draft.patient = { ...patient, [name]: value, status: withDocument("PROV", this.document.checked), ins: null } as Identity;
    this.draft.changed();
  }

  private async scan(input: HTMLInputElement): Promise<void> {
    if (input.value === "") return;
    try {
      const read = await postJson<Scanned>("/api/ins/lire", { content: asScanned(input.value) });
      this.take(read.patient, [read.message]);
      input.value = "";
    } catch (error) {
      input.select();
      this.failed(error);
    }
  }

  private async recover(): Promise<void> {
    try {
      const asked = { patient: patientOf(this.draft.patient), high_trust_document: this.document.checked };
      const found = await postJson<Recovered>("/api/ins/recuperer", asked);
      this.take(found.patient, [found.message, ...(found.patient ? [] : found.advice)]);
    } catch (error) {
      this.failed(error);
    }
  }

  private take(patient: Resource | null, words: readonly string[]): void {
    this.told.replaceChildren(...words.filter(Boolean).map((sentence) => el("p", { class: "hint" }, french(sentence))));
    if (patient === null) return;
    this.draft.patient = identityOf(patient);
    this.draft.changed();
    say(`${STATUS_WORDS[this.draft.patient.status]}\u00a0: ${this.draft.patient.family} ${this.draft.patient.given}.`);
  }

  private failed(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return;
    if (error.status === 0) warn(error.message);
    else this.told.replaceChildren(el("p", { class: "notice error" }, error.message));
  }

  private show(): void {
    const patient = this.draft.patient;
    for (const [name, field] of this.fields) if (field.value !== patient[name]) field.value = patient[name];
    this.document.checked = hasDocument(patient.status);
    const good = patient.status === "QUAL";
    const badge = el("span", { class: good ? "badge good" : "badge warn" }, STATUS_WORDS[patient.status]);
    const matricule = patient.ins ? [" Matricule INS\u00a0: ", spaced(patient.ins.value)] : [];
    this.status.replaceChildren(badge, ...matricule);
    if (JSON.stringify(patient) === JSON.stringify(noOne())) this.told.replaceChildren();
  }
}
customElements.define("cb-patient", PatientPanel);

/** A matricule as it is read aloud: 2 79 03 51 215 189 89. */
function spaced(matricule: string): string {
  return matricule.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, "$1 $2 $3 $4 $5 $6 $7").replaceAll(" ", "\u00a0");
}
