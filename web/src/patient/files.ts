/**
 * What is made of an order's bytes for this screen: a picture shown, a file handed over. Each has an address that only
 * this page knows; when the order is closed, all of them end.
 */

import { el } from "../shared/dom.ts";

export class Files {
  private readonly addresses: string[] = [];

  /** The address of these bytes, good until `end`. */
  address(content: Blob): string {
    const made = URL.createObjectURL(content);
    this.addresses.push(made);
    return made;
  }

  /** Hands a file over to be kept. */
  save(content: Blob, name: string): void {
    el("a", { href: this.address(content), download: name }).click();
  }

  /** Ends every address. */
  end(): void {
    this.addresses.splice(0).forEach((address) => URL.revokeObjectURL(address));
  }
}
