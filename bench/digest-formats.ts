import { mulberry } from "./digest-lines.ts";

/** One made-up log of a known kind of format: lines and the number of the statement that wrote each. */
export interface FormatSample {
  readonly name: string;
  readonly lines: readonly string[];
  readonly truth: readonly string[];
}

interface Format {
  /** `{message}` stands where the statement goes; other names are values as in statements. */
  readonly header: string | readonly string[];
  /** Weighted by their place: the first ones come most often. `[[x]]` is there half the time. */
  readonly statements: readonly string[];
}

const words = (text: string) => text.split(" ");
const users = words("alice bob carol dave root admin jenkins www-data mallory o.peggy svc_backup");
const hosts = words("tiger lion panther db-main cachebox edge7 mail-gw1 node-12.rack3 files.corp.example backup");
const services = words("orders billing auth search cart ledger invoices-eu mailer");
const files = words("config.yaml settings.ini users.csv report-final.pdf main.py index.html .bashrc Makefile a.out");
const programs = words("firefox.exe updater.exe sync.exe mailer java git-remote postgres");
const queues = words("orders-dlq high low default emails.retry audit");

/** Lines of one format, the same ones for the same seed. */
export function sampleOf(name: string, count: number, seed: number): FormatSample {
  const format = formats[name] as Format;
  const random = mulberry(seed);
  const draw = valuesOf(random);
  const headers = typeof format.header === "string" ? [format.header] : format.header;
  const lines: string[] = [];
  const truth: string[] = [];
  for (let index = 0; index < count; index++) {
    draw.tick();
    const chosen = Math.floor(random() ** 1.7 * format.statements.length);
    const header = headers[Math.floor(random() * headers.length)] as string;
    const optional = (format.statements[chosen] as string).replace(/\[\[(.*?)\]\]/g, (_, part: string) =>
      random() < 0.5 ? part : "",
    );
    lines.push(draw.fill(header.replace("{message}", () => optional)));
    truth.push(String(chosen));
  }
  return { name, lines, truth };
}

function valuesOf(random: () => number) {
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
    cn: () => pick(["cn12", "dn731", "tbird-admin1", "en257", "bn9"]),
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

/** Formats that production services write; the statements are ours. */
export const formats: Readonly<Record<string, Format>> = {
  "BSD syslog": {
    header: ["{syslog} {host} sshd[{pid}]: {message}", "{syslog} {host} kernel: {message}"],
    statements: [
      "session opened for user {user} by (uid={small})",
      "session closed for user {user}",
      "Failed password for {user} from {ip} port {port} ssh2",
      "Failed password for invalid user {user} from {ip} port {port} ssh2",
      "connection from {ip} ({host}) at {syslog}",
      "device {mac} entered promiscuous mode",
      "device {mac} left promiscuous mode",
      "usb {small}-{small}: new high speed device number {n}",
      "Out of memory: Kill process {pid} ({prog}) score {n} or sacrifice child",
      "authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ip}",
      "check pass; user unknown",
      "FAILED LOGIN {small} FROM {host} FOR {user}, Authentication failure",
    ],
  },
  "RFC 5424": {
    header: '<{small}>1 {iso} {host} app {pid} ID{n} [origin ip="{ip}" seq="{n}"] {message}',
    statements: [
      "worker {n} started with {n} slots",
      "worker {n} stopped after {ms}",
      "lease {uuid} acquired by {host}",
      "lease {uuid} released by {host}",
      "queue {queue} has {n} messages",
      "reload of {path} done",
      "reload of {path} failed: no such entry",
    ],
  },
  "machine RAS": {
    header: "- {epoch} {dots} {node} {dotted} {node} RAS KERNEL {level} {message}",
    statements: [
      "instruction cache parity error corrected",
      "data TLB error interrupt",
      "generating core.{n}",
      "{n} floating point alignment exceptions",
      "ciod: failed to read message prefix on control stream (CioStream socket to {ip}:{port}",
      "ciod: Error loading {path}: invalid or missing program image, No such file or directory",
      "ciod: LOGIN chdir({path}) failed: No such file or directory",
      "CE sym {n}, at {ptr}, mask 0x{hex}",
      "total of {n} ddr error(s) detected and corrected",
      "ddr: excessive soft failures, consider replacing the card",
      "program interrupt: fp cr field .............{small}",
      "rts: kernel terminated for reason {n}",
      "{node} node card is not fully functional",
      "Lustre mount FAILED : {cn} : block_id : location",
    ],
  },
  "cluster syslog": {
    header: [
      "- {epoch} {dots} {cn} {syslog} {cn}/{cn} pbs_mom: {message}",
      "- {epoch} {dots} {cn} {syslog} {cn}/{cn} crond[{pid}]: {message}",
      "- {epoch} {dots} {cn} {syslog} src@{cn} in.tftpd[{pid}]: {message}",
    ],
    statements: [
      "session opened for user {user} by (uid={small})",
      "session closed for user {user}",
      "({user}) CMD (run-parts {path})",
      "tftp: client does not accept options",
      "Bad file descriptor (9) in tm_request, job {n}.{host} not running",
      "synchronized to {ip}, stratum {small}",
      "scsi{small} : waiting for {n} s",
      "[KERNEL_IB][ib_sm_sweep.c:{n}]No topology change",
      "DHCPDISCOVER from {mac} via eth{small}: network A_net: no free leases",
      "DHCPDISCOVER from {mac} via eth{small}",
      "data_thread() got not answer from any [{host}] datasource",
      "Warning: we failed to resolve data source name {host} dn[{n}] dn[{n}]",
    ],
  },
  "desktop servicing": {
    header: "{isoSpace}, Info                  CBS    {message}",
    statements: [
      "Loaded Servicing Stack v{small}.{small}.{n}.{n} with Core: C:\\Windows\\winsxs\\amd64_x_{hex}_{small}.{small}\\cbscore.dll",
      "SQM: Initializing online with Windows opt-in: False",
      "SQM: Cleaning up report files older than {n} days.",
      "Session: {n}_{n} initialized by client WindowsUpdateAgent.",
      "Read out cached package applicability for package: Package_for_KB{n}~{hex}~amd64~~{small}.{small}.{small}.{small}, ApplicableState: {n}, CurrentState:{n}",
      "Warning: Unrecognized packageExtended attribute.",
      "Expecting attribute name [HRESULT = 0x{hex} - CBS_E_MANIFEST_INVALID_ITEM]",
      "Failed to get next element [HRESULT = 0x{hex} - CBS_E_MANIFEST_INVALID_ITEM]",
      "{hex}@2026/6/{small}:{clock}.{n} WcpInitialize (wcp.dll version {small}.{small}) called (stack @{ptr} @{ptr} @{ptr})",
      "Starting TrustedInstaller initialization.",
      "Ending TrustedInstaller initialization.",
      "NonStart: Checking to ensure startup processing was not required.",
      "Startup processing thread terminated normally",
      "Idle processing thread terminated normally",
    ],
  },
  "Java log4j": {
    header: "{isoComma} {level} [{thread}] org.acme.dfs.BlockKeeper: {message}",
    statements: [
      "Receiving block blk_{neg} src: /{ip}:{port} dest: /{ip}:{port}",
      "Received block blk_{neg} of size {n} from /{ip}",
      "Deleting block blk_{neg} file {path}",
      "PacketResponder {small} for block blk_{neg} terminating",
      "Verification succeeded for blk_{neg}",
      "Starting thread to transfer block blk_{neg} to {ips}",
      "Task attempt_{n}_m_{n}_{small} transitioned from RUNNING to SUCCEEDED",
      "Progress of TaskAttempt attempt_{n}_r_{n}_{small} is : {f}",
      "Connected to {host}/{ip}:{port}",
      "Disconnected from {host}/{ip}:{port}",
      "Retrying connect to server: {host}/{ip}:{port}. Already tried {small} time(s); retry policy is RetryUpToMaximumCountWithFixedSleep(maxRetries=10, sleepTime=1000 MILLISECONDS)",
      "Added {names} to the list of services",
      "Shutting down gracefully after {ms}",
    ],
  },
  "short-year executor": {
    header: "{short} INFO exec.MemKeeper: {message}",
    statements: [
      "Block broadcast_{n}_piece{small} stored as bytes in memory (estimated size {unit}, free {unit})",
      "Block rdd_{small}_{n} stored as values in memory (estimated size {unit}, free {unit})",
      "Found block rdd_{small}_{n} locally",
      "Running task {n}.{small} in stage {n}.{small} (TID {n})",
      "Finished task {n}.{small} in stage {n}.{small} (TID {n}). {n} bytes result sent to driver",
      "Got assigned task {n}",
      "Reading broadcast variable {n} took {n} ms",
      "Started reading broadcast variable {n}",
      "Input split: hdfs://{ip}:{port}{path}:{n}+{n}",
      "Changing view acls to: {user},{user}",
      "SecurityManager: authentication disabled; ui acls disabled; users with view permissions: Set({user}, {user}); users with modify permissions: Set({user})",
      "Successfully started service 'sparkDriver' on port {port}.",
      "Remoting started; listening on addresses :[akka.tcp://drv@{host}:{port}]",
      "Cleaned accumulator {n}",
    ],
  },
  "Python cloud": {
    header:
      "api.log.1.{isoSpace} {isoDot} {pid} {level} cloud.compute.keeper [req-{uuid} {hex32} {hex32} - - -] {message}",
    statements: [
      '{ip} "GET /v2/{hex32}/servers/detail HTTP/1.1" status: {status} len: {n} time: {f}',
      '{ip},{ip} "HEAD /latest/meta-data/{empty} HTTP/1.1" status: {status} len: {n} time: {f}',
      '{ip} "POST /v2/{hex32}/os-server-external-events HTTP/1.1" status: {status} len: {n} time: {f}',
      '{ip} "DELETE /v2/{hex32}/servers/{uuid} HTTP/1.1" status: {status} len: {n} time: {f}',
      "[instance: {uuid}] VM Started (Lifecycle Event)",
      "[instance: {uuid}] VM Stopped (Lifecycle Event)",
      "[instance: {uuid}] Took {f} seconds to build instance.",
      "[instance: {uuid}] Took {f} seconds to spawn the instance on the hypervisor.",
      "[instance: {uuid}] Total memory: {n} MB, used: {f} MB",
      "image {uuid} at ({path}): checking",
      "image {uuid} at ({path}): in use: on this node {small} local, {small} on other nodes sharing this instance storage",
      "Active base files: {path}",
      "Removable base files: {path} {path}[[ {path}]]",
      "Unknown base file: {path}",
      "Running instance usage audit for host {host} from {isoSpace} to {isoSpace}. {n} instances.",
      "During sync_power_state the instance has a pending task (spawning). Skip.",
    ],
  },
  "piped steps": {
    header: "{compactMs}|Step_Keeper|{pid}|{message}",
    statements: [
      "onStandStepChanged {n}",
      "onExtend:{epochMs} {n} {n} {small}",
      "getTodayTotalDetailSteps = {epochMs}##{n}##{n}##{n}##{n}##{n}",
      "calculateCaloriesWithCache totalCalories={n}",
      "calculateAltitudeWithCache totalAltitude={n}",
      "setTodayTotalDetailSteps={epochMs}##{n}##{n}##{n}##{n}##{n}",
      "processHandleBroadcastAction action:android.intent.action.SCREEN_ON",
      "processHandleBroadcastAction action:android.intent.action.SCREEN_OFF",
      "REPORT : {n} {n} {n} {n}",
      "flush sensor data",
      "upLoadHealthData {n}",
      "screen status unknown,think screen on",
    ],
  },
  proxy: {
    header: "[{monthDay}] {prog} - {message}",
    statements: [
      "proxy.cse.example.edu:5070 open through proxy {host}:{port} HTTPS",
      "{host}:{port} close, {size} sent, {size} received, lifetime {life}",
      "{host}:{port} error : Could not connect to proxy {host}:{port} - Could not resolve {host} error 11001",
      "{host}:{port} open directly",
      "open through proxy {host}:{port} SOCKS5",
    ],
  },
  "desktop syslog": {
    header: [
      "{syslog} calvisitor-{n}-{n} kernel[0]: {message}",
      "{syslog} {host} com.corp.xpc.launchd[{small}] (com.corp.svc.{prog}[{pid}]): {message}",
      "{syslog} {host} QQ[{pid}]: {message}",
    ],
    statements: [
      "ARPT: {f}: wl0: wl_update_tcpkeep_seq: Original Seq: {n}, Ack: {n}, Win size: {n}",
      "ARPT: {f}: wl0: setup_keepalive: Seq: {n}, Ack: {n}, Win size: {n}",
      "AirPort: Link Up on en{small}",
      "AirPort: Link Down on awdl{small}. Reason {small} (Disassociated because station leaving).",
      "Thunderbolt Switch::PCI - Notify failed = 0x{hex}",
      "Wake reason: ARPT (Network)",
      "Sandbox: {prog}({pid}) deny(1) mach-lookup com.corp.coresymbolicationd",
      "Google Software Update installer: {file}",
      "Unknown key for integer: _DirtyJetsamMemoryLimit",
      "Service exited with abnormal code: {small}",
      "Service only ran for {small} seconds. Pushing respawn out by {small} seconds.",
      "FA||Url||taskID[{n}] dealloc",
      "DEPRECATED USE in libdispatch client: Setting timer interval to 0 requests a 1ns timer, did you mean FOREVER (a one-shot timer)?",
      "Captive: CNPluginHandler en{small}: Inactive",
      "Captive: CNPluginHandler en{small}: Evaluating",
      "IOThunderboltSwitch<{small}>(0x{small})::listenerCallback - Thunderbolt HPD packet for route = 0x{small} port = {n} unplug = {small}",
    ],
  },
  "k8s klog": {
    header: "I{klog}       {small} keeper.go:{n}] {message}",
    statements: [
      'Started pod "{svc}/{svc}-{hex}-x{small}kq"',
      'Stopped pod "{svc}/{svc}-{hex}-x{small}kq"',
      "Pulling image registry.example/{svc}:v{small}.{small}",
      "Liveness probe failed: HTTP probe failed with statuscode: {n}",
      "Scaled up replica set {svc}-{hex} to {small}",
      "Scaled down replica set {svc}-{hex} to {small}",
      "Volume {uuid} attached to node {host}",
      "Volume {uuid} detached from node {host}",
    ],
  },
  "Lambda platform": {
    header: "{message}",
    statements: [
      "START RequestId: {uuid} Version: $LATEST",
      "END RequestId: {uuid}",
      "REPORT RequestId: {uuid}\tDuration: {f} ms\tBilled Duration: {n} ms\tMemory Size: 512 MB\tMax Memory Used: {n} MB\t",
      "{iso}\t{uuid}\tINFO\tloaded {n} items for {user}",
      "{iso}\t{uuid}\tERROR\tcould not load item {n}: out of range",
      "{iso} {uuid} Task timed out after {f} seconds",
    ],
  },
  logfmt: {
    header: "ts={iso} level=info caller=main.go:{n} {message}",
    statements: [
      'msg="request done" method=GET path={url} status={status} dur={ms} user={user}',
      'msg="request failed" method=GET path={url} status={status} dur={ms} err="reset at offset {n}"',
      'msg="cache refreshed" entries={n} took={ms}',
      'msg="cache dropped" entries={n} took={ms}',
      'msg="peer joined" peer={host} addr={ip}:{port} tags={empty}',
      'msg="peer left" peer={host} addr={ip}:{port} tags={empty}',
    ],
  },
  "JSON lines": {
    header: '{{"time":"{iso}","level":"info","pid":{pid},"traceId":"{hex32}",{message}}',
    statements: [
      '"msg":"order placed","order":"{uuid}","total":{f},"user":"{user}"',
      '"msg":"order cancelled","order":"{uuid}","total":{f},"user":"{user}"',
      '"msg":"payment of {n} cents by {user} accepted","items":{ids}',
      '"msg":"payment of {n} cents by {user} rejected","items":{ids}',
      '"msg":"listening on port {port}","tls":true',
    ],
  },
  "access log": {
    header: "{message}",
    statements: [
      '{ip} - - [{clf}] "GET {path} HTTP/1.1" {status} {n} "-" "{agent}"',
      '{ip} - {user} [{clf}] "POST {path} HTTP/1.1" {status} {n} "https://{host}/" "{agent}"',
    ],
  },
  "VPC flow": {
    header: "2 {account} {eni} {ip} {ip} {port} {port} 6 {n} {n} {epoch} {epoch} {message}",
    statements: ["ACCEPT OK", "REJECT OK"],
  },
  "Postgres managed": {
    header: "{isoSpace} UTC:{ip}({port}):{user}@orders:[{pid}]:LOG:  {message}",
    statements: [
      "connection received: host={ip} port={port}",
      "connection authorized: user={user} database={svc}",
      "duration: {f} ms  statement: SELECT * FROM {svc} WHERE id = {n}",
      "checkpoint starting: time",
      "checkpoint complete: wrote {n} buffers ({f}%); {small} WAL file(s) added",
      "disconnection: session time: 0:00:{f} user={user} database={svc} host={ip} port={port}",
      'temporary file: path "{path}", size {n}',
    ],
  },
  MySQL: {
    header: "{iso} {small} [Note] [MY-0{n}] [Server] {message}",
    statements: [
      "Aborted connection {n} to db: '{svc}' user: '{user}' host: '{ip}' (Got an error reading communication packets)",
      "Access denied for user '{user}'@'{ip}' (using password: YES)",
      "InnoDB: page_cleaner: 1000ms intended loop took {n}ms. The settings might not be optimal.",
      "Slave I/O thread: connected to master '{user}@{host}:{port}', replication started in log 'bin.{n}' at position {n}",
      "/usr/sbin/mysqld: ready for connections. Version: '{small}.{small}.{n}'  socket: '{path}'  port: {port}",
      "Event Scheduler: Loaded {n} events",
    ],
  },
  "ECS task": {
    header: "[{iso}] [{level}] [{task}] {message}",
    statements: [
      "container {svc} registered with target group {svc}",
      "container {svc} deregistered from target group {svc}",
      "service {svc} has reached a steady state.",
      "service {svc} was unable to place a task because no container instance met all of its requirements.",
      "health check ok",
      "health check bad",
      "Drained {n} connections in {ms}",
    ],
  },
  "mixed values": {
    header: "{isoSpace} {level} engine: {message}",
    statements: [
      "Times: total = {n}, boot = {neg}, init = {neg}, finish = {small}",
      "Final resource view: name={host} phys_ram={n}MB used_ram={n}MB total_vcpus={small} used_vcpus={small} pci_stats=[]",
      "Creating event network-vif-plugged:{uuid} for instance {uuid}",
      "memory limit: {f} MB, free: {f} MB",
      "disk limit not specified, defaulting to unlimited",
      "Auditing locally available compute resources for node {host}",
      "lr:{hex} cr:{hex} xer:{hex} ctr:{hex}",
      "data address: {ptr} mask 0x{hex} bank {small}",
      "data store interrupt caused by {svc}.........{small}",
      "Heartbeat from executor driver/{host} in {ms}",
      "connected",
      "disconnected",
      "backup succeeded",
      "backup failed",
      "user {user} logged in",
      "user {user} logged out",
      "temp {neg}C fan {n}rpm load {f}%",
      "rpc {svc}.Get({uuid}) -> ok in {ms}",
      "rpc {svc}.Get({uuid}) -> error after {ms}",
      "Moved {size} from {path} to {path}",
      "retry {small}/{small} for {queue}",
      "state of {svc} changed from UP to DOWN",
      "state of {svc} changed from DOWN to UP",
      "file {file} opened by {user}",
      "file {file} closed by {user}",
      "dropping privileges to {user}:{user}",
      "took lock {queue} (owner={user}, ttl={ms}, shared={small})",
      "skipped {n} rows: {names}",
    ],
  },
  "bare messages": {
    header: "{message}",
    statements: [
      "Server listening on {ip}:{port}",
      "Client {host} connected from {ip}",
      "Client {host} disconnected from {ip}",
      "processing {file} ({n} of {n})",
      "WARNING: low disk space on {path} ({f}% used)",
      "panic: index {n} out of range",
      "job {uuid} submitted by {user}",
      "job {uuid} cancelled by {user}",
      "GET {path} {status} {n} - {f} ms",
      "done",
      "{user} uploaded {file} ({unit})",
      "{user} deleted {file} ({unit})",
    ],
  },
  "windows events": {
    header: "{date}T{clock}.000Z,{n},Information,{host},{message}",
    statements: [
      "The {svc} service entered the running state.",
      "The {svc} service entered the stopped state.",
      "An account was successfully logged on. Account Name: {user} Logon ID: 0x{hex} Source Address: {ip}",
      "An account failed to log on. Account Name: {user} Failure Reason: bad password Source Address: {ip}",
      "The time provider received time from {host}.corp.example,0x{small} ({ip})",
      "Process {prog} (pid {pid}) exited with code {neg}",
    ],
  },
};
