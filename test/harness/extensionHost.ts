import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import * as esbuild from 'esbuild';
import { ROOT } from '../../server/setup/sources.mjs';
import { MARK } from './counts.ts';
import { startVsCodeServer } from './vscodeServer.ts';
import { Workbench } from './workbench.ts';

const OUT = join(ROOT, 'out', 'test-vscode');

/** A suite is bundled far from its sources, which find their neighbours by `import.meta.url`. */
const sourceUrls: esbuild.Plugin = {
  name: 'source urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    }));
  },
};

/** Bundles `test/vscode/` for an extension host and gives the path of its `run()` module. */
export async function bundleSuite(folder = join(ROOT, 'test', 'vscode'), outdir = OUT): Promise<string> {
  await rm(outdir, { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, 'test/vscode/index.ts'), join(folder, '*.test.ts')],
    outdir,
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22.15',
    packages: 'external',
    external: ['vscode'],
    plugins: [sourceUrls],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(outdir, 'index.cjs');
}

/** The folder that suites open: a copy of `test/fixtures/workspace`, theirs to write in. */
export async function makeWorkspace(folder: string): Promise<string> {
  const workspace = join(folder, 'workspace');
  const fixture = join(ROOT, 'test', 'fixtures', 'workspace');
  await mkdir(workspace, { recursive: true });
  if (existsSync(fixture)) await cp(fixture, workspace, { recursive: true });
  return workspace;
}

export interface ExtensionHostOptions {
  vscode: string;
  /** Scratch folder. */
  folder: string;
  /** Folder of the extension under development. */
  extension: string;
  /** The `run()` module. */
  suite: string;
  env?: Record<string, string>;
  /** File that gets everything the window logs. */
  log: string;
  signal: AbortSignal;
  print: (line: string) => void;
}

/** Runs a suite inside the extension host of a real VS Code and resolves with its exit code. */
export async function runInExtensionHost(options: ExtensionHostOptions): Promise<number> {
  const workspace = await makeWorkspace(options.folder);
  await using server = await startVsCodeServer({
    vscode: options.vscode,
    folder: options.folder,
    automation: true,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const remote = (path: string): string =>
    `vscode-remote://${new URL(server.origin).host}${path.startsWith('/') ? '' : '/'}${path.replaceAll('\\', '/')}`;
  const log = createWriteStream(options.log);
  const { promise: exit, resolve, reject } = Promise.withResolvers<number>();
  const abort = (): void => reject(options.signal.reason as Error);
  options.signal.addEventListener('abort', abort, { once: true });
  exit.catch(() => undefined); // it may reject while the window still opens
  try {
    options.signal.throwIfAborted();
    await using window = await Workbench.open(server, {
      workspace,
      payload: [
        ['extensionDevelopmentPath', remote(options.extension)],
        ['extensionTestsPath', remote(options.suite)],
      ],
      prepare: async (page) => {
        page.on('crash', () => reject(new Error("The window's page crashed.")));
        await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
          const text = format(...args);
          log.write(`${text}\n`);
          if (text.startsWith(MARK)) options.print(text.slice(MARK.length));
        });
        await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
      },
    });
    const code = await exit;
    if (window.outside.length > 0)
      options.print(`The window asked for ${window.outside.join(', ')}; it got no answer.`);
    return code;
  } finally {
    options.signal.removeEventListener('abort', abort);
    log.end();
  }
}
