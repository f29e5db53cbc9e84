import { type Call, field, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, type Options, readOptions } from "../options.ts";
import { isCredentialFile, isSecuritySensitive, isSystemFile } from "../paths.ts";
import { judgeWrite } from "../redirects.ts";
import { destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Requests over the network: the method and the address decide. */
export const networkRules: Rules = {
  ...forPrograms("curl", judgeCurl),
  ...forPrograms("http https xh httpie", judgeHttpie),
  ...forPrograms("wget wget2 aria2c axel", judgeWget),
  ...forPrograms("nc ncat netcat socat telnet", judgeSocket),
  ...forPrograms("grpcurl", ({ args }) =>
    args.some((word) => /^(list|describe)$/.test(word))
      ? reads("lists services")
      : args.some((word) => /\/(Delete|Remove|Drop|Purge)/.test(word))
        ? destructive("calls a deleting method")
        : risky("calls a method"),
  ),
  ...forPrograms(
    "nmap masscan tcpdump tshark ngrep openvpn tor hping3 iperf iperf3 speedtest arp-scan",
    ({ program, args }) =>
      /^(tcpdump|tshark|ngrep|iperf3?|speedtest)$/.test(program) &&
      !args.some((word) => /^-[a-zA-Z]*[wz]|^-s$/.test(word))
        ? reads(`${program} listens or measures`)
        : risky(`${program} probes or records the network`),
  ),
  ...forPrograms("ftp sftp lftp tftp smbclient", ({ program, context, args }) => {
    const text = `${context.stdin.kind === "text" ? context.stdin.text : ""} ${args.join(" ")}`;
    return /\b(delete|mdelete|rm|rmdir|mrm|--delete)\b/.test(text)
      ? destructive(`${program} deletes remote files`)
      : risky(`${program} moves files`);
  }),
};

const curlValues =
  "-X --request -d --data --data-raw --data-binary --data-urlencode --data-ascii --json -H --header -o --output -u --user -F --form -T --upload-file -A --user-agent -b --cookie -c --cookie-jar -e --referer -x --proxy -m --max-time --connect-timeout --retry --retry-delay -w --write-out -K --config --cacert --cert -E --key --resolve --url -r --range --limit-rate -Y -y -z -C --continue-at -D --dump-header -Q --quote --unix-socket --interface --output-dir -t --proxy-user --ciphers --oauth2-bearer --aws-sigv4 --max-redirs --stderr --trace --trace-ascii --libcurl --etag-save";

/** Other options of curl that write a file. */
const logOptions = "-D --dump-header -c --cookie-jar --stderr --trace --trace-ascii --libcurl --etag-save".split(" ");

const inFolder = (folder: string | undefined, name: string): string =>
  folder === undefined || name.startsWith("/") ? name : `${folder}/${name}`;

function judgeCurl({ args, fields }: Call): Verdict {
  if (asksForHelp(args) || args.length === 0 || args.some((word) => /^(-V|--version|-M|--manual)$/.test(word)))
    return reads("curl describes itself");
  const options = readOptions(args, { values: curlValues });
  const { method, body, upload } = curlRequest(options);
  const addresses = [...options.operands, ...options.values("--url")];
  const folder = options.value("--output-dir");
  const saved = options.has("-O", "--remote-name", "-J") && folder !== undefined ? ["x"] : [];
  const outputs = [...options.values("-o", "--output"), ...saved].map((name) => inFolder(folder, name));
  const names = options.values("-Q", "--quote");
  return worst([
    judgeRequest(method, addresses, body.join("\n")),
    ...[...outputs, ...options.values(...logOptions)]
      .filter((name) => name !== "-")
      .map((name) => judgeWrite(fields.find((one) => one.text === name) ?? field(name), false, "curl")),
    options.has("-O", "--remote-name", "-J") ? undoable("saves what it downloads") : undefined,
    options.value("-K", "--config") !== undefined ? risky("reads further options from a file") : undefined,
    names.length > 0 ? risky("sends commands of its own to the server") : undefined,
    names.some((text) => /^[-+*]?(dele|rmd|rm|rnfr)/i.test(text))
      ? destructive("deletes files on the server")
      : undefined,
    ...judgeSending(args, [...body, ...(upload === undefined ? [] : [upload])]),
  ]);
}

function curlRequest(options: Options) {
  const body = options.values(
    ..."-d --data --data-raw --data-binary --data-urlencode --data-ascii --json -F --form".split(" "),
  );
  const upload = options.value("-T", "--upload-file");
  const sends = body.length > 0 && !options.has("-G", "--get");
  const implied = upload !== undefined ? "PUT" : sends ? "POST" : options.has("-I", "--head") ? "HEAD" : "GET";
  return { method: (options.value("-X", "--request") ?? implied).toUpperCase(), body, upload };
}

function judgeSending(args: readonly string[], bodies: readonly string[]): readonly Verdict[] {
  const secret = bodies
    .map((text) => text.replace(/^[^@]*@/, ""))
    .find((path) => isCredentialFile(path) || isSecuritySensitive(path) || /^\/(etc|root)\//.test(path));
  const open = args
    .filter((word) => /^(gopher|dict|file|smb|ldap):/.test(word))
    .map((word) =>
      word.startsWith("file:") && !isSystemFile(word.slice(7)) ? reads("reads a local file") : risky(`opens ${word}`),
    );
  return secret ? [destructive(`sends ${secret} away`), ...open] : open;
}

/** Judges an HTTP request; GET addresses that are known to act, and cloud metadata, are not reading. */
function judgeRequest(method: string, addresses: readonly string[], body: string): Verdict {
  const text = addresses.join(" ");
  if (method === "DELETE") return destructive(`deletes ${text}`);
  if (
    /[/_](_?delete_by_query|doDelete|_close|_forcemerge|delete-batch|_shutdown|purge|truncate|wipe|destroy|_rollover\/delete|delete-all)(\b|$)/i.test(
      text,
    ) &&
    !/^(GET|HEAD)$/.test(method)
  )
    return destructive(`asks ${text} to delete or close something`);
  if (/169\.254\.169\.254|metadata\.google|fd00:ec2::254|\/latest\/meta-data/.test(text))
    return risky("reads the machine's own credentials from its metadata service");
  if (/^(PURGE|BAN)$/.test(method)) return destructive("empties a cache");
  if (
    /(drop\s+(database|table|measurement|keyspace)|truncate\s+table|"?deleteMany"?|mutation\s*\{?\s*(delete|drop|destroy|remove)|flushall)/i.test(
      `${body} ${decode(text)}`,
    )
  )
    return destructive("sends a statement that deletes data");
  if (/^(GET|HEAD|OPTIONS)$/.test(method))
    return /[/?&](restart|shutdown|reboot|kill|delete|remove|destroy|drop|purge|flush|wipe|truncate|quit|abort|stop)[\w-]*(?=[/?&=]|$)/i.test(
      text,
    )
      ? risky("the address looks as if it acts")
      : reads("an HTTP request that only reads");
  if (
    method === "POST" &&
    /\/_?(search|msearch|count|query|graphql|analyze|explain|validate|mget|field_caps)(\?|\/|$|\s)/i.test(text) &&
    !/mutation|delete|drop|update|insert/i.test(body)
  )
    return reads("a search sent as POST");
  return risky(`sends a ${method} request, which may change something`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

function judgeHttpie({ args }: Call): Verdict {
  if (asksForHelp(args)) return reads("prints help");
  const options = readOptions(args, {
    values: "-a --auth -A --auth-type -o --output --session -p --print --timeout --proxy",
  });
  const words = options.operands;
  const output = options.value("-o", "--output");
  const method = /^[A-Z]+$/.test(words[0] ?? "")
    ? (words[0] ?? "GET")
    : words.slice(1).some((word) => /^[^=:]+:?=/.test(word))
      ? "POST"
      : "GET";
  return worst([
    judgeRequest(method, words, words.slice(1).join(" ")),
    output !== undefined ? judgeWrite(field(output), false, "http") : undefined,
    args.some((word) => /^(-d|--download)/.test(word)) ? undoable("saves what it downloads") : undefined,
  ]);
}

function judgeWget({ program, args }: Call): Verdict {
  if (asksForHelp(args) || args.length === 0) return reads(`${program} describes itself`);
  const options: Options = readOptions(args, {
    values:
      "-O --output-document -o --output-file -a -P --directory-prefix --header --method --body-data --post-data --post-file -U --user --password -i --input-file -t -T -e --execute -d --dir",
  });
  const method = (
    options.value("--method") ?? (options.has("--post-data", "--post-file") ? "POST" : "GET")
  ).toUpperCase();
  const output = options.value("-O", "--output-document");
  const folder = options.value("-P", "--directory-prefix", ...(program === "aria2c" ? ["-d", "--dir"] : []));
  const log = options.value("-o", "--output-file");
  const request = judgeRequest(method, options.operands, options.value("--post-data", "--body-data") ?? "");
  const sent = judgeSending(args, options.values("--post-file"));
  if (options.has("--use-askpass") || options.value("-e", "--execute") !== undefined)
    return worst([risky(`${program} is given commands or another program`), request]);
  if (output === "-" || output === "/dev/null" || output === "/dev/stdout" || options.has("--spider"))
    return worst([request, ...sent]);
  return worst([
    request,
    ...sent,
    log === undefined ? undefined : judgeWrite(field(log), false, "wget"),
    output === undefined && folder === undefined
      ? undoable("saves what it downloads")
      : judgeWrite(field(inFolder(folder, output ?? "x")), false, "wget"),
  ]);
}

function judgeSocket(call: Call): Verdict {
  const { program, args, context } = call;
  const text = args.join(" ");
  if (
    /(^|\s)(-[a-z]*[ec]|--exec|--sh-exec|--lua-exec)(\s|=)/.test(text) &&
    program !== "telnet" &&
    /sh\b|bash|cmd|exec|python|perl/.test(text)
  )
    return destructive(`${program} hands a shell to whoever connects`);
  if (/exec:|system:|shell:/i.test(text)) {
    const inner = /(?:exec|system|shell):(["']?)([^,"']+)/i.exec(text)?.[2] ?? "";
    return /(^|\/)(ba|z|da|k)?sh\b/.test(inner)
      ? destructive(`${program} hands a shell to whoever connects`)
      : worst([risky(`${program} starts a program`), context.script(inner)]);
  }
  if (
    context.stdin.kind === "text" &&
    /\b(flushall|flushdb|shutdown|disable server|flush_all|drop|kill)\b/i.test(context.stdin.text)
  )
    return destructive(`${program} sends a command that takes data or service away`);
  if (/^-[a-z]*z/.test(args[0] ?? "") && context.stdin.kind === "nothing")
    return reads("only asks whether a port is open");
  return risky(`${program} opens a connection that can carry anything`);
}
