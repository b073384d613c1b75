/**
 * Who stands at the counter, from the INS datamatrix of a sheet. The base knows no patient: what can be compared is
 * the sex and the age that the order tells, and the INS where the order is bound to one. Names are compared by eye.
 */

import { postJson } from "../shared/api.ts";
import type { Age, Order } from "./order.ts";

export interface ScannedIdentity {
  readonly familyName: string;
  readonly givenNames: string;
  readonly sex: string;
  /** AAAA-MM-JJ. */
  readonly born: string;
  readonly birthPlace: string;
  /** What the service says of the scan. */
  readonly message: string;
  /** Identifier of the INS, null where its key is wrong: it then compares nothing. */
  readonly ins: { readonly system: string; readonly value: string } | null;
}

interface Read {
  birth_family_name: string;
  birth_given_names: string[];
  sex: string;
  birth_date: string;
  birth_place_code: string | null;
  message: string;
  patient: { identifier?: { system?: string; value?: string }[] } | null;
}

/** Has the content of a datamatrix read by the service, which keeps nothing of it. */
export async function readIdentity(content: string): Promise<ScannedIdentity> {
  const read = await postJson<Read>("/api/ins/lire", { content });
  const identifier = read.patient?.identifier?.[0];
  return {
    familyName: read.birth_family_name,
    givenNames: read.birth_given_names.join(" "),
    sex: read.sex,
    born: read.birth_date,
    birthPlace: read.birth_place_code ?? "",
    message: read.message,
    ins: identifier?.value ? { system: identifier.system ?? "", value: identifier.value } : null,
  };
}

/** Whether the sex of the order is that of the scan; null when one of them does not say. */
export function sexAgrees(order: Order, identity: ScannedIdentity): boolean | null {
  if (order.sex === "unknown" || identity.sex === "unknown") return null;
  return order.sex === identity.sex;
}

/** Whether the age of the order is that of the scan on the day it was signed; null when the order does not say. */
export function ageAgrees(order: Order, identity: ScannedIdentity): boolean | null {
  if (order.age === null || order.signed === "") return null;
  return ageOn(identity.born, order.signed.slice(0, 10), order.age.unit) === order.age.value;
}

/** Whether nothing tells that the identity is another patient's than the order's. */
export function agrees(order: Order, identity: ScannedIdentity): boolean {
  if (order.binding !== "unknown") return order.binding === "match";
  return sexAgrees(order, identity) !== false && ageAgrees(order, identity) !== false;
}

/** Whole years, or months, between two days. */
export function ageOn(born: string, on: string, unit: Age["unit"]): number {
  const [year = 0, month = 0, day = 0] = born.split("-").map(Number);
  const [thisYear = 0, thisMonth = 0, thisDay = 0] = on.split("-").map(Number);
  const months = (thisYear - year) * 12 + thisMonth - month - (thisDay < day ? 1 : 0);
  return unit === "mo" ? months : Math.floor(months / 12);
}
