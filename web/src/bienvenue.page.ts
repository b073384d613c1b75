/** `/bienvenue`: the first page of a newcomer. The tour is there only where anyone may write a token. */

import { must } from "./shared/dom.ts";
import { settings } from "./shared/settings.ts";
import { pageIsFor } from "./shared/sign-in.ts";
import { PATIENT } from "./tour/example.ts";
import { Tour } from "./tour/tour.ts";

pageIsFor({
  roles: ["prescriber", "biologist", "laboratory", "patient", "operator"],
  example: {
    ...{ rpps: "10005688798", family: "Thomas", given: "Amélie", prefix: "Dr", finess: "750000010" },
    matricule: PATIENT,
  },
});

const place = must<HTMLElement>(document, '[data-part="visite"]');
if (settings.developmentTokens) must(place, "[data-tour]").append(new Tour());
else place.hidden = true;
