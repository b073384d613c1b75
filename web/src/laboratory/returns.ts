/** Where a result is to be told, in words. */

import type { Extension } from "../shared/fhir.ts";
import { partOf } from "./reading.ts";

const WHEN: Record<string, string> = {
  always: "toujours",
  urgent: "en urgence",
  pathological: "si le résultat est pathologique",
  "out-of-hours": "en dehors des heures ouvrées",
};
const HOW: Record<string, string> = { phone: "téléphone", fax: "fax", sms: "SMS", email: "messagerie" };

/** « téléphone 01 02 03 04 05, en urgence, dans les 60 min » of an extension `result-return`. */
export function channelWords(extension: Extension): string {
  const contact = partOf(extension, "contact", "valueContactPoint") as { system?: string; value?: string } | undefined;
  const within = partOf(extension, "within", "valueDuration") as { value?: number; unit?: string } | undefined;
  const when = partOf(extension, "when", "valueCode") as string | undefined;
  const how = [HOW[contact?.system ?? ""], contact?.value].filter(Boolean).join(" ");
  const delay = within?.value === undefined ? "" : `dans les ${within.value}\u00a0${within.unit ?? "min"}`;
  const note = partOf(extension, "note", "valueString") as string | undefined;
  return [how, WHEN[when ?? ""], delay, note].filter(Boolean).join(", ");
}
