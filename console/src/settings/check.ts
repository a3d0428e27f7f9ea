// What is wrong with an edit as far as the description tells, before the API is asked. It names the place and a text.

import { isMembers, placeOf, type Json, type Path } from "./document.ts";
import { membersOf, type Shape } from "./schema.ts";
import type { Key, Values } from "../texts.ts";

export interface Mistake {
  place: string;
  key: Key;
  values: Values;
}

export function mistakesIn(shape: Shape, value: Json | undefined, path: Path = []): Mistake[] {
  const wrong = (key: Key, values: Values = {}): Mistake[] => [{ place: placeOf(path), key, values }];
  if (value === undefined || value === null) return [];
  switch (shape.kind) {
    case "text":
      if (typeof value !== "string") return wrong("wrong.other");
      if (value.length < shape.shortest) return wrong("wrong.empty");
      if (shape.longest !== null && [...value].length > shape.longest) return wrong("wrong.long", { n: shape.longest });
      if (shape.date && !/^\d{4}-\d\d-\d\d$/.test(value)) return wrong("wrong.date");
      return shape.pattern && !shape.pattern.test(value) ? wrong(value ? "wrong.pattern" : "wrong.empty") : [];
    case "number":
      if (typeof value !== "number" || (shape.whole && !Number.isInteger(value))) return wrong("wrong.number");
      return (shape.least !== null && value < shape.least) || (shape.most !== null && value > shape.most)
        ? wrong("wrong.range", { least: shape.least ?? "−∞", most: shape.most ?? "∞" }) : [];
    case "choice":
      return shape.words.includes(String(value)) ? [] : wrong("wrong.choice");
    case "list":
      if (!Array.isArray(value)) return wrong("wrong.other");
      if (value.length < shape.fewest) return wrong("wrong.empty");
      if (shape.most !== null && value.length > shape.most) return wrong("wrong.many", { n: shape.most });
      return value.flatMap((item, at) => mistakesIn(shape.item, item, [...path, at]));
    case "map":
      if (!isMembers(value)) return wrong("wrong.other");
      if (Object.keys(value).length < shape.fewest) return wrong("wrong.empty");
      return Object.entries(value).flatMap(([name, member]) =>
        shape.key && !shape.key.test(name) ? wrong("wrong.key", { name }) : mistakesIn(shape.value, member, [...path, name]));
    case "members":
    case "variants": {
      const found = membersOf(shape, value);
      if (!found || !isMembers(value)) return wrong("wrong.choice");
      const missing = found.required.filter((name) => value[name] === undefined || value[name] === null);
      return [
        ...missing.map((name): Mistake => ({ place: placeOf([...path, name]), key: "wrong.missing", values: {} })),
        ...Object.entries(found.members).flatMap(([name, member]) => mistakesIn(member, value[name], [...path, name])),
      ];
    }
    default:
      return [];
  }
}
