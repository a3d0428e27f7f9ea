// A chart with its legend and, behind it, the same as a table: bars that stand on each other, or lines.

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { highest, isEmpty, stacked, ticks, type Charted } from "../reports.ts";
import { t } from "../texts.ts";

const HEIGHT = 200;
const LEFT = 58;
const BOTTOM = 24;
const TOP = 8;
const nowhere: HrefOf = () => null;
const DASHES = ["", "7 4", "2 3", "10 3 2 3"];

interface Shown {
  id: string;
  title: string;
  charted: Charted;
  kind: "bars" | "lines";
  unit: "number" | "time";
  nameOf: (series: string) => string;
  valueOf: (value: number) => string;
  periodOf: (period: string) => string;
  // What is most worth knowing of it, in words.
  summary: string;
  // What it means that there is nothing to draw.
  nothing?: string | undefined;
  // Where the cases behind a figure are listed, null where they cannot be; and what that list is.
  hrefOf?: HrefOf;
  leads?: string;
  // Beside the words, another way to cases.
  also?: ComponentChildren;
  download: () => void;
}

export type HrefOf = (series: string, period: string) => string | null;

export function Chart({ id, title, charted, kind, unit, nameOf, valueOf, periodOf, summary, nothing: none, hrefOf = nowhere, leads, also, download }: Shown) {
  const [ground, width] = useWidth();
  const nothing = isEmpty(charted, unit);
  return (
    <section class="card chart" aria-labelledby={id}>
      <header><h3 id={id}>{title}</h3><button type="button" class="plain" onClick={download} aria-label={t("report.download_of", { title })}>{t("report.download")}</button></header>
      <p class="quiet">{nothing ? none ?? t("report.nothing") : summary} {also}</p>
      <div ref={ground} class="drawn">
        {!nothing && width > 0 && <Drawn label={`${title}. ${summary}`} charted={charted} stack={kind === "bars"} unit={unit} width={width} valueOf={valueOf} periodOf={periodOf} hrefOf={hrefOf} />}
      </div>
      {!nothing && charted.series.length > 1 && (
        <ul class="legend">
          {charted.series.map((one, at) => <li key={one.name}><span class={`swatch s${at % 8}`} aria-hidden="true" />{nameOf(one.name)}</li>)}
        </ul>
      )}
      {!nothing && (
        <details>
          <summary>{t(leads ? "report.as_table_leading" : "report.as_table")}</summary>
          {leads && <p class="quiet">{leads}</p>}
          <div class="scroll" tabIndex={0} role="region" aria-label={title}>
            <table>
              <thead><tr><th scope="col">{t("report.period")}</th>{charted.series.map((one) => <th key={one.name} scope="col">{nameOf(one.name)}</th>)}</tr></thead>
              <tbody>
                {charted.periods.map((period, at) => (
                  <tr key={period}>
                    <th scope="row">{periodOf(period)}</th>
                    {charted.series.map((one) => {
                      const value = valueIn(one.values[at], valueOf);
                      const href = one.values[at] ? hrefOf(one.name, period) : null;
                      return <td key={one.name}>{href ? <a href={href} aria-label={t("report.cases_behind", { value, what: nameOf(one.name), when: periodOf(period) })}>{value}</a> : value}</td>;
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

const valueIn = (value: number | null | undefined, valueOf: (value: number) => string) =>
  value === null || value === undefined ? "—" : valueOf(value);

interface DrawnShown {
  label: string;
  charted: Charted;
  stack: boolean;
  unit: "number" | "time";
  width: number;
  valueOf: (value: number) => string;
  periodOf: (period: string) => string;
  hrefOf: HrefOf;
}

function Drawn({ label, charted, stack, unit, width, valueOf, periodOf, hrefOf }: DrawnShown) {
  const steps = ticks(highest(charted, stack), unit);
  const top = steps.at(-1) ?? 1;
  const slot = (width - LEFT - 8) / Math.max(1, charted.periods.length);
  const x = (at: number) => LEFT + slot * (at + 0.5);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.max(1, Math.ceil(72 / slot));
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={label}>
      {steps.map((step) => (
        <g key={step}>
          <line class="grid" x1={LEFT} x2={width - 8} y1={y(step)} y2={y(step)} />
          <text x={LEFT - 6} y={y(step) + 4} text-anchor="end">{valueOf(step)}</text>
        </g>
      ))}
      {charted.periods.map((period, at) => at % every === 0 && <text key={period} x={x(at)} y={HEIGHT - 6} text-anchor="middle">{periodOf(period)}</text>)}
      {stack ? <Bars charted={charted} x={x} y={y} width={Math.max(2, Math.min(36, slot * 0.72))} hrefOf={hrefOf} /> : <Lines charted={charted} x={x} y={y} hrefOf={hrefOf} />}
    </svg>
  );
}

interface Placed {
  charted: Charted;
  x: (at: number) => number;
  y: (value: number) => number;
  hrefOf: HrefOf;
}

// For whoever points at a mark. The same ways are links in the table behind, for everybody.
const leading = (href: string | null) => (href ? { "data-leads": "", onClick: () => { location.hash = href; } } : {});

function Bars({ charted, x, y, width, hrefOf }: Placed & { width: number }) {
  return (
    <>
      {stacked(charted).flatMap((series, number) => series.map(({ from, to }, at) => to > from && (
        <rect key={`${number}/${at}`} class={`s${number % 8}`} x={x(at) - width / 2} width={width} y={y(to)} height={Math.max(1, y(from) - y(to))} {...leading(hrefOf(charted.series[number]?.name ?? "", charted.periods[at] ?? ""))} />
      )))}
    </>
  );
}

// A period without a value interrupts its line; one that stands alone is a dot all the same.
function Lines({ charted, x, y, hrefOf }: Placed) {
  return (
    <>
      {charted.series.map((one, number) => {
        const points = one.values.map((value, at) => (value === null ? null : `${x(at)},${y(value)}`));
        const path = points.map((point, at) => (point ? `${at > 0 && points[at - 1] ? "L" : "M"}${point}` : "")).join("");
        return (
          <g key={one.name} class={`line s${number % 8}`}>
            <path d={path} stroke-dasharray={DASHES[number % DASHES.length]} />
            {one.values.map((value, at) => value !== null && <circle key={at} cx={x(at)} cy={y(value)} r="3" {...leading(value ? hrefOf(one.name, charted.periods[at] ?? "") : null)} />)}
          </g>
        );
      })}
    </>
  );
}

// Of the element that the reference is given to, in pixels: letters are as large on a phone as on a wide screen.
function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const current = element.current;
    if (!current) return;
    const measure = () => setWidth(current.clientWidth);
    const watching = new ResizeObserver(measure);
    watching.observe(current);
    measure();
    return () => watching.disconnect();
  }, []);
  return [element, width];
}
