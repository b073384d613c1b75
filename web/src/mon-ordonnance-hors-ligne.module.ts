/**
 * The service worker of `/mon-ordonnance`: keeps the page and the two files it loads, for want of a network. It answers
 * for these alone; a call to the service, which may hold something of a person, never passes through it.
 */

const KEPT = "mon-ordonnance";
const PAGE = "/mon-ordonnance";
const LOADED = /"(\/static\/mon-ordonnance\.(?:js|css)\?v=\w+)"/g;

/** What this script uses of a worker's own world: TypeScript knows either that or the page's. */
interface Happening {
  readonly request: Request;
  waitUntil(what: Promise<unknown>): void;
  respondWith(what: Promise<Response>): void;
}
interface Worker {
  addEventListener(name: "install" | "activate" | "fetch", act: (event: Happening) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

const worker = globalThis as unknown as Worker;
worker.addEventListener("install", (event) => event.waitUntil(page(new Request(PAGE)).then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname === PAGE) event.respondWith(page(request));
  else if (pathname === "/static/mon-ordonnance.js" || pathname === "/static/mon-ordonnance.css") event.respondWith(file(request));
});

/** The page as it is now, else as it was. */
async function page(request: Request): Promise<Response> {
  const shelf = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(shelf, answer.clone());
    return answer;
  } catch (error) {
    const kept = await shelf.match(PAGE);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Keeps the page with what it loads, and nothing of a build before. */
async function keep(shelf: Cache, answer: Response): Promise<void> {
  const loaded = Array.from((await answer.clone().text()).matchAll(LOADED), (found) => found[1] ?? "");
  const there = await shelf.keys();
  const missing = loaded.filter((address) => !there.some((one) => one.url.endsWith(address)));
  await shelf.addAll(missing);
  await shelf.put(PAGE, answer);
  const wanted = [PAGE, ...loaded];
  for (const one of there) if (!wanted.some((address) => one.url.endsWith(address))) await shelf.delete(one);
}

/** A file under the digest of its content: what is kept is right. */
async function file(request: Request): Promise<Response> {
  const kept = await (await caches.open(KEPT)).match(request);
  return kept ?? fetch(request);
}
