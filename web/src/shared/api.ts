/**
 * The one way out of the page: HTTP to the service that served it, and to nowhere else.
 *
 *   const page = await getJson<ExamPage>("/api/examens", { q: "nfs" }, { signal });
 *   const done = await operation("$epu-cancel", parameters(code), { version: 3 });   // Idempotency-Key, If-Match
 *
 * Retries, one policy: a call that reached nobody is tried once more after 300 ms, with the same Idempotency-Key where
 * it changes something, so that nothing is ever done twice. An answer, whatever it says, is not tried again.
 */

import { uuid } from "./dom.ts";
import type { Bundle, OperationOutcome, Parameters, Resource } from "./fhir.ts";
import { person } from "./session.ts";
import { wordsFor } from "./words.ts";

/** What the service refused, or that it could not be reached (`status` 0). `message` can be shown as it is. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly outcome: OperationOutcome | null = null,
    readonly etag: string | null = null,
  ) {
    super(wordsFor(status, outcome));
  }
}

export interface Asked {
  /** Ends the call: it then fails with an `AbortError`, told apart by `isAborted`. */
  readonly signal?: AbortSignal | undefined;
  /** The version that was read (If-Match); 0 for something to be made, which must not exist yet (If-None-Match). */
  readonly version?: number;
  readonly accept?: string;
  /** Whose token goes with the call, empty for nobody's; without it, that of who is signed in. */
  readonly token?: string;
  /** The Idempotency-Key of something that may have to be sent again; otherwise each call has its own. */
  readonly key?: string;
}

/** A resource and the version that its ETag carries (0 without one). */
export interface Answer<T> {
  readonly body: T;
  readonly version: number;
}

const FHIR = "application/fhir+json";
const AGAIN_AFTER = 300;
const listeners = new Set<(error: ApiError) => void>();

/** Calls `listener` with each refusal for want of a good token. */
export function onUnauthenticated(listener: (error: ApiError) => void): void {
  listeners.add(listener);
}

/** Whether a call was ended by its own caller: nothing to tell anyone. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** A JSON object, by GET. */
export async function getJson<T>(path: string, query: Record<string, string> = {}, asked: Asked = {}): Promise<T> {
  const search = new URLSearchParams(query).toString();
  const response = await send(search ? `${path}?${search}` : path, { method: "GET" }, asked);
  return (await response.json()) as T;
}

/** A file, by GET. */
export async function getFile(path: string, asked: Asked = {}): Promise<Blob> {
  return (await send(path, { method: "GET" }, asked)).blob();
}

/**
 * An XML document, by GET. `XMLHttpRequest` reads it: the pages' policy forbids `DOMParser`, and
 * a document that came so runs no script and loads nothing.
 */
export async function getXml(path: string, asked: Asked = {}): Promise<XMLDocument> {
  const headers = headersOf({}, { accept: "text/xml", ...asked });
  const answer = await reached(() => exchanged(path, headers));
  if (answer.status < 200 || answer.status > 299) throw refusal(answer.status, outcomeIn(answer.responseText), null);
  if (answer.responseXML === null) throw new ApiError(500);
  return answer.responseXML;
}

/** A FHIR search whose criteria are in its body: what names a person or an order never stands in an address. */
export async function search(type: string, criteria: Record<string, string>, asked: Asked = {}): Promise<Bundle> {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(criteria).toString();
  const response = await send(`/fhir/${type}/_search`, { method: "POST", body, headers }, asked);
  return (await response.json()) as Bundle;
}

/** Writes a JSON object, or a file as it is, at a place of its own; the JSON that comes back. */
export async function put<T>(path: string, body: object, asked: Asked = {}): Promise<Answer<T>> {
  const file = body instanceof Blob;
  const headers = { "Content-Type": file ? body.type : "application/json" };
  const response = await send(path, { method: "PUT", body: file ? body : JSON.stringify(body), headers }, asked);
  return { body: (await response.json()) as T, version: versionOf(response) };
}

/** A plain JSON object sent and one received: identities, baskets. */
export async function postJson<T>(path: string, body: object, asked: Asked = {}): Promise<T> {
  const response = await send(path, post(body, "application/json"), asked);
  return (await response.json()) as T;
}

/** A FHIR operation. One that changes something has a key of its own; with `version`, it is refused on another. */
export async function operation<T extends Resource = Parameters>(
  name: string,
  body: Resource,
  asked: Asked = {},
): Promise<Answer<T>> {
  const response = await send(`/fhir/${name}`, post(body, FHIR, { "Idempotency-Key": asked.key ?? uuid() }), asked);
  return { body: (await response.json()) as T, version: versionOf(response) };
}

/** A file that an operation answers with; `pages`, for a picture, is how many the whole document has. */
export interface File {
  readonly content: Blob;
  readonly pages: number;
}

/** The file that an operation makes, in the form asked for; with `key`, one that it counts. */
export async function operationFile(name: string, body: Resource, accept: string, asked: Asked = {}): Promise<File> {
  const counted = asked.key === undefined ? {} : { "Idempotency-Key": asked.key };
  const response = await send(`/fhir/${name}`, post(body, FHIR, counted), { ...asked, accept });
  return { content: await response.blob(), pages: Number(response.headers.get("X-Page-Count") ?? 1) };
}

function post(body: object, type: string, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": type, ...headers } };
}

function versionOf(response: Response): number {
  return Number(/^(?:W\/)?"(\d+)"$/.exec(response.headers.get("ETag") ?? "")?.[1] ?? 0);
}

async function send(path: string, init: RequestInit, asked: Asked): Promise<Response> {
  const headers = headersOf(init.headers, asked);
  const request = { ...init, headers, credentials: "omit", redirect: "error", signal: asked.signal ?? null } as const;
  const response = await reached(() => fetch(path, request));
  if (response.ok) return response;
  throw refusal(response.status, outcomeIn(await response.text()), response.headers.get("ETag"));
}

function headersOf(given: HeadersInit | undefined, asked: Asked): Headers {
  const headers = new Headers(given);
  const token = asked.token ?? person()?.token;
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (asked.version === 0) headers.set("If-None-Match", "*");
  else if (asked.version !== undefined) headers.set("If-Match", `W/"${asked.version}"`);
  if (asked.accept !== undefined) headers.set("Accept", asked.accept);
  return headers;
}

function refusal(status: number, outcome: OperationOutcome | null, etag: string | null): ApiError {
  const error = new ApiError(status, outcome, etag);
  if (status === 401) listeners.forEach((listener) => listener(error));
  return error;
}

/** One call, and a second one when the first reached nobody. */
async function reached<T>(call: () => Promise<T>): Promise<T> {
  for (const last of [false, true]) {
    try {
      return await call();
    } catch (error) {
      if (isAborted(error)) throw error;
      if (last) break;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
    }
  }
  throw new ApiError(0);
}

/** What a GET answers, read as text and as XML; fails when it reached nobody. */
function exchanged(path: string, headers: Headers): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new TypeError("unreached")));
    request.open("GET", path);
    headers.forEach((value, name) => request.setRequestHeader(name, value));
    request.send();
  });
}

function outcomeIn(text: string): OperationOutcome | null {
  try {
    const body = JSON.parse(text) as Resource;
    return body.resourceType === "OperationOutcome" ? (body as OperationOutcome) : null;
  } catch {
    return null;
  }
}
