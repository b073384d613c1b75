/** Own orders as the service lists them (`DocumentReference/_search`): no exam is in the list. */

import { search } from "../shared/api.ts";
import type { Bundle, Resource } from "../shared/fhir.ts";
import { settings } from "../shared/settings.ts";
import type { Situation } from "./words.ts";

export interface Listed {
  readonly id: string;
  readonly situation: Situation;
  /** Instant of the signature. */
  readonly signed: string;
  readonly prescriber: string;
  /** Where its document is, and its printed form. */
  readonly document: string;
  readonly sheet: string;
}

export interface Page {
  readonly orders: readonly Listed[];
  /** Whether something waits that a professional is to show first. */
  readonly waiting: boolean;
  /** What asks for the next page; empty on the last. */
  readonly next: string;
}

interface Attachment {
  readonly url?: string;
  readonly creation?: string;
}

const KIND = "DocumentReference";

/** The first page of one's orders, or the one that `cursor` asks for; the most recent first. */
export async function listOrders(cursor = ""): Promise<Page> {
  const bundle = await search(KIND, cursor ? { page: cursor } : {});
  const found = (bundle.entry ?? []).map((entry) => entry.resource);
  const orders = found.filter((one) => one.resourceType === KIND).map(readListed);
  return { orders, waiting: found.some((one) => one.resourceType === "OperationOutcome"), next: nextOf(bundle) };
}

function readListed(reference: Resource): Listed {
  return {
    id: reference.id ?? "",
    situation: situationOf(reference),
    signed: file(reference).creation ?? String(reference["date"] ?? ""),
    prescriber: authorOf(reference),
    document: placeOf(file(reference)),
    sheet: `/fhir/Binary/${reference.id ?? ""}-pdf`,
  };
}

function situationOf(reference: Resource): Situation {
  const url = `${settings.base}/StructureDefinition/order-situation`;
  const told = reference.extension?.find((one) => one.url === url)?.["valueCode"];
  if (told !== undefined) return told as Situation;
  if (reference["status"] === "superseded") return "replaced";
  return reference["status"] === "current" ? "current" : "cancelled";
}

function authorOf(reference: Resource): string {
  const authors = (reference["author"] ?? []) as { display?: string }[];
  return authors.find((one) => one.display)?.display ?? "";
}

function file(reference: Resource): Attachment {
  const contents = (reference["content"] ?? []) as { attachment?: Attachment }[];
  return contents[0]?.attachment ?? {};
}

/** The path alone: this page calls the service that served it, and no other. */
function placeOf({ url }: Attachment): string {
  return url === undefined ? "" : new URL(url, location.href).pathname;
}

function nextOf(bundle: Bundle): string {
  const links = (bundle["link"] ?? []) as { relation: string; url: string }[];
  const next = links.find((link) => link.relation === "next");
  return next === undefined ? "" : (new URL(next.url, location.href).searchParams.get("page") ?? "");
}
