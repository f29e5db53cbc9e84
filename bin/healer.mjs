#!/usr/bin/env node
import "./check-node.mjs";
import { existsSync } from "node:fs";

// An installed package has a bundle; a clone runs its sources.
const bundle = new URL("../dist/healer.mjs", import.meta.url);
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import((existsSync(source) ? source : bundle).href);
await main(process.argv);
