import type { Links } from "./links.ts";

export type SlackSettings = {
  /** The workspace; a click from another one is refused. */
  readonly teamId: string;
  /** The app that Slack says a request is for. */
  readonly appId: string;
  readonly channel: string;
  /**
   * What gets a card: `asks` only what waits for a person or needs one to go on; `changes` also what was changed without
   * asking; `all` also runs that found nothing to do.
   */
  readonly tell: "asks" | "changes" | "all";
  readonly escalation?: {
    /** The same channel as the card's: then the group is called in its thread, and no second card is posted. */
    readonly channel: string;
    /** A user group (`S…`) that is mentioned there. */
    readonly group?: string;
    /** Milliseconds without a decision. */
    readonly afterMs: number;
  };
  /** Milliseconds before expiry. */
  readonly remindMs: readonly number[];
  /** Person ids that may stop and resume the healer. */
  readonly operators: readonly string[];
  readonly links: Links;
};
