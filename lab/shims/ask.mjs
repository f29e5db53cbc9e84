// Stands behind the lab's `systemctl`, `journalctl`, `df` and its other commands: hands the words to the lab, prints its answer.
const response = await fetch(process.env.LAB_CONTROL, {
  method: "POST",
  headers: { authorization: `Bearer ${process.env.LAB_KEY}` },
  body: JSON.stringify(process.argv.slice(2)),
}).catch((error) => {
  console.error(`the lab does not answer: ${error.cause?.message ?? error.message}`);
  process.exit(1);
});
const { exitCode, output } = await response.json();
(exitCode === 0 ? process.stdout : process.stderr).write(output);
process.exitCode = exitCode;
