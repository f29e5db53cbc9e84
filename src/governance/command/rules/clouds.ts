import { type Call, forPrograms, type Rules } from "../call.ts";
import { scanCode } from "../code.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { judgeVerbs } from "../verbs.ts";
import { atLeast, destructive, isDestructive, reads, risky, type Verdict, worst } from "../verdict.ts";

/** Management tools whose words name an object and a verb; the verb decides. */
export const cloudRules: Rules = {
  ...forPrograms(
    "gcloud az gh glab hub heroku vercel now netlify fly flyctl railway render wrangler fastly doctl linode-cli hcloud oci ibmcloud scw exo civo vultr-cli upctl aliyun tccli openstack nova cinder neutron glance swift bq cf pscale supabase firebase neonctl turso appwrite " +
      "vault op doppler bw lpass pass infisical chamber berglas akeyless conjur teleport tsh tctl boundary okta auth0 keycloak kcadm.sh cloudflared tailscale zerotier-cli akamai bunny stripe square braintree twilio sendgrid mailgun postmark newrelic datadog-ci datadog pd pagerduty opsgenie splunk sentry-cli " +
      "grafana-cli grafana promtool amtool logcli influxctl circleci travis buildkite-agent drone jenkins gitlab-runner jfrog jf apigeecli apigeetool kong deck ldcli flipt unleash launchdarkly configcat algolia meilisearch typesense nats natscli pulsar-admin temporal airflow dagster prefect dvc mlflow wandb huggingface-cli " +
      "eas expo fastlane dotenv-vault ngrok localtunnel wp drush artisan ecs-cli copilot-cli saml2aws aws-vault confluent ccloud rpk redpanda mongocli atlas astra databricks snow dbt elastic opensearch-cli esrally curator_cli curator hasura prisma sequelize knex typeorm flyway liquibase alembic goose migrate atlasgo sqitch",
    judgeTool,
  ),
};

const valued =
  "-n --name -g --resource-group --project --region --zone -z -o --output --format --filter -R --repo -a --app --account --subscription --org --org-id -e --env --environment --config -c --profile --namespace -m --location -l --query --limit --service-id --site-id --scope --context -f --file --json --jq -q --template -X --method --token --namespace-id --id";

function judgeTool(call: Call): Verdict {
  const { program, args } = call;
  const dashes = args.indexOf("--");
  const own = dashes < 0 ? args : args.slice(0, dashes);
  if (asksForHelp(args) || args.length === 0 || own.some((word) => /^(--help|-h)$/.test(word)))
    return reads(`${program} describes itself`);
  const options = readOptions(args, { values: valued });
  const words = options.operands;
  if (options.exactly("--dry-run", "--what-if") && !words.some((word) => /run|exec/.test(word)))
    return risky(`${program} as a dry run`);
  if (args.some((word) => /^--(delete|purge|force-delete|remove|drop|destroy)([-=]\S*)?$/.test(word)))
    return destructive(`${program} is told to delete`);
  const special = specials[program]?.(words, call);
  if (special) return special;
  const inner = judgeInner(call);
  const verdict = secretReading.test(words.join(" "))
    ? atLeast(risky(`${program} shows a secret`), judgeVerbs(program, words))
    : judgeVerbs(program, words);
  return inner ? worst([inner, risky(`${program} starts another command`)]) : verdict;
}

const secretReading =
  /\b(secrets? (versions )?access|print-access-token|print-identity-token|get-access-token|auth token|login-password|get-credentials|keys list-secrets|keyvault secret show|auth print)\b/;

/** `doppler run -- CMD`, `gcloud compute ssh HOST --command CMD` and the like start commands of their own. */
function judgeInner(call: Call): Verdict | undefined {
  const { program, args, fields, context } = call;
  const dashes = args.indexOf("--");
  const text = readOptions(args, { values: "--command --run-command --scripts -C" }).value(
    "--command",
    "--run-command",
    "--scripts",
    ...(/^fly(ctl)?$/.test(program) ? ["-C"] : []),
  );
  if (text !== undefined) return context.script(text);
  if (
    dashes >= 0 &&
    args.slice(0, dashes).some((word) => /^(run|exec|ssh|shell|console)$/.test(word)) &&
    dashes + 1 < args.length
  )
    return context.run(fields.slice(dashes + 1));
  return undefined;
}

type Special = (words: readonly string[], call: Call) => Verdict | undefined;

const apiCall: Special = (words, { args, context, program }) => {
  if (words[0] !== "api") return undefined;
  const options = readOptions(args, { values: "-X --method -f --raw-field -F --field --input -H --header -q --jq" });
  const method = (
    options.value("-X", "--method") ?? (options.has("-f", "--raw-field", "-F", "--field", "--input") ? "POST" : "GET")
  ).toUpperCase();
  if (
    method === "DELETE" ||
    scanCode(
      args
        .filter((word) => /mutation/.test(word))
        .join(" ")
        .replace(/mutation\b[^{]*\{\s*(delete|remove|archive)\w*/i, "x.delete("),
      context.probe,
    )
  )
    return destructive(`${program} api deletes ${words[1] ?? ""}`);
  return method === "GET" || method === "HEAD"
    ? reads(`${program} api reads`)
    : risky(`${program} api sends a ${method} request`);
};

/** Words whose meaning in one tool differs from the general verbs. */
const specials: Readonly<Record<string, Special>> = {
  gh: (words, call) => {
    const line = words.slice(0, 2).join(" ");
    if (
      /^(repo (delete|archive|rename)|release delete|secret delete|variable delete|secret remove|variable remove)$/.test(
        line,
      )
    )
      return destructive(`gh ${line} takes a repository or its settings away`);
    if (line === "repo edit")
      return call.args.some((word) => /visibility|archived|--enable|private|public/.test(word))
        ? destructive("gh repo edit changes who can see a repository")
        : risky("gh repo edit changes a repository");
    return apiCall(words, call) ?? judgeVerbs("gh", words.slice(1));
  },
  glab: (words, call) => apiCall(words, call) ?? judgeVerbs("glab", words.slice(1)),
  op: (words) =>
    words[0] === "read" || (words[1] === "get" && words[0] !== "account")
      ? words[0] === "read" || words[0] === "item" || words[0] === "document"
        ? risky("op shows a secret")
        : reads("op only reads")
      : undefined,
  vault: (words) => {
    const line = words.slice(0, 2).join(" ");
    if (
      /^(kv (get|list|metadata)|status|audit list|auth list|secrets list|policy (list|read)|token lookup|version|read|list)/.test(
        line,
      )
    )
      return /^(kv get|read)/.test(line) ? risky("vault shows a secret") : reads(`vault ${line} only reads`);
    return /^(kv (delete|destroy|undelete|rollback|put)|secrets (disable|move)|auth disable|audit disable|policy delete|token revoke|lease revoke|operator (seal|rekey|step-down|raft|rotate|generate-root)|delete)/.test(
      line,
    ) && !/undelete|put/.test(line)
      ? destructive(`vault ${line} takes secrets or access away`)
      : undefined;
  },
  heroku: (words, call) => {
    const [first = ""] = words;
    if (/^run(:|$)/.test(first)) {
      const rest = call.args.slice(call.args.indexOf(first) + 1);
      const own = readOptions(rest, { values: "-a --app -r --remote -s --size -e --env --type", stopAtOperand: true });
      const [start = rest.length] = own.positions;
      return atLeast(risky("runs a command in an app"), call.context.script(rest.slice(start).join(" ")));
    }
    return /^(maintenance:on|ps:(kill|stop)|pg:(reset|killall|push|promote|unfollow)|repo:\w+|apps:destroy|domains:clear|certs:remove)$/.test(
      first,
    )
      ? destructive(`heroku ${first} takes an app or its data away`)
      : first === "config:unset" || first === "clients:rotate" || first === "ps:restart"
        ? risky(`heroku ${first} changes an app`)
        : undefined;
  },
  deck: (words) =>
    /(^| )(reset|sync)\b/.test(words.join(" "))
      ? destructive("deck replaces the gateway's configuration")
      : /(^| )(diff|dump|validate|ping|lint)\b/.test(words.join(" "))
        ? reads("deck only reads")
        : undefined,
  netlify: (words) =>
    /^env:(unset|clone)$/.test(words[0] ?? "")
      ? destructive(`netlify ${words[0]} replaces or removes settings`)
      : undefined,
  flyway: (words) =>
    /^(clean|undo)$/.test(words[0] ?? "") ? destructive("flyway drops or undoes the schema") : undefined,
  liquibase: (words) =>
    /^(drop-?all|rollback\S*)$/i.test(words[0] ?? "") ? destructive("liquibase drops or undoes the schema") : undefined,
  prisma: (words) =>
    words.slice(0, 2).join(" ") === "migrate reset"
      ? destructive("prisma migrate reset drops the database")
      : undefined,
  alembic: (words) =>
    words[0] === "downgrade" ? destructive("alembic downgrade drops what a migration made") : undefined,
  bq: (words, call) => {
    const text = words.slice(1).join(" ");
    return words[0] === "rm"
      ? destructive("bq rm deletes data")
      : words[0] === "query"
        ? isDestructive(call.context.probe(`psql -c '${text.replaceAll("'", "")}'`))
          ? destructive("bq query deletes data")
          : undefined
        : undefined;
  },
};
