/**
 * The order on the counter, and what the page does with it. One at a time, in memory alone: gone with the next one,
 * with who signs out, and with the page. Listen to "change" to show what is there, to "busy" while a change is on its way.
 */

import { ApiError, operation, type Answer } from "../shared/api.ts";
import { parameters, type Parameter, type Parameters } from "../shared/fhir.ts";
import { person } from "../shared/session.ts";
import { differences } from "./differences.ts";
import { agrees, type ScannedIdentity } from "./identity.ts";
import { readOrder, type Order } from "./order.ts";

/** How a code came in: a typed one may have its one slip mended by the service. */
export type Mode = "scanned" | "typed";

/** What a change of the order came to: done, with what the service answered, or not, the order having moved. */
export type Outcome = { readonly done: true; readonly answer: Parameters } | { readonly done: false };

export class Desk extends EventTarget {
  order: Order | null = null;
  /** Who stands at the counter, as the datamatrix says; it is compared, and never kept. */
  identity: ScannedIdentity | null = null;
  /** What another has changed since the order was read, in words; empty when nothing has. */
  moved: readonly string[] = [];
  /** Whether the service has been asked for a change and has not answered. */
  busy = false;
  /** What the last change came to, in words. */
  told: readonly string[] = [];

  /** The lines this laboratory holds, each with the end of its lease. */
  get leases(): Order["leases"] {
    return this.order?.leases ?? new Map();
  }

  /** Reads the order of a code or of what was scanned, and shows it if `accepted` says so. */
  async open(content: string, mode: Mode, accepted: (order: Order) => Promise<boolean>): Promise<boolean> {
    // An identity that agreed with the order before belongs to it; one that did not may be that of the next.
    if (this.order && this.identity && this.order.code !== content && agrees(this.order, this.identity)) this.identity = null;
    const order = await this.read(content, mode);
    if (!(await accepted(order))) return false;
    this.forget();
    this.show(order);
    return true;
  }

  /** Says what a change came to, beside the order. */
  tell(...words: string[]): void {
    this.told = words.filter(Boolean);
    this.dispatchEvent(new Event("change"));
  }

  /** Takes the order and the identity off the counter. */
  clear(): void {
    this.identity = null;
    this.forget();
    this.show(null);
  }

  /** Compares with this identity from now on, or with none; the service says whether the order was made for it. */
  async compare(identity: ScannedIdentity | null): Promise<void> {
    this.identity = identity;
    if (this.order) await this.reread();
    else this.show(null);
  }

  /** Reads the order again, keeping what changed meanwhile to be told. */
  async reread(): Promise<void> {
    const before = this.order;
    if (before === null) return;
    const now = await this.read(before.code, "scanned");
    if (now.version !== before.version) {
      const seen = differences(before, now);
      this.moved = seen.length > 0 ? seen : ["Le changement ne se voit pas dans les lignes."];
      this.told = [];
    }
    this.show(now);
  }

  /**
   * Changes the order through one operation, at the version that is shown. An order that moved meanwhile is read again
   * and nothing is done; any other refusal is thrown, once the order has been read again where it moved.
   */
  async change(name: string, ...given: Parameter[]): Promise<Outcome> {
    const order = this.order;
    if (order === null) return { done: false };
    this.work(true);
    try {
      const body = parameters({ name: "code", valueString: order.code }, ...given);
      const { body: answer } = await operation(name, body, { version: order.version });
      this.moved = [];
      this.told = [];
      this.show(await this.read(order.code, "scanned"));
      return { done: true, answer };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 412 || error.status === 409) await this.reread();
      if (error.status === 412) return { done: false };
      throw error;
    } finally {
      this.work(false);
    }
  }

  private work(busy: boolean): void {
    this.busy = busy;
    this.dispatchEvent(new Event("busy"));
  }

  private async read(content: string, mode: Mode): Promise<Order> {
    const ins = this.identity?.ins;
    const asked: Parameter[] = [{ name: "code", valueString: content }, { name: "mode", valueCode: mode }];
    if (ins) asked.push({ name: "ins", valueIdentifier: ins });
    const { body, version }: Answer<Parameters> = await operation("$epu-retrieve", parameters(...asked));
    return readOrder(body, version);
  }

  private forget(): void {
    this.moved = [];
    this.told = [];
  }

  private show(order: Order | null): void {
    this.order = person() === null ? null : order; // an answer that comes after its user left is shown to no one
    this.dispatchEvent(new Event("change"));
  }
}
