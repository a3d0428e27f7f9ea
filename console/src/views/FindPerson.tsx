// A field in which one looks somebody up by an address, a number or a name, and chooses them.

import { useState } from "preact/hooks";
import type { Customer } from "../api/types.ts";
import { useConsole, withoutKind } from "../console.ts";
import { isContactPoint } from "../route.ts";
import { t } from "../texts.ts";
import { troubleOf } from "../trouble.ts";

interface Shown {
  label: string;
  // Who cannot be meant.
  without: string;
  chosen: Customer | null;
  choose: (customer: Customer | null) => void;
}

export function FindPerson({ label, without, chosen, choose }: Shown) {
  const { hub, complain } = useConsole();
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Customer[] | null>(null);
  const look = async () => {
    const words = typed.trim();
    if (!words) return;
    try {
      const people = await hub.customersOf(isContactPoint(words) ? { contact_point: words } : { name: words });
      const others = people.filter((one) => one.id !== without);
      setFound(others);
      choose(others.length === 1 ? (others[0] ?? null) : null);
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  const nameOf = (one: Customer) => [one.name, ...one.contact_points.map(withoutKind)].filter(Boolean).join(" · ");
  return (
    <div class="find-person">
      <label>{label}
        <input
          type="text" value={typed} maxLength={200} autoComplete="off" onInput={(event) => { setTyped(event.currentTarget.value); choose(null); }}
          onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); void look(); } }}
        />
      </label>
      <button type="button" onClick={() => void look()}>{t("merge.look")}</button>
      <div role="status">{found?.length === 0 && <p class="quiet">{t("person.nobody")}</p>}</div>
      {found && found.length > 0 && (
        <fieldset class="people"><legend class="hidden">{label}</legend>
          {found.map((one) => (
            <label key={one.id} class="inline"><input type="radio" name="person" checked={chosen?.id === one.id} onChange={() => choose(one)} /> <bdi>{nameOf(one)}</bdi></label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
