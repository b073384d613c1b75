/** Mappings of a laboratory's exams to national codes, as `/api/transcodage` gives and takes them. */

import { getJson, postJson, put } from "../shared/api.ts";
import type { Coding } from "../shared/fhir.ts";

export type Status = "a-traiter" | "propose" | "valide" | "refuse" | "ajout-demande" | "a-revoir";

export const STATUSES: Record<Status, string> = {
  "a-traiter": "À traiter",
  propose: "Proposé",
  valide: "Validé",
  refuse: "Refusé",
  "ajout-demande": "Ajout demandé",
  "a-revoir": "À revoir",
};

export interface Mapping {
  readonly status: Status;
  readonly target: Coding | null;
  readonly score: number | null;
  readonly author: string;
  readonly date: string;
  readonly comment: string;
  readonly version: number;
}

export interface LocalExam {
  readonly local_code: string;
  readonly label: string;
  readonly nabm: readonly string[];
  readonly unit: string | null;
  readonly monthly_volume: number | null;
  readonly status: Status;
  readonly mapping: Mapping | null;
}

export interface ExamPage {
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly items: readonly LocalExam[];
}

export interface Proposal {
  readonly system: string;
  readonly code: string;
  readonly display: string;
  readonly score: number;
  readonly conflicts: readonly string[];
  readonly reference_label: string | null;
  readonly unit: string | null;
}

export interface Decision {
  readonly status: Status;
  readonly target?: Coding;
  readonly comment?: string;
}

const base = (site: string): string => `/api/transcodage/${site}`;
const exam = (site: string, code: string): string => `${base(site)}/examens/${encodeURIComponent(code)}`;

/** A page of the exams at a status, or at any for an empty one. */
export function readExams(site: string, status: string, words: string, offset: number, signal: AbortSignal): Promise<ExamPage> {
  const query = { q: words, offset: String(offset), limit: "25", ...(status === "" ? {} : { statut: status }) };
  return getJson<ExamPage>(`${base(site)}/examens`, query, { signal });
}

/** The codes proposed for an exam, best first; whether asking for a new code is advised. */
export function readProposals(site: string, code: string): Promise<{ proposals: Proposal[]; addition_advised: boolean }> {
  return getJson(`${exam(site, code)}/propositions`);
}

/** Decides of an exam as it was read; refused when somebody decided meanwhile. */
export async function decide(site: string, of: LocalExam, decision: Decision): Promise<void> {
  const version = of.mapping?.version ?? 0;
  await put<Mapping>(`${exam(site, of.local_code)}/correspondances/analyse`, decision, { version });
}

/** Validates several proposals as they were read, all or none; how many. */
export async function validate(site: string, exams: readonly LocalExam[]): Promise<number> {
  const selection = exams.map(({ local_code, mapping }) => ({ local_code, version: mapping?.version ?? 0 }));
  return (await postJson<{ validated: number }>(`${base(site)}/validations`, { selection })).validated;
}
