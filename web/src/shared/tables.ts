/** Tables that scroll within themselves on a narrow screen, reached and read by keyboard. */

import { el, type Child } from "./dom.ts";

/** A table with its caption; where there is no row, the sentence `none` in its place. */
export function table(caption: string, columns: readonly string[], rows: readonly HTMLElement[], none: string): HTMLElement {
  if (rows.length === 0) return el("div", {}, el("h3", {}, caption), el("p", { class: "hint" }, none));
  const head = el("tr", {}, ...columns.map((words) => el("th", { scope: "col" }, words)));
  return el(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el("table", {}, el("caption", {}, caption), el("thead", {}, head), el("tbody", {}, ...rows)),
  );
}

/** A row; its first cell is its header. */
export function row(first: Child, ...others: Child[]): HTMLTableRowElement {
  return el("tr", {}, el("th", { scope: "row" }, first), ...others.map((cell) => el("td", {}, cell)));
}

/** An instant as it is read in France, to the minute; a dash for none. */
export function instant(iso: string | null): string {
  if (iso === null) return "–";
  return new Date(iso).toLocaleString("fr-FR", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Paris" });
}
