import * as z from "zod";
import { flagLine } from "../src/digest/flag.ts";
import { redact } from "../src/digest/redact.ts";
import { messageOf } from "../src/domain/errors.ts";
import { probeNames } from "../src/domain/ports.ts";
import { errorResult, okResult, readTool } from "../src/domain/tool.ts";
import { linesLimit, needsUnit, unitPattern } from "../src/probe/probes.ts";

/** Characters of output that the model sees: the end, where the newest lines are. */
const shownCharacters = 6000;

export const probeHost = readTool({
  name: "probe_host",
  description:
    "Look at one managed host without changing it: disk space and inodes, memory, processes, sockets, a unit's status or the end of its journal. The commands are fixed; you choose one.",
  needs: ["probe"],
  input: z.strictObject({
    target: z
      .string()
      .regex(/^m?i-[0-9a-f]{8,17}$/)
      .optional()
      .describe("Instance id. Default: the alarm's InstanceId."),
    probe: z.enum(probeNames),
    unit: z
      .string()
      .regex(new RegExp(unitPattern))
      .optional()
      .describe("For unit_status and unit_journal: nginx, orders …"),
    lines: z.int().min(linesLimit.least).max(linesLimit.most).default(linesLimit.usual).describe("For unit_journal."),
  }),
  async execute(input, context) {
    const target = input.target ?? context.incident.dimensions["InstanceId"];
    if (target === undefined)
      return errorResult("The alarm names no instance.", "Give target, as describe_resource names it.");
    if (needsUnit(input.probe) && input.unit === undefined) {
      return errorResult(`${input.probe} needs a unit.`, "Give the unit's name.");
    }
    const unit = input.unit === undefined ? {} : { unit: input.unit };
    const request = { target, probe: input.probe, lines: input.lines, signal: context.signal, ...unit };
    const what = `${input.probe}${input.unit === undefined ? "" : ` ${input.unit}`} on ${target}`;
    const outcome = await context.probe
      .run(request)
      .catch((error: unknown) => errorResult(`Could not probe ${what}: ${messageOf(error)}`, "Go on without it."));
    if ("forModel" in outcome) return outcome;
    const text = redact([outcome.stdout, outcome.stderr].filter((part) => part.trim() !== "").join("\n")).text.trim();
    if (outcome.state !== "succeeded" && outcome.stdout.trim() === "") {
      return errorResult(`${what}: ${outcome.state}, exit code ${outcome.exitCode}`, text.slice(-shownCharacters));
    }
    const id = `${context.callId}-probe`;
    const cut = text.length > shownCharacters ? `[first ${text.length - shownCharacters} characters left out]\n` : "";
    const head = `[${id}] ${what}: ${outcome.state}, exit code ${outcome.exitCode}`;
    const lines = [head, `${cut}${text.slice(-shownCharacters)}`, ...flagLine("the host's output", text)];
    return okResult(lines.join("\n"), what, {
      findings: [{ id, summary: `${what}: ${text.slice(0, 150)}`, source: target }],
    });
  },
});
