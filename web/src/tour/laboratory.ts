/** What the laboratory of the tour does, through the same operations as any laboratory software. */

import { operation } from "../shared/api.ts";
import { all, parameters, text, type Bundle, type Resource } from "../shared/fhir.ts";
import { instant } from "../prescribe/bundle.ts";
import { LABORATORY } from "./example.ts";

export interface Read {
  readonly version: number;
  readonly lines: readonly { readonly id: string; readonly words: string }[];
}

/** Reads the order of a code, as it was scanned. */
export async function read(code: string): Promise<Read> {
  const body = parameters({ name: "code", valueString: code }, { name: "mode", valueCode: "scanned" });
  const found = await operation("$epu-retrieve", body, { token: LABORATORY });
  const order = all(found.body.parameter, "order")[0]?.resource as Bundle;
  const requests = order.entry.filter(({ resource }) => resource.resourceType === "ServiceRequest");
  return { version: found.version, lines: requests.map(({ fullUrl, resource }) => ({ id: fullUrl, words: wordsOf(resource) })) };
}

/** Marks every line as done, now. */
export async function done(code: string, order: Read): Promise<void> {
  const performed = { name: "performed", valueDateTime: instant(new Date()) };
  const reports = order.lines.map(({ id }) => ({
    name: "report",
    part: [{ name: "line", valueUri: id }, { name: "result", valueCode: "done" }, performed],
  }));
  const body = parameters({ name: "code", valueString: code }, ...reports);
  await operation("$epu-report", body, { token: LABORATORY, version: order.version });
}

/** Where the order stands, as its prescriber is told. */
export async function statusOf(code: string, token: string): Promise<string> {
  const told = await operation("$epu-status", parameters({ name: "code", valueString: code }), { token });
  return text(all(told.body.parameter, "order")[0]?.part, "status");
}

function wordsOf(request: Resource): string {
  const code = request["code"] as { text?: string; coding?: { code?: string; display?: string }[] };
  const coding = code.coding?.[0];
  return coding ? `${coding.display ?? ""} (${coding.code ?? ""})` : (code.text ?? "");
}
