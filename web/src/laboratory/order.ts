/** An order as `$epu-retrieve` gives it, in the words of the counter (interface.md §2, §3). */

import { all, codeOf, text, type Bundle, type Issue, type OperationOutcome, type Parameters, type Resource } from "../shared/fhir.ts";
import { readLine, type OrderLine } from "./line.ts";
import { conceptsOf, extensionsOf, valueOf } from "./reading.ts";
import { channelWords } from "./returns.ts";
import { day } from "./words.ts";

export interface Age {
  readonly value: number;
  /** UCUM: `a`, or `mo` under three years. */
  readonly unit: string;
}

export interface Order {
  readonly code: string;
  /** What was typed had one slip, which the service mended: to be compared with the paper. */
  readonly repaired: boolean;
  readonly binding: "match" | "mismatch" | "unknown";
  readonly version: number;
  readonly status: string;
  readonly sex: string;
  readonly age: Age | null;
  readonly prescriber: string;
  readonly contacts: readonly string[];
  readonly signed: string;
  readonly validUntil: string;
  readonly homeSampling: boolean;
  readonly context: readonly string[];
  readonly returns: readonly string[];
  readonly lines: readonly OrderLine[];
  /** The lines this laboratory holds, each with the end of its lease; null once sampled, when it has none. */
  readonly leases: ReadonlyMap<string, Date | null>;
  /** What the service says of the order as a whole. */
  readonly warnings: readonly Issue[];
}

interface Named {
  family?: string;
  given?: string[];
  prefix?: string[];
}

interface Contact {
  system?: string;
  value?: string;
}

/** Reads an answer of `$epu-retrieve`. */
export function readOrder(answer: Parameters, version: number): Order {
  const told = answer.parameter;
  const bundle = all(told, "order")[0]?.resource as Bundle;
  const findings = (all(told, "outcome")[0]?.resource as OperationOutcome | undefined)?.issue ?? [];
  const head = found(bundle, "RequestGroup");
  const patient = found(bundle, "Patient");
  const authorRole = referred(bundle, head["author"]);
  const author = referred(bundle, authorRole?.["practitioner"]);
  const organization = referred(bundle, authorRole?.["organization"]);
  const actions = (head["action"] as { resource: { reference: string } }[] | undefined) ?? [];
  const inOrder = actions.flatMap((action) => referred(bundle, action.resource) ?? []);
  const age = valueOf(patient, "patient-age", "valueAge") as { value?: number; code?: string } | undefined;
  const lines = inOrder.map((request) => {
    const place = `Bundle.entry[${bundle.entry.findIndex((entry) => entry.resource === request)}].resource`;
    const about = findings.filter((issue) => codeOf(issue) === "W-CLIN" && issue.expression?.includes(place));
    return readLine(request, referred(bundle, supporting(request)), about);
  });
  const said = new Set(lines.flatMap((line) => line.missing));
  return {
    code: text(told, "code"),
    repaired: text(told, "repaired") === "true",
    binding: text(told, "binding") as Order["binding"],
    version,
    status: text(told, "status"),
    sex: String(patient["gender"] ?? "unknown"),
    age: age?.value === undefined ? null : { value: age.value, unit: age.code ?? "a" },
    prescriber: [nameOf(author), organization?.["name"] as string | undefined].filter(Boolean).join(", "),
    contacts: [...contactsOf(author), ...contactsOf(organization)],
    signed: String(head["authoredOn"] ?? ""),
    validUntil: (valueOf(head, "validity", "valuePeriod") as { end?: string } | undefined)?.end ?? "",
    homeSampling: valueOf(head, "home-sampling", "valueBoolean") === true,
    context: conceptsOf(head["reasonCode"]),
    returns: extensionsOf(head, "result-return").map(channelWords),
    lines: inPlace(lines),
    leases: new Map(all(told, "claim").map((one) => [text(one.part, "line"), lease(text(one.part, "lease-until"))])),
    warnings: findings.filter((issue) => codeOf(issue) !== "W-CLIN" || !said.has(issue)),
  };
}

/** « Femme, 47 ans » as the order tells it; the base knows no more of the patient. */
export function patientWords(order: Order): string {
  const sex = { female: "Femme", male: "Homme" }[order.sex] ?? "Sexe non précisé";
  const age = order.age === null ? "âge non précisé" : `${order.age.value}\u00a0${order.age.unit === "mo" ? "mois" : "ans"}`;
  return `${sex}, ${age}`;
}

/** Whether the day until which the order is to be presented is over. */
export function isLate(order: Order, today = new Date().toISOString()): boolean {
  return order.validUntil !== "" && order.validUntil < today.slice(0, 10);
}

/** « prescrite le 20/11/2026 ». */
export function signedWords(order: Order): string {
  return order.signed ? day(order.signed) : "date inconnue";
}

/** The lines in the order of the sheet, each one that replaces another right after it. */
function inPlace(lines: readonly OrderLine[]): OrderLine[] {
  const ids = new Set(lines.map((line) => line.id));
  const after = (id: string): OrderLine[] =>
    lines.filter((line) => line.replaces === id).flatMap((line) => [line, ...after(line.id)]);
  return lines.filter((line) => !ids.has(line.replaces)).flatMap((line) => [line, ...after(line.id)]);
}

function lease(until: string): Date | null {
  return until ? new Date(until) : null;
}

function found(bundle: Bundle, type: string): Resource {
  const entry = bundle.entry.find((one) => one.resource.resourceType === type);
  if (!entry) throw new Error(`missing: ${type}`);
  return entry.resource;
}

function referred(bundle: Bundle, reference: unknown): Resource | undefined {
  const url = (reference as { reference?: string } | undefined)?.reference;
  return bundle.entry.find((entry) => entry.fullUrl === url)?.resource;
}

function supporting(request: Resource): unknown {
  return (request["supportingInfo"] as unknown[] | undefined)?.[0];
}

function nameOf(practitioner: Resource | undefined): string {
  const name = (practitioner?.["name"] as Named[] | undefined)?.[0];
  return [...(name?.prefix ?? []), ...(name?.given ?? []), name?.family].filter(Boolean).join(" ");
}

function contactsOf(resource: Resource | undefined): string[] {
  return ((resource?.["telecom"] as Contact[] | undefined) ?? []).flatMap((one) => one.value ?? []);
}
