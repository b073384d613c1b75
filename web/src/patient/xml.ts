/** An XML document of HL7 v3 read by the names of its elements, and the words of its narrative. */

const V3 = "urn:hl7-org:v3";
const AROUND_A_LINE_END = /[ \t]*[\r\n]\s*/g;

/** The elements at this path below `from`: `author/assignedAuthor`. */
export function children(from: Element | null, path: string): Element[] {
  return path.split("/").reduce(
    (found, name) => found.flatMap((one) => Array.from(one.children).filter((inner) => inner.localName === name)),
    from === null ? [] : [from],
  );
}

/** The first of them, or null. */
export function child(from: Element | null, path: string): Element | null {
  return children(from, path)[0] ?? null;
}

/** Every element of this name below `from`, however deep. */
export function below(from: Element, name: string): Element[] {
  return Array.from(from.getElementsByTagNameNS(V3, name));
}

/** An attribute, empty when it or its element is not there. */
export function attribute(of: Element | null, name: string): string {
  return of?.getAttribute(name) ?? "";
}

/** The words in an element: a `br` is a line end, an indentation one blank. */
export function words(of: Node | null): string {
  return of === null ? "" : collected(of).trim();
}

function collected(of: Node): string {
  return Array.from(of.childNodes, (inner) => {
    if (inner instanceof Element) return inner.localName === "br" ? "\n" : collected(inner);
    return inner instanceof Text ? inner.data.replace(AROUND_A_LINE_END, " ") : "";
  }).join("");
}

/** The words that `reference`, somewhere in `of` at this path, points at; `within`, those of a part of them. */
export function told(of: Element | null, path: string, within = ""): string {
  const anchor = attribute(child(of, `${path}/reference`), "value").replace(/^#/, "");
  if (of === null || anchor === "") return "";
  return words(of.ownerDocument.querySelector(`[ID="${CSS.escape(anchor + within)}"]`));
}
