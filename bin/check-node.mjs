// Plain JavaScript that any Node reads: says what to do where the Node in charge is too old to run TypeScript sources.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `healer needs Node 22.18 or newer; this is ${process.version}.\n` +
      "`npm ci` installs Node 24 for the npm scripts unless install scripts are blocked: run\n" +
      "  npm ci --ignore-scripts=false\n" +
      "and start it with `npm run -s healer -- …`, or put a newer Node first on the PATH.",
  );
  process.exit(70);
}
