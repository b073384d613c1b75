/** The words of the life cycle, as a laboratory says them (prescription.md §6). */

export const STATES: Record<string, string> = {
  prescribed: "à faire",
  claimed: "prise en charge",
  sampled: "prélevée",
  "partially-done": "réalisée en partie",
  done: "réalisée",
  "not-done": "non réalisée",
  removed: "retirée",
  replaced: "remplacée",
  cancelled: "annulée",
};

export const STATUSES: Record<string, string> = {
  active: "à prendre en charge",
  "in-progress": "en cours",
  completed: "terminée",
  cancelled: "annulée par le prescripteur",
  expired: "validité dépassée",
};

export const RESULTS = {
  sampled: "Prélevé",
  done: "Réalisé",
  "partially-done": "Réalisé en partie",
  "not-done": "Non réalisé",
} as const;
export type Result = keyof typeof RESULTS;

export const REPORT_REASONS: readonly (readonly [string, string])[] = [
  ["specimen-unsuitable", "Prélèvement non conforme"],
  ["patient-absent", "Patient absent"],
  ["precondition", "Condition de réalisation non remplie"],
  ["refused-by-patient", "Refus du patient"],
  ["not-performed-here", "Examen non réalisé ici\u00a0: un autre laboratoire pourra le prendre"],
  ["duplicate-of-recent", "Redondant avec un examen récent"],
  ["other", "Autre motif (à préciser)"],
];

export const ADAPTATION_REASONS: readonly (readonly [string, string])[] = [
  ["good-practice-recommendation", "Recommandation de bonne pratique"],
  ["already-available", "Résultat déjà disponible"],
  ["specimen", "Nature ou qualité du prélèvement"],
  ["clinical-situation", "Situation clinique"],
  ["prescriber-agreement", "Accord du prescripteur"],
  ["regulation", "Réglementation"],
  ["error-correction", "Correction d’une erreur"],
  ["other", "Autre motif (à préciser)"],
];

export const CONTACTS: readonly (readonly [string, string])[] = [
  ["agreed", "D’accord"],
  ["informed", "Informé"],
  ["unreachable", "Injoignable"],
  ["urgent", "Non consulté\u00a0: urgence"],
  ["not-needed", "Avis non nécessaire"],
];

const FLAGS: readonly (readonly [string, string])[] = [
  ["ald", "ALD"],
  ["prevention", "Prévention"],
  ["work-accident", "AT/MP"],
  ["non-reimbursable", "Non remboursable"],
  ["outside-nomenclature", "Hors nomenclature"],
];

/** The flags that are set, in words, urgency apart. */
export function flagWords(isSet: (flag: string) => boolean): string[] {
  return FLAGS.filter(([flag]) => isSet(flag)).map(([, words]) => words);
}

/** A day, as 27/11/2026. */
export function day(date: string): string {
  const [year, month, dayOfMonth] = date.slice(0, 10).split("-");
  return [dayOfMonth, month, year].filter(Boolean).join("/");
}

/** An instant in the hour of this machine, as « 30/11/2026 à 03:20 ». */
export function instant(at: Date): string {
  const time = at.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  return `${at.toLocaleDateString("fr-FR")} à ${time}`;
}

/** The same without its year, where room is scarce: « 30/11 à 03:20 ». */
export function shortInstant(at: Date): string {
  return instant(at).replace(/\/\d{4}/, "");
}

/** A count and its noun: « 1 ligne », « 3 lignes ». */
export function counted(count: number, noun: string): string {
  return `${count}\u00a0${noun}${count > 1 ? "s" : ""}`;
}
