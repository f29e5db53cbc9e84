import type { Deployment, Service, Task } from "@aws-sdk/client-ecs";
import type { ResourceState } from "../domain/ports.ts";
import { type EcsSdk, ecsSdk } from "./clients.ts";
import { unlessMissing } from "./upstream.ts";

/** Tasks that are looked up among those that stopped in the last hour; the service forgets earlier ones. */
const mostTasks = 10;

/** An ECS service: counts, deployments, its newest events, and why its tasks stopped. */
export function ecsServiceState(
  cluster: string,
  name: string,
  sdk: EcsSdk = ecsSdk(),
): Promise<ResourceState | undefined> {
  return unlessMissing(
    `describe ECS service ${name}`,
    ["ClusterNotFoundException", "ServiceNotFoundException"],
    async () => {
      const { api, client } = await sdk();
      const reply = await client.send(new api.DescribeServicesCommand({ cluster, services: [name] }));
      const service = reply.services?.find((one) => one.serviceName === name);
      if (service === undefined) return undefined;
      const stopped = { cluster, serviceName: name, desiredStatus: "STOPPED" as const, maxResults: mostTasks };
      const { taskArns: tasks = [] } = await client.send(new api.ListTasksCommand(stopped));
      const described =
        tasks.length === 0 ? undefined : await client.send(new api.DescribeTasksCommand({ cluster, tasks }));
      return stateOf(service, described?.tasks ?? []);
    },
  );
}

const stateOf = (service: Service, tasks: readonly Task[]): ResourceState => ({
  facts: [
    `${service.status ?? "status unknown"}: desired ${service.desiredCount ?? 0}, running ${service.runningCount ?? 0}, pending ${service.pendingCount ?? 0}`,
    ...(service.deployments ?? []).map(deploymentText),
  ],
  troubles: tasks.map(stoppedText),
  events: (service.events ?? []).flatMap(({ createdAt, message }) =>
    createdAt === undefined || message === undefined ? [] : [{ at: createdAt.getTime(), text: message }],
  ),
});

function deploymentText(deployment: Deployment): string {
  const failed = deployment.failedTasks ?? 0;
  return [
    `deployment ${deployment.status ?? ""} of ${shortName(deployment.taskDefinition)}`,
    `${deployment.rolloutState ?? "no rollout state"}${deployment.rolloutStateReason ? ` (${deployment.rolloutStateReason})` : ""}`,
    `running ${deployment.runningCount ?? 0} of ${deployment.desiredCount ?? 0}`,
    ...(failed > 0 ? [`${failed} failed tasks`] : []),
    `since ${deployment.createdAt?.toISOString() ?? "?"}`,
  ].join(", ");
}

function stoppedText({ taskArn, stoppedAt, stoppedReason, stopCode, containers = [] }: Task): string {
  const ends = containers.flatMap(({ name, exitCode, reason }) =>
    exitCode === undefined && reason === undefined
      ? []
      : [`${name ?? "container"} exit ${exitCode ?? "none"}${reason ? ` ${reason}` : ""}`],
  );
  const why = [stoppedReason ?? stopCode ?? "no reason given", ...ends].join("; ");
  return `task ${shortName(taskArn)} stopped ${stoppedAt?.toISOString() ?? "just now"}: ${why}`;
}

/** `orders:42` of `arn:…:task-definition/orders:42`. */
const shortName = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "?";
