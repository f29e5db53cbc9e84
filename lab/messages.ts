/** What a lab process is told when it starts, in the environment variable `LAB_CHILD`. */
export type ChildSpec = {
  /** Module under lab/services, or `edge`. */
  readonly service: string;
  readonly host: string;
  /** The host's own folder: its working directory. */
  readonly root: string;
  /** Seconds between two reports of metrics. */
  readonly period: number;
  readonly settings: Readonly<Record<string, string>>;
};

/** Samples of one period. A metric of the edge names the service that it watched. */
export type Sample = { readonly name: string; readonly values: readonly number[]; readonly service?: string };

export type FromChild =
  | { readonly type: "ready"; readonly port: number }
  | { readonly type: "metrics"; readonly at: number; readonly samples: readonly Sample[] };

/** Where the edge sends a service's traffic, and how much of it. */
export type Route = { readonly service: string; readonly ports: readonly number[]; readonly perSecond: number };

export type ToChild =
  | { readonly type: "fault"; readonly name: string; readonly on: boolean }
  | { readonly type: "reload" }
  /** Where the carrier that is not ours listens. */
  | { readonly type: "upstream"; readonly port: number }
  | { readonly type: "routes"; readonly routes: readonly Route[] };
