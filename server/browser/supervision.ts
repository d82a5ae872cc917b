import { spawn } from 'node:child_process';
import type { Logger } from 'pino';
import type { ProcessIdentity } from './processIdentity.ts';

/** One line of the supervisor's standard input. Without `browser` the browser is no longer watched. */
export interface SupervisorLine {
  root: string;
  id: string;
  browser?: ProcessIdentity;
}

export interface Supervision {
  /** Has the browser ended, and its home removed, should this process end without doing so. */
  watch(root: string, id: string, browser: ProcessIdentity): void;
  unwatch(root: string, id: string): void;
  /** Lets the supervisor leave; resolves when it has. */
  dispose(): Promise<void>;
}

const RESTART_AFTER_MS = 5_000;

/**
 * One supervisor process for all browsers of this server, started with the first browser and started again should
 * somebody end it. One for all costs the memory of one Node process, however many browsers there are.
 */
export function createSupervision(entry: string, logger: Logger): Supervision {
  const watched = new Map<string, SupervisorLine>();
  let child: ReturnType<typeof start> | undefined;

  function start() {
    const supervisor = spawn(
      process.execPath,
      ['--max-old-space-size=32', '--max-semi-space-size=1', entry],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        windowsHide: true,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    const ended = new Promise<void>((resolve) => {
      supervisor.once('error', (error) => {
        logger.error({ err: error }, 'the browser supervisor did not start');
        resolve();
      });
      supervisor.once('exit', () => resolve());
    });
    // A supervisor that is gone breaks the pipe; its exit is handled below.
    supervisor.stdin.on('error', () => undefined);
    supervisor.unref();
    const startedAt = performance.now();
    void ended.then(() => {
      if (child?.supervisor !== supervisor) return;
      child = undefined;
      if (watched.size === 0) return;
      logger.warn('the browser supervisor ended early');
      // One that does not live at all is not started again and again; the next browser tries anew.
      if (performance.now() - startedAt > RESTART_AFTER_MS) ensure();
    });
    return { supervisor, ended };
  }

  function ensure(): void {
    child = start();
    watched.forEach(tell);
  }

  function tell(line: SupervisorLine): void {
    child?.supervisor.stdin.write(`${JSON.stringify(line)}\n`);
  }

  return {
    watch(root, id, browser) {
      const line = { root, id, browser };
      watched.set(id, line);
      if (child === undefined) ensure();
      else tell(line);
    },
    unwatch(root, id) {
      if (watched.delete(id)) tell({ root, id });
    },
    async dispose() {
      watched.clear();
      const last = child;
      child = undefined;
      last?.supervisor.ref();
      last?.supervisor.stdin.end();
      await last?.ended;
    },
  };
}
