#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [22, 15] as const;

/** The command line. Under a Node that is too old it hands over to the project's own. */
function start(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
    void import('./cli/main.ts')
      .then(({ runCommandLine }) => runCommandLine(process.argv.slice(2)))
      .then((code) => (process.exitCode = code));
    return;
  }
  const here = fileURLToPath(import.meta.url);
  const node = join(dirname(dirname(here)), 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(node)) {
    process.stderr.write(
      `greenroom: This is Node ${process.versions.node}, and Greenroom needs ${OLDEST.join('.')} or newer.\n` +
        'Install a newer Node, or run "npm install" in the clone, which brings one.\n',
    );
    process.exitCode = 1;
    return;
  }
  // Ctrl-C reaches the whole terminal's foreground group: this process only waits for the one that acts on it.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);
  const { status, error } = spawnSync(node, [here, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`greenroom: ${node} cannot be run (${error.message}).\n`);
  process.exitCode = status ?? 1;
}

start();
