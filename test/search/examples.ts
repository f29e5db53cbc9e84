import type { SearchDocument } from "../../src/search/types.ts";

/** A small library as a team may have it; none of it is of the public benchmark. */
export const library: readonly SearchDocument[] = [
  {
    path: "db/rds-storage.md",
    text: "# RDS storage full\n\n## Symptoms\nFreeStorageSpace is low and writes fail with `No space left on device`.\n\n## Remediation\nRaise the allocated storage of the database, or delete old binary logs.\n",
    declaredAlarms: [{ namespace: "AWS/RDS", metric: "FreeStorageSpace" }],
  },
  {
    path: "db/rds-cpu.md",
    text: "# High CPU on RDS\n\n## Diagnosis\nFind the slow queries in Performance Insights.\n\n## Remediation\nKill the query or scale the instance class.\n",
    declaredAlarms: [{ name: "prod-*-rds-cpu" }],
  },
  {
    path: "queue/README.md",
    text: "# Queue worker\n\n## Backlog grows\nConsumers are too slow: ApproximateAgeOfOldestMessage rises on SQS. Scale the workers out.\n\n## Dead letters\nMessages in the DLQ: read one, fix the consumer, redrive.\n",
  },
  {
    path: "web/latency.md",
    text: "# Checkout is slow\n\n## Diagnosis\nTargetResponseTime of the load balancer is high; look at the slowest route.\n\n## Rollback\nRoll back the last deployment.\n",
  },
  {
    path: "web/certificates.md",
    text: "# TLS certificate expires\n\n## Renewal\nRenew with `certbot renew` and reload nginx.\n",
  },
  {
    path: "hosts/oom.md",
    text: "# Host out of memory\n\n## Diagnosis\nThe kernel's OOM killer ended a process; see `dmesg`.\n\n## Remediation\nRestart the leaking service.\n",
  },
];
