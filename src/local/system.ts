import { randomInt } from "node:crypto";
import type { Clock, Ids } from "../domain/ports.ts";

export const systemClock: Clock = { now: () => Date.now() };

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
export const randomIds: Ids = {
  next: (length) => Array.from({ length }, () => letters[randomInt(letters.length)]).join(""),
};
