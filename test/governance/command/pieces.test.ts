// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the braces belong to the paths under test
import { describe, expect, it } from "vitest";
import { decodeEscapes, fromBase64, fromHex, rot13 } from "../../../src/governance/command/decode.ts";
import {
  isCredentialFile,
  isDevice,
  isProtected,
  isSecuritySensitive,
  isSystemFile,
  isTemporary,
  normalize,
} from "../../../src/governance/command/paths.ts";
import { judgeVerbs, namesDestruction } from "../../../src/governance/command/verbs.ts";

const words = (text: string): readonly string[] => text.split(" ");

describe("a path", () => {
  it.each([
    ["/etc/../etc/./passwd", "/etc/passwd"],
    ["//etc///x", "/etc/x"],
    ["/..", "/"],
    ["/../../x", "/x"],
    ["a/./b", "a/b"],
    ["a/../..", ".."],
    ["../../a", "../../a"],
    ["a/..", "."],
    [".", "."],
    ["${HOME}/x", "$HOME/x"],
    ["${1}/x", "${1}/x"],
  ])("%s is %s", (path, plain) => {
    expect(normalize(path)).toBe(plain);
  });

  it.each([
    [
      "whose loss breaks a machine or an account",
      isProtected,
      "/ /* /. ~ ~/* $HOME ${HOME}/* $PWD $PWD/* . .. * ./* .* ../* /etc /home/a /srv/x ~/.ssh/id C:",
      "notes.txt a/b /tmp/x ~/notes /etcetera /opt2/x .x ..x",
    ],
    [
      "of the system",
      isSystemFile,
      "/etc /etc/hosts /usr/bin/ls /var/lib/x /var/run/x /root/x /proc/1 /lib64/x",
      "/etcetera /var/log/x /home/a etc/hosts /srv/etc /opt/x /tmp/x",
    ],
    [
      "that is temporary",
      isTemporary,
      "/tmp/a /var/tmp/a/b /dev/shm/x $TMPDIR/x ${TMP}/x",
      "/tmp /tmp/ /tmp/.. /tmp/../etc /tmpx/a tmp/a /var/tmp",
    ],
    [
      "that is a device",
      isDevice,
      "/dev/sda /dev/nvme0n1 /dev/mapper/x /dev/../dev/sda /dev/mem /dev/nullx /dev/fd/x",
      "/dev/null /dev/stdout /dev/tty /dev/zero /dev/urandom /dev/random /dev/fd/2 /dev/full /dev/tcp/h/1 /dev/shm/x /dev/pts/0 dev/sda /devx/sda /dev",
    ],
    [
      "that decides who may enter",
      isSecuritySensitive,
      "/etc/passwd /etc/sudoers.d/x ~/.bashrc /root/.ssh/authorized_keys /etc/cron.d/x /etc/cron.daily/x /proc/sysrq-trigger /boot/vmlinuz x/.git/hooks/post-commit /var/spool/cron/root /etc/ld.so.preload",
      "/etc/hosts /srv/passwd.txt /etc/crontabs.txt /tmp/x notes .sshx/config",
    ],
    [
      "that holds a credential",
      isCredentialFile,
      "~/.aws/credentials /root/.ssh/id_rsa id_ed25519 ~/.netrc .env .env.production x/server.pem x.key ~/.kube/config /etc/shadow .npmrc /proc/self/environ /var/run/secrets/kubernetes.io/serviceaccount/token",
      "credentials .envx env id_rsa.txt notes pem key.txt .kube/configs /proc/self/status",
    ],
  ] as const)("%s is known from one that is not", (_, test, yes, no) => {
    expect(words(yes).filter((path) => !test(path))).toEqual([]);
    expect(words(no).filter((path) => test(path))).toEqual([]);
  });
});

describe("text behind another spelling", () => {
  it.each([
    ["cm0gLXJmIC8=", "rm -rf /"],
    ["cm0gLXJm\n IC8=", "rm -rf /"],
    ["cm0gLXJmIC8", "rm -rf /"],
    ["Pj8-", ">?>"],
    ["Pz8_", "???"],
    ["bHM=", "ls"],
    ["abc", undefined],
    ["ab c!", undefined],
    ["=abcd", undefined],
    ["abcd===", undefined],
    ["AAECAw==", undefined],
  ])("base64 %s", (text, plain) => {
    expect(fromBase64(text)).toBe(plain);
  });

  it.each([
    ["726d202f", "rm /"],
    ["72 6d 20 2F", "rm /"],
    ["\\x72\\x6d\\x20\\x2f", "rm /"],
    ["0x720x6d", "rm"],
    ["72:6d,20", "rm "],
    ["6c73", "ls"],
    ["72", undefined],
    ["726d2", undefined],
    ["72zz", undefined],
    ["zz72", undefined],
    ["0001", undefined],
  ])("hexadecimal %s", (text, plain) => {
    expect(fromHex(text)).toBe(plain);
  });

  it.each([
    ["\\x72\\x6d", "rm"],
    ["\\x7", "\x07"],
    ["\\162\\155", "rm"],
    ["\\0162", "r"],
    ["\\u0072m", "rm"],
    ["\\u{72}m", "rm"],
    ["\\u{110000}", "\\u{110000}"],
    ["\\u{10ffff}", "\u{10ffff}"],
    ["a\\nb\\tc\\\\d", "a\nb\tc\\d"],
    ["\\q", "q"],
    ["\\777", "\xff"],
    ["plain", "plain"],
  ])("escapes %s", (text, plain) => {
    expect(decodeEscapes(text)).toBe(plain);
  });

  it("letters moved by thirteen", () => {
    expect(rot13("ez -es /")).toBe("rm -rf /");
    expect(rot13("AZaz09")).toBe("NMnm09");
  });
});

describe("the verbs of an unknown tool", () => {
  it.each([
    ["list", "read_only"],
    ["keys list", "read_only"],
    ["create thing", "reversible"],
    ["update thing", "risky"],
    ["delete thing", "destructive"],
    ["list delete", "destructive"],
    ["delete list", "destructive"],
    ["create update", "risky"],
    ["sites:delete", "destructive"],
    ["delete-job", "destructive"],
    ["sites:list", "read_only"],
    ["list-sites", "read_only"],
    ["my-list", "risky"],
    ["DELETE", "destructive"],
    ["./delete", "risky"],
    ["a b c d e f delete", "risky"],
    ["a b c d e delete", "destructive"],
    ["", "risky"],
  ])("%s: %s", (text, expected) => {
    expect(judgeVerbs("tool", words(text)).class).toBe(expected);
  });

  it("say which word it was", () => {
    expect(judgeVerbs("tool", ["list", "delete"]).reason).toMatch(/^tool: "delete" ./);
    expect(judgeVerbs("tool", []).reason).toBe("tool: nothing in its words says that it only reads");
  });

  it("name destruction where they do, and not where they only hold such a word", () => {
    const yes =
      "delete DESTROY purge flushall rm-rf delete-everything destroy_all drop-x purge-x apps:destroy a.b:kill";
    const no = "deleted list undelete delete- drop:x apps:list :delete x:delete:y removed";
    expect(words(yes).filter((word) => !namesDestruction(word))).toEqual([]);
    expect(words(no).filter((word) => namesDestruction(word))).toEqual([]);
  });
});
