import { field } from "../call.ts";
import { readOptions } from "../options.ts";
import { isCredentialFile } from "../paths.ts";
import { judgeWrite } from "../redirects.ts";
import { atLeast, destructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/** Judges `aws s3 …`, the client's file-like commands, which have names of their own. */
export function judgeBucketCommand(name: string, rest: readonly string[]): Verdict {
  const options = readOptions(rest, {
    values:
      "--exclude --include --acl --storage-class --sse --sse-kms-key-id --content-type --cache-control --grants --metadata --region --profile --endpoint-url --output --query --page-size --expires-in --source-region --metadata-directive",
  });
  const writes = /^(cp|mv|rm|rb|mb|sync|website)$/.test(name);
  if (writes && options.exactly("--dryrun") && name !== "rb" && name !== "mb") return reads(`s3 ${name} as a dry run`);
  switch (name) {
    case "ls":
      return reads("s3 ls only lists");
    case "presign":
      return risky("makes an address with which anybody can read the object");
    case "mb":
      return undoable("makes a bucket");
    case "rm":
      return destructive(options.exactly("--recursive") ? "deletes many objects" : "deletes an object");
    case "rb":
      return destructive("removes a bucket");
    case "mv":
      return options.exactly("--recursive")
        ? destructive("moves many objects away from where they are expected")
        : judgeTransfer(options.operands, "moves an object");
    case "sync":
      return options.exactly("--delete")
        ? destructive("deletes at the target whatever the source does not hold")
        : judgeTransfer(options.operands, "overwrites files or objects");
    case "cp":
      return options.operands.at(-1) === "-"
        ? reads("prints an object")
        : judgeTransfer(options.operands, "overwrites a file or an object");
    default:
      return risky(`s3 ${name} makes a change`);
  }
}

/** What comes down is judged by where it is written, what goes up by whether it is a secret. */
function judgeTransfer(operands: readonly string[], change: string): Verdict {
  const target = operands.at(-1) ?? "";
  if (!target.startsWith("s3://")) return atLeast(risky(change), judgeWrite(field(target), false, "aws"));
  return operands.some(isCredentialFile) ? destructive("sends credentials away") : risky(change);
}
