// @ts-check
/** `npm run vscode`: opens the extension for trying by hand, in the desktop VS Code or in a page of its server. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Problem } from './problem.mjs';
import { run } from './run.mjs';
import { withSetup } from './setup.mjs';
import { ROOT } from './sources.mjs';

await withSetup(async () => {
  const workspace = resolve(process.argv[2] ?? join(ROOT, 'out', 'try'));
  mkdirSync(workspace, { recursive: true });
  if (await hasDesktop()) {
    const code = process.platform === 'win32' ? 'code.cmd' : 'code';
    const opened = await run(code, ['--new-window', `--extensionDevelopmentPath=${ROOT}`, workspace]);
    if (opened.code !== 0)
      throw new Problem('VS Code did not open', 'start it by hand and press F5 in the clone');
    console.log('VS Code opens with the extension.');
    return 0;
  }
  return await servePage(workspace);
});

async function hasDesktop() {
  // Inside VS Code's server `code` exists as well, and opens nothing but files.
  if (process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return false;
  try {
    const { code } = await run(process.platform === 'win32' ? 'code.cmd' : 'code', ['--version']);
    return code === 0;
  } catch {
    return false;
  }
}

/** @param {string} workspace */
async function servePage(workspace) {
  // Read at run time: Node 20, which may load this file first, can't read TypeScript.
  const harness = join(ROOT, 'test', 'harness');
  const { vscodeServerFolder } = await import(join(harness, 'vscodeInstall.ts'));
  const { startVsCodeServer } = await import(join(harness, 'vscodeServer.ts'));
  const { packageVsix, VSIX } = await import('./vsix.mjs');
  const vscode = await vscodeServerFolder();
  await packageVsix();
  const folder = join(ROOT, 'out', 'vscode');
  const server = await startVsCodeServer({ vscode, folder, extensions: [VSIX] });
  console.log(`Open ${server.origin}/?folder=${encodeURIComponent(workspace)}\nCtrl-C ends it.`);
  await new Promise((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
  await server.stop();
  return 0;
}
