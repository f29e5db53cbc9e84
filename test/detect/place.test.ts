import { expect, test } from "vitest";
import { alarmArn, parseAlarmArn, regionCode } from "../../src/detect/place.ts";

test.each([
  ["eu-west-1", "eu-west-1"],
  ["EU (Ireland)", "eu-west-1"],
  ["EU - Ireland", "eu-west-1"],
  ["Europe (Ireland)", "eu-west-1"],
  ["US West - Oregon", "us-west-2"],
  ["US East (N. Virginia)", "us-east-1"],
  ["US (Virginia)", "us-east-1"],
  ["US West (N. California)", "us-west-1"],
  ["South America (São Paulo)", "sa-east-1"],
  ["South America (Sao Paulo)", "sa-east-1"],
  ["Asia Pacific (Osaka-Local)", "ap-northeast-3"],
  ["Canada (Central)", "ca-central-1"],
  ["AWS GovCloud (US-East)", "us-gov-east-1"],
  ["AWS GovCloud (US)", "us-gov-west-1"],
  ["us-gov-east-1", "us-gov-east-1"],
  ["Middle East (UAE)", "me-central-1"],
  ["Atlantis", undefined],
  ["EXAMPLE", undefined],
  ["", undefined],
])("%s is %s", (name, code) => {
  expect(regionCode(name)).toBe(code);
});

test("an ARN made from its parts reads back as those parts, in every partition", () => {
  for (const [region, partition] of [
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
  ] as const) {
    const place = { region, account: "123456789012", name: "disk: full (é)" };
    expect(alarmArn(place)).toMatch(new RegExp(`^arn:${partition}:`));
    expect(parseAlarmArn(alarmArn(place))).toEqual(place);
  }
});

test("what is no alarm's ARN, or is longer than AWS allows, is refused", () => {
  expect(parseAlarmArn("arn:aws:ec2:eu-west-1:123456789012:instance/i-1")).toBeUndefined();
  expect(parseAlarmArn("arn:aws:cloudwatch:REGION:ACCOUNT:alarm:x")).toBeUndefined();
  expect(parseAlarmArn(`arn:aws:cloudwatch:eu-west-1:1:alarm:${"x".repeat(1600)}`)).toBeUndefined();
});
