/**
 * An order as its patient needs it, taken from its document (EP-BIO, CDA R2; docs/document.md). Neither the clinical
 * context, an answer, a target, an ALD nor a note is read: what this page does not hold, it cannot show.
 */

import { attribute, below, child, children, told, words } from "./xml.ts";

const EPU = "1.2.250.1.215.500.1.1";
const LOINC = "2.16.840.1.113883.6.1";
const BARCODE = "57723-9";
const COPY = "55108-5";
const ACT = "1.2.250.1.213.1.1.3.27";
const AT_HOME = "MED-1094";
const URGENT = "UR";
const TO_THE_PATIENT = "PINSTRUCT";
const AGAIN = "GEN-300";
const NOT_REIMBURSED = "GEN-181";
const FREE_PRICE = "GEN-298";
const FROM = "occurrence-from";

export interface Instruction {
  /** Its national code, empty where it has none. */
  readonly code: string;
  readonly words: string;
}

export interface Exam {
  readonly name: string;
  /** LOINC; empty for an exam in free text. */
  readonly code: string;
  readonly urgent: boolean;
  /** `6 fois, toutes les 4 semaines`, or empty. */
  readonly again: string;
  /** The first day, as CDA writes it, or empty. */
  readonly from: string;
  readonly reimbursed: boolean;
  readonly freePrice: boolean;
  readonly instructions: readonly Instruction[];
  /** What must hold on the day: told, and until when. */
  readonly conditions: readonly { readonly words: string; readonly until: string }[];
}

export interface Order {
  readonly code: string;
  /** Instants and days as CDA writes them: `20220111101500+0100`, `20230111`. */
  readonly signed: string;
  readonly until: string;
  readonly patient: string;
  readonly prescriber: string;
  readonly practice: string;
  readonly phone: string;
  readonly atHome: boolean;
  readonly exams: readonly Exam[];
  /** The QR code, as a picture. */
  readonly picture: Blob | null;
  /** The order as it was printed. */
  readonly sheet: Blob | null;
}

/** Reads a document; what it lacks is empty. */
export function readOrder(document: XMLDocument): Order {
  const root = document.documentElement;
  const author = child(root, "author/assignedAuthor");
  const events = children(root, "documentationOf/serviceEvent");
  const id = children(root, "id").find((one) => attribute(one, "root") === EPU) ?? null;
  return {
    code: attribute(id, "extension"),
    signed: attribute(child(root, "effectiveTime"), "value"),
    until: attribute(child(events[0] ?? null, "effectiveTime/high"), "value"),
    patient: nameOfPatient(child(root, "recordTarget/patientRole/patient/name")),
    prescriber: nameOf(child(author, "assignedPerson/name")),
    practice: words(child(author, "representedOrganization/name")),
    phone: phoneOf(author),
    atHome: events.some((event) => attribute(child(event, "code"), "code") === AT_HOME),
    exams: below(root, "observation").filter(isAct).map(readExam),
    picture: mediaOf(sectionOf(root, BARCODE), "image/png"),
    sheet: mediaOf(sectionOf(root, COPY), "application/pdf"),
  };
}

function readExam(act: Element): Exam {
  const code = child(act, "code");
  const label = told(code, "originalText") || attribute(code, "displayName") || told(act, "text", "-exam");
  const loinc = attribute(code, "codeSystem") === LOINC && child(code, "originalText") === null;
  const parts = children(act, "entryRelationship/observation");
  const part = (name: string): Element | null => parts.find((one) => attribute(child(one, "code"), "code") === name) ?? null;
  const holds = (name: string): boolean => attribute(child(part(name), "value"), "value") === "true";
  return {
    name: label,
    code: loinc ? attribute(code, "code") : "",
    urgent: attribute(child(act, "priorityCode"), "code") === URGENT,
    again: told(part(AGAIN), "text"),
    from: attribute(child(part(FROM), "value"), "value"),
    reimbursed: !holds(NOT_REIMBURSED),
    freePrice: holds(FREE_PRICE),
    instructions: children(act, "entryRelationship/act")
      .filter((one) => attribute(child(one, "code"), "code") === TO_THE_PATIENT)
      .flatMap((one) => children(one, "entryRelationship/observation").map(readInstruction)),
    conditions: children(act, "precondition/criterion").map((one) => ({
      words: told(one, "text"),
      until: attribute(child(one, "value/high"), "value"),
    })),
  };
}

function readInstruction(given: Element): Instruction {
  const value = child(given, "value");
  const said = told(value, "originalText") || attribute(value, "displayName") || told(given, "text");
  return { code: attribute(value, "code"), words: said };
}

function isAct(observation: Element): boolean {
  return children(observation, "templateId").some((one) => attribute(one, "root") === ACT);
}

function sectionOf(root: Element, code: string): Element | null {
  return below(root, "section").find((one) => attribute(child(one, "code"), "code") === code) ?? null;
}

function mediaOf(section: Element | null, type: string): Blob | null {
  const value = section && below(section, "value").find((one) => attribute(one, "mediaType") === type);
  if (!value) return null;
  try {
    const bytes = Uint8Array.from(atob(words(value).replace(/\s/g, "")), (sign) => sign.charCodeAt(0));
    return new Blob([bytes], { type });
  } catch {
    return null; // no base 64: the rest of the order is still good
  }
}

/** The names a person goes by, those of birth otherwise. */
function nameOfPatient(name: Element | null): string {
  const of = (tag: string, qualifier: string): string =>
    words(children(name, tag).find((one) => attribute(one, "qualifier") === qualifier) ?? null);
  const given = of("given", "CL") || of("given", "BR") || words(child(name, "given"));
  return [given, of("family", "CL") || of("family", "BR") || words(child(name, "family"))].filter(Boolean).join(" ");
}

/** « Dr Amélie Thomas »; the title comes in capitals. */
function nameOf(name: Element | null): string {
  const title = words(child(name, "prefix")) || words(child(name, "suffix"));
  const given = children(name, "given").map(words);
  const titled = title.length > 3 ? title : title.charAt(0) + title.slice(1).toLowerCase();
  return [titled, ...given, words(child(name, "family"))].filter(Boolean).join(" ");
}

function phoneOf(author: Element | null): string {
  const points = [...children(author, "telecom"), ...children(author, "representedOrganization/telecom")];
  const phones = points.map((one) => attribute(one, "value")).filter((value) => value.startsWith("tel:"));
  return decodeURIComponent((phones[0] ?? "").slice("tel:".length).replace(/;.*/, ""));
}
