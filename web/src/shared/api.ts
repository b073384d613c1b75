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
import type { OperationOutcome, Parameters, Resource } from "./fhir.ts";
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
  /** Whose token goes with the call; without it, that of who is signed in. */
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

/** The file that an operation makes, in the form asked for. */
export async function operationFile(name: string, body: Resource, accept: string, asked: Asked = {}): Promise<File> {
  const response = await send(`/fhir/${name}`, post(body, FHIR), { ...asked, accept });
  return { content: await response.blob(), pages: Number(response.headers.get("X-Page-Count") ?? 1) };
}

function post(body: object, type: string, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": type, ...headers } };
}

function versionOf(response: Response): number {
  return Number(/^(?:W\/)?"(\d+)"$/.exec(response.headers.get("ETag") ?? "")?.[1] ?? 0);
}

async function send(path: string, init: RequestInit, asked: Asked): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = asked.token ?? person()?.token;
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (asked.version === 0) headers.set("If-None-Match", "*");
  else if (asked.version !== undefined) headers.set("If-Match", `W/"${asked.version}"`);
  if (asked.accept !== undefined) headers.set("Accept", asked.accept);
  const request = { ...init, headers, credentials: "omit", redirect: "error", signal: asked.signal ?? null } as const;
  const response = await reached(path, request);
  if (response.ok) return response;
  const error = new ApiError(response.status, await outcomeOf(response), response.headers.get("ETag"));
  if (error.status === 401) listeners.forEach((listener) => listener(error));
  throw error;
}

async function reached(path: string, request: RequestInit): Promise<Response> {
  for (const last of [false, true]) {
    try {
      return await fetch(path, request);
    } catch (error) {
      if (isAborted(error)) throw error;
      if (last) break;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
    }
  }
  throw new ApiError(0);
}

async function outcomeOf(response: Response): Promise<OperationOutcome | null> {
  try {
    const body = (await response.json()) as Resource;
    return body.resourceType === "OperationOutcome" ? (body as OperationOutcome) : null;
  } catch {
    return null;
  }
}
