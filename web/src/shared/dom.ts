/**
 * Elements without markup: every text is set as text, so that nothing typed or received is ever read as HTML
 * (the pages' policy forbids it, `require-trusted-types-for`).
 */

export type Child = Node | string | null | false;

/** Attributes by name; `true` is an attribute without value, `false` and `null` none; `on…` listens. */
export type Attributes = Record<string, string | number | boolean | null | ((event: Event) => void)>;

/** An element with attributes and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, String(value));
  }
  made.append(...present(children));
  return made;
}

/** The children that are there. */
export function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== false);
}

/** The one element that a page must hold. */
export function must<T extends Element>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (found === null) throw new Error(`missing: ${selector}`);
  return found;
}

let last = 0;

/** An id of an element, its own within the page. */
export function freshId(stem: string): string {
  last += 1;
  return `${stem}-${last}`;
}

/** A random UUID version 4, also where the page is not served securely (`crypto.randomUUID` is then absent). */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Calls `act` once, `milliseconds` after the last call. */
export function debounced(milliseconds: number, act: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
