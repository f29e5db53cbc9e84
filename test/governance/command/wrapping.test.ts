import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCommandAssessor } from "../../../src/governance/command/assess.ts";

const assess = createCommandAssessor();
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const hex = (text: string): string => Buffer.from(text).toString("hex");

type Wrapper = readonly [name: string, wrap: (command: string) => string];

/** Wrappers that take a whole command line; each must keep what is inside visible. */
const wrappers: readonly Wrapper[] = [
  ["sh -c", (command) => `sh -c ${quoted(command)}`],
  ["bash -lc", (command) => `bash -lc ${quoted(command)}`],
  ["eval", (command) => `eval ${quoted(command)}`],
  ["sudo", (command) => `sudo -u root bash -c ${quoted(command)}`],
  ["env", (command) => `env A=1 B=2 sh -c ${quoted(command)}`],
  ["timeout", (command) => `timeout -k 5 10 sh -c ${quoted(command)}`],
  ["nohup", (command) => `nohup sh -c ${quoted(command)} &`],
  ["nice", (command) => `nice -n 10 ionice -c 3 sh -c ${quoted(command)}`],
  ["ssh", (command) => `ssh -p 22 root@host ${quoted(command)}`],
  ["docker exec", (command) => `docker exec -it web sh -c ${quoted(command)}`],
  ["kubectl exec", (command) => `kubectl exec -n prod web-1 -- bash -c ${quoted(command)}`],
  ["xargs", (command) => `echo x | xargs -I_ sh -c ${quoted(command)}`],
  ["find -exec", (command) => `find /srv -name x -exec sh -c ${quoted(command)} \\;`],
  ["here-string", (command) => `bash <<< ${quoted(command)}`],
  ["here-document", (command) => `bash <<'END_OF_TEXT'\n${command}\nEND_OF_TEXT`],
  ["base64", (command) => `echo ${base64(command)} | base64 -d | sh`],
  ["hex", (command) => `echo ${hex(command)} | xxd -r -p | bash`],
  ["printf", (command) => `printf %s ${quoted(command)} | sh`],
  ["substitution", (command) => `echo "$(${command}\n)"`],
  ["backquotes", (command) => `eval "$(echo ${base64(command)} | base64 -d)"`],
  ["variable", (command) => `TEXT=${quoted(command)}; eval "$TEXT"`],
  ["function", (command) => `run_it() {\n${command}\n}; run_it`],
  ["subshell", (command) => `(cd /srv; ${command}\n)`],
  ["condition", (command) => `if test -e x; then\n${command}\nfi`],
  ["loop", (command) => `for i in 1 2; do\n${command}\ndone`],
  ["list", (command) => `true && ${command}\n`],
  ["trap", (command) => `trap ${quoted(command)} EXIT`],
  ["su -c", (command) => `su - root -c ${quoted(command)}`],
  ["watch", (command) => `watch ${quoted(command)}`],
  ["flock", (command) => `flock /tmp/lock -c ${quoted(command)}`],
  ["process substitution", (command) => `source <(echo ${quoted(command)})`],
  ["python", (command) => `python3 -c ${quoted(`import os; os.system(${JSON.stringify(command)})`)}`],
  ["perl", (command) => `perl -e ${quoted(`system(${JSON.stringify(command)})`)}`],
  ["node", (command) => `node -e ${quoted(`require("child_process").execSync(${JSON.stringify(command)})`)}`],
  ["awk", (command) => `awk ${quoted(`BEGIN{system(${JSON.stringify(command)})}`)}`],
];

const destructive = [
  "rm -rf /srv/data",
  "mkfs.ext4 /dev/sdb",
  "dd if=/dev/zero of=/dev/sda",
  "psql -c 'DROP TABLE users'",
  "redis-cli FLUSHALL",
  "kubectl delete namespace prod",
  "terraform destroy -auto-approve",
  "git push --force origin main",
  "aws ec2 terminate-instances --instance-ids i-0",
  "iptables -F",
  "shutdown -h now",
  "crontab -r",
] as const;

const wrapper = fc.constantFrom(...wrappers);
const command = fc.constantFrom(...destructive);
const wrapAll = (text: string, through: readonly Wrapper[]): string =>
  through.reduce((inner, [, wrap]) => wrap(inner), text);

describe("wrapping a destructive command", () => {
  it.each(wrappers)("%s alone keeps it destructive", (_, wrap) => {
    for (const text of destructive) expect([text, assess(wrap(text)).class]).toEqual([text, "destructive"]);
  });

  it("in any wrappers never lowers it below risky", () => {
    fc.assert(
      fc.property(command, fc.array(wrapper, { minLength: 1, maxLength: 4 }), (text, through) => {
        expect(["risky", "destructive"]).toContain(assess(wrapAll(text, through)).class);
      }),
      { numRuns: 300 },
    );
  });

  it("between harmless commands never hides it", () => {
    const harmless = fc.constantFrom("ls -l", "echo ok", "true", "cat /etc/hosts", "x=1", "cd /tmp");
    const joint = fc.constantFrom(" ; ", " && ", " || ", " | ", "\n", " & ");
    fc.assert(
      fc.property(harmless, joint, command, joint, harmless, (before, first, text, second, after) => {
        expect(assess(`${before}${first}${text}${second}${after}`).class).toBe("destructive");
      }),
    );
  });
});

describe("wrapping a harmless command", () => {
  const transparent = wrappers.filter(([name]) => !["python", "perl", "node", "awk"].includes(name));

  it.each(transparent)("%s leaves it harmless", (_, wrap) => {
    for (const text of ["df -h", "ls -l /srv", "kubectl get pods"]) {
      expect([text, assess(wrap(text)).class]).toEqual([text, "read_only"]);
    }
  });
});
