/** The order being written: one object, which says `change` after each change. Nothing of it is kept by the browser. */

import { uuid } from "../shared/dom.ts";
import type { Exam, Question } from "../shared/exams.ts";
import { questionsOf } from "../shared/exams.ts";
import { noOne, type Identity } from "./identity.ts";

/** An answer as it was typed or chosen; null: asked, and not known (« inconnu »). */
export type Answer = string | null;

/** A line that may be done again, `count` times in all. */
export interface Renewal {
  readonly count: number;
  readonly every: number;
  readonly unit: "d" | "wk" | "mo" | "a";
}

export interface Line {
  /** `urn:uuid:…`, the same for as long as the line lives. */
  readonly id: string;
  /** The exam; null for a line in free text. */
  readonly exam: { readonly system: string; readonly code: string; readonly display: string } | null;
  readonly text: string;
  questions: readonly Question[];
  readonly answers: Map<string, Answer>;
  ald: boolean;
  urgent: boolean;
  renewal: Renewal | null;
  /** Telephone to call with the result of an urgent exam. */
  callback: string;
  context: string;
}

/** A line of an exam, or in free text with null. */
export function newLine(exam: Line["exam"], text: string): Line {
  return {
    id: `urn:uuid:${uuid()}`,
    exam,
    text,
    questions: [],
    answers: new Map(),
    ald: false,
    urgent: false,
    renewal: null,
    callback: "",
    context: "",
  };
}

export class Draft extends EventTarget {
  lines: Line[] = [];
  patient: Identity = noOne();
  /** Keys of the remarks and suggestions put aside: nobody is told. */
  readonly dismissed = new Set<string>();

  /** Says that something changed. */
  changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  has(code: string): boolean {
    return this.lines.some((line) => line.exam?.code === code);
  }

  /** A line of this exam; its questions come a moment later. */
  addExam(exam: Exam): Line {
    const { system, code, display } = exam;
    const line = newLine({ system, code, display }, display);
    this.add(line);
    void this.ask(line, exam);
    return line;
  }

  addText(text: string): Line {
    const line = newLine(null, text);
    this.add(line);
    return line;
  }

  add(line: Line): void {
    this.lines.push(line);
    this.changed();
  }

  /** Brings the questions of an exam to its line; without them the line stands all the same. */
  async ask(line: Line, exam: Exam): Promise<void> {
    try {
      line.questions = await questionsOf(exam);
    } catch {
      line.questions = [];
    }
    if (line.questions.length > 0) this.changed();
  }

  remove(line: Line): void {
    this.lines = this.lines.filter((one) => one !== line);
    this.changed();
  }

  /** Puts a line at a place, counted from 0; beyond the ends, nothing moves. */
  move(line: Line, to: number): boolean {
    const from = this.lines.indexOf(line);
    if (from < 0 || to < 0 || to >= this.lines.length || to === from) return false;
    this.lines.splice(from, 1);
    this.lines.splice(to, 0, line);
    this.changed();
    return true;
  }

  /** The next order: no patient, no line. */
  clear(): void {
    this.lines = [];
    this.patient = noOne();
    this.dismissed.clear();
    this.changed();
  }
}

/** The questions that this patient is asked. */
export function asked(line: Line, patient: Identity): readonly Question[] {
  const other = { female: "male", male: "female" }[patient.sex as "female" | "male"];
  return line.questions.filter((question) => question.sex === null || question.sex !== other);
}
