/** One thing that must be right before the healer can run. */
export type Check = {
  readonly name: string;
  readonly status: "ok" | "warn" | "fail" | "skipped";
  readonly detail: string;
  /** What to do about it, as a command where there is one. */
  readonly fix?: string;
};

export const passed = (name: string, detail: string): Check => ({ name, status: "ok", detail });
export const warned = (name: string, detail: string, fix: string): Check => ({ name, status: "warn", detail, fix });
export const failed = (name: string, detail: string, fix: string): Check => ({ name, status: "fail", detail, fix });
export const skipped = (name: string, detail: string, fix: string): Check => ({ name, status: "skipped", detail, fix });
