/** Gives a file to keep: the browser downloads it, nothing stays in the page. */

import { el } from "../shared/dom.ts";

/** Downloads `content` under this name. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
