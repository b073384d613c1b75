/** The little of FHIR R4 JSON that the pages read and write (docs/operations.md). */

export interface Coding {
  system?: string;
  code?: string;
  display?: string;
}

export interface Extension {
  url: string;
  extension?: Extension[];
  [value: `value${string}`]: unknown;
}

/** Any resource: what is not read here is carried along untouched. */
export interface Resource {
  resourceType: string;
  id?: string;
  extension?: Extension[];
  [element: string]: unknown;
}

export interface Entry {
  fullUrl: string;
  resource: Resource;
}

export interface Bundle extends Resource {
  resourceType: "Bundle";
  entry: Entry[];
}

export interface Issue {
  id?: string;
  severity: "fatal" | "error" | "warning" | "information";
  code: string;
  details?: { coding?: Coding[]; text?: string };
  diagnostics?: string;
  expression?: string[];
}

export interface OperationOutcome extends Resource {
  resourceType: "OperationOutcome";
  issue: Issue[];
}

export interface Parameter {
  name: string;
  resource?: Resource;
  part?: Parameter[];
  [value: `value${string}`]: unknown;
}

export interface Parameters extends Resource {
  resourceType: "Parameters";
  parameter?: Parameter[];
}

/** A Parameters body; FHIR has no empty list. */
export function parameters(...parameter: Parameter[]): Parameters {
  return parameter.length === 0 ? { resourceType: "Parameters" } : { resourceType: "Parameters", parameter };
}

/** The parameters of that name, in order. */
export function all(given: Parameter[] | undefined, name: string): Parameter[] {
  return given?.filter((one) => one.name === name) ?? [];
}

/** The value of the first parameter of that name as text; empty when there is none. */
export function text(given: Parameter[] | undefined, name: string): string {
  const found = all(given, name)[0];
  const key = found && Object.keys(found).find((each) => each.startsWith("value"));
  return key === undefined ? "" : String(found?.[key as `value${string}`]);
}

/** The finding's own code, FHIR's where it has none. */
export function codeOf(issue: Issue): string {
  return issue.details?.coding?.[0]?.code ?? issue.code;
}
