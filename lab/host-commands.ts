import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "./control.ts";
import { free, ss, top } from "./host-probes.ts";
import { gatewayName } from "./tls.ts";
import { serviceOf, services } from "./topology.ts";
import { usedBytes } from "./volume.ts";

export type HostControls = {
  readonly root: (host: string) => string;
  readonly running: (host: string) => boolean;
  readonly port: (host: string) => number | undefined;
  readonly pid: (host: string) => number | undefined;
  readonly start: (host: string) => Promise<void>;
  readonly stop: (host: string) => Promise<void>;
  readonly reload: (host: string) => void;
  readonly renewCertificate: (host: string) => string;
};

/** What the shims of one host answer. A host knows its own service and nothing else. */
export async function answerHost(controls: HostControls, host: string, words: readonly string[]): Promise<Answer> {
  const [program, ...rest] = words;
  switch (program) {
    case "systemctl":
      return systemctl(
        controls,
        host,
        rest.filter((word) => !word.startsWith("-")),
      );
    case "journalctl":
      return journalctl(controls, host, rest);
    case "df":
      return df(controls, host);
    case "free":
      return free();
    case "top":
      return top(host, { pid: controls.pid(host), port: controls.port(host) });
    case "ss":
      return ss({ pid: controls.pid(host), port: controls.port(host) });
    case "certbot":
      return certbot(controls, host, rest);
    default:
      return failed(`${program}: not a command of this host`, 127);
  }
}

async function systemctl(controls: HostControls, host: string, words: readonly string[]): Promise<Answer> {
  const [verb = "", named = ""] = words;
  const unit = named.replace(/\.service$/, "");
  if (unit !== serviceOf(host)) return failed(`Unit ${named || "(none)"} not found.`, 5);
  switch (verb) {
    case "restart":
      await controls.stop(host);
      await controls.start(host);
      return done("");
    case "start":
      await controls.start(host);
      return done("");
    case "stop":
      await controls.stop(host);
      return done("");
    case "reload":
      controls.reload(host);
      return done("");
    case "is-active":
    case "status":
      return controls.running(host)
        ? done(verb === "status" ? `${unit}.service - lab service\n   Active: active (running)\n` : "active\n")
        : failed("inactive", 3);
    default:
      return failed(`Unknown command verb '${verb}'.`, 1);
  }
}

function journalctl(controls: HostControls, host: string, words: readonly string[]): Answer {
  const unit = valueAfter(words, "-u")?.replace(/\.service$/, "");
  if (unit !== serviceOf(host)) return failed(`no journal of unit ${unit ?? "(none)"} on ${host}`, 1);
  const count = Number(valueAfter(words, "-n") ?? "100");
  const lines = readFileSync(join(controls.root(host), "var", "log", `${unit}.log`), "utf8")
    .trimEnd()
    .split("\n");
  return done(`${lines.slice(-(Number.isInteger(count) && count > 0 ? count : 100)).join("\n")}\n`);
}

function df(controls: HostControls, host: string): Answer {
  const service = serviceOf(host);
  const { capacity } = services[service];
  if (capacity === undefined) return failed(`${host} has no data volume`, 1);
  const used = usedBytes(join(controls.root(host), "var", "lib", service));
  const blocks = (bytes: number): string => String(Math.ceil(bytes / 1024)).padStart(10);
  const percent = `${Math.ceil((used / capacity) * 100)}%`.padStart(5);
  const free = Math.max(0, capacity - used);
  return done(
    `Filesystem     1K-blocks       Used  Available Use% Mounted on\n/dev/nvme1n1  ${blocks(capacity)} ${blocks(used)} ${blocks(free)} ${percent} /var/lib/${service}\n`,
  );
}

function certbot(controls: HostControls, host: string, words: readonly string[]): Answer {
  if (words[0] !== "renew") return failed("usage: certbot renew [--cert-name NAME]", 2);
  const name = valueAfter(words, "--cert-name") ?? gatewayName;
  if (serviceOf(host) !== "gateway" || name !== gatewayName) return failed(`No certificate found with name ${name}`, 1);
  return done(`Renewed ${name}: expires ${controls.renewCertificate(host)}\n`);
}

const valueAfter = (words: readonly string[], flag: string): string | undefined => words[words.indexOf(flag) + 1 || -1];
const done = (output: string): Answer => ({ exitCode: 0, output });
const failed = (output: string, exitCode: number): Answer => ({ exitCode, output: `${output}\n` });
