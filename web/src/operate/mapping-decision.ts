/** The dialog in which a code is chosen for an exam, refused, or asked for. */

import { modal } from "../shared/dialog.ts";
import { el, freshId, must } from "../shared/dom.ts";
import { person } from "../shared/session.ts";
import { decide, readProposals, type Decision, type LocalExam, type Proposal, type Status } from "./mapping.ts";

const AXES: Record<string, string> = { echelle: "échelle" }; // the others read as they are

/** Asks what to decide, and decides it; what was done, in words, empty when nothing was. */
export async function decisionOn(site: string, exam: LocalExam): Promise<string> {
  const { proposals, addition_advised: advised } = await readProposals(site, exam.local_code);
  const name = freshId("cible");
  const choices = proposals.map((proposal, place) => choice(name, proposal, place));
  const comment = el("textarea", { id: `${name}-mots`, rows: 2, maxlength: 1000 });
  const form = el(
    "form",
    { class: "stack" },
    el("fieldset", {}, el("legend", {}, proposals.length > 0 ? "Codes proposés" : "Aucun code proposé"), ...choices),
    advised && el("p", { class: "notice" }, "Aucun code ne convient vraiment\u00a0: une demande d’ajout est conseillée."),
    el("p", { class: "field" }, el("label", { for: comment.id }, "Commentaire (motif d’un refus)"), comment),
    el("p", { class: "actions" }, ...actions(exam)),
  );
  const { dialog, closed } = modal(`${exam.local_code} ${exam.label}`, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = (event as SubmitEvent).submitter as HTMLButtonElement;
    const target = must<HTMLFieldSetElement>(form, "fieldset").querySelector<HTMLInputElement>("input:checked");
    if (needsTarget(pressed.value) && target === null) {
      const first = form.querySelector<HTMLInputElement>("input[type=radio]");
      first?.setCustomValidity("Choisir un code.");
      first?.reportValidity();
      first?.setCustomValidity("");
      return;
    }
    comment.setCustomValidity(pressed.value === "refuse" && comment.value.trim() === "" ? "Dire pourquoi." : "");
    if (!form.reportValidity()) return;
    dialog.close(JSON.stringify({ status: pressed.value, place: target?.value ?? "" }));
  });
  must<HTMLButtonElement>(form, "button[value=cancel]").addEventListener("click", () => dialog.close(""));
  const answer = await closed;
  if (answer === "") return "";
  const { status, place } = JSON.parse(answer) as { status: Status; place: string };
  await decide(site, exam, written(status, proposals[Number(place)], comment.value.trim()));
  return "Décision enregistrée.";
}

function needsTarget(status: string): boolean {
  return status === "propose" || status === "valide";
}

function written(status: Status, chosen: Proposal | undefined, comment: string): Decision {
  const target = needsTarget(status) && chosen ? { target: { system: chosen.system, code: chosen.code, display: chosen.display } } : {};
  return { status, ...target, ...(comment === "" ? {} : { comment }) };
}

function actions(exam: LocalExam): HTMLElement[] {
  const submit = (value: Status, words: string, kind = "secondary"): HTMLElement =>
    el("button", { type: "submit", value, class: kind }, words);
  const biologist = person()?.role === "biologist";
  const refusable = biologist && exam.mapping?.target != null && exam.status !== "refuse";
  return [
    el("button", { type: "button", value: "cancel", class: "secondary" }, "Fermer"),
    submit("ajout-demande", "Demander un ajout"),
    ...(refusable ? [submit("refuse", "Refuser la cible actuelle", "danger")] : []),
    submit("propose", "Proposer ce code", biologist ? "secondary" : ""),
    ...(biologist ? [submit("valide", "Valider ce code", "")] : []),
  ];
}

function choice(name: string, proposal: Proposal, place: number): HTMLElement {
  const against = proposal.conflicts.map((axis) => AXES[axis] ?? axis).join(", ");
  const facts = [proposal.reference_label, proposal.unit, `score ${proposal.score}`].filter(Boolean).join(" · ");
  return el(
    "label",
    { class: "check proposal" },
    el("input", { type: "radio", name, value: place }),
    el(
      "span",
      {},
      el("span", { class: "code" }, proposal.code),
      ` ${proposal.display} `,
      el("span", { class: "hint" }, facts),
      against !== "" && el("span", {}, " ", el("span", { class: "badge warn" }, `diffère\u00a0: ${against}`)),
    ),
  );
}
