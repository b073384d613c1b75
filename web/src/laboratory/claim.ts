/** Taking charge of lines and giving them back (`$epu-claim`, `$epu-release`), and what stands in the way. */

import type { ApiError } from "../shared/api.ts";
import { confirmed } from "../shared/dialog.ts";
import { codeOf, text, type Parameter, type Parameters } from "../shared/fhir.ts";
import type { Desk } from "./desk.ts";
import type { OrderLine } from "./line.ts";
import { done } from "./outcome.ts";
import { counted, instant } from "./words.ts";

const CLAIMED_AT = /le (\d\d)\/(\d\d)\/(\d{4}) à (\d\d):(\d\d) UTC/;

/** Takes charge of these lines; of those another laboratory holds too, once the counter says the patient is there. */
export async function claim(desk: Desk, lines: readonly OrderLine[], ...more: Parameter[]): Promise<void> {
  const ins = desk.identity?.ins;
  const given = [...lines.map(named), ...(ins ? [{ name: "ins", valueIdentifier: ins }] : []), ...more];
  await done(
    desk,
    () => desk.change("$epu-claim", ...given),
    (answer) => claimWords(lines, answer),
    async (error) => (await identityIsConfirmed(desk, lines, more, error)) || takenOver(desk, lines, more, error),
  );
}

/** Gives these lines back: any laboratory may then take them. */
export async function release(desk: Desk, lines: readonly OrderLine[]): Promise<void> {
  await done(
    desk,
    () => desk.change("$epu-release", ...lines.map(named)),
    () => [`${counted(lines.length, "ligne")} rendue${lines.length > 1 ? "s" : ""}\u00a0: tout laboratoire peut les prendre.`],
  );
}

function named(line: OrderLine): Parameter {
  return { name: "line", valueUri: line.id };
}

function claimWords(lines: readonly OrderLine[], answer: Parameters): string[] {
  const until = instant(new Date(text(answer.parameter, "lease-until")));
  const one = lines.length === 1;
  const taken = one ? `${lines[0]?.name ?? ""}\u00a0: ligne prise en charge` : `${counted(lines.length, "ligne")} prises en charge`;
  return [`${taken} jusqu’au ${until}. Sans compte rendu d’ici là, un autre laboratoire pourra ${one ? "la" : "les"} prendre.`];
}

function has(error: ApiError, code: string): boolean {
  return error.outcome?.issue.some((issue) => codeOf(issue) === code) ?? false;
}

async function takenOver(desk: Desk, lines: readonly OrderLine[], more: readonly Parameter[], error: ApiError): Promise<boolean> {
  if (!has(error, "line-claimed") || more.some((one) => one.name === "takeover")) return false;
  const words =
    `Un autre laboratoire a pris cette ordonnance en charge${sinceWords(error)}. Si le patient est devant vous, vous pouvez la ` +
    "reprendre\u00a0: l’autre laboratoire le verra à sa prochaine lecture. Ce qu’il a déjà prélevé reste à lui.";
  if (await confirmed("Déjà prise en charge par un autre laboratoire", words, "Le patient est présent\u00a0: reprendre")) {
    await claim(desk, lines, ...more, { name: "takeover", valueCode: "patient-present" });
  }
  return true;
}

async function identityIsConfirmed(desk: Desk, lines: readonly OrderLine[], more: readonly Parameter[], error: ApiError): Promise<boolean> {
  if (!has(error, "identity-mismatch")) return false;
  const words =
    "L’INS lu n’est pas celui pour lequel cette ordonnance a été faite\u00a0: deux feuilles ont pu être mêlées. Vérifiez la " +
    "feuille et le patient. Confirmer est enregistré.";
  if (await confirmed("Ce n’est pas le même patient", words, "J’ai vérifié\u00a0: prendre en charge")) {
    await claim(desk, lines, ...more, { name: "identity-confirmed", valueBoolean: true });
  }
  return true;
}

/** « depuis le … », in the hour of this machine; the service tells the hour in UTC, within its words. */
function sinceWords(error: ApiError): string {
  const told = error.outcome?.issue.map((issue) => issue.details?.text ?? "").join(" ") ?? "";
  const [, day, month, year, hour, minute] = (CLAIMED_AT.exec(told) ?? []).map(Number);
  if (day === undefined || month === undefined || year === undefined) return "";
  return ` le ${instant(new Date(Date.UTC(year, month - 1, day, hour, minute)))}`;
}
