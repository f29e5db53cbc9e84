import { HealerError } from "../domain/errors.ts";
import { type ProbeRequest, probeNames } from "../domain/ports.ts";

type ProbeName = ProbeRequest["probe"];

/**
 * Every command that a probe may run, reviewed here and nowhere else: each only reads, ends by itself, and prints little.
 * `$unit` and `$lines` are the only parts that a caller chooses.
 */
const commands: Readonly<Record<ProbeName, string>> = {
  disk_space: "df -P -k 2>&1 | head -n 40; df -P -i 2>&1 | head -n 40",
  memory: "free -m 2>&1 | head -n 10",
  processes: "top -b -n 1 2>&1 | head -n 30",
  sockets: "ss -s 2>&1 | head -n 20; ss -l -t -n 2>&1 | head -n 40",
  unit_status: 'systemctl status --no-pager --lines=0 -- "$unit" 2>&1 | head -n 40',
  unit_journal: 'journalctl -q --no-pager -u "$unit" -n "$lines" 2>&1 | tail -n "$lines"',
};

/** Begins with a letter or digit, so that it can be no option; holds nothing that a shell reads. */
export const unitPattern = "^[A-Za-z0-9][A-Za-z0-9@._:-]{0,63}$";
export const linesLimit = { least: 1, most: 200, usual: 50 } as const;
/** Seconds that a probe may take on the host. */
export const probeSeconds = 20;

export const needsUnit = (probe: ProbeName): boolean => commands[probe].includes("$unit");

/** What a probe's parameters are on the wire. Rejects with `bad_input` for a value outside its type. */
export function probeValues(request: ProbeRequest): {
  readonly probe: ProbeName;
  readonly unit: string;
  readonly lines: string;
} {
  const { probe, unit = "none", lines = linesLimit.usual } = request;
  if (!Object.hasOwn(commands, probe)) throw refused(`there is no probe ${String(probe)}`);
  if (needsUnit(probe) && request.unit === undefined) throw refused(`${probe} needs a unit`);
  if (!new RegExp(unitPattern).test(unit)) throw refused(`${JSON.stringify(unit.slice(0, 64))} is no name of a unit`);
  if (!Number.isInteger(lines) || lines < linesLimit.least || lines > linesLimit.most)
    throw refused(`lines must be from ${linesLimit.least} to ${linesLimit.most}`);
  return { probe, unit, lines: String(lines) };
}

/** The whole shell text of a probe; its values are single words that need no quoting, and are quoted all the same. */
export function probeCommand(request: ProbeRequest): string {
  const { probe, unit, lines } = probeValues(request);
  const values = needsUnit(probe) ? `unit='${unit}'; lines='${lines}'; ` : "";
  return `${values}${commands[probe]}`;
}

/** Name of the document that a deployment creates from `probeDocument`. */
export const probeDocumentName = "Healer-ProbeHost";

/**
 * The same probes as a Systems Manager document, in which the service itself checks the values. A role that may send this
 * document and no other can run these lines and no other: IAM can not look into the text of `AWS-RunShellScript`.
 */
export function probeDocument(): object {
  const cases = probeNames.map((name) => `  ${name}) ${commands[name]} ;;`);
  return {
    schemaVersion: "2.2",
    description: "Read-only look at a host for the incident healer. Made from src/probe/probes.ts.",
    parameters: {
      probe: { type: "String", description: "What to look at.", allowedValues: [...probeNames] },
      unit: { type: "String", description: "A systemd unit.", default: "none", allowedPattern: unitPattern },
      lines: {
        type: "String",
        description: "Lines of the journal.",
        default: String(linesLimit.usual),
        allowedPattern: "^([1-9][0-9]?|1[0-9][0-9]|200)$",
      },
    },
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: "probe",
        precondition: { StringEquals: ["platformType", "Linux"] },
        inputs: {
          timeoutSeconds: String(probeSeconds),
          runCommand: ["unit='{{ unit }}'", "lines='{{ lines }}'", "case '{{ probe }}' in", ...cases, "esac"],
        },
      },
    ],
  };
}

const refused = (what: string): HealerError =>
  new HealerError("bad_input", `${what}; nothing was sent`, {
    hint: `Probes: ${probeNames.join(", ")}. A unit is a name such as nginx or orders.service.`,
  });
