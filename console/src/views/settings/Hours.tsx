// When a calendar counts: the hours of each weekday, closed days, days with hours of their own, public holidays.

import { useState } from "preact/hooks";
import { isMembers, valueAt, type Json, type Path } from "../../settings/document.ts";
import { mistakeIn, nextSlot, slotOf, slotText, WEEKDAYS, weekMinutes } from "../../settings/hours.ts";
import { locale, t } from "../../texts.ts";
import { useEditing, useField } from "./editing.ts";
import { Group } from "./Field.tsx";

const textsIn = (value: Json | undefined) => (Array.isArray(value) ? value.map(String) : []);

export function weekdayName(at: number): string {
  return new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + at)); // a Monday
}

export function dayName(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at)) return day;
  return new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(at);
}

export function Week({ path }: { path: Path }) {
  const { value, set } = useField(path);
  const { readOnly } = useEditing();
  const week = isMembers(value) ? Object.fromEntries(Object.entries(value).map(([day, slots]) => [day, textsIn(slots)])) : {};
  const setDay = (day: string, slots: string[]) => {
    const { [day]: _, ...rest } = week;
    // In the order of the week, so that one sees what has changed and nothing else.
    set(Object.fromEntries(WEEKDAYS.flatMap((one) => {
      const hours = one === day ? slots : rest[one];
      return hours?.length ? [[one, hours]] : [];
    })));
  };
  const like = () => set({ ...week, ...Object.fromEntries(WEEKDAYS.slice(0, 5).map((day) => [day, week["mon"] ?? []])) });
  return (
    <Group path={path}>
      <p class="hint">{t("hours.sum", { hours: Math.round(weekMinutes(week) / 6) / 10 })}</p>
      {WEEKDAYS.map((day, at) => (
        <DayHours key={day} path={[...path, day]} name={weekdayName(at)} slots={week[day] ?? []} set={(slots) => setDay(day, slots)} />
      ))}
      {!readOnly && (week["mon"]?.length ?? 0) > 0 && <p><button type="button" onClick={like}>{t("hours.like_monday")}</button></p>}
    </Group>
  );
}

function DayHours({ path, name, slots, set }: { path: Path; name: string; slots: string[]; set: (slots: string[]) => void }) {
  const { readOnly } = useEditing();
  const { words, id } = useField(path);
  const mistake = mistakeIn(slots);
  const change = (at: number, part: "opens" | "closes", clock: string) =>
    set(slots.map((text, other) => (other === at ? slotText({ ...slotOf(text), [part]: clock }) : text)));
  return (
    <div class="day-hours" role="group" aria-label={name} id={id} tabIndex={-1}>
      <span class="day-name">{name}</span>
      <div class="slots">
        {!slots.length && <span class="quiet">{t("hours.closed")}</span>}
        {slots.map((text, at) => (
          <span key={at} class="slot">
            <input type="time" aria-label={t("hours.from", { day: name, n: at + 1 })} value={slotOf(text).opens} onInput={(event) => change(at, "opens", event.currentTarget.value)} />
            –
            <input type="time" aria-label={t("hours.to", { day: name, n: at + 1 })} value={slotOf(text).closes} onInput={(event) => change(at, "closes", event.currentTarget.value)} />
            {!readOnly && <button type="button" class="plain" aria-label={t("hours.remove", { day: name, n: at + 1 })} onClick={() => set(slots.filter((_, other) => other !== at))}>×</button>}
          </span>
        ))}
        {!readOnly && <button type="button" class="plain" aria-label={t("hours.add_to", { day: name })} onClick={() => set([...slots, nextSlot(slots)])}>{t("hours.add")}</button>}
      </div>
      {(words || mistake) && <p class="wrong" role="alert">{words ?? (mistake && t(mistake))}</p>}
    </div>
  );
}

// Past days stay in the document; they only are not in the way.
export function ClosedDays({ path }: { path: Path }) {
  const { value, set, id } = useField(path);
  const { readOnly } = useEditing();
  const [day, setDay] = useState("");
  const today = new Date().toISOString().slice(0, 10);
  const days = textsIn(value);
  const later = days.filter((one) => one >= today).sort();
  const put = (now: string[]) => set(now.length ? now : undefined);
  const add = () => {
    if (!day || days.includes(day)) return;
    put([...days, day].sort());
    setDay("");
  };
  return (
    <Group path={path}>
      {later.length > 0 && (
        <details class="rest" open={later.length <= 12}>
          <summary>{t("hours.closed_days", { n: later.length })}</summary>
          <ul class="days">
            {later.map((one) => (
              <li key={one}><time dateTime={one}>{dayName(one)}</time> {!readOnly && <button type="button" class="plain" aria-label={t("set.remove_what", { what: dayName(one) })} onClick={() => put(days.filter((other) => other !== one))}>×</button>}</li>
            ))}
          </ul>
        </details>
      )}
      {days.length > later.length && <p class="hint">{t("hours.past", { n: days.length - later.length })}</p>}
      {!readOnly && <NewDay id={`${id}-new`} label={t("hours.new_closed")} day={day} set={setDay} add={add} />}
    </Group>
  );
}

export function OpenDays({ path }: { path: Path }) {
  const { value, set, id } = useField(path);
  const { readOnly } = useEditing();
  const [day, setDay] = useState("");
  const days = isMembers(value) ? value : {};
  const put = (now: Record<string, Json>) => set(Object.keys(now).length ? now : undefined);
  const without = (one: string) => Object.fromEntries(Object.entries(days).filter(([other]) => other !== one));
  const add = () => {
    if (!day || day in days) return;
    put({ ...days, [day]: ["08:00-16:00"] });
    setDay("");
  };
  return (
    <Group path={path}>
      {Object.keys(days).sort().map((one) => (
        <div key={one} class="open-day">
          <DayHours path={[...path, one]} name={dayName(one)} slots={textsIn(valueAt(days, [one]))} set={(slots) => put({ ...days, [one]: slots })} />
          {!readOnly && <button type="button" class="plain" aria-label={t("set.remove_what", { what: dayName(one) })} onClick={() => put(without(one))}>{t("set.remove")}</button>}
        </div>
      ))}
      {!readOnly && <NewDay id={`${id}-new`} label={t("hours.new_open")} day={day} set={setDay} add={add} />}
    </Group>
  );
}

function NewDay({ id, label, day, set, add }: { id: string; label: string; day: string; set: (day: string) => void; add: () => void }) {
  return (
    <p class="map-add">
      <label for={id}>{label}</label>
      <input id={id} type="date" value={day} onInput={(event) => set(event.currentTarget.value)} />
      <button type="button" disabled={!day} onClick={add}>{t("set.add")}</button>
    </p>
  );
}

// Only the operator's command looks them up; their days stand among the closed ones.
export function Holidays({ path }: { path: Path }) {
  const { document } = useEditing();
  const { value, id, words } = useField(path);
  if (!isMembers(value)) return words ? <p class="wrong" id={`${id}-wrong`}>{words}</p> : null;
  const until = valueAt(document, [...path.slice(0, -1), "holidays_until"]);
  const where = [value["country"], value["subdivision"]].filter(Boolean).join(", ");
  return (
    <div class="setting" id={id} tabIndex={-1}>
      <span>{t("hours.holidays")}</span>
      <p>{where}{typeof until === "string" && ` · ${t("hours.until", { day: dayName(until) })}`}</p>
      <p class="hint">{t("hours.holidays_hint")}</p>
      {words && <p class="wrong">{words}</p>}
    </div>
  );
}
