#!/usr/bin/env -S node --max-semi-space-size=2
// A small young generation keeps an idle healer some 40 MB smaller; it waits for alarms for months.
import "./check-node.mjs";

const { main } = await import("../src/cli/main.ts");
await main(process.argv);
