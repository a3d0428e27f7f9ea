// Signs of channels and deeds, drawn here: nothing is loaded. They say nothing to screen readers; the words beside do.

const PATHS: Record<string, string> = {
  email: "M3 6h18v12H3zM3 7l9 7 9-7",
  sms: "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5",
  web_form: "M5 4h14v16H5zM8 8h8M8 12h8M8 16h4",
  app: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
  fax: "M7 9V4h10v5M5 9h14a1 1 0 0 1 1 1v7h-3M4 17v-7a1 1 0 0 1 1-1M4 17h3M7 14h10v6H7z",
  phone: "M6 4l3 0 1.5 4.5L8 10a12 12 0 0 0 6 6l1.5-2.5L20 15v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z",
  letter: "M4 8l8-5 8 5v11H4zM4 9l8 6 8-6",
  in_person: "M12 4a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM5 20c0-4 3-6 7-6s7 2 7 6",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5M8 8h8M8 12h5",
  event: "M12 8v4l3 2M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z",
  notice: "M6 17V11a6 6 0 0 1 12 0v6l1 1H5zM10 20h4",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  warning: "M12 4l9 16H3zM12 10v5M12 17.5v.5",
  back: "M14 6l-6 6 6 6",
  search: "M11 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15.5 15.5L20 20",
  settings: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
  reports: "M4 4v16h16M8 16v-5M12 16V7M16 16v-3",
  check: "M5 12l5 5 9-10",
  cross: "M7 7l10 10M17 7L7 17",
};

export function Icon({ name, label }: { name: string; label?: string }) {
  const path = PATHS[name] ?? PATHS["event"] ?? "";
  const said = label ? ({ role: "img", "aria-label": label } as const) : ({ "aria-hidden": "true" } as const);
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" width="18" height="18" {...said}>
      {label && <title>{label}</title>}
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
