import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { processStart } from '../lifecycle/processStart.ts';

/** A process as the operating system knows it. Pid and start time together are unique; a pid alone is reused. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; only good for comparing. */
  startTime: string;
}

const run = promisify(execFile);
const ASK = { timeout: 5_000, windowsHide: true } as const;

/** The identity of a running process; undefined when there is none, a zombie included, or the system will not tell. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startTime = await processStart(pid);
  return startTime === undefined || startTime === 'unknown' ? undefined : { pid, startTime };
}

/** True while the very process that was identified runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await processStart(identity.pid)) === identity.startTime;
}

/** The whole command line of a process, empty when it cannot be read. */
export async function commandLine(pid: number): Promise<string> {
  switch (process.platform) {
    case 'linux':
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    case 'win32':
      return (
        (await powershell(`(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`)) ?? ''
      );
    default:
      return (await ps(pid, 'command=')) ?? '';
  }
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', column, '-p', String(pid)], ASK);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

async function powershell(expression: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-Command', expression],
      ASK,
    );
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Signals a browser and all its children: its process group, or on Windows its process tree, which knows only one
 * signal, the end. Not an error when nothing is left. The caller has made sure that `pid` is still the browser's.
 */
export async function killTree(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') {
    const force = signal === 'SIGKILL' ? ['/F'] : [];
    await run('taskkill', ['/T', ...force, '/PID', String(pid)], ASK).catch(() => undefined);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // No such group: everything has ended.
  }
}
