import { stem } from "./stem.ts";
import { wholeOf } from "./words.ts";

/** First term → the product names that begin with it. */
export type ProductNames = ReadonlyMap<number, readonly ProductName[]>;
type ProductName = { readonly product: number; readonly terms: readonly number[] };

/** Product names as terms of this vocabulary; a name with a word no document has is left out. */
export function productNames(terms: ReadonlyMap<string, number>): ProductNames {
  const names = new Map<number, ProductName[]>();
  for (const [product, spellings] of spelledProducts.entries()) {
    for (const spelling of spellings) {
      const ids = spelling.map((term) => terms.get(term) ?? -1);
      const first = ids[0];
      if (first === undefined || ids.includes(-1)) continue;
      names.set(first, [...(names.get(first) ?? []), { product, terms: ids }]);
    }
  }
  return names;
}

/** The products that a stretch of tokens names; a name of several words must stand together. */
export function productsIn(names: ProductNames, tokens: Uint32Array, from: number, to: number): ReadonlySet<number> {
  const found = new Set<number>();
  if (names.size === 0) return found;
  for (let at = from; at < to; at++) {
    const starting = names.get(tokens[at] as number);
    if (starting === undefined) continue;
    for (const { product, terms } of starting) {
      if (at + terms.length <= to && terms.every((term, offset) => tokens[at + offset] === term)) found.add(product);
    }
  }
  return found;
}

/** The products that a query's words name, known to the index or not: they are what it is about all the same. */
export function productsNamed(words: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [at, word] of words.entries()) {
    for (const { product, terms } of productsByFirstWord.get(word) ?? []) {
      if (terms.every((term, offset) => words[at + offset] === term)) found.add(product);
    }
  }
  return found;
}

/** The product of a CloudWatch namespace such as "AWS/RDS", or of another that ends in a product's name. */
export function productsOfNamespace(namespace: string): ReadonlySet<number> {
  const name = wholeOf(namespace.split("/").at(-1) ?? "");
  return productsNamed(termsOfSpelling(namespaceSpellings.get(name) ?? name));
}

/** Namespaces that spell their product as nobody else does, or with a word that means something else in a text. */
const namespaceSpellings: ReadonlyMap<string, string> = new Map([
  ["states", "step functions"],
  ["events", "eventbridge"],
  ["es", "opensearch"],
  ["aoss", "opensearch"],
  ["scheduler", "eventbridge scheduler"],
  ["batch", "aws batch"],
  ["glue", "aws glue"],
  ["config", "aws config"],
]);

/** Of the names, those of the given products. */
export function namesOf(names: ProductNames, products: ReadonlySet<number>): ProductNames {
  const kept = new Map<number, readonly ProductName[]>();
  for (const [first, starting] of names) {
    const wanted = starting.filter((name) => products.has(name.product));
    if (wanted.length > 0) kept.set(first, wanted);
  }
  return kept;
}

/** A name of one word is its whole identifier, as documents are indexed; of several, each word stemmed. */
function termsOfSpelling(spelling: string): readonly string[] {
  const words = spelling.split(" ");
  if (words.length > 1) return words.map(stem);
  return [stem(wholeOf(spelling))];
}

/** Products that alarms and runbooks are about: AWS services by the names people and namespaces use, and common software. */
const products: readonly (readonly string[])[] = [
  ["ec2", "elastic compute"],
  ["lambda", "lambdainsights"],
  ["ecs", "elastic container service"],
  ["eks"],
  ["fargate"],
  ["aws batch"],
  ["apprunner", "app runner"],
  ["elasticbeanstalk", "beanstalk"],
  ["lightsail"],
  ["rds", "aurora"],
  ["dynamodb", "dynamo db", "dax"],
  ["elasticache"],
  ["memorydb"],
  ["redshift"],
  ["docdb", "documentdb"],
  ["neptune"],
  ["s3", "simple storage service"],
  ["s3objectlambda", "s3 object lambda"],
  ["ebs", "elastic block store"],
  ["efs", "elastic file system"],
  ["fsx"],
  ["storagegateway", "storage gateway"],
  ["glacier"],
  [
    "elb",
    "alb",
    "nlb",
    "applicationelb",
    "networkelb",
    "elastic load balancer",
    "application load balancer",
    "network load balancer",
    "target group",
  ],
  ["natgateway", "nat gateway", "nat"],
  ["apigateway", "api gateway"],
  ["cloudfront"],
  ["route53", "route 53"],
  ["vpn"],
  ["vpc"],
  ["directconnect", "direct connect", "dx"],
  ["globalaccelerator", "global accelerator"],
  ["transitgateway", "transit gateway"],
  ["privatelink", "privatelinkendpoints", "vpc endpoint"],
  ["waf", "wafv2"],
  ["networkfirewall", "network firewall"],
  ["aws shield", "ddosprotection"],
  ["guardduty"],
  ["kms"],
  ["iam"],
  ["cognito"],
  ["acm", "certificatemanager"],
  ["secretsmanager", "secrets manager"],
  ["sqs", "simple queue service"],
  ["sns", "simple notification service"],
  ["kinesis"],
  ["firehose"],
  ["msk"],
  ["eventbridge"],
  ["eventbridge scheduler"],
  ["stepfunctions", "step functions", "state machine"],
  ["ses"],
  ["amazonmq", "amazon mq"],
  ["cloudwatch"],
  ["cloudtrail"],
  ["xray", "x ray"],
  ["aws config"],
  ["cloudformation"],
  ["codebuild"],
  ["codepipeline"],
  ["codedeploy"],
  ["codecommit"],
  ["aws glue"],
  ["athena"],
  ["emr", "elasticmapreduce"],
  ["sagemaker"],
  ["bedrock"],
  ["opensearch"],
  ["workspaces"],
  ["ecr"],
  ["autoscaling", "auto scaling", "asg"],
  ["redis"],
  ["memcached"],
  ["postgres", "postgresql"],
  ["pgbouncer"],
  ["patroni"],
  ["mysql", "mariadb"],
  ["mongodb"],
  ["cassandra"],
  ["elasticsearch"],
  ["kafka"],
  ["rabbitmq"],
  ["zookeeper"],
  ["etcd"],
  ["consul"],
  ["vault"],
  ["nginx"],
  ["haproxy"],
  ["envoy"],
  ["istio"],
  ["traefik"],
  ["cloudflare"],
  ["prometheus"],
  ["alertmanager"],
  ["thanos"],
  ["grafana"],
  ["loki"],
  ["jaeger"],
  ["fluentd"],
  ["sentry"],
  ["pubsub"],
  ["ceph"],
  ["sidekiq"],
  ["gitaly"],
  ["praefect"],
  ["jenkins"],
  ["docker"],
  ["coredns", "kubedns"],
  ["certmanager", "cert manager"],
  ["bigquery"],
  ["kubelet"],
];

const spelledProducts = products.map((spellings) => spellings.map(termsOfSpelling));
const productsByFirstWord = new Map<string, { readonly product: number; readonly terms: readonly string[] }[]>();
for (const [product, spellings] of spelledProducts.entries()) {
  for (const terms of spellings) {
    const first = terms[0] ?? "";
    productsByFirstWord.set(first, [...(productsByFirstWord.get(first) ?? []), { product, terms }]);
  }
}
