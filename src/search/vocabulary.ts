import { stem } from "./stem.ts";
import { partsOf } from "./words.ts";

/** Terms that say nothing of what is wrong, in any sentence or in the standing phrases of alarms. */
export function isStopTerm(term: string): boolean {
  return stopTerms.has(term);
}

/** Terms every alarm may use: they count, but little. */
export function isAlarmTalk(term: string): boolean {
  return alarmTalk.has(term);
}

/** What the trade also calls a term or a phrase of two or three terms joined by spaces; most telling first. */
export function synonymsOf(phrase: string): readonly string[] {
  return synonyms.get(phrase) ?? [];
}

const stopTerms = new Set(
  words(`a an and any are as at be been being but by can cannot could did do does doing done for from had has have having
    he her his how i if in into is it its itself just me more most my no nor not of off on once only or other our out over
    own same she should so some such than that the their them then there these they this those through to too under until
    up us very was we were what when where which while who whom why will with would you your also may might must
    helps help please see refer using used use via per etc eg ie`),
);

const alarmTalk = new Set(
  words(`alarm alert alerting warning critical fire fires triggered trigger detect detects monitor monitors monitoring
    check verify current currently value values threshold thresholds minute minutes hour hours day days second seconds last past recent
    greater less than above below equal number total count at least one ensure investigate runbook playbook page details
    description detail information info documentation document issue issues problem problems cause caused causes possible
    potential might indicate indicates indicating indicated following due need needs needed make sure get set new first
    specific associated related based include including includes example note time times longer period
    high low higher lower been more instance cluster sli slo violation violating`),
);

/** Each row is one idea of the trade; every phrase of it stands for the others. */
const ideas: readonly (readonly string[])[] = [
  ["out of memory", "oom", "oomkilled", "oom kill", "memory exhausted", "memory limit"],
  [
    "out of space",
    "disk full",
    "storage full",
    "no space left",
    "enospc",
    "space exhausted",
    "filling up",
    "almost full",
  ],
  ["disk", "filesystem", "file system", "volume", "storage"],
  ["persistent volume", "pv", "persistent volume claim", "pvc"],
  [
    "down",
    "unavailable",
    "unreachable",
    "offline",
    "absent",
    "missing",
    "disappeared",
    "dead",
    "not running",
    "crashed",
  ],
  ["not ready", "unready", "unhealthy", "not healthy", "notready"],
  ["error", "failure", "failed", "fault", "broken", "err", "bad", "exception"],
  ["bad", "invalid", "wrong", "incorrect", "misconfigured", "malformed", "inconsistent"],
  ["latency", "slow", "response time", "delay", "duration", "slowness"],
  ["timeout", "timed out", "deadline exceeded", "time out"],
  ["throttle", "throttled", "rate limit", "rate limited", "capacity exceeded", "too many requests", "429"],
  ["unable", "cannot", "not working", "failing"],
  ["lag", "lagging", "behind", "delay", "stale", "out of sync"],
  ["queue", "backlog", "pending", "queueing"],
  ["dead letter queue", "dlq", "dead letter"],
  ["restart", "crash loop", "crashloopbackoff", "restarting", "crash looping"],
  ["certificate", "cert", "tls", "ssl", "x509"],
  ["expire", "expiry", "expiration", "expiring"],
  ["kubernetes", "k8s", "kube"],
  ["api server", "apiserver", "kubernetes api"],
  ["horizontal pod autoscaler", "hpa"],
  ["daemon set", "daemonset"],
  ["stateful set", "statefulset"],
  ["configuration", "config", "settings"],
  ["database", "db"],
  ["postgres", "postgresql", "pg"],
  ["load balancer", "elb", "alb", "nlb", "target group"],
  ["auto scaling", "asg", "autoscaling"],
  ["nat gateway", "nat"],
  ["step functions", "state machine", "states"],
  ["network", "networking", "interface", "nic", "packet"],
  ["connection", "connect", "connectivity", "connected", "conn"],
  ["dns", "name resolution", "resolve"],
  ["cpu", "processor", "load"],
  ["utilization", "usage", "used", "consumption", "saturation", "util"],
  ["memory", "ram", "mem"],
  ["5xx", "server error", "500", "internal server error", "502", "503", "504"],
  ["4xx", "client error", "403", "access denied", "forbidden"],
  [
    "permission",
    "access denied",
    "unauthorized",
    "not authorized",
    "permission denied",
    "authentication",
    "credentials",
  ],
  ["replica", "replication", "secondary", "standby"],
  ["leader", "primary", "master"],
  ["deploy", "deployment", "rollout", "release"],
  ["rollback", "rolled back", "roll back", "revert"],
  ["evict", "eviction", "evicted"],
  ["file descriptor", "fd", "open files"],
  ["clock", "ntp", "clock skew", "time sync", "clock drift"],
  ["scrape", "scraping", "target", "exporter"],
  ["notification", "notify", "send alerts"],
  ["stuck", "hung", "hang", "not progressing", "blocked", "stalled"],
  ["quota", "limit", "limits exceeded"],
  ["iops", "io operations", "disk operations"],
  ["garbage collection", "gc"],
  ["security group", "sg"],
  ["availability zone", "az"],
  ["credit balance", "cpu credits", "burst balance"],
  ["read only", "readonly", "erofs"],
  ["message", "msg"],
  ["percentile", "p99", "p95", "tail latency"],
  ["increase", "spike", "surge", "burst", "elevated", "rising"],
  ["traffic", "request", "throughput"],
  ["traffic cessation", "no traffic", "traffic absent"],
  ["unschedulable", "not scheduled", "pending"],
  ["inconsistent", "mismatch", "corruption", "divergence"],
  ["backup", "snapshot"],
  ["vm", "virtual machine", "virtualmachineinstance", "vmi", "guest"],
  ["quorum", "member", "majority"],
  ["version", "upgrade", "update", "outdated"],
  ["delete", "remove", "removed", "deletion"],
  ["host", "node", "server", "machine"],
];

const synonyms = spread(ideas);

function spread(rows: typeof ideas): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, Set<string>>();
  for (const row of rows) {
    const phrases = row.map(phraseOf);
    for (const phrase of phrases) {
      const others = all.get(phrase) ?? new Set<string>();
      for (const other of phrases) if (other !== phrase) others.add(other);
      all.set(phrase, others);
    }
  }
  return new Map([...all].map(([phrase, others]) => [phrase, [...others]]));
}

function phraseOf(words: string): string {
  return words.split(" ").flatMap(partsOf).map(stem).join(" ");
}

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/).map(stem);
}
