/** Own orders as the service lists them (`DocumentReference/_search`, docs/mon-ordonnance.md): no exam is in the list. */

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
  /** What asks for the next page; empty on the last. */
  readonly next: string;
}

interface Attachment {
  readonly contentType?: string;
  readonly url?: string;
}

/** The first page of one's orders, or the one that `cursor` asks for; the most recent first. */
export async function listOrders(cursor = ""): Promise<Page> {
  const bundle = await search("DocumentReference", cursor ? { page: cursor } : {});
  return { orders: (bundle.entry ?? []).map((entry) => readListed(entry.resource)), next: nextOf(bundle) };
}

function readListed(reference: Resource): Listed {
  return {
    id: reference.id ?? "",
    situation: situationOf(reference),
    signed: String(reference["date"] ?? ""),
    prescriber: authorOf(reference),
    document: placeOf(reference, "text/xml"),
    sheet: placeOf(reference, "application/pdf"),
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

/** The path alone: this page calls the service that served it, and no other. */
function placeOf(reference: Resource, type: string): string {
  const contents = (reference["content"] ?? []) as { attachment?: Attachment }[];
  const url = contents.find((one) => one.attachment?.contentType === type)?.attachment?.url;
  return url === undefined ? "" : new URL(url, location.href).pathname;
}

function nextOf(bundle: Bundle): string {
  const links = (bundle["link"] ?? []) as { relation: string; url: string }[];
  const next = links.find((link) => link.relation === "next");
  return next === undefined ? "" : (new URL(next.url, location.href).searchParams.get("page") ?? "");
}
