/** Signing: the order enters the base and gets its code, then it is printed with it. */

import { ApiError, operation, operationFile } from "../shared/api.ts";
import { uuid } from "../shared/dom.ts";
import { all, parameters, text, type Bundle, type OperationOutcome } from "../shared/fhir.ts";
import type { Person } from "../shared/session.ts";
import { settings } from "../shared/settings.ts";
import { french } from "../shared/typography.ts";
import { anonymised } from "./anonymise.ts";
import { bundleOf, instant, withCode } from "./bundle.ts";
import type { Draft } from "./draft.ts";

/** An order that has its code. `full` never goes to a shared base; it is what is printed. */
export interface Signed {
  readonly code: string;
  readonly handle: string;
  readonly patient: string;
  readonly full: Bundle;
  readonly remarks: readonly string[];
}

/** One signature: the same bytes and the same key each time it is tried, so that a lost answer makes no second order. */
export class Signature {
  private readonly full: Bundle;
  private readonly sent: Bundle;
  private readonly patient: string;
  private readonly key = uuid();
  private readonly struck: number;

  constructor(
    draft: Draft,
    private readonly who: Person,
  ) {
    this.full = bundleOf(draft, who, instant(new Date()));
    this.patient = `${draft.patient.family} ${draft.patient.given}`.trim();
    const anonymous = anonymised(this.full, draft.patient);
    this.sent = settings.fullOrders ? this.full : anonymous.order;
    this.struck = settings.fullOrders ? 0 : anonymous.struck;
  }

  /** Sends it; `ApiError` when it is refused, or nobody answers. */
  async send(): Promise<Signed> {
    const body = parameters({ name: "order", resource: this.sent });
    const made = (await operation("$epu-create", body, { key: this.key, token: this.who.token })).body.parameter;
    const code = text(made, "code");
    const outcome = all(made, "outcome")[0]?.resource as OperationOutcome | undefined;
    const told = outcome?.issue.flatMap((issue) => (issue.severity === "warning" && issue.details?.text ? french(issue.details.text) : [])) ?? [];
    const struck = this.struck > 0 ? ["Un trait du patient a été retiré d’un texte envoyé\u202f; la feuille imprimée le garde."] : [];
    return {
      code,
      handle: text(made, "handle"),
      patient: this.patient,
      full: withCode(this.full, code),
      remarks: [...struck, ...told],
    };
  }
}

/** Whether the same signature may be sent again: nobody can tell what became of it. */
export function isUncertain(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/** The sheet with its code, and the patient's own with it. */
export async function printed(order: Bundle): Promise<Blob> {
  const body = parameters({ name: "order", resource: order }, { name: "kind", valueCode: "both" });
  return (await operationFile("Bundle/$print", body, "application/pdf")).content;
}

/** A code as it stands on the sheet: groups of four. */
export function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1\u00a0");
}
