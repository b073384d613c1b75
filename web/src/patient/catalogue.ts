/**
 * How an exam is prepared for, as the national catalogue says. It is asked without a token and in bodies of calls: nobody
 * can tell from the question whose exams they are.
 */

import { ApiError, search } from "../shared/api.ts";
import type { Resource } from "../shared/fhir.ts";

/** Sentences by the code of the exam. */
export type Preparations = ReadonlyMap<string, readonly string[]>;

const NOBODY = "";
const EXAM = "demande-";
const MOST = "100";

/** Those of these exams; none when the catalogue cannot be reached. */
export async function preparations(codes: readonly string[]): Promise<Preparations> {
  try {
    const exams = await found("ActivityDefinition", codes.map((code) => EXAM + code));
    const specimens = new Map(exams.map((exam) => [(exam.id ?? "").slice(EXAM.length), specimensOf(exam)]));
    const told = await found("SpecimenDefinition", [...new Set([...specimens.values()].flat())]);
    const sentences = new Map(told.map((specimen) => [specimen.id ?? "", preparationOf(specimen)]));
    return new Map(Array.from(specimens, ([code, ids]) => [code, [...new Set(ids.flatMap((id) => sentences.get(id) ?? []))]]));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return new Map();
  }
}

async function found(type: string, ids: readonly string[]): Promise<Resource[]> {
  if (ids.length === 0) return [];
  const bundle = await search(type, { _id: ids.join(","), _count: MOST }, { token: NOBODY });
  return (bundle.entry ?? []).map((entry) => entry.resource);
}

function specimensOf(exam: Resource): string[] {
  const wanted = (exam["specimenRequirement"] ?? []) as { reference: string }[];
  return wanted.map(({ reference }) => reference.replace("SpecimenDefinition/", ""));
}

function preparationOf(specimen: Resource): string[] {
  return ((specimen["patientPreparation"] ?? []) as { text: string }[]).map(({ text }) => text);
}
