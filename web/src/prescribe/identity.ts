/** The patient's identity (RNIV) as the page holds it, and as a FHIR Patient (docs/identity.md). */

import type { Extension, Resource } from "../shared/fhir.ts";

export type Sex = "female" | "male" | "unknown";
export type Status = "QUAL" | "RECUP" | "VALI" | "PROV";

export interface Identity {
  family: string;
  /** Every given name of birth, between spaces. */
  given: string;
  sex: Sex;
  /** AAAA-MM-JJ, or empty. */
  born: string;
  birthPlace: string;
  status: Status;
  /** Matricule and the URN of its authority; null without one. */
  ins: { readonly value: string; readonly system: string; readonly type: string } | null;
}

const CORE = "https://hl7.fr/ig/fhir/core";
const RELIABILITY = `${CORE}/StructureDefinition/fr-core-identity-reliability`;
const GIVEN_NAMES = `${CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`;
const INSEE = `${CORE}/StructureDefinition/fr-core-address-insee-code`;
const BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
const COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune";

export const STATUS_WORDS: Record<Status, string> = {
  QUAL: "Identité qualifiée",
  RECUP: "Identité récupérée",
  VALI: "Identité validée",
  PROV: "Identité provisoire",
};

/** The status once a document of high trust was seen, or no longer was (RNIV): it qualifies what INSi gave. */
export function withDocument(status: Status, seen: boolean): Status {
  const fromInsi = status === "QUAL" || status === "RECUP";
  if (seen) return fromInsi ? "QUAL" : "VALI";
  return fromInsi ? "RECUP" : "PROV";
}

/** Whether a document of high trust was seen. */
export function hasDocument(status: Status): boolean {
  return status === "QUAL" || status === "VALI";
}

/** Nobody yet. */
export function noOne(): Identity {
  return { family: "", given: "", sex: "unknown", born: "", birthPlace: "", status: "PROV", ins: null };
}

/** The resource of an order, or of a question to INSi. */
export function patientOf(identity: Identity): Resource {
  const names = identity.given.split(/\s+/).filter(Boolean);
  const listed = names.length > 1 ? [{ url: GIVEN_NAMES, valueString: names.join(" ") }] : [];
  const official: Record<string, unknown> = { use: "official" };
  if (identity.family) official["family"] = identity.family;
  if (names[0] !== undefined) official["given"] = [names[0]];
  if (listed.length > 0) official["extension"] = listed;
  const patient: Resource = { resourceType: "Patient", extension: [reliability(identity), ...place(identity)] };
  if (identity.ins) patient["identifier"] = [identifier(identity.ins)];
  if (identity.family || names.length > 0) patient["name"] = [official];
  patient["gender"] = identity.sex;
  if (identity.born) patient["birthDate"] = identity.born;
  return patient;
}

function reliability(identity: Identity): Extension {
  const system = `${CORE}/CodeSystem/fr-core-cs-v2-0445`;
  return {
    url: RELIABILITY,
    extension: [{ url: "identityStatus", valueCoding: { system, code: identity.status } }],
  };
}

function place(identity: Identity): Extension[] {
  if (!identity.birthPlace) return [];
  const code = { url: INSEE, valueCoding: { system: COMMUNES, code: identity.birthPlace } };
  return [{ url: BIRTH_PLACE, valueAddress: { extension: [code] } }];
}

function identifier(ins: NonNullable<Identity["ins"]>): object {
  const coding = [{ system: `${CORE}/CodeSystem/fr-core-cs-v2-0203`, code: ins.type }];
  return { use: "official", type: { coding }, system: ins.system, value: ins.value };
}

interface NameRead {
  use?: string;
  family?: string;
  given?: string[];
  extension?: Extension[];
}

interface IdentifierRead {
  use?: string;
  system?: string;
  value?: string;
  type?: { coding?: { code?: string }[] };
}

/** What the service gave back: a scan, or an identity recovered from INSi. */
export function identityOf(patient: Resource): Identity {
  const name = (patient["name"] as NameRead[] | undefined)?.find((one) => (one.use ?? "official") === "official");
  const ins = (patient["identifier"] as IdentifierRead[] | undefined)?.find((one) => one.use !== "old");
  const listed = name?.extension?.find((one) => one.url === GIVEN_NAMES)?.["valueString"] as string | undefined;
  const status = within(patient.extension, RELIABILITY)?.find((one) => one.url === "identityStatus");
  const born = within(patient.extension, BIRTH_PLACE, "valueAddress")?.find((one) => one.url === INSEE);
  return {
    family: name?.family ?? "",
    given: listed ?? name?.given?.join(" ") ?? "",
    sex: (patient["gender"] as Sex | undefined) ?? "unknown",
    born: (patient["birthDate"] as string | undefined) ?? "",
    birthPlace: codeIn(born),
    status: (codeIn(status) || "PROV") as Status,
    ins: ins?.value
      ? { value: ins.value, system: ins.system ?? "", type: ins.type?.coding?.[0]?.code ?? "INS-NIR" }
      : null,
  };
}

function within(extensions: Extension[] | undefined, url: string, holder?: string): Extension[] | undefined {
  const found = extensions?.find((one) => one.url === url);
  const value = holder ? (found?.[holder as `value${string}`] as { extension?: Extension[] } | undefined) : found;
  return value?.extension;
}

function codeIn(extension: Extension | undefined): string {
  return (extension?.["valueCoding"] as { code?: string } | undefined)?.code ?? "";
}
