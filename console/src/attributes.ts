// What other systems know of a customer, by the system that wrote it.

import type { Attribute } from "./api/types.ts";

export interface OfSystem {
  system: string;
  attributes: { name: string; value: Attribute["value"]; at: string }[];
  // When the newest of them was written.
  at: string;
}

export function bySystem(attributes: readonly Attribute[]): OfSystem[] {
  const systems = new Map<string, OfSystem>();
  for (const { name, value, at } of attributes) {
    const dot = name.indexOf(".");
    const system = dot < 0 ? "" : name.slice(0, dot);
    const found = systems.get(system) ?? { system, attributes: [], at };
    found.attributes.push({ name: name.slice(dot + 1).replace(/_/g, " "), value, at });
    if (Date.parse(at) > Date.parse(found.at)) found.at = at;
    systems.set(system, found);
  }
  return [...systems.values()].sort((one, other) => one.system.localeCompare(other.system));
}
