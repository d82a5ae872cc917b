import { readFile } from 'node:fs/promises';

const ASK = { timeout: 5_000, windowsHide: true } as const;

/**
 * When a process started, in the operating system's own words: only good for comparing. Undefined when there is no such
 * process, a zombie included; `unknown` when there is one but the system did not tell.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return linuxStart(pid);
  if (!exists(pid)) return undefined;
  const [command, args] =
    process.platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', windowsStart(pid)]]
      : ['ps', ['-o', 'lstart=', '-p', String(pid)]];
  try {
    // Loaded here: a server that starts on Linux has no use for them.
    const [{ execFile }, { promisify }] = await Promise.all([
      import('node:child_process'),
      import('node:util'),
    ]);
    // `ps` writes local time in the user's language: both may differ between two processes, or change under one.
    const { stdout } = await promisify(execFile)(command, args, {
      ...ASK,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
    const start = stdout.trim();
    if (start !== '') return start;
  } catch {
    // The tool fails for a process that has just ended, and when it is slow or missing.
  }
  return exists(pid) ? 'unknown' : undefined;
}

function windowsStart(pid: number): string {
  return `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CreationDate.ToFileTimeUtc()`;
}

/** proc_pid_stat(5): field 3 is the state, field 22 the start in clock ticks after boot; the boot's id tells boots apart. */
async function linuxStart(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => ''),
    ]);
    // Field 2 is the command in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' || ticks === undefined ? undefined : `${boot.trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

/** Signal 0 checks without sending; EPERM means that the process is somebody else's. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
