/** `/mon-ordonnance`: the patient's page — own orders, the code of one on the screen, its instructions, its sheet. */

import { ApiError } from "./shared/api.ts";
import { el, must } from "./shared/dom.ts";
import { clearWarning, warn } from "./shared/messages.ts";
import { onSession } from "./shared/session.ts";
import { pageIsFor } from "./shared/sign-in.ts";
import { PATIENT } from "./tour/example.ts";
import type { Listed } from "./patient/listed.ts";
import { OrderList } from "./patient/order-list.ts";
import { OrderView } from "./patient/order-view.ts";
import { keepShell } from "./patient/shell.ts";
import { inPlainWords, OUT_OF_REACH } from "./patient/words.ts";

pageIsFor({ roles: ["patient"], example: { matricule: PATIENT } });

/** What the history says while an order is open: the phone's way back closes it. It names no order. */
const OPENED = "order";
const list = placed("liste", new OrderList());
const view = placed("ordonnance", new OrderView());
const network = el("div", { role: "status" });
must(document, '[data-part="reseau"]').append(network);

list.addEventListener("open-order", (event) => void open((event as CustomEvent<Listed>).detail));
view.addEventListener("close-order", () => history.back());
window.addEventListener("popstate", () => view.opened && close(view.opened));
onSession(() => void changed());
// A page that is left holds nothing: neither a copy kept by the browser's own way back, nor one written to disk.
window.addEventListener("pagehide", forget);
window.addEventListener("pageshow", (event) => event.persisted && void list.load());
window.addEventListener("online", () => {
  tellNetwork();
  list.retry();
});
window.addEventListener("offline", tellNetwork);
if (history.state === OPENED) history.replaceState(null, "");
tellNetwork();
void list.load();
void keepShell();

async function open(order: Listed): Promise<void> {
  clearWarning();
  list.hidden = true;
  try {
    await view.open(order);
    if (view.opened === "") return;
    if (history.state !== OPENED) history.pushState(OPENED, "");
    tellNetwork();
  } catch (error) {
    close(order.id);
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) warn(inPlainWords(error));
    if (error.status === 404) await list.load();
  }
}

function close(id: string): void {
  view.clear();
  list.hidden = false;
  list.focusOn(id);
  tellNetwork();
}

/** Somebody came or left. An order that was open is opened again if it is theirs, as after a session that expired. */
async function changed(): Promise<void> {
  const before = view.opened;
  forget();
  if (!(await list.load())) return;
  const again = list.find(before);
  if (again) await open(again);
}

function forget(): void {
  clearWarning();
  view.clear();
  list.clear();
  list.hidden = false;
}

function tellNetwork(): void {
  if (navigator.onLine) return network.replaceChildren();
  const words = view.opened
    ? `${OUT_OF_REACH} Cette ordonnance reste visible tant que vous ne fermez pas cette page.`
    : `${OUT_OF_REACH} Vos ordonnances ne sont pas gardées dans cet appareil\u00a0: retrouvez du réseau pour les ouvrir, ou montrez votre ordonnance sur papier.`;
  network.replaceChildren(el("p", { class: "notice" }, words));
}

/** Puts a part in its place of the page. */
function placed<T extends HTMLElement>(place: string, part: T): T {
  must(document, `[data-part="${place}"]`).append(part);
  return part;
}
