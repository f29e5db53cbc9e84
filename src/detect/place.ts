import { limits, type Notes } from "./text.ts";

export type AlarmPlace = { readonly region: string; readonly account: string; readonly name: string };

/** Takes an alarm's ARN apart; undefined for anything else, or for one longer than AWS allows. */
export function parseAlarmArn(arn: string): AlarmPlace | undefined {
  if (arn.length > limits.arn) return undefined;
  const parts = /^arn:aws[a-z-]*:cloudwatch:([a-z0-9-]+):(\d{1,20}):alarm:(.+)$/s.exec(arn);
  const [, region = "", account = "", name = ""] = parts ?? [];
  return parts !== null && isRegion(region) ? { region, account, name } : undefined;
}

/** The ARN that CloudWatch gives an alarm of this name: SNS messages did not always carry it. */
export function alarmArn(place: AlarmPlace): string {
  return `arn:${partitionOf(place.region)}:cloudwatch:${place.region}:${place.account}:alarm:${place.name}`;
}

/** `eu-west-1` from itself or from the names people see: "EU (Ireland)", "EU - Ireland", "Europe (Ireland)". */
export function regionCode(text: string): string | undefined {
  if (isRegion(text)) return text;
  const words = text
    .normalize("NFD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z]+/g, " ")
    .trim();
  return regionNames.find(([, name]) => ` ${words} `.includes(` ${name} `))?.[0];
}

/** The ARN is the alarm's identity, so it wins over what stands beside it, and a difference is noted. */
export function settlePlace(
  arn: string | undefined,
  beside: { readonly region: string | undefined; readonly account: string | undefined; readonly name: string },
  notes: Notes,
): { readonly arn: string; readonly region: string; readonly account: string } | undefined {
  const known = arn === undefined ? undefined : parseAlarmArn(arn);
  const region = known?.region ?? beside.region;
  const account = known?.account ?? beside.account;
  if (region === undefined || account === undefined) return undefined;
  if ((beside.account ?? account) !== account) notes.add("another account stands beside the alarm's ARN");
  if ((beside.region ?? region) !== region) notes.add("another region stands beside the alarm's ARN");
  if (arn !== undefined) return { arn, region, account };
  notes.add("the alarm's ARN was made from its region, account and name");
  return { arn: alarmArn({ region, account, name: beside.name }), region, account };
}

const isRegion = (text: string): boolean => /^[a-z]{2,4}(-[a-z]{2,12}){1,2}-\d{1,2}$/.test(text);

/** The partition that a region belongs to. */
export function partitionOf(region: string): string {
  const partition = partitions.find(([prefix]) => region.startsWith(prefix));
  return partition?.[1] ?? "aws";
}

const partitions = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
] as const;

/** The part of each name that never changed; the first match counts, so GovCloud stands before its compass words. */
const regionNames = [
  ["us-gov-east-1", "govcloud us east"],
  ["us-gov-west-1", "govcloud us"],
  ["us-gov-west-1", "govcloud"],
  ["us-east-1", "virginia"],
  ["us-east-2", "ohio"],
  ["us-west-1", "california"],
  ["us-west-2", "oregon"],
  ["af-south-1", "cape town"],
  ["ap-east-1", "hong kong"],
  ["ap-east-2", "taipei"],
  ["ap-northeast-1", "tokyo"],
  ["ap-northeast-2", "seoul"],
  ["ap-northeast-3", "osaka"],
  ["ap-south-1", "mumbai"],
  ["ap-south-2", "hyderabad"],
  ["ap-southeast-1", "singapore"],
  ["ap-southeast-2", "sydney"],
  ["ap-southeast-3", "jakarta"],
  ["ap-southeast-4", "melbourne"],
  ["ap-southeast-5", "malaysia"],
  ["ap-southeast-6", "new zealand"],
  ["ap-southeast-7", "thailand"],
  ["ca-central-1", "canada central"],
  ["ca-west-1", "calgary"],
  ["cn-north-1", "beijing"],
  ["cn-northwest-1", "ningxia"],
  ["eu-central-1", "frankfurt"],
  ["eu-central-2", "zurich"],
  ["eu-north-1", "stockholm"],
  ["eu-south-1", "milan"],
  ["eu-south-2", "spain"],
  ["eu-west-1", "ireland"],
  ["eu-west-2", "london"],
  ["eu-west-3", "paris"],
  ["eusc-de-east-1", "brandenburg"],
  ["il-central-1", "tel aviv"],
  ["me-central-1", "uae"],
  ["me-south-1", "bahrain"],
  ["mx-central-1", "mexico"],
  ["sa-east-1", "sao paulo"],
] as const;
