import { describe, expect, it } from "vitest";
import { formats as madeUp, sampleOf } from "../../bench/digest-formats.ts";
import { createHeaderReader } from "../../src/digest/header.ts";
import { learnLayouts } from "../../src/digest/layout.ts";
import { createTimestampReader } from "../../src/digest/timestamp.ts";

const messages = ["started worker 4", "lost connection to 10.0.0.1", "retry in 5 s", "queue depth 12 of 90"];

/** Each format as a function of message number; no real program's lines. */
const formats: Readonly<Record<string, (index: number, message: string) => string>> = {
  "ISO with level and logger": (i, m) => `2026-06-01T10:00:0${i}.123Z ${level(i)} [pool-${i} main] com.acme.Job: ${m}`,
  "ISO with comma and dashes": (i, m) => `2026-06-01 10:00:0${i},123 - ${level(i)}  [node:${i}] - ${m}`,
  syslog: (i, m) => `Jun  1 10:00:0${i} host-a app[4${i}]: ${m}`,
  "bracketed weekday date": (i, m) => `[Mon Jun 01 10:00:0${i} 2026] [${level(i).toLowerCase()}] ${m}`,
  "month and day with pids": (i, m) => `06-01 10:00:0${i}.123  170${i}  239${i} ${level(i)[0]} Window: ${m}`,
  "six digits twice": (i, m) => `260601 10000${i} 3${i} ${level(i)} store.Data: ${m}`,
  "slashed short year": (i, m) => `26/06/01 10:00:0${i} ${level(i)} exec.Task: ${m}`,
  pipes: (i, m) => `20260601-10:00:0${i}:123|Step_Counter|3000${i}|${m}`,
  "epoch in the middle": (i, m) => `4${i}77 node-${i} unit.hw state_change 178031880${i} 1 ${m}`,
  "two dates and a level far right": (i, m) =>
    `- 178031880${i} 2026.06.01 R0${i}-M1 2026-06-01-10.00.0${i}.123456 R0${i}-M1 RAS UNIT ${level(i)} ${m}`,
  "file name first": (i, m) => `svc.log.1 2026-06-01 10:00:0${i}.123 257${i} ${level(i)} api.wsgi [req-${i}a b c] ${m}`,
  "program and dash": (i, m) => `[06.01 10:00:0${i}] prog${i}.exe - ${m}`,
  "level with comma": (i, m) => `2026-06-01 10:00:0${i}, ${level(i)}     ${m}`,
  "level in brackets first": (i, m) => `[${level(i)}] ${m}`,
  tabs: (i, m) => `2026-06-01T10:00:0${i}Z\t${level(i)}\treq-${i}\t${m}`,
};

describe("header detection", () => {
  it.each(Object.entries(formats))("finds where the message begins: %s", (_, format) => {
    const lines = Array.from({ length: 40 }, (_, index) => format(index % 10, messages[index % 4] as string));
    const reader = createTimestampReader(Date.UTC(2026, 6, 1));
    const layouts = learnLayouts(lines, reader);
    lines.forEach((line, index) => {
      const reading = { start: -1, timestamp: Number.NaN, rank: 0 };
      expect(createHeaderReader(layouts, reader)(line, reading)).toBe(true);
      expect(line.slice(reading.start)).toBe(messages[index % 4]);
    });
  });

  it.each(Object.keys(madeUp))("reads a line from memory as it would read it alone: %s", (name) => {
    const { lines } = sampleOf(name, 600, 3);
    const reader = createTimestampReader(Date.UTC(2026, 6, 1));
    const layouts = learnLayouts(lines.slice(0, 300), reader);
    const remembering = createHeaderReader(layouts, reader);
    for (const line of lines) {
      const together = { start: -1, timestamp: Number.NaN, rank: 0 };
      const alone = { ...together };
      const found = remembering(line, together);
      expect(createHeaderReader(layouts, createTimestampReader(Date.UTC(2026, 6, 1)))(line, alone)).toBe(found);
      expect(together).toEqual(alone);
    }
  });

  it("takes no words of a message for a header where lines have none", () => {
    const lines = Array.from({ length: 40 }, (_, index) => `worker ${index} says: the error is ${index}`);
    expect(learnLayouts(lines, createTimestampReader())).toEqual([]);
  });

  it("leaves lines without the level their first word", () => {
    const lines = Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0 ? "served order 5" : "ERROR payment 7 lost",
    );
    const reader = createTimestampReader();
    const layouts = learnLayouts(lines, reader);
    const reading = { start: 0, timestamp: Number.NaN, rank: 0 };
    expect(createHeaderReader(layouts, reader)("ERROR payment 7 lost", reading)).toBe(true);
    expect(createHeaderReader(layouts, reader)("served order 5", reading)).toBe(false);
  });

  it("learns each format of a mixed file", () => {
    const [first, second] = [formats.syslog, formats["six digits twice"]];
    const lines = Array.from({ length: 60 }, (_, index) =>
      ((index % 2 === 0 ? first : second) as (i: number, m: string) => string)(index % 10, "same words"),
    );
    const reader = createTimestampReader();
    const layouts = learnLayouts(lines, reader);
    for (const line of lines) {
      const reading = { start: -1, timestamp: Number.NaN, rank: 0 };
      createHeaderReader(layouts, reader)(line, reading);
      expect(line.slice(reading.start)).toBe("same words");
    }
  });
});

function level(index: number): string {
  return ["INFO", "WARN", "ERROR"][index % 3] as string;
}
