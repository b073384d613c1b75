/** What is read in FHIR elements: the extensions below the base of this service (interface.md §2), and concepts. */

import type { Extension, Resource } from "../shared/fhir.ts";
import { settings } from "../shared/settings.ts";

/** The canonical address of one of our extensions. */
export function extensionUrl(name: string): string {
  return `${settings.base}/StructureDefinition/${name}`;
}

/** Those of that name. */
export function extensionsOf(resource: Resource, name: string): Extension[] {
  return resource.extension?.filter((one) => one.url === extensionUrl(name)) ?? [];
}

/** The value of the first of that name; undefined when there is none. */
export function valueOf(resource: Resource, name: string, value: `value${string}`): unknown {
  return extensionsOf(resource, name)[0]?.[value];
}

/** The value of a part of a complex extension. */
export function partOf(extension: Extension, part: string, value: `value${string}`): unknown {
  return extension.extension?.find((one) => one.url === part)?.[value];
}

/** The texts of CodeableConcepts. */
export function conceptsOf(concepts: unknown): string[] {
  const given = (concepts as { text?: string; coding?: { display?: string; code?: string }[] }[] | undefined) ?? [];
  return given.flatMap((one) => one.text ?? one.coding?.[0]?.display ?? one.coding?.[0]?.code ?? []);
}
