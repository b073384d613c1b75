/** Exams as `GET /api/examens` gives them (interface.md §5), and the questions that one of them asks. */

import { getJson } from "./api.ts";
import type { Coding, Extension, Resource } from "./fhir.ts";

export interface Asked {
  readonly code: string;
  readonly label: string;
  readonly obligation: "obligatoire" | "utile";
  /** The only patients it is asked of; null = all. */
  readonly sex: string | null;
}

/** Why an exam answers: the name or code that matched, and which letters of it (code points). */
export interface Match {
  readonly field: string;
  readonly kind: string | null;
  readonly value: string;
  readonly spans: readonly (readonly [number, number])[];
}

export interface Exam {
  readonly code: string;
  readonly system: string;
  readonly display: string;
  readonly specimens: readonly Coding[];
  readonly clinical_information: readonly Asked[];
  readonly waiting: boolean;
  readonly match: Match;
}

export interface ExamPage {
  readonly total: number;
  readonly total_capped: boolean;
  readonly degraded: boolean;
  readonly hint: string | null;
  readonly items: readonly Exam[];
}

/** A question of an exam, ready to be put. */
export interface Question extends Asked {
  readonly type: string;
  readonly choices: readonly Coding[];
  readonly unit: string | null;
  readonly help: string | null;
}

/** One page of suggestions, best first. */
export function searchExams(query: string, signal?: AbortSignal, limit = 10): Promise<ExamPage> {
  return getJson<ExamPage>("/api/examens", { q: query, limit: String(limit) }, { signal });
}

/** The exam of a code; null when the release does not hold it. */
export async function examOf(code: string): Promise<Exam | null> {
  const found = await searchExams(code, undefined, 5);
  return found.items.find((exam) => exam.code === code) ?? null;
}

interface QuestionnaireItem {
  linkId: string;
  type: string;
  text?: string;
  extension?: Extension[];
  answerOption?: { valueCoding?: Coding }[];
  item?: QuestionnaireItem[];
}

/** What an exam asks, with its choices, unit and help: none when it asks nothing. */
export async function questionsOf(exam: Exam): Promise<Question[]> {
  if (exam.clinical_information.length === 0) return [];
  const form = await getJson<Resource & { item?: QuestionnaireItem[] }>(`/fhir/Questionnaire/renseignements-${exam.code}`);
  return exam.clinical_information.map((asked) => {
    const item = form.item?.find((one) => one.linkId === asked.code);
    const unit = item?.extension?.find((one) => one.url.endsWith("/questionnaire-unitOption"));
    return {
      ...asked,
      type: item?.type ?? "text",
      choices: item?.answerOption?.flatMap((option) => option.valueCoding ?? []) ?? [],
      unit: (unit?.["valueCoding"] as Coding | undefined)?.code ?? null,
      help: item?.item?.find((one) => one.type === "display")?.text ?? null,
    };
  });
}
