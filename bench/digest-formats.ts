import { valuesOf } from "./digest-format-values.ts";
import { hostFormats } from "./digest-formats-hosts.ts";
import { serviceFormats } from "./digest-formats-services.ts";
import { mulberry } from "./digest-lines.ts";

/** One made-up log of a known kind of format: lines and the number of the statement that wrote each. */
export interface FormatSample {
  readonly name: string;
  readonly lines: readonly string[];
  readonly truth: readonly string[];
}

/** A header and the statements behind it. */
export interface Format {
  /** `{message}` stands where the statement goes; other names are values as in statements. */
  readonly header: string | readonly string[];
  /** Weighted by their place: the first ones come most often. `[[x]]` is there half the time. */
  readonly statements: readonly string[];
}

export const formats: Readonly<Record<string, Format>> = { ...hostFormats, ...serviceFormats };

/** Lines of one format, the same ones for the same seed. */
export function sampleOf(name: string, count: number, seed: number): FormatSample {
  const format = formats[name] as Format;
  const random = mulberry(seed);
  const draw = valuesOf(random);
  const headers = typeof format.header === "string" ? [format.header] : format.header;
  const lines: string[] = [];
  const truth: string[] = [];
  for (let index = 0; index < count; index++) {
    draw.tick();
    const chosen = Math.floor(random() ** 1.7 * format.statements.length);
    const header = headers[Math.floor(random() * headers.length)] as string;
    const optional = (format.statements[chosen] as string).replace(/\[\[(.*?)\]\]/g, (_, part: string) =>
      random() < 0.5 ? part : "",
    );
    lines.push(draw.fill(header.replace("{message}", () => optional)));
    truth.push(String(chosen));
  }
  return { name, lines, truth };
}
