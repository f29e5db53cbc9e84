/** One loop in a process of its own; does what it is told and says how long that took. */
const [, , path, options] = process.argv;
const { open } = await import(path);
const run = await open(JSON.parse(options));
process.on("message", async ({ concurrency, steps, rounds }) => {
  const began = performance.now();
  const spent = process.cpuUsage();
  let appends = 0;
  for (let round = 0; round < rounds; round++) {
    const done = await Promise.all(Array.from({ length: concurrency }, run));
    for (const one of done) {
      if (one.calls !== steps) throw new Error(`${path} made ${one.calls} calls instead of ${steps}`);
      appends += one.appends ?? 0;
    }
  }
  const stepsDone = rounds * concurrency * steps;
  const perStep = (performance.now() - began) / stepsDone;
  const { user, system } = process.cpuUsage(spent);
  process.send({ perStep, cpu: (user + system) / 1000 / stepsDone, appends: appends / stepsDone, rss: process.memoryUsage().rss / 1e6 });
});
process.once("disconnect", () => process.exit());
process.send({ ready: true });
