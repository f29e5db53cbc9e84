import { readOptions } from "../options.ts";
import { destructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

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
        : risky("moves an object");
    case "sync":
      return options.exactly("--delete")
        ? destructive("deletes at the target whatever the source does not hold")
        : risky("overwrites files or objects");
    case "cp":
      return options.operands.at(-1) === "-" ? reads("prints an object") : risky("overwrites a file or an object");
    default:
      return risky(`s3 ${name} makes a change`);
  }
}
