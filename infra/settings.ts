import { existsSync, readFileSync } from "node:fs";
import { type Deployment, deploymentOf } from "../src/aws/deployment.ts";

/** This stage's part of `healer.deploy.json`; a project without that file gets the defaults. */
export function settingsOf(path: string, stage: string): Deployment {
  if (!existsSync(path)) return deploymentOf(stage, {});
  const text = readFileSync(path, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${String(error)}`);
  }
  return deploymentOf(stage, value);
}

/** Stages whose data outlives the deployment. */
export const isPermanent = (stage: string): boolean => stage.startsWith("prod");
