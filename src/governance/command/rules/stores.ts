import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Redis: the command word decides. */
export function judgeRedis(call: Call): Verdict {
  const { args, context } = call;
  if (asksForHelp(args)) return reads("redis-cli describes itself");
  const options = readOptions(args, {
    values: "-h -p -a -u -n -s -r -i -x -t --user --pass --cacert --cert --key --eval --rdb --pipe-timeout",
    stopAtOperand: true,
  });
  if (
    options.exactly(
      "--scan",
      "--bigkeys",
      "--memkeys",
      "--hotkeys",
      "--stat",
      "--latency",
      "--latency-history",
      "--latency-dist",
      "--intrinsic-latency",
    )
  )
    return reads("redis-cli only measures");
  if (options.value("--eval") !== undefined) return risky("redis-cli runs a script file");
  if (options.exactly("--cluster"))
    return args.some((word) => /^(del-node|call|fix|reshard|rebalance)$/.test(word))
      ? destructive("changes or removes nodes of a Redis cluster")
      : risky("works on a Redis cluster");
  const words = options.operands;
  if (words.length > 0)
    return judgeRedisWords(words.flatMap((word, index) => (index === 0 ? word.trim().split(/\s+/) : [word])));
  if (context.stdin.kind === "text")
    return worst(
      context.stdin.text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => judgeRedisWords(line.trim().split(/\s+/))),
      risky("redis-cli without commands"),
    );
  return risky("redis-cli opens a session in which anything can be typed");
}

function judgeRedisWords(words: readonly string[]): Verdict {
  const name = (words[0] ?? "").toLowerCase();
  const second = (words[1] ?? "").toLowerCase();
  const text = `Redis ${name.toUpperCase()}`;
  if (/^(flushall|flushdb|shutdown|swapdb|debug|failover)$/.test(name))
    return destructive(`${text} loses data or stops the server`);
  if (/^(eval|evalsha|fcall|script|function)$/.test(name))
    return /flush(all|db)|shutdown/i.test(words.join(" ")) || second === "flush"
      ? destructive(`${text} empties the store`)
      : risky(`${text} runs a script`);
  if (name === "config") return second === "get" ? reads(`${text} GET reads`) : risky(`${text} changes the server`);
  if (name === "cluster")
    return /^(info|nodes|slots|shards|keyslot|countkeysinslot|getkeysinslot|links|myid)$/.test(second)
      ? reads(`${text} reads`)
      : /^(reset|flushslots|forget|delslots|failover)$/.test(second)
        ? destructive(`${text} breaks the cluster apart`)
        : risky(`${text} changes the cluster`);
  if (/^(acl|client|memory|slowlog|latency|object|command|module|xinfo|pubsub)$/.test(name))
    return /^(list|info|getname|id|usage|stats|doctor|get|len|whoami|cat|encoding|freq|idletime|refcount|help|count|docs|stream|groups|consumers|channels|numsub|history|latest|getuser|users|malloc-stats|)$/.test(
      second,
    )
      ? reads(`${text} reads`)
      : risky(`${text} ${second} changes the server`);
  if (readingCommands.test(name)) return reads(`${text} only reads`);
  if (/^(del|unlink|hdel|zrem\w*|srem|ltrim|xtrim|xdel|getdel|spop|lpop|rpop|zpopmin|zpopmax)$/.test(name))
    return words.some((word) => word === "*") ? destructive(`${text} removes keys`) : risky(`${text} removes keys`);
  return risky(`${text} changes data`);
}

const readingCommands =
  /^(get|mget|strlen|exists|type|ttl|pttl|keys|scan|hget|hgetall|hmget|hkeys|hvals|hlen|hscan|hexists|lrange|llen|lindex|smembers|scard|sismember|sscan|srandmember|zrange\w*|zcard|zscore|zrank|zcount|zscan|zrevrange\w*|dbsize|info|ping|echo|time|lastsave|monitor|role|randomkey|getrange|getbit|bitcount|xlen|xrange|xrevrange|xread|pfcount|sinter|sunion|sdiff|geopos|geodist|dump|wait|select|auth|hello|quit|expiretime)$/;

/** MongoDB shell: the JavaScript given to `--eval`, or piped in, decides. */
export function judgeMongo(call: Call): Verdict {
  if (asksForHelp(call.args)) return reads("mongosh describes itself");
  const options = readOptions(call.args, {
    values: "--eval --host --port -u --username -p --password --authenticationDatabase --file -f --db",
  });
  const given = options.values("--eval");
  const texts = call.context.stdin.kind === "text" ? [...given, call.context.stdin.text] : given;
  // The shell may have broken an unquoted expression into several words.
  const loose =
    given.length > 0 ? [...texts, options.operands.filter((word) => /[().{}]/.test(word)).join(" ")] : texts;
  if (loose.length === 0) return risky("opens a MongoDB session, or runs a script file, in which anything can happen");
  return worst(loose.filter((text) => text !== "").map(judgeMongoText), risky("mongosh without a statement"));
}

/** Judges text of MongoDB's own language by the methods it calls. */
function judgeMongoText(text: string): Verdict {
  const grave =
    /\.\s*(drop\w*|deleteMany\s*\(\s*(\{\s*\})?\s*\)|remove\s*\(\s*(\{\s*\})?\s*\)|shutdownServer|fsyncLock|replSetReconfig|stepDown|reset\w*)\s*\(?|\[\s*['"](drop|dropDatabase|deleteMany|remove)|dropDatabase|\b(rs\.(remove|stepDown|reconfig))|(eval|Function)\s*\(/i.exec(
      text,
    );
  if (grave) return destructive(`MongoDB: ${grave[0].trim()} loses data or availability`);
  if (
    /\.\s*(insert|update|delete|remove|replace|save|create|rename|findAndModify|findOneAnd|bulkWrite|aggregate\s*\([^)]*\$(out|merge)|run|admin|grant|revoke|kill|set|enable|add|compact|validate|convert|copy|load)\w*/i.test(
      text,
    ) ||
    /\b(load|run|exec|require)\s*\(/.test(text)
  )
    return risky("MongoDB: changes data or settings");
  return /^[\s\w$.()[\]{}'":,/<>=!*+&|-]*$/.test(text) &&
    /\b(find|count|stats|show|get|list|explain|distinct|aggregate|status|serverStatus|currentOp|hello|isMaster|version|hostInfo|print)/i.test(
      text,
    )
    ? reads("MongoDB: a query that only reads")
    : risky("MongoDB: not a statement this check knows");
}

/** Search engines, queues and other stores with tools of their own. */
export const storeRules: Rules = {
  ...forPrograms(
    "kafka-topics kafka-topics.sh kafka-configs kafka-configs.sh kafka-acls kafka-acls.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-delete-records kafka-delete-records.sh kafka-reassign-partitions kafka-leader-election",
    ({ program, args }) => {
      if (
        program.startsWith("kafka-delete") ||
        args.some((word) => /^--(delete|delete-offsets|remove|delete-config)$/.test(word))
      )
        return destructive(`${program} deletes records, topics or permissions`);
      if (args.some((word) => /^--reset-offsets$/.test(word)))
        return args.includes("--execute")
          ? destructive(`${program} moves the position of consumers`)
          : risky(`${program} plans to move the position of consumers`);
      return args.some((word) => /^--(list|describe|help|version|state|members)$/.test(word)) &&
        !args.some((word) => /^--(alter|create|add)$/.test(word))
        ? reads(`${program} only lists`)
        : risky(`${program} changes the cluster`);
    },
  ),
  ...forPrograms(
    "kafka-console-consumer kafka-console-consumer.sh kafkacat kcat kafka-dump-log kafka-log-dirs kafka-broker-api-versions",
    ({ program, args }) =>
      args.includes("-P") ? risky(`${program} publishes messages`) : reads(`${program} only reads`),
  ),
  ...forPrograms(
    "rabbitmqctl rabbitmq-diagnostics rabbitmqadmin rabbitmq-plugins rabbitmq-queues",
    ({ program, args }) => {
      const words = readOptions(args, { values: "-n --node -p --vhost -H --host -P --port -u --username" }).operands;
      const name = words[0] ?? "";
      if (/^(delete|purge|clear|reset|force_reset|forget|stop|stop_app|shutdown|remove|close_\w+)/.test(name))
        return destructive(`${program} ${name} loses messages, access or availability`);
      return /^(list|status|show|ping|check|cluster_status|environment|report|version|help|node_health_check|get|export|eval_file_check|memory_breakdown|authenticate_user)/.test(
        name,
      )
        ? name === "get"
          ? undoable("takes messages off a queue and may put them back")
          : reads(`${program} ${name} only reads`)
        : risky(`${program} ${name} changes the broker`);
    },
  ),
  ...forPrograms("zkCli.sh zkcli zookeeper-shell", ({ args }) =>
    args.some((word) => /^(delete|deleteall|rmr)$/.test(word))
      ? destructive("deletes nodes")
      : args.some((word) => /^(ls|get|stat)$/.test(word))
        ? reads("only reads")
        : risky("changes nodes"),
  ),
  nodetool: ({ args }) =>
    args.some((word) =>
      /^(removenode|decommission|assassinate|clearsnapshot|drain|stopdaemon|truncatehints)$/.test(word),
    )
      ? destructive("removes a node or its data")
      : args.some((word) => /^(status|info|ring|\w*stats|describe\w*|netstats|gossipinfo|version|get\w+)$/.test(word))
        ? reads("nodetool only reads")
        : risky("changes a node"),
};
