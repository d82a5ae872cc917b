import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Environment variable by which the processes of one test run know each other, however deep they are. */
export const RUN_ID = 'GREENROOM_TEST_RUN';

/** A server that was told to stop still closes its browser for this long. */
const SETTLE_MS = 10_000;

export interface Leftover {
  pid: number;
  command: string;
}

/** The processes that a test run started and that are still there after a while. */
export async function leftovers(runId: string, settleMs = SETTLE_MS): Promise<Leftover[]> {
  const list = process.platform === 'linux' ? byEnvironment : byCommand;
  const deadline = Date.now() + settleMs;
  for (;;) {
    const left = await list(runId);
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(200);
  }
}

/** Ends what is left, so that the next run does not meet it. */
export function endLeftovers(left: readonly Leftover[]): void {
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself meanwhile.
    }
  }
}

/** Linux tells each process's environment, which children inherit. */
async function byEnvironment(runId: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
      if (!environment.split('\0').includes(`${RUN_ID}=${runId}`)) continue;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
      if (command !== '') found.push({ pid, command }); // a zombie has none, and holds nothing
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return found;
}

/** Elsewhere by command line: ours names a folder of the lane's, `gr-`, under the temporary folder. */
async function byCommand(): Promise<Leftover[]> {
  const [file, args] =
    process.platform === 'win32'
      ? [
          'powershell',
          [
            '-NoProfile',
            '-Command',
            'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }',
          ],
        ]
      : ['ps', ['-axo', 'pid=,args=']];
  const { stdout } = await promisify(execFile)(file, args, { maxBuffer: 16_000_000 });
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match === null ? [] : [{ pid: Number(match[1]), command: match[2] ?? '' }]))
    .filter(({ pid, command }) => pid !== process.pid && /[\\/]gr-\w{6}[\\/]/.test(command));
}
