/**
 * `<cb-session>`, in the header of every page: who is signed in, and the panel « Se connecter ».
 *
 * With an identity provider the access token is pasted; where anyone may write a token (loopback), the panel writes it
 * from a role and its numbers. The page says once, by `pageIsFor`, which roles it is for.
 */

import { onUnauthenticated } from "./api.ts";
import { modal } from "./dialog.ts";
import { el, freshId, must } from "./dom.ts";
import { warn } from "./messages.ts";
import { onSession, person, signIn, type Person, type Role } from "./session.ts";
import { settings } from "./settings.ts";

/** What a page asks of who signs in: the roles it serves, the usual one first, and whom to offer on loopback. */
export interface Wanted {
  readonly roles: readonly Role[];
  readonly example: Partial<Record<Field, string>>;
}

type Field = "prefix" | "given" | "family" | "rpps" | "finess" | "matricule";

const ROLES: Record<Role, string> = {
  prescriber: "Prescripteur",
  laboratory: "Laboratoire",
  biologist: "Biologiste médical",
  patient: "Patient",
  operator: "Exploitant",
};
const NUMERIC = { inputmode: "numeric" };
const FIELDS: Record<Field, readonly [label: string, more: Record<string, string>]> = {
  prefix: ["Titre (facultatif)", {}],
  given: ["Prénom", { autocomplete: "given-name" }],
  family: ["Nom", { autocomplete: "family-name" }],
  rpps: ["Numéro RPPS (11 chiffres)", { pattern: "[0-9]{11}", ...NUMERIC }],
  finess: ["FINESS du site (9 caractères)", { pattern: "[0-9AB]{9}" }],
  matricule: ["Matricule INS (15 caractères)", { pattern: "[0-9AB]{15}" }],
};
const NAME: readonly Field[] = ["prefix", "given", "family"];
/** What a development token is written from. */
const OF_ROLE: Record<Role, readonly Field[]> = {
  prescriber: [...NAME, "rpps", "finess"],
  laboratory: ["finess"],
  biologist: [...NAME, "rpps", "finess"],
  patient: ["matricule"],
  operator: [],
};
const OPTIONAL: Partial<Record<Role, readonly Field[]>> = { prescriber: ["finess"] };

let wanted: Wanted = { roles: ["prescriber"], example: {} };
let open = false;

/** Says, once, whom the page is for. */
export function pageIsFor(whom: Wanted): void {
  wanted = whom;
}

class Session extends HTMLElement {
  connectedCallback(): void {
    onSession(() => this.show());
    onUnauthenticated((error) => {
      warn(error.message);
      void askToSignIn();
    });
    this.show();
  }

  private show(): void {
    const who = person();
    const focused = this.contains(document.activeElement);
    if (who === null) {
      this.replaceChildren(el("button", { type: "button", onclick: () => void askToSignIn() }, "Se connecter"));
    } else {
      const leave = el("button", { type: "button", class: "secondary", onclick: () => signIn(null) }, "Se déconnecter");
      this.replaceChildren(el("span", { class: "who" }, called(who)), leave);
    }
    if (focused) this.focus();
  }

  /** The button has changed under whoever stood on it. */
  override focus(): void {
    must<HTMLButtonElement>(this, "button").focus();
  }
}
customElements.define("cb-session", Session);

/** The name of somebody, or what they are. */
function called(who: Person): string {
  const name = [who.prefix, who.given, who.family].filter(Boolean).join(" ");
  return name || [ROLES[who.role], who.finess].filter(Boolean).join(" ");
}

/** Opens the panel, unless it is open; true once somebody is signed in. */
export async function askToSignIn(): Promise<boolean> {
  if (open) return false;
  open = true;
  const form = signInForm();
  const { dialog, closed } = modal("Se connecter", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(written(form));
    dialog.close("yes");
  });
  must<HTMLButtonElement>(form, "button[value=cancel]").addEventListener("click", () => dialog.close(""));
  const answer = await closed;
  open = false;
  if (document.activeElement === document.body) must<Session>(document, "cb-session").focus();
  return answer === "yes";
}

function signInForm(): HTMLFormElement {
  const known = person()?.role;
  const fields = el("div", { class: "stack" });
  const id = freshId("fonction");
  const options = wanted.roles.map((role) => el("option", { value: role, selected: role === known }, ROLES[role]));
  const choice = el("select", { id, name: "role" }, ...options);
  choice.addEventListener("change", () => fields.replaceChildren(...fieldsOf(choice.value as Role)));
  fields.append(...fieldsOf(choice.value as Role));
  const told = settings.developmentTokens
    ? "Service local\u00a0: aucun mot de passe n’est demandé. Les valeurs proposées sont fictives."
    : "Le jeton d’accès reste dans cet onglet, jusqu’à sa fermeture.";
  return el(
    "form",
    { class: "stack" },
    el("p", { class: "hint" }, told),
    el("p", { class: "field", hidden: wanted.roles.length === 1 }, el("label", { for: id }, "Fonction"), choice),
    fields,
    el(
      "p",
      { class: "actions" },
      el("button", { type: "button", class: "secondary", value: "cancel" }, "Annuler"),
      el("button", { type: "submit" }, "Se connecter"),
    ),
  );
}

function fieldsOf(role: Role): HTMLElement[] {
  const who: Partial<Record<Field, string>> = person() ?? (settings.developmentTokens ? wanted.example : {});
  const inToken = settings.developmentTokens ? [] : ["matricule", "finess"];
  const asked = OF_ROLE[role].filter((name) => !inToken.includes(name));
  const required = (name: Field): boolean => name !== "prefix" && !OPTIONAL[role]?.includes(name);
  const fields = asked.map((name) => {
    const [label, more] = FIELDS[name];
    const words = required(name) || name === "prefix" ? label : `${label}, facultatif`;
    return field(name, words, who[name] ?? wanted.example[name] ?? "", { ...more, required: required(name) });
  });
  if (settings.developmentTokens) return fields;
  return [...fields, field("token", "Jeton d’accès du fournisseur d’identité", "", { required: true, type: "password" })];
}

function field(name: string, label: string, value: string, more: Record<string, string | boolean> = {}): HTMLElement {
  const id = freshId(name);
  return el("p", { class: "field" }, el("label", { for: id }, label), el("input", { id, name, value, ...more }));
}

function written(form: HTMLFormElement): Person {
  const data = new FormData(form);
  const of = (name: string): string => String(data.get(name) ?? "").trim();
  const role = of("role") as Role;
  const token = settings.developmentTokens ? developmentToken(role, of("rpps") || of("matricule"), of("finess")) : of("token");
  return { token, role, rpps: of("rpps"), finess: of("finess"), family: of("family"), given: of("given"), prefix: of("prefix") };
}

/** The token that a service on loopback believes (interface.md §1). */
export function developmentToken(role: Role, id: string, finess: string): string {
  return `dev:${role}:${id}:${finess}`;
}
