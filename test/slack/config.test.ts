import { describe, expect, it } from "vitest";
import { slackConfig } from "../../src/slack/config.ts";

const least = {
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_SIGNING_SECRET: "8f742231b10e8888abcd99yyyzzz85a5",
  SLACK_CHANNEL: "C0INCIDENT",
};

describe("the variables that connect a workspace", () => {
  it("none means no Slack", () => {
    expect(slackConfig({ PATH: "/bin" })).toBeUndefined();
    expect(slackConfig({ SLACK_BOT_TOKEN: "" })).toBeUndefined();
  });

  it("three are enough, and what is left out is quiet", () => {
    expect(slackConfig({ ...least, SLACK_ESCALATION_CHANNEL: "" })).toMatchObject({
      SLACK_TELL: "asks",
      SLACK_REMIND_MINUTES: [10, 3],
    });
  });

  it("lists are read with commas and spaces", () => {
    const config = slackConfig({
      ...least,
      SLACK_REMIND_MINUTES: "10, 5 1",
      SLACK_OPERATORS: "slack:T1/U1,slack-group:T1/S1",
    });
    expect(config).toMatchObject({
      SLACK_REMIND_MINUTES: [10, 5, 1],
      SLACK_OPERATORS: ["slack:T1/U1", "slack-group:T1/S1"],
    });
  });

  it.each([
    ["SLACK_BOT_TOKEN", "xoxp-user-token"],
    ["SLACK_SIGNING_SECRET", "short"],
    ["SLACK_SIGNING_SECRET", undefined],
    ["SLACK_CHANNEL", "#incidents"],
    ["SLACK_TELL", "everything"],
    ["SLACK_ESCALATION_GROUP", "@oncall"],
    ["SLACK_ESCALATION_MINUTES", "0"],
    ["SLACK_REMIND_MINUTES", "five"],
    ["SLACK_OPERATORS", "ada"],
    ["SLACK_APP_TOKEN", "xoxb-1"],
  ])("%s as %s is refused by name, without its value", (name, value) => {
    const attempt = () => slackConfig({ ...least, [name]: value });
    expect(attempt).toThrow(name);
    if (value !== undefined && value.length > 5) expect(attempt).not.toThrow(value);
  });

  it("Socket Mode needs no signing secret", () => {
    expect(slackConfig({ ...least, SLACK_SIGNING_SECRET: undefined, SLACK_APP_TOKEN: "xapp-1" })).toBeDefined();
  });
});
