/** One line of an order as it stands: what is asked, what goes with it, what became of it. */

import { type Issue, type Resource } from "../shared/fhir.ts";
import { conceptsOf, extensionsOf, partOf, valueOf } from "./reading.ts";
import { channelWords } from "./returns.ts";
import { day, flagWords } from "./words.ts";

export interface Answered {
  /** The item of clinical information (`linkId`). */
  readonly question: string;
  readonly words: string;
}

export interface Precondition {
  readonly words: string;
  /** The last day on which the exam is useful; empty without one. */
  readonly notAfter: string;
}

export interface OrderLine {
  readonly id: string;
  /** As it was received: what an adaptation starts from. */
  readonly request: Resource;
  readonly name: string;
  /** LOINC or waiting code; empty for a line in free text. */
  readonly code: string;
  /** How the prescriber knows the exam, where it is not its label. */
  readonly seenAs: string;
  readonly state: string;
  readonly isAdded: boolean;
  readonly replaces: string;
  readonly urgent: boolean;
  readonly flags: readonly string[];
  readonly answers: readonly Answered[];
  /** What the exam asks and the line does not say. */
  readonly missing: readonly Issue[];
  readonly preconditions: readonly Precondition[];
  /** Everything else that is to be read at the bench, as labels and texts. */
  readonly details: readonly (readonly [string, string])[];
}

interface Coding {
  code?: string;
  display?: string;
}

/** Reads a ServiceRequest, the answers that go with it, and what the service found missing. */
export function readLine(request: Resource, response: Resource | undefined, missing: readonly Issue[]): OrderLine {
  const exam = request["code"] as { coding?: Coding[]; text?: string };
  const coding = exam.coding?.[0];
  const name = coding?.display ?? exam.text ?? coding?.code ?? "";
  const state = String(valueOf(request, "line-state", "valueCode"));
  const flags = flagWords((flag) => valueOf(request, flag, "valueBoolean") === true);
  return {
    id: (request["identifier"] as { value: string }[])[0]?.value ?? "",
    request,
    name,
    code: coding?.code ?? "",
    seenAs: coding && exam.text && exam.text !== name ? exam.text : "",
    state,
    isAdded: valueOf(request, "line-origin", "valueCode") === "adaptation",
    replaces: (request["replaces"] as { identifier?: { value?: string } }[] | undefined)?.[0]?.identifier?.value ?? "",
    urgent: request["priority"] === "urgent",
    flags,
    answers: answersOf(response),
    missing: isOpen(state) ? missing : [],
    preconditions: extensionsOf(request, "precondition").map((one) => ({
      words: String(partOf(one, "text", "valueString") ?? ""),
      notAfter: String(partOf(one, "not-after", "valueDate") ?? ""),
    })),
    details: detailsOf(request),
  };
}

/** Whether something may still become of a line in this state. */
export function isOpen(state: string): boolean {
  return ["prescribed", "claimed", "sampled", "partially-done"].includes(state);
}

/** What is asked for by a finding W-CLIN: « Date des dernières règles ». */
export function askedFor(issue: Issue): string {
  const words = issue.details?.text ?? "";
  return words.slice(words.lastIndexOf("— ") + 1).trim().replace(/\.$/, "");
}

function detailsOf(request: Resource): [string, string][] {
  const contained = (request["contained"] as { type?: unknown }[] | undefined) ?? [];
  const first = (name: string): string => conceptsOf(request[name]).join(", ");
  const site = (request["bodySite"] as { coding?: Coding[] }[] | undefined)?.[0]?.coding ?? [];
  const notes = (request["note"] as { text?: string }[] | undefined) ?? [];
  const instructions = (kind: string): string =>
    conceptsOf(extensionsOf(request, kind).map((one) => one["valueCodeableConcept"])).join("\u202f; ");
  const told: [string, string][] = [
    ["Contexte", first("reasonCode")],
    ["Cible", targetWords(request)],
    ["Précision", first("orderDetail")],
    ["Prélèvement", conceptsOf(contained.map((one) => one.type)).join(", ")],
    ["Localisation", site.map((one) => one.display ?? one.code ?? "").join(", ")],
    ["Consignes au préleveur", instructions("sampling-instruction")],
    ["Consignes au patient", [instructions("patient-instruction"), request["patientInstruction"] as string].filter(Boolean).join("\u202f; ")],
    ["Résultat", extensionsOf(request, "result-return").map(channelWords).join("\u202f; ")],
    ["Répétition", recurrenceWords(request)],
    ["À partir du", day(String(request["occurrenceDateTime"] ?? ""))],
    ["AT/MP", String(valueOf(request, "work-accident-detail", "valueString") ?? "")],
    ["Note", notes.map((note) => note.text ?? "").join(" ")],
  ];
  return told.filter(([, words]) => words !== "");
}

interface Quantity {
  value?: number;
  unit?: string;
}

function targetWords(request: Resource): string {
  const range = valueOf(request, "target", "valueRange") as { low?: Quantity; high?: Quantity } | undefined;
  if (range === undefined) return "";
  const unit = range.low?.unit ?? range.high?.unit ?? "";
  const ends = [range.low?.value, range.high?.value].map((end) => end?.toLocaleString("fr-FR"));
  const [low, high] = ends;
  const words = low && high ? `${low}–${high}` : low ? `≥\u00a0${low}` : `≤\u00a0${high ?? ""}`;
  return unit === "INR" ? `INR ${words}` : `${words} ${unit}`.trim();
}

const UNITS: Record<string, string> = { d: "tous les jours", wk: "toutes les semaines", mo: "tous les mois", a: "tous les ans" };

function recurrenceWords(request: Resource): string {
  const repeat = (request["occurrenceTiming"] as { repeat?: Repeat } | undefined)?.repeat;
  if (repeat === undefined) return "";
  const every = repeat.period === 1 ? "les " : `les ${repeat.period ?? ""}\u00a0`;
  const kind = valueOf(request, "recurrence-kind", "valueCode") === "renewable" ? "renouvelable" : "en série";
  const count = repeat.count ? `${repeat.count}\u00a0fois` : "";
  const end = repeat.boundsPeriod?.end ? `jusqu’au ${day(repeat.boundsPeriod.end)}` : "";
  return [kind, count, UNITS[repeat.periodUnit ?? ""]?.replace("les ", every), end].filter(Boolean).join(", ");
}

interface Repeat {
  count?: number;
  period?: number;
  periodUnit?: string;
  boundsPeriod?: { end?: string };
}

interface Item {
  linkId: string;
  answer?: Record<string, unknown>[];
}

function answersOf(response: Resource | undefined): Answered[] {
  const items = (response?.["item"] as Item[] | undefined) ?? [];
  return items.map((item) => ({ question: item.linkId, words: (item.answer ?? []).map(answerWords).join(", ") }));
}

function answerWords(answer: Record<string, unknown>): string {
  const key = Object.keys(answer)[0] ?? "";
  const value = answer[key];
  if (key.startsWith("_")) return "inconnu";
  if (key === "valueBoolean") return value === true ? "oui" : "non";
  if (key === "valueDate" || key === "valueDateTime") return day(String(value));
  if (key === "valueCoding") return (value as Coding).display ?? (value as Coding).code ?? "";
  if (key === "valueQuantity") {
    const { value: number, unit } = value as Quantity;
    return `${number?.toLocaleString("fr-FR") ?? ""}\u00a0${unit ?? ""}`.trim();
  }
  return String(value);
}
