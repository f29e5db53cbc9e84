/** Addresses that code builds. A placeholder is filled with a percent-encoded value, so that no text can leave its place. */
export type Links = {
  readonly run: (runId: string) => string | undefined;
  readonly runbook: (runbook: string, step: string) => string | undefined;
  readonly alarm: (name: string, place: string) => string | undefined;
};

export const noLinks: Links = { run: () => undefined, runbook: () => undefined, alarm: () => undefined };

/** Templates such as `https://git.example/runbooks/{runbook}.md#{step}`; anything that is no https address gives no link. */
export function linksOf(templates: {
  readonly run?: string | undefined;
  readonly runbook?: string | undefined;
  readonly alarm?: string | undefined;
}): Links {
  return {
    run: (run) => fill(templates.run, { run }),
    runbook: (runbook, step) => fill(templates.runbook, { runbook, step }),
    alarm: (alarm, place) => fill(templates.alarm, { alarm, region: place.split("/")[1] ?? "" }),
  };
}

function fill(template: string | undefined, values: Readonly<Record<string, string>>): string | undefined {
  const filled = template?.replace(/\{(\w+)\}/g, (whole, name: string) =>
    values[name] === undefined ? whole : encodeURIComponent(values[name].toWellFormed()),
  );
  if (filled === undefined || filled.length > 2000 || !/^https?:\/\/[^\s<>|{}]+$/.test(filled)) return undefined;
  return URL.canParse(filled) ? filled : undefined;
}
