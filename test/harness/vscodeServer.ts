import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../server/setup/run.mjs';

/** The first start unpacks caches and may meet two busy cores. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/** A window that shows nothing but us, and looks the same every time. */
const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export interface VsCodeServerOptions {
  /** VS Code's server, from `installVsCode`. */
  vscode: string;
  /** Scratch folder for its data, its extensions and its log. */
  folder: string;
  /** Added to our own environment, which the extension host inherits. */
  env?: Record<string, string>;
  settings?: Record<string, unknown>;
  /** Packaged extensions to install before it starts. */
  extensions?: readonly string[];
  /**
   * Honours `extensionDevelopmentPath` and `extensionTestsPath`. VS Code's own test driver comes with it, which
   * shows no notification and no dialog.
   */
  automation?: boolean;
  /** Lets folders be untrusted. Default: every folder is trusted. */
  workspaceTrust?: boolean;
}

/** VS Code's own server: one process group with its extension hosts, on a free port of 127.0.0.1. */
export interface VsCodeServer extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly pid: number;
  /** Idempotent. Resolves when the whole process group is gone. */
  stop(): Promise<void>;
}

export async function startVsCodeServer(options: VsCodeServerOptions): Promise<VsCodeServer> {
  const data = join(options.folder, 'data');
  const machine = join(data, 'data', 'Machine');
  await mkdir(machine, { recursive: true });
  await writeFile(
    join(machine, 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, null, 2),
  );
  const main = join(options.vscode, 'out', 'server-main.js');
  const folders = ['--server-data-dir', data, '--extensions-dir', join(options.folder, 'extensions')];
  const env = environment(options.env);

  for (const extension of options.extensions ?? []) {
    const { code, output } = await run(
      process.execPath,
      [main, ...folders, '--accept-server-license-terms', '--install-extension', extension],
      { env, timeoutMs: 120_000 },
    );
    if (code !== 0 || !/successfully installed/.test(output))
      throw new Error(`${extension} can't be installed:\n${output}`);
  }

  const child = spawn(
    process.execPath,
    [
      main,
      ...folders,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
      ...['--accept-server-license-terms', '--telemetry-level', 'off'],
      ...(options.automation === true ? ['--enable-smoke-test-driver'] : []),
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
  );
  const log = createWriteStream(join(options.folder, 'vscode-server.log'));
  try {
    const origin = await announced(child, log);
    return server(child, origin);
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Ours, without what an editor we may run in left there: its children must not take us for theirs. */
function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE|ELECTRON)_/.test(name));
  return { ...Object.fromEntries(own), EXTENSIONS_GALLERY: '{}', ...extra };
}

/** Resolves with the origin that the server prints once it listens. */
function announced(child: ChildProcess, log: WriteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => {
      reject(new Error(`VS Code's server did not start within ${START_TIMEOUT_MS} ms:\n${output}`));
    }, START_TIMEOUT_MS);
    const take = (chunk: Buffer): void => {
      log.write(chunk);
      output = (output + chunk.toString('utf8')).slice(-10_000);
      const port = /Web UI available at \S*?:(\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      log.end();
      reject(new Error(`VS Code's server ended with ${code}:\n${output}`));
    });
  });
}

function server(child: ChildProcess, origin: string): VsCodeServer {
  let ended: Promise<void> | undefined;
  const kill = (): void => signal(child.pid ?? 0, 'SIGKILL');
  process.once('exit', kill); // ours ended before its tests could stop it
  const stop = (): Promise<void> => {
    process.off('exit', kill);
    return (ended ??= end(child));
  };
  return { origin, pid: child.pid ?? 0, stop, [Symbol.asyncDispose]: stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  signal(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signal(child.pid ?? 0, 'SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
  signal(child.pid, 'SIGKILL'); // an extension host that outlived the server
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
