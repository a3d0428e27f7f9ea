// The configuration document as a value: places in it, edits that touch nothing else, differences, and two edits of
// the same version laid over each other. Nothing here knows its members: what the console has never heard of stays.

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type Members = { [member: string]: Json };
export type Path = readonly (string | number)[];

export function isMembers(value: Json | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)];
    else if (isMembers(found) && Object.hasOwn(found, step)) found = found[step];
    else return undefined;
  }
  return found;
}

// A copy in which another value stands there; `undefined` takes out what stood there. Objects on the way are made.
export function withValue(value: Json | undefined, path: Path, wanted: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return wanted ?? null;
  if (typeof step === "number") {
    const items = Array.isArray(value) ? [...value] : [];
    if (!rest.length && wanted === undefined) items.splice(step, 1);
    else items[step] = withValue(items[step], rest, wanted);
    return items;
  }
  const members: Members = isMembers(value) ? { ...value } : {};
  if (!rest.length && wanted === undefined) delete members[step];
  else members[step] = withValue(members[step], rest, wanted);
  return members;
}

// `teams[0].calendar`, as the API names places.
export function placeOf(path: Path): string {
  return path.map((step, at) => (typeof step === "number" ? `[${step}]` : at ? `.${step}` : step)).join("");
}

// What stands in brackets and is no number is a name, or `...` where the API leaves open which one it was.
export function pathOf(place: string): (string | number)[] {
  const steps = place.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
  return steps.map((step) => (/^\[\d+\]$/.test(step) ? Number(step.slice(1, -1)) : step.replace(/^\[|\]$/g, "")));
}

// The longest part of a place that there is: where somebody is led to whom the API tells of a mistake.
export function knownPart(value: Json, place: string): (string | number)[] {
  const path = pathOf(place);
  const holder = (length: number) => valueAt(value, path.slice(0, length - 1));
  for (let length = path.length; length > 0; length--) {
    const last = path[length - 1];
    const isMember = typeof last === "string" && last !== "..." && isMembers(holder(length));
    if (isMember || valueAt(value, path.slice(0, length)) !== undefined) return path.slice(0, length);
  }
  return [];
}

export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => same(item, other[at]));
  }
  if (!isMembers(one) || !isMembers(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]));
}

// Of a list whose members all have names, each another one: the members by name.
function byName(value: Json | undefined): Map<string, Json> | null {
  if (!Array.isArray(value)) return null;
  const named = new Map<string, Json>();
  for (const item of value) {
    if (!isMembers(item) || typeof item["name"] !== "string") return null;
    named.set(item["name"], item);
  }
  return named.size === value.length ? named : null;
}

// How many of the smallest places differ; members of lists are compared by name.
export function countChanges(before: Json | undefined, after: Json | undefined): number {
  if (same(before, after)) return 0;
  if (isMembers(before) && isMembers(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].reduce((sum, name) => sum + countChanges(before[name], after[name]), 0);
  }
  const [old, now] = [byName(before), byName(after)];
  if (!old || !now) return 1;
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].reduce((sum, name) => sum + countChanges(old.get(name), now.get(name)), 0) || 1; // another order
}

export interface Merged {
  document: Json;
  // What both changed, each in another way; `document` has ours there.
  clashes: { place: string; ours: Json | undefined; theirs: Json | undefined }[];
}

// Our edit of `base` laid over what somebody else has made of it meanwhile.
export function mergeEdits(base: Json, ours: Json, theirs: Json): Merged {
  const clashes: Merged["clashes"] = [];
  const merge = (from: Json | undefined, mine: Json | undefined, other: Json | undefined, place: string): Json | undefined => {
    if (same(mine, other) || same(from, other)) return mine;
    if (same(from, mine)) return other;
    if (isMembers(mine) && isMembers(other)) {
      const old = isMembers(from) ? from : {};
      const merged: Members = {};
      for (const name of new Set([...Object.keys(other), ...Object.keys(mine)])) {
        const value = merge(old[name], mine[name], other[name], place ? `${place}.${name}` : name);
        if (value !== undefined) merged[name] = value;
      }
      return merged;
    }
    const [own, their] = [byName(mine), byName(other)];
    if (own && their) {
      const old = byName(from) ?? new Map<string, Json>();
      const merged: Json[] = [];
      // In our order; what is only theirs comes behind.
      for (const name of new Set([...own.keys(), ...their.keys()])) {
        const value = merge(old.get(name), own.get(name), their.get(name), `${place}[${name}]`);
        if (value !== undefined) merged.push(value);
      }
      return merged;
    }
    clashes.push({ place, ours: mine, theirs: other });
    return mine;
  };
  return { document: merge(base, ours, theirs, "") ?? null, clashes };
}
