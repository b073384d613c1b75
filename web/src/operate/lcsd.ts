/** A laboratory's published catalogue (LCSD), as `/api/lcsd` gives and takes it (docs/lcsd.md). */

import { getJson, postJson, put } from "../shared/api.ts";

export interface Version {
  readonly number: number;
  /** Moves with each change of a draft. */
  readonly revision: number;
  readonly state: "draft" | "checked" | "published" | "superseded" | "withdrawn";
  readonly author: string;
  readonly created: string;
  readonly effective_from: string;
  readonly effective_to: string | null;
  readonly note: string;
}

export interface Delivery {
  readonly subscriber: string;
  readonly version: number;
  readonly message: string;
  readonly state: "queued" | "sending" | "sent" | "acknowledged" | "refused" | "failed" | "skipped";
  readonly attempts: number;
  readonly sent: string | null;
  readonly answered: string | null;
  readonly detail: string;
}

export interface State {
  readonly current: number | null;
  readonly behind: readonly string[];
  readonly versions: readonly Version[];
  readonly deliveries: readonly Delivery[];
}

export interface Subscriber {
  readonly name: string;
  readonly application: string;
  readonly finess: string;
  readonly channel: "file" | "mllp";
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

export interface Finding {
  readonly severity: "error" | "warning" | "information";
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** A draft with what the checks say of it. */
export interface Checked {
  readonly version: Version;
  readonly findings: readonly Finding[];
}

export const base = (site: string): string => `/api/lcsd/${site}`;

/** Versions, deliveries, who is behind. */
export function readState(site: string, signal: AbortSignal): Promise<State> {
  return getJson<State>(base(site), {}, { signal });
}

/** Who is sent the versions. */
export async function readSubscribers(site: string, signal: AbortSignal): Promise<readonly Subscriber[]> {
  return (await getJson<{ subscribers: Subscriber[] }>(`${base(site)}/abonnes`, {}, { signal })).subscribers;
}

/** Keeps a workbook or a zip of tables as the draft that stood at `version`, 0 for a first one; what the checks say of it. */
export async function saveDraft(site: string, file: Blob, version: number): Promise<Checked> {
  return (await put<Checked>(`${base(site)}/brouillon`, file, { version })).body;
}

/** Checks the draft. */
export function checkDraft(site: string): Promise<Checked> {
  return postJson<Checked>(`${base(site)}/brouillon/verification`, {});
}

/** Publishes the draft that stands at `version`; many exams may go only when that is meant. */
export function publishDraft(site: string, version: number, removals: boolean): Promise<Checked> {
  return postJson<Checked>(`${base(site)}/brouillon/publication`, { confirm_removals: removals }, { version });
}

/** Withdraws the current version: the one before it is published again, under a new number. */
export function withdraw(site: string, note: string, abandon: boolean): Promise<Checked> {
  return postJson<Checked>(`${base(site)}/retrait`, { note, abandon_draft: abandon });
}

/** Sends again what a subscriber refused or could not be sent; how many messages. */
export async function resend(site: string, name: string): Promise<number> {
  return (await postJson<{ queued: number }>(`${base(site)}/abonnes/${encodeURIComponent(name)}/renvoi`, {})).queued;
}
