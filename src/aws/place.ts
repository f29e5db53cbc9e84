import type { Deployment } from "./deployment.ts";

export type Place = { readonly account: string; readonly region: string };
/** Whose credentials: the brain's, who looks, or the hands', who change. */
export type Door = "look" | "change";

export type Reached =
  | {
      /** The process's own credentials; the region may be another one. */
      readonly by: "own";
    }
  | { readonly by: "role"; readonly arn: string; readonly externalId: string; readonly mayChange: boolean }
  | { readonly by: "nobody"; readonly why: string };

type AllowList = Pick<Deployment, "regions" | "accounts">;

/** How a place can be reached. What is not on the allow-list is reached by nobody. */
export function reach(place: Place, own: Place, { regions, accounts }: AllowList, door: Door): Reached {
  const { account, region } = place;
  if (account === own.account) {
    if (region === own.region || regions.includes(region)) return { by: "own" };
    return { by: "nobody", why: `Region ${region} of this account is not on the allow-list.` };
  }
  const member = accounts.find((listed) => listed.account === account);
  if (member === undefined) return { by: "nobody", why: `Account ${account} is not on the allow-list.` };
  if (!member.regions.includes(region)) {
    return { by: "nobody", why: `Region ${region} of account ${account} is not on the allow-list.` };
  }
  const { readRole, changeRole, externalId } = member;
  const arn = door === "look" ? readRole : changeRole;
  if (arn === undefined) return { by: "nobody", why: noChange(account) };
  return { by: "role", arn, externalId, mayChange: changeRole !== undefined };
}

/** Said to the model before anybody is asked, and by the hands if it should ever come to them. */
export const noChange = (account: string): string =>
  `No change is possible in account ${account}: the allow-list names no role for it.`;
