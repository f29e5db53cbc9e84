#!/usr/bin/env -S node --max-semi-space-size=2
// A small young generation keeps an idle healer some 40 MB smaller; it waits for alarms for months.
import "./check-node.mjs";
import { join } from "node:path";

// What Node made of the sources, kept beside the packages, whose files it trusts as much. Without it, every command reads
// TypeScript anew. Where the folder can not be written, nothing is kept and nothing else happens.
const { enableCompileCache } = await import("node:module");
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/healer"));

const { main } = await import("../src/cli/main.ts");
await main(process.argv);
