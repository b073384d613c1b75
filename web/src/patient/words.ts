/**
 * The sentences of the page, in French of level B1. What a coded instruction asks is told as on the patient sheet
 * (`printing/patient_wording.py`), whose words a test compares with these.
 */

import type { ApiError } from "../shared/api.ts";
import { codeOf } from "../shared/fhir.ts";

/** Where an order stands, for who has to use it. */
export type Situation = "current" | "cancelled" | "replaced" | "expired";

export const SITUATIONS: Record<Situation, { readonly name: string; readonly kind: string; readonly words: string }> = {
  current: { name: "À montrer au laboratoire", kind: "good", words: "" },
  cancelled: {
    name: "Annulée",
    kind: "danger",
    words: "Votre prescripteur a annulé cette ordonnance\u00a0: ne l’utilisez pas. Si vous ne savez pas pourquoi, demandez-lui.",
  },
  replaced: {
    name: "Remplacée",
    kind: "warn",
    words: "Votre prescripteur a remplacé cette ordonnance par une autre\u00a0: utilisez la plus récente.",
  },
  expired: {
    name: "Date dépassée",
    kind: "warn",
    words: "La date indiquée est passée. Demandez à votre laboratoire ou à votre prescripteur si cette ordonnance peut encore servir.",
  },
};

/** What a coded instruction asks. */
export const CODED: Record<string, string> = {
  "MED-1160": "Venez à jeun, c’est-à-dire sans avoir mangé. Demandez au laboratoire depuis combien d’heures.",
  "MED-1161": "Prenez rendez-vous avec le laboratoire avant de venir.",
  "MED-1162": "Faites de préférence cet examen toujours dans le même laboratoire, pour comparer les résultats.",
  "MED-1163": "Venez de préférence à jeun, ou loin d’un repas.",
  "MED-1164": "Recueillez toutes vos urines pendant 24 heures. Demandez avant un flacon au laboratoire.",
  "MED-1165":
    "Le prélèvement se fait au laboratoire, dans les premiers jours de votre cycle. Demandez le jour exact au laboratoire.",
};

export const URGENT = "URGENT\u00a0: faites cet examen le plus vite possible.";
export const NOT_REIMBURSED = "Cet examen n’est pas remboursé par l’Assurance maladie.";
export const FREE_PRICE = "Le prix de cet examen est libre\u00a0: demandez-le avant l’examen.";
export const NO_INSTRUCTION = "Votre ordonnance ne donne pas de consigne particulière.";
export const ON_THE_SHEET = "Vos examens sont écrits sur l’ordonnance d’origine\u00a0: téléchargez-la plus bas.";
export const MEDICINES = "N’arrêtez aucun médicament sans l’avis de votre médecin.";
export const ASK_LABORATORY =
  "Pour connaître toutes les consignes, demandez au laboratoire de votre choix ou lisez son site internet.";
export const AT_HOME = "Le prélèvement se fait chez vous.";
export const TO_BRING = [
  "votre ordonnance, sur papier ou sur cet écran",
  "votre carte Vitale",
  "votre carte de mutuelle (complémentaire santé)",
];
export const KEEP_TO_YOURSELF = "Ne montrez ce code qu’à votre laboratoire ou à votre préleveur.";
export const OUT_OF_REACH = "Vous êtes hors connexion.";

export const WAITING =
  "Un document vous attend\u00a0: un professionnel de santé souhaite vous le présenter lui-même. Prenez rendez-vous avec votre médecin.";

/** What an order has become, by the code of the refusal to print it again. */
const BECAME: Record<string, Situation> = { "order-cancelled": "cancelled", "order-replaced": "replaced" };

/** A refusal as a patient understands it. */
export function inPlainWords(error: ApiError): string {
  const now = became(error);
  if (now !== null) return `${SITUATIONS[now].words} Elle ne peut plus être réimprimée.`;
  if (error.status === 404) return "Cette ordonnance n’est plus là\u00a0: votre prescripteur a pu la retirer. Si vous en avez besoin, demandez-la-lui.";
  if (error.status === 403) return "Vous n’avez pas accès à cette ordonnance.";
  if (error.status === 0) return "Le service ne répond pas. Vérifiez votre connexion, puis réessayez.";
  return error.message;
}

/** What the service says that the order has become; null when it says nothing of it. */
export function became(error: ApiError): Situation | null {
  if (error.status !== 409) return null;
  return error.outcome?.issue.map((issue) => BECAME[codeOf(issue)]).find((one) => one !== undefined) ?? null;
}
