const words = (text: string) => text.split(" ");
const users = words("alice bob carol dave root admin jenkins www-data mallory o.peggy svc_backup");
const hosts = words("tiger lion panther db-main cachebox edge7 mail-gw1 node-12.rack3 files.corp.example backup");
const services = words("orders billing auth search cart ledger invoices-eu mailer");
const files = words("config.yaml settings.ini users.csv report-final.pdf main.py index.html .bashrc Makefile a.out");
const programs = words("firefox.exe updater.exe sync.exe mailer java git-remote postgres");
const queues = words("orders-dlq high low default emails.retry audit");

/** Fills `{name}` in headers and statements with values of that kind; the clock moves with each `tick`. */
export function valuesOf(random: () => number) {
  let time = Date.UTC(2026, 5, 14, 3, 4, 5);
  const integer = (limit: number) => Math.floor(random() * limit);
  const pick = (values: readonly string[]) => values[integer(values.length)] as string;
  const hex = (length: number) => Array.from({ length }, () => integer(16).toString(16)).join("");
  const iso = () => new Date(time).toISOString();
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  const list = (item: () => string, separator: string) => Array.from({ length: 1 + integer(5) }, item).join(separator);
  const ip = () => `10.${integer(256)}.${integer(256)}.${integer(256)}`;
  const month = () => new Date(time).toUTCString().slice(8, 11);
  const values: Readonly<Record<string, () => string>> = {
    iso,
    ip,
    hex: () => hex(8),
    hex32: () => hex(32),
    sha: () => hex(40),
    isoSpace: () => iso().slice(0, 19).replace("T", " "),
    isoComma: () => iso().slice(0, 23).replace("T", " ").replace(".", ","),
    isoDot: () => iso().slice(0, 23).replace("T", " "),
    date: () => iso().slice(0, 10),
    clock: () => iso().slice(11, 19),
    syslog: () => `${month()} ${String(new Date(time).getUTCDate()).padStart(2)} ${iso().slice(11, 19)}`,
    clf: () => `${pad(new Date(time).getUTCDate())}/${month()}/2026:${iso().slice(11, 19)} +0000`,
    klog: () => `${iso().slice(5, 7)}${iso().slice(8, 10)} ${iso().slice(11, 19)}.${pad(integer(1e6), 6)}`,
    epoch: () => String(Math.floor(time / 1000)),
    epochMs: () => String(time),
    dotted: () => `${iso().slice(0, 10)}-${iso().slice(11, 19).replaceAll(":", ".")}.${pad(integer(1e6), 6)}`,
    dots: () => iso().slice(0, 10).replaceAll("-", "."),
    compactMs: () => `${iso().slice(0, 10).replaceAll("-", "")}-${iso().slice(11, 19)}:${integer(1000)}`,
    short: () => `${iso().slice(2, 10).replaceAll("-", "/")} ${iso().slice(11, 19)}`,
    monthDay: () => `${iso().slice(5, 7)}.${iso().slice(8, 10)} ${iso().slice(11, 19)}`,
    n: () => String(integer(10 ** (1 + integer(6)))),
    small: () => String(integer(9)),
    pid: () => String(1000 + integer(60_000)),
    neg: () => String(integer(2000) - 1000),
    f: () => (random() * 100).toFixed(integer(4)),
    port: () => String(1024 + integer(60_000)),
    ms: () => `${integer(9000)}${pick(["ms", "us", "s"])}`,
    size: () => pick([`${integer(1000)} bytes`, `${integer(1000)} bytes (${(random() * 9).toFixed(2)} KB)`]),
    unit: () => `${(random() * 900).toFixed(1)} ${pick(["B", "KB", "MB", "GB"])}`,
    life: () => pick(["<1 sec", "00:01", "12:44", "03:05:01"]),
    uuid: () => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    mac: () => Array.from({ length: 6 }, () => hex(2)).join(":"),
    ptr: () => `0x${hex(12)}`,
    ip6: () => `fe80::${hex(4)}:${hex(4)}:${hex(4)}`,
    user: () => pick(users),
    host: () => pick(hosts),
    svc: () => pick(services),
    file: () => pick(files),
    prog: () => pick(programs),
    queue: () => pick(queues),
    path: () => `/${list(() => pick(words("var lib srv home data tmp spool cache")), "/")}/${pick(files)}`,
    url: () => `/${pick(services)}/v${integer(3)}/${hex(6)}${pick(["", "/items", `?page=${integer(9)}`])}`,
    ips: () => list(ip, ", "),
    ids: () => `[${list(() => String(integer(500)), ", ")}]`,
    names: () => list(() => pick(services), ", "),
    empty: () => pick(["", String(integer(90)), pick(services)]),
    level: () => pick(["INFO", "INFO", "WARN", "ERROR"]),
    thread: () => `${pick(["main", "pool-1-thread-3", "exec-12", "IPC Server handler 5"])}`,
    node: () => `R${pad(integer(64))}-M${integer(2)}-N${integer(16)}-C:J${pad(integer(18))}-U01`,
    cn: () => pick(["cn12", "dn731", "c-admin1", "en257", "bn9"]),
    account: () => String(100_000_000_000 + integer(9e11)),
    eni: () => `eni-${hex(17)}`,
    task: () => `arn:aws:ecs:eu-west-1:123456789012:task/main/${hex(32)}`,
    verb: () => pick(["GET", "POST"]),
    status: () => pick(["200", "201", "304"]),
    agent: () => pick(["curl/8.1", "python-requests/2.32", "kube-probe/1.29"]),
  };
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`No value ${name}.`);
      return value();
    });
  return {
    fill,
    tick: () => {
      time += integer(4000);
    },
  };
}
