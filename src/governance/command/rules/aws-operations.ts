import { destructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/**
 * Judges an operation of the AWS API by its name, which follows AWS' own naming rules: the verb comes first. It stands in
 * for the access levels (Read, List, Write, Tagging, Permissions management) that AWS documents for each action.
 */
export function judgeOperation(service: string, operation: string): Verdict {
  const name = `${service} ${operation}`;
  const special = specialOperations.find(([pattern]) => pattern.test(name));
  if (special) return special[1](name);
  const { verb, rest } = parts(operation);
  if (deleting.has(verb)) return destructive(`${name} deletes or ends what it names`);
  if (reading.has(verb))
    return verb !== "list" && revealing.test(operation)
      ? risky(`${name} hands out credentials`)
      : reads(`${name} only reads`);
  if (guards.test(name) && /^(disable|stop|deactivate|remove|suspend|disassociate|detach|cancel)$/.test(verb))
    return destructive(`${name} takes a guard or a record away`);
  if (interrupting.has(verb)) return risky(`${name} interrupts a service or takes access away`);
  if (identityServices.has(service) || permissions.test(rest)) return risky(`${name} changes who may do what`);
  if (undoableVerbs.has(verb)) return undoable(`${name} can be undone`);
  return risky(`${name} makes a change`);
}

/** `batch-get-item` and `admin-delete-user` carry their verb second. */
function parts(operation: string): { readonly verb: string; readonly rest: string } {
  const words = operation.split("-");
  const at =
    /^(batch|admin|transact|bulk|async|sync|internal|global)$/.test(words[0] ?? "") && words.length > 1 ? 1 : 0;
  return { verb: words[at] ?? "", rest: words.slice(at + 1).join("-") };
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const reading = set(
  "describe get list head search lookup query scan select view read filter count check validate estimate preview calculate simulate compare discover infer detect analyze download contains suggest autocomplete geocode reverse-geocode classify is translate render summarize expand forecast inquire wait",
);
const deleting = set("delete terminate purge destroy deregister release wipe erase");
const interrupting = set(
  "disable stop reboot reset revoke remove cancel detach disassociate deactivate reject abort retire unassign unsubscribe failover suspend pause terminate deprovision withdraw unregister unmonitor forget expire archive clear leave restart deny replace rotate decrease drain evict quarantine rollback switchover",
);
const undoableVerbs = set(
  "create tag untag add start enable register allocate associate attach subscribe copy restore resume label annotate monitor activate",
);
const identityServices = set(
  "iam sts organizations sso-admin identitystore kms ram cognito-idp cognito-identity acm-pca secretsmanager account rolesanywhere lakeformation verifiedpermissions access-analyzer accessanalyzer",
);

/** Nouns that mean permission or credential: creating one is not a harmless change. */
const permissions =
  /(^|-)(iam|policy|policies|permission|permissions|access|grant|grants|acl|credential|credentials|key|keys|user|users|role|roles|password|token|login|principal|administrator|admin|ingress|egress|trust|sharing|authorization|public|member|members|owner)(-|$)/;

/** Reads that hand out a secret, a session or an address that works without permission. */
const revealing =
  /secret-value|-credentials(-|$)|password-data|login-password|(session|federation|access|authorization|auth|bearer|refresh|open-id|identity|delegation)-token|tokens-from|private-key|login-url|signin-url|presigned|session-endpoint|data-key|session-credentials|download-url|upload-url|get-id$|with-decryption|auth-code/;

/** Security monitoring, audit trails and backups: switching one off can not be made up for afterwards. */
const guards =
  /guardduty|securityhub|cloudtrail|configservice|inspector|macie|access-analyzer|detective|shield|waf|network-firewall|backup|fraud|auditmanager|-mfa-|mfa-device|(^| )kms |logging|log-|-logs|recorder|deletion-protection|termination-protection|continuous-backup|point-in-time|versioning|encryption/;

type Judge = (name: string) => Verdict;
const because =
  (make: (reason: string) => Verdict, why: string): Judge =>
  (name) =>
    make(`${name} ${why}`);

/** Where the first word misleads. Checked in order, before the general rules. */
const specialOperations: readonly (readonly [RegExp, Judge])[] = [
  [
    /^kms schedule-key-deletion|^kms disable-key$/,
    because(destructive, "makes data encrypted with the key unreadable"),
  ],
  [
    /^organizations (leave-organization|close-account|remove-account)|^account close|^account disable-region/,
    because(destructive, "takes an account away"),
  ],
  [/^secretsmanager (put-secret-value|update-secret)/, because(risky, "replaces a secret that is in use")],
  [
    /^logs (start-query|stop-query|start-live-tail|test-metric-filter|test-transformer)$|^events test-event-pattern$|^dms test-connection$|^iot test-(authorization|invoke-authorizer)$|^route53 test-dns-answer$/,
    because(reads, "only reads"),
  ],
  [
    /^(rekognition|comprehend|comprehendmedical) (detect|recognize|compare|infer|batch-detect)-/,
    because(reads, "only analyses what it is given"),
  ],
  [
    /^lookoutmetrics detect-|^lookoutvision detect-|^secretsmanager validate-resource-policy|^license-manager check-(in|out)|^ecs discover-poll|^iotwireless test-|^glue get-data-preview-statement|^datazone get-iam-portal|^ssm get-deployable-patch|^workmail get-impersonation|^states get-activity-task|^stepfunctions get-activity-task|^socialmessaging get-whatsapp|^social-messaging get-whatsapp|^lakeformation get-data-access/,
    because(risky, "is a change by its access level"),
  ],
  [
    /^iam generate-(credential-report|service-last-accessed-details|organizations-access-report)$/,
    because(undoable, "makes a report"),
  ],
  [/^sqs receive-message$/, because(undoable, "hides messages from other readers for a while")],
  [
    / (send-|publish|create-deployment$|put-events|put-record|put-metric-data|put-log-events|invoke|execute|run-|signal-)/,
    because(risky, "starts or triggers something"),
  ],
  [/ delete-tags$/, because(risky, "removes tags, which policies and budgets may rely on")],
];
