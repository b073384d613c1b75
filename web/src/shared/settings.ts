/** What the page knows of its service: written by the server into `<meta name="circuitbio">` (api/routes/web.py). */

interface Settings {
  /** Base of the canonical addresses: it names, and is never called. */
  readonly base: string;
  /** This base takes full orders and makes them anonymous itself; otherwise the browser does, before sending. */
  readonly fullOrders: boolean;
  /** Anyone may write a token (loopback only): the panel offers to write one. */
  readonly developmentTokens: boolean;
  /** An INSi teleservice can be asked. */
  readonly insi: boolean;
}

function read(): Settings {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="circuitbio"]');
  return JSON.parse(meta?.content ?? "{}") as Settings;
}

export const settings: Settings = read();
