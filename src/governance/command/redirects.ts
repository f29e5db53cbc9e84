import type { Redirection } from "unbash";
import type { Field } from "./call.ts";
import {
  isCredentialFile,
  isDevice,
  isSecurityFolder,
  isSecuritySensitive,
  isSystemFile,
  isTemporary,
} from "./paths.ts";
import { destructive, reads, risky, undoable, type Verdict } from "./verdict.ts";

/** Judges one redirection by what it does to its target; `program` is what writes there. */
export function judgeRedirect(redirect: Redirection, target: Field, program: string | undefined): Verdict {
  if (redirect.type !== "Redirect") return reads("reads text given inline");
  const path = target.text;
  switch (redirect.operator) {
    case "<":
    case "<&":
      return judgeInput(path);
    case ">&":
      return /^(\d+-?|-)$/.test(path) ? reads("copies a file descriptor") : judgeWrite(target, false, program);
    case ">>":
    case "&>>":
      return judgeWrite(target, true, program);
    case ">":
    case ">|":
    case "&>":
      return judgeWrite(target, false, program);
    case "<>":
      return judgeWrite(target, true, program);
  }
}

/** Judges writing to a file by its path, shared by redirections, `tee`, `cp` and `dd`. */
export function judgeWrite(target: Field, appends: boolean, program: string | undefined): Verdict {
  const path = target.text;
  if (target.piped) return reads("writes to another process");
  if (/^\/dev\/(null|stdout|stderr|tty|fd\/\d+)$/.test(path)) return reads(`writes to ${path}`);
  if (/^\/dev\/(tcp|udp)\//.test(path)) return judgeSocket(path, program);
  if (isDevice(path)) return destructive(`overwrites the device ${path}`);
  if (isSecuritySensitive(path) || isSecurityFolder(path))
    return destructive(`changes ${path}, which decides who may enter or what starts by itself`);
  if (!target.known) return risky(`writes to ${path}, a path that is only known at run time`);
  if (isTemporary(path)) return undoable(`writes the temporary file ${path}`);
  if (appends) return isSystemFile(path) ? risky(`appends to the system file ${path}`) : undoable(`appends to ${path}`);
  if (isSystemFile(path)) return destructive(`truncates the system file ${path}`);
  if (program === undefined || emptyWriters.has(program)) return destructive(`empties ${path}`);
  return risky(`overwrites ${path} if it exists`);
}

const emptyWriters = new Set([":", "true"]);
const shells = new Set("bash sh zsh dash ksh ash fish exec nc socat".split(" "));

function judgeInput(path: string): Verdict {
  if (/^\/dev\/(tcp|udp)\//.test(path)) return risky(`opens a network connection ${path}`);
  return isCredentialFile(path) ? risky(`hands the credentials in ${path} to a program`) : reads(`reads ${path}`);
}

function judgeSocket(path: string, program: string | undefined): Verdict {
  if (program !== undefined && shells.has(program)) return destructive(`connects a shell to ${path}`);
  return risky(`opens a network connection ${path}`);
}
