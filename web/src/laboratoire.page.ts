/** `/laboratoire`: the counter of a laboratory — a code is read, its order shown at once, its lines taken and reported. */

import { ApiError } from "./shared/api.ts";
import { modal } from "./shared/dialog.ts";
import { el, must } from "./shared/dom.ts";
import { grouped } from "./shared/epu-code.ts";
import { clearWarning, say } from "./shared/messages.ts";
import "./shared/scanner.ts";
import { onSession, person } from "./shared/session.ts";
import { askToSignIn, pageIsFor } from "./shared/sign-in.ts";
import { CodeField, type CodeRead } from "./laboratory/code-field.ts";
import { Desk } from "./laboratory/desk.ts";
import { readIdentity } from "./laboratory/identity.ts";
import { IdentityPanel } from "./laboratory/identity-panel.ts";
import { OrderPanel } from "./laboratory/order-panel.ts";
import { patientWords, type Order } from "./laboratory/order.ts";
import { counted } from "./laboratory/words.ts";

pageIsFor({
  roles: ["biologist", "laboratory"],
  example: { rpps: "89900000001", family: "Martin", given: "Claude", prefix: "Dr", finess: "750000010" },
});

const desk = new Desk();
const field = placed("code", new CodeField());
const panel = placed("ordonnance", new OrderPanel());
placed("identite", new IdentityPanel());
let reading: Promise<void> = Promise.resolve();
/** What could not be read for want of a good session: read once there is one. */
let waiting: CodeRead | null = null;
let holder = person()?.token;

/** Puts a part in its place of the page, around the desk. */
function placed<T extends HTMLElement>(place: string, part: T): T {
  (part as { desk?: Desk }).desk = desk;
  must(document, `[data-part="${place}"]`).append(part);
  return part;
}

field.addEventListener("code-read", (event) => {
  const { detail } = event as CustomEvent<CodeRead>;
  // One after the other: what was seen at once is compared in its order.
  reading = reading.then(() => read(detail));
});
must(document, "cb-scanner").addEventListener("scanned", (event) => field.take((event as CustomEvent<string[]>).detail));
onSession(() => {
  const who = person();
  if (who === null) desk.clear();
  else if (who.token !== holder) void desk.reread().catch(refuse); // what is held is told to whom it is
  holder = who?.token;
  if (who !== null && waiting !== null) void read(waiting);
});
field.focus();

function refuse(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  field.refuse(error.message);
}

async function read(what: CodeRead): Promise<void> {
  const { kind, content, mode } = what;
  waiting = null;
  if (person() === null && !(await askToSignIn())) return;
  clearWarning();
  field.wait();
  try {
    if (kind === "identity") await desk.compare(await readIdentity(content));
    else if (!(await desk.open(content, mode, isTheRightOne))) return field.refuse("Comparez le code saisi avec la feuille.");
    field.clear();
    if (desk.order === null) say("Identité lue. Lisez maintenant l’ordonnance.");
    else arrived(desk.order, kind);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) waiting = what;
    refuse(error);
  }
}

function arrived(order: Order, kind: CodeRead["kind"]): void {
  if (kind === "order") panel.focus();
  say(`Ordonnance lue\u00a0: ${patientWords(order)}, ${counted(order.lines.length, "ligne")}.`);
}

/** A code that the service mended is compared with the paper before anything of the order is shown. */
async function isTheRightOne(order: Order): Promise<boolean> {
  if (!order.repaired) return true;
  const yes = el("button", { type: "button" }, "C’est le code de la feuille");
  const no = el("button", { type: "button", class: "secondary" }, "Ce n’est pas ce code");
  const { dialog, closed } = modal(
    "Un caractère a été corrigé",
    el("p", {}, "Le code saisi n’existe pas, mais celui-ci existe. Comparez-le avec la feuille."),
    el("p", { class: "epu-code" }, grouped(order.code)),
    el("p", { class: "actions" }, no, yes),
  );
  yes.addEventListener("click", () => dialog.close("yes"));
  no.addEventListener("click", () => dialog.close(""));
  return (await closed) === "yes";
}
