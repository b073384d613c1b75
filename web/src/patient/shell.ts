/**
 * The page without a network: what it looks like is kept by a service worker (`mon-ordonnance-hors-ligne.module.ts`),
 * so that opening it again in a cellar says what is the matter. Nothing of an order is kept, nor anything of a person.
 */

const WORKER = "/static/mon-ordonnance-hors-ligne.js";
const PLACE = "/mon-ordonnance";

/** What the page needs of trusted types, which TypeScript does not know yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL: (unused: string) => string };
}

/** Has the shell kept, where the browser can: a secure place. */
export async function keepShell(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const trusted = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  // The one policy of the page: whatever it is given, it answers with the address of our worker.
  const worker = trusted?.createPolicy("mon-ordonnance", { createScriptURL: () => WORKER }).createScriptURL("") ?? WORKER;
  try {
    await navigator.serviceWorker.register(worker, { scope: PLACE });
  } catch {
    // Private browsing, or storage refused: the page works as it does with a network.
  }
}
