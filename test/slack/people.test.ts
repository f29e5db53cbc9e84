import { describe, expect, it } from "vitest";
import type { SlackPerson } from "../../src/slack/client.ts";
import { createPeople, groupsAmong, identify } from "../../src/slack/people.ts";

const ada: SlackPerson = { name: "Ada\u202E <!channel>", teamId: "T1", stranger: undefined };
const by = { userId: "U1", userTeamId: "T1", teamId: "T1", appId: "A1" };
const groupMembers = async (id: string) => (id === "S1" ? ["U1", "U2"] : []);
const settings = { teamId: "T1", appId: "A1" };

describe("who a click is from", () => {
  it("is the signed user in our workspace, with a name that can not imitate", async () => {
    const identified = await identify(by, { person: async () => ada, groupMembers }, settings);
    expect(identified).toEqual({ ok: true, person: { id: "slack:T1/U1", name: "Ada <!channel>", via: "slack" } });
  });

  it("is nobody while Slack can not be asked", async () => {
    const down = async () => {
      throw new Error("down");
    };
    expect((await identify(by, { person: down, groupMembers }, settings)).ok).toBe(false);
  });

  it("is asked at most once a minute, and again after a failure", async () => {
    let [asked, now, fails] = [0, 0, true];
    const person = async () => {
      asked += 1;
      if (fails) throw new Error("down");
      return ada;
    };
    const people = createPeople({ person, groupMembers: async () => [] }, { now: () => now });
    await people.person("U1").catch(() => undefined);
    fails = false;
    await people.person("U1");
    await people.person("U1");
    expect(asked).toBe(2);
    now = 60_001;
    await people.person("U1");
    expect(asked).toBe(3);
  });
});

describe("user groups in a list of people", () => {
  const list = ["slack:T1/U9", "slack-group:T1/S1", "slack-group:T1/S2", "slack-group:T2/S1"];

  it("let in whoever is a member at this moment", async () => {
    expect(await groupsAmong(list, { id: "slack:T1/U1" }, { groupMembers })).toEqual(["slack-group:T1/S1"]);
    expect(await groupsAmong(list, { id: "slack:T1/U3" }, { groupMembers })).toEqual([]);
  });

  it("are not asked about somebody who is named, who is no Slack user, or who is of another workspace", async () => {
    for (const id of ["slack:T1/U9", "terminal:U1", "slack:T3/U1"]) {
      expect(await groupsAmong(list, { id }, { groupMembers })).toEqual([]);
    }
  });

  it("let nobody in while Slack can not open them", async () => {
    const down = async () => {
      throw new Error("down");
    };
    expect(await groupsAmong(list, { id: "slack:T1/U1" }, { groupMembers: down })).toEqual([]);
  });
});
