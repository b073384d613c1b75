/** What a refusal means for who reads it, in French; the server's own words go before ours where it gives some. */

import type { OperationOutcome } from "./fhir.ts";
import { french } from "./typography.ts";

const BY_STATUS: Record<number, string> = {
  0: "Le service ne répond pas. Vérifiez la connexion, puis réessayez\u00a0: rien n’est perdu sur cette page.",
  401: "Votre session a expiré ou n’est pas reconnue. Reconnectez-vous\u00a0: rien n’est perdu sur cette page.",
  403: "Votre rôle ne permet pas cette action.",
  404: "Ce qui est demandé n’existe pas ou n’existe plus.",
  409: "L’état affiché n’est plus le bon.",
  410: "Cette ordonnance n’est plus conservée.",
  412: "Ce qui est affiché a changé depuis sa lecture et vient d’être relu\u00a0: vérifiez, puis recommencez.",
  413: "C’est trop grand pour être envoyé.",
  429: "Trop d’essais. Attendez un instant, puis réessayez.",
  500: "Le service a rencontré une erreur. Rien n’a été enregistré\u202f; réessayez.",
  503: "Le service n’est pas encore prêt. Réessayez dans un instant.",
};

/** Those whose words are ours: the server speaks there to programmers (headers, tokens). */
const OURS = new Set([0, 401, 412, 500]);

/** One sentence or two for a status and what came with it. */
export function wordsFor(status: number, outcome: OperationOutcome | null): string {
  const general = BY_STATUS[status] ?? "Le service a refusé.";
  const issues = outcome?.issue.filter((issue) => issue.severity === "error" || issue.severity === "fatal") ?? [];
  if (OURS.has(status) || issues.length === 0) return general;
  const told = issues.map((issue) => [issue.details?.text, issue.diagnostics].filter(Boolean).join(" ")).join(" ");
  const said = french(told);
  return status === 409 ? `${general} ${said}` : said;
}
