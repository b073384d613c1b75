/** The order as a FHIR Bundle (interface.md §2), from what the page holds. */

import { uuid } from "../shared/dom.ts";
import type { Bundle, Coding, Entry, Extension, Resource } from "../shared/fhir.ts";
import type { Question } from "../shared/exams.ts";
import type { Person } from "../shared/session.ts";
import { settings } from "../shared/settings.ts";
import { asked, type Answer, type Draft, type Line } from "./draft.ts";
import { patientOf, type Identity } from "./identity.ts";

const EPU = "urn:oid:1.2.250.1.215.500.1.1";
const ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const LABORATORY_PROCEDURE = { system: "http://snomed.info/sct", code: "108252007" };

/** The Bundle; with `signedAt` it is signed, without it a draft. */
export function bundleOf(draft: Draft, who: Person, signedAt: string | null): Bundle {
  const at = { patient: urn(), role: urn(), author: urn() };
  const written = signedAt ?? instant(new Date());
  const lines = draft.lines.flatMap((line) => lineEntries(line, draft.patient, at.patient, at.role, written));
  const head: Resource = {
    resourceType: "RequestGroup",
    status: signedAt ? "active" : "draft",
    intent: "order",
    authoredOn: written,
    subject: { reference: at.patient },
    author: { reference: at.role },
    action: draft.lines.map((line) => ({ resource: { reference: line.id } })),
  };
  return {
    resourceType: "Bundle",
    type: "collection",
    timestamp: written,
    entry: [
      { fullUrl: urn(), resource: head },
      { fullUrl: at.patient, resource: patientOf(draft.patient) },
      { fullUrl: at.role, resource: { resourceType: "PractitionerRole", practitioner: { reference: at.author } } },
      { fullUrl: at.author, resource: practitioner(who) },
      ...lines,
    ],
  };
}

/** The same order with the code it was given: what is printed. */
export function withCode(order: Bundle, code: string): Bundle {
  const [head, ...others] = order.entry;
  if (head === undefined) return order;
  const resource = { ...head.resource, groupIdentifier: { system: EPU, value: code } };
  return { ...order, entry: [{ ...head, resource }, ...others] };
}

/** An instant with the offset of this machine, to the second. */
export function instant(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const two = (number: number): string => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

function urn(): string {
  return `urn:uuid:${uuid()}`;
}

function practitioner(who: Person): Resource {
  const name = { family: who.family, given: [who.given], ...(who.prefix && { prefix: [who.prefix] }) };
  return {
    resourceType: "Practitioner",
    identifier: [{ system: "https://rpps.esante.gouv.fr", value: who.rpps }],
    name: [name],
  };
}

function lineEntries(line: Line, patient: Identity, subject: string, requester: string, written: string): Entry[] {
  const request: Resource = {
    resourceType: "ServiceRequest",
    extension: lineExtensions(line),
    identifier: [{ system: "urn:ietf:rfc:3986", value: line.id }],
    status: "active",
    intent: "order",
    priority: line.urgent ? "urgent" : "routine",
    category: [{ coding: [LABORATORY_PROCEDURE] }],
    code: line.exam ? { coding: [line.exam] } : { text: line.text },
    subject: { reference: subject },
    authoredOn: written,
    requester: { reference: requester },
  };
  if (line.context) request["reasonCode"] = [{ text: line.context }];
  if (line.renewal) {
    const { count, every, unit } = line.renewal;
    request["occurrenceTiming"] = { repeat: { count, frequency: 1, period: every, periodUnit: unit } };
  }
  const answers = asked(line, patient).flatMap((question) => answerItem(question, line.answers.get(question.code)));
  if (answers.length === 0 || line.exam === null) return [{ fullUrl: line.id, resource: request }];
  const response = urn();
  request["supportingInfo"] = [{ reference: response }];
  return [
    { fullUrl: line.id, resource: request },
    {
      fullUrl: response,
      resource: {
        resourceType: "QuestionnaireResponse",
        questionnaire: `${settings.base}/Questionnaire/renseignements-${line.exam.code}`,
        status: "completed",
        item: answers,
      },
    },
  ];
}

function lineExtensions(line: Line): Extension[] {
  const of = (name: string): string => `${settings.base}/StructureDefinition/${name}`;
  const found: Extension[] = [{ url: of("ald"), valueBoolean: line.ald }];
  if (line.renewal) found.push({ url: of("recurrence-kind"), valueCode: "renewable" });
  if (line.urgent && line.callback.trim()) {
    const contact = { url: "contact", valueContactPoint: { system: "phone", value: line.callback.trim() } };
    found.push({ url: of("result-return"), extension: [contact, { url: "when", valueCode: "urgent" }] });
  }
  return found;
}

function answerItem(question: Question, answer: Answer | undefined): object[] {
  if (answer === undefined || answer === "") return [];
  const value = answer === null ? unknown(question.type) : known(question, answer);
  return value === null ? [] : [{ linkId: question.code, answer: [value] }];
}

function unknown(type: string): object {
  const element = { date: "_valueDate", boolean: "_valueBoolean", integer: "_valueInteger", decimal: "_valueDecimal" };
  const name = element[type as keyof typeof element] ?? "_valueString";
  return { [name]: { extension: [{ url: ABSENT, valueCode: "asked-unknown" }] } };
}

/** The answer in the type that its question asks; null for a number that is none, which stays to be answered. */
function known(question: Question, answer: string): object | null {
  const number = Number(answer.replace(",", "."));
  switch (question.type) {
    case "date":
      return { valueDate: answer };
    case "boolean":
      return { valueBoolean: answer === "true" };
    case "choice":
      return { valueCoding: question.choices.find((choice) => choice.code === answer) as Coding };
    case "quantity":
      return Number.isFinite(number) ? { valueQuantity: quantity(number, question.unit) } : null;
    case "integer":
      return Number.isInteger(number) ? { valueInteger: number } : null;
    case "decimal":
      return Number.isFinite(number) ? { valueDecimal: number } : null;
    default:
      return { valueString: answer };
  }
}

function quantity(value: number, unit: string | null): object {
  return unit ? { value, unit, system: "http://unitsofmeasure.org", code: unit } : { value };
}
