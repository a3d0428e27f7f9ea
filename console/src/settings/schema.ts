// What the API's own schema says of the document, made ready for forms: nothing of it is written down twice.

import { isMembers, type Json, type Members, type Path } from "./document.ts";

interface Common {
  // There may be null, or nothing at all, in its place.
  optional: boolean;
  // What holds where it is left out.
  usual: Json | undefined;
}

export type Shape = Common & (
  | { kind: "text"; pattern: RegExp | null; longest: number | null; shortest: number; date: boolean }
  | { kind: "number"; least: number | null; most: number | null; whole: boolean }
  | { kind: "flag" }
  | { kind: "choice"; words: string[] }
  | { kind: "list"; item: Shape; most: number | null; fewest: number }
  | { kind: "map"; key: RegExp | null; value: Shape; fewest: number }
  | { kind: "members"; members: Record<string, Shape>; required: string[] }
  // One of several kinds of objects; which, its member `by` says.
  | { kind: "variants"; by: string; variants: Record<string, Shape & { kind: "members" }> }
  | { kind: "anything" }
);

// `schema`: a JSON Schema with all its parts in `$defs`. Throws where it describes no object.
export function documentShape(schema: Json): Shape & { kind: "members" } {
  const parts = at(schema, "$defs");
  const shape = shapeOf(schema, isMembers(parts) ? parts : {});
  if (shape.kind !== "members") throw new Error("the schema describes no configuration document");
  return shape;
}

function at(value: Json | undefined, ...names: string[]): Json | undefined {
  return names.reduce<Json | undefined>((found, name) => (isMembers(found) ? found[name] : undefined), value);
}

function shapeOf(schema: Json | undefined, parts: Members): Shape {
  if (!isMembers(schema)) return { kind: "anything", optional: true, usual: undefined };
  const common: Common = { optional: false, usual: schema["default"] };
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    return { ...shapeOf(parts[reference.split("/").at(-1) ?? ""], parts), ...common };
  }
  const choices = schema["anyOf"];
  if (Array.isArray(choices)) {
    const named = choices.filter((choice) => at(choice, "type") !== "null");
    const optional = named.length < choices.length;
    const by = at(schema, "discriminator", "propertyName");
    if (typeof by === "string") return { ...variantsOf(by, at(schema, "discriminator", "mapping"), parts), ...common, optional };
    if (named.length === 1) return { ...shapeOf(named[0], parts), ...common, optional };
    return { kind: "anything", ...common, optional };
  }
  return { ...plainShape(schema, parts), ...common };
}

function variantsOf(by: string, mapping: Json | undefined, parts: Members): Shape {
  const variants: Record<string, Shape & { kind: "members" }> = {};
  for (const [word, reference] of Object.entries(isMembers(mapping) ? mapping : {})) {
    const shape = shapeOf({ $ref: reference }, parts);
    if (shape.kind === "members") variants[word] = shape;
  }
  return { kind: "variants", by, variants, optional: false, usual: undefined };
}

function plainShape(schema: Members, parts: Members): Shape {
  const common: Common = { optional: false, usual: undefined };
  const words = schema["enum"];
  if (Array.isArray(words)) return { kind: "choice", words: words.map(String), ...common };
  switch (schema["type"]) {
    case "string":
      return {
        kind: "text", pattern: patternOf(schema["pattern"]), longest: numberOf(schema["maxLength"]),
        shortest: numberOf(schema["minLength"]) ?? 0, date: schema["format"] === "date", ...common,
      };
    case "integer":
    case "number":
      return { kind: "number", least: numberOf(schema["minimum"]), most: numberOf(schema["maximum"]), whole: schema["type"] === "integer", ...common };
    case "boolean":
      return { kind: "flag", ...common };
    case "array":
      return { kind: "list", item: shapeOf(schema["items"], parts), most: numberOf(schema["maxItems"]), fewest: numberOf(schema["minItems"]) ?? 0, ...common };
    case "object":
      return objectShape(schema, parts);
    default:
      return { kind: "anything", ...common };
  }
}

function objectShape(schema: Members, parts: Members): Shape {
  const common: Common = { optional: false, usual: undefined };
  const properties = schema["properties"];
  if (!isMembers(properties)) {
    return {
      kind: "map", key: patternOf(at(schema, "propertyNames", "pattern")), value: shapeOf(schema["additionalProperties"], parts),
      fewest: numberOf(schema["minProperties"]) ?? 0, ...common,
    };
  }
  const members = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, shapeOf(member, parts)]));
  const required = schema["required"];
  return { kind: "members", members, required: Array.isArray(required) ? required.map(String) : [], ...common };
}

function patternOf(pattern: Json | undefined): RegExp | null {
  if (typeof pattern !== "string") return null;
  try {
    return new RegExp(pattern);
  } catch {
    return null; // the API checks it anyway
  }
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

// Of what stands at a path; null where the description knows nothing of it. `value`: decides between variants.
export function shapeAt(shape: Shape, value: Json | undefined, path: Path): Shape | null {
  const [step, ...rest] = path;
  if (step === undefined) return shape;
  const inner = Array.isArray(value) ? value[Number(step)] : isMembers(value) ? value[step] : undefined;
  const next = shape.kind === "list" ? shape.item : shape.kind === "map" ? shape.value : membersOf(shape, value)?.members[String(step)];
  return next ? shapeAt(next, inner, rest) : null;
}

// The members of an object, of several kinds of objects those of the kind that it is.
export function membersOf(shape: Shape, value: Json | undefined): (Shape & { kind: "members" }) | null {
  if (shape.kind === "members") return shape;
  if (shape.kind !== "variants" || !isMembers(value)) return null;
  return shape.variants[String(value[shape.by])] ?? null;
}

// Something to begin with: what has to be there, empty.
export function blankOf(shape: Shape): Json | undefined {
  switch (shape.kind) {
    case "members":
      return Object.fromEntries(shape.required.flatMap((name) => {
        const member = shape.members[name];
        const value = member && blankOf(member);
        return value === undefined ? [] : [[name, value]];
      }));
    case "list": return [];
    case "map": return {};
    case "text": return "";
    case "choice": return shape.words.length === 1 ? shape.words[0] : undefined;
    default: return undefined;
  }
}
