/** Who plays in the tour: nobody real. The identity is the official test identity of the INS (prescription.md §9). */

import type { Identity } from "../prescribe/identity.ts";
import type { Person } from "../shared/session.ts";
import { developmentToken } from "../shared/sign-in.ts";

const RPPS = "10005688798";

export const DOCTOR: Person = {
  token: developmentToken("prescriber", RPPS, ""),
  role: "prescriber",
  rpps: RPPS,
  finess: "",
  family: "Thomas",
  given: "Amélie",
  prefix: "Dr",
};

/** The token of the laboratory. */
export const LABORATORY = developmentToken("laboratory", "", "750000010");

/** The matricule of the patient. */
export const PATIENT = "279035121518989";

/** The patient, anew each time. */
export function patient(): Identity {
  return {
    family: "PAT-TROIS",
    given: "DOMINIQUE MARIE-LOUISE",
    sex: "female",
    born: "1979-03-28",
    birthPlace: "51215",
    status: "QUAL",
    ins: { value: PATIENT, system: "urn:oid:1.2.250.1.213.1.4.10", type: "INS-NIR-TEST" },
  };
}
