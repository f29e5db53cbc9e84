import type { Call } from "../call.ts";
import { destructive, isDestructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/** Judges one configuration value, which may name a program to start. */
export function judgeSetting(setting: string, call: Call): Verdict {
  const equals = setting.indexOf("=");
  const name = (equals < 0 ? setting : setting.slice(0, equals)).toLowerCase();
  const value = equals < 0 ? "" : setting.slice(equals + 1);
  const runs = name.startsWith("alias.")
    ? value.startsWith("!")
      ? value.slice(1)
      : `git ${value}`
    : programSettings.test(name)
      ? value.replace(/^!/, "")
      : undefined;
  if (runs === undefined) return reads(`sets ${name}`);
  const inner = call.context.probe(runs);
  if (isDestructive(inner)) return destructive(`git is told to run: ${inner.reason}`);
  return value.startsWith("!") || !name.startsWith("alias.")
    ? risky(`${name} names a program git will start`)
    : undoable(`defines ${name}`);
}

const programSettings =
  /^(core\.(pager|editor|sshcommand|fsmonitor|hookspath|gitproxy|askpass)|sequence\.editor|diff\..*|difftool\..*|merge\..*\.driver|mergetool\..*|filter\..*|credential\..*helper|credential\.helper|pager\..*|gpg\..*program|gpg\.program|uploadpack\..*|protocol\..*|include\.path|includeif\..*|web\.browser|browser\..*|sendemail\..*)$/;
