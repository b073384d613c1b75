/**
 * `<cb-session>`, in the header of every page: who is signed in, and the panel « Se connecter ».
 *
 * With an identity provider the access token is pasted; where anyone may write a token (loopback), the panel writes it
 * from a role and its numbers. The page says which role it is for: `<cb-session role-wanted="prescriber">` in its
 * script, through `wanted`.
 */

import { onUnauthenticated } from "./api.ts";
import { modal } from "./dialog.ts";
import { el, freshId, must, type Child } from "./dom.ts";
import { warn } from "./messages.ts";
import { onSession, person, signIn, type Person } from "./session.ts";
import { settings } from "./settings.ts";

type Role = "prescriber" | "laboratory" | "biologist" | "patient";
const ROLES: Record<Role, string> = {
  prescriber: "Prescripteur",
  laboratory: "Laboratoire (accueil, technique)",
  biologist: "Biologiste",
  patient: "Patient",
};

/** What a page asks of who signs in: the role of a development token, and whom to offer there. */
export interface Wanted {
  readonly role: Role;
  /** Roles the page is for as well; not all of their people have an RPPS number. */
  readonly others?: readonly Role[];
  readonly example: Omit<Person, "token"> & { readonly finess: string };
}

let wanted: Wanted | null = null;
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
    if (who === null) {
      this.replaceChildren(el("button", { type: "button", onclick: () => void askToSignIn() }, "Se connecter"));
      return;
    }
    const name = [who.prefix, who.given, who.family].filter(Boolean).join(" ");
    const leave = el("button", { type: "button", class: "secondary", onclick: () => signIn(null) }, "Se déconnecter");
    this.replaceChildren(el("span", { class: "who" }, name), leave);
  }
}
customElements.define("cb-session", Session);

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
  return answer === "yes";
}

function signInForm(): HTMLFormElement {
  const known = person() ?? (settings.developmentTokens ? wanted?.example : undefined);
  const everyoneHasRpps = wanted?.others === undefined;
  const token: Child[] = settings.developmentTokens
    ? [
        el("p", { class: "hint" }, "Service local\u00a0: aucun mot de passe. Les valeurs proposées sont fictives."),
        wanted?.others !== undefined && roleField([wanted.role, ...wanted.others]),
        field("finess", "FINESS du site (facultatif)", wanted?.example.finess ?? "", { pattern: "[0-9AB]{9}" }),
      ]
    : [field("token", "Jeton d’accès du fournisseur d’identité", "", { required: true, type: "password" })];
  return el(
    "form",
    { class: "stack" },
    field("prefix", "Titre (facultatif)", known?.prefix ?? ""),
    field("given", "Prénom", known?.given ?? "", { required: true, autocomplete: "given-name" }),
    field("family", "Nom", known?.family ?? "", { required: true, autocomplete: "family-name" }),
    field("rpps", `Numéro RPPS (11 chiffres${everyoneHasRpps ? "" : ", facultatif"})`, known?.rpps ?? "", {
      required: everyoneHasRpps,
      pattern: "[0-9]{11}",
      inputmode: "numeric",
    }),
    ...token,
    el(
      "p",
      { class: "actions" },
      el("button", { type: "button", class: "secondary", value: "cancel" }, "Annuler"),
      el("button", { type: "submit" }, "Se connecter"),
    ),
  );
}

function field(name: string, label: string, value: string, more: Record<string, string | boolean> = {}): HTMLElement {
  const id = freshId(name);
  return el("p", { class: "field" }, el("label", { for: id }, label), el("input", { id, name, value, ...more }));
}

function roleField(roles: readonly Role[]): HTMLElement {
  const id = freshId("role");
  const options = roles.map((role) => el("option", { value: role }, ROLES[role]));
  return el("p", { class: "field" }, el("label", { for: id }, "Rôle"), el("select", { id, name: "role" }, ...options));
}

function written(form: HTMLFormElement): Person {
  const data = new FormData(form);
  const of = (name: string): string => String(data.get(name) ?? "").trim();
  const rpps = of("rpps");
  const role = of("role") || (wanted?.role ?? "prescriber");
  const token = settings.developmentTokens ? `dev:${role}:${rpps}:${of("finess")}` : of("token");
  return { token, rpps, family: of("family"), given: of("given"), prefix: of("prefix") };
}
