/**
 * The order as a shared base may know it, made before it leaves the browser (prescription.md §4): a sex and an age
 * for the patient; matricule, telephone numbers and full name struck out of every free text. A lone surname is left:
 * it may be a word. The server does the same (`prescription/anonymise.py`), and a test holds the two together.
 */

import type { Bundle, Resource } from "../shared/fhir.ts";
import { settings } from "../shared/settings.ts";
import type { Identity } from "./identity.ts";

export interface Anonymous {
  readonly order: Bundle;
  /** How many texts held a trait. */
  readonly struck: number;
}

const STRUCK = "[…]";
const MONTHS_UNDER_YEARS = 3;
const SEPARATOR = "[\\s.\\-/]{0,2}";
const UCUM = "http://unitsofmeasure.org";
const ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
/** Elements that hold words of the prescriber; `value` is that of a telephone to call. */
const TEXTS = new Set(["text", "valueString", "display", "value"]);
const IN_CODES = new Set(["identifier", "valueCoding", "valueQuantity", "category"]);

/** The anonymous form of an order of this patient, at the day it was written. */
export function anonymised(order: Bundle, patient: Identity): Anonymous {
  const patterns = traits(patient);
  let struck = 0;
  const strikeIn = (value: unknown, name: string): unknown => {
    if (typeof value === "string" && TEXTS.has(name)) {
      const left = strike(value, patterns);
      if (left !== value) struck += 1;
      return left;
    }
    if (Array.isArray(value)) return value.map((one) => strikeIn(one, name));
    if (value === null || typeof value !== "object" || IN_CODES.has(name)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strikeIn(one, key)]));
  };
  const entry = order.entry.map(({ fullUrl, resource }) => ({
    fullUrl,
    resource: anonymousResource(resource, patient, String(order["timestamp"]).slice(0, 10), strikeIn),
  }));
  return { order: { ...order, entry }, struck };
}

type Strike = (value: unknown, name: string) => unknown;

function anonymousResource(resource: Resource, patient: Identity, day: string, strikeIn: Strike): Resource {
  if (resource.resourceType === "Patient") return anonymousPatient(patient, day);
  const written = ["ServiceRequest", "QuestionnaireResponse", "RequestGroup"].includes(resource.resourceType);
  return written ? (strikeIn(resource, "") as Resource) : resource;
}

function anonymousPatient(patient: Identity, day: string): Resource {
  const url = `${settings.base}/StructureDefinition/patient-age`;
  return { resourceType: "Patient", extension: [{ url, valueAge: age(patient.born, day) }], gender: patient.sex };
}

/** In years, in months under three years; R4 wants it positive, so that a newborn is under one month. */
export function age(born: string, day: string): object {
  if (born === "") return { extension: [{ url: ABSENT, valueCode: "unknown" }] };
  const [year, month, date] = numbers(born);
  const [thisYear, thisMonth, thisDate] = numbers(day);
  const months = Math.max((thisYear - year) * 12 + (thisMonth - month) - (thisDate < date ? 1 : 0), 0);
  const years = Math.trunc(months / 12);
  if (years >= MONTHS_UNDER_YEARS) return { value: years, unit: "ans", system: UCUM, code: "a" };
  const least = months === 0 ? { comparator: "<" } : {};
  return { value: Math.max(months, 1), ...least, unit: "mois", system: UCUM, code: "mo" };
}

function numbers(day: string): [number, number, number] {
  const [year, month, date] = day.split("-").map(Number);
  return [year ?? 0, month ?? 1, date ?? 1];
}

/** What must not be found in a text: the patterns of this patient's traits, in folded letters. */
function traits(patient: Identity): RegExp[] {
  const names = patient.given.split(/\s+/).filter(Boolean);
  const given = new Set([...names, names.join(" ")].filter(Boolean));
  const sources = [...given].flatMap((name) =>
    patient.family ? [words(`${name} ${patient.family}`), words(`${patient.family} ${name}`)] : [],
  );
  if (patient.ins) {
    const matricule = patient.ins.value.toLowerCase();
    const key = Array.from(matricule.slice(13)).join(SEPARATOR);
    sources.push(digits(matricule.slice(0, 13), `(?:${SEPARATOR}${key})?`));
  }
  return sources.filter(Boolean).map((source) => new RegExp(source, "gu"));
}

function words(text: string): string {
  const found = fold(text).split(/[\s\-'’]+/).filter(Boolean).map(escaped);
  const bound = "[\\p{L}\\p{N}_]";
  return found.length === 0 ? "" : `(?<!${bound})${found.join("[\\s\\-'’]+")}(?!${bound})`;
}

function digits(matricule: string, tail: string): string {
  return `(?<!\\d)${Array.from(matricule).join(SEPARATOR)}${tail}(?!\\d)`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function strike(text: string, patterns: readonly RegExp[]): string {
  const letters = Array.from(text);
  const pieces = letters.map(fold);
  const origin = pieces.flatMap((piece, place) => Array.from({ length: piece.length }, () => place));
  const folded = pieces.join("");
  const spans = patterns
    .flatMap((pattern) => Array.from(folded.matchAll(pattern), (found) => [found.index, found.index + found[0].length]))
    .sort(([a = 0], [b = 0]) => a - b);
  let at = 0;
  let kept = "";
  for (const [start = 0, end = 0] of spans) {
    const from = origin[start] ?? 0;
    if (from >= at) kept += letters.slice(at, from).join("") + STRUCK;
    at = Math.max(at, (origin[end - 1] ?? 0) + 1);
  }
  return spans.length === 0 ? text : kept + letters.slice(at).join("");
}

const WRITTEN_OUT: Record<string, string> = {
  "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-",
  "–": "-", "—": "-", "−": "-",
};

/** Lower case, no accents, ligatures written out (`kernel/text.py`; Greek letters are in no name). */
function fold(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return Array.from(plain, (letter) => WRITTEN_OUT[letter] ?? letter).join("");
}
