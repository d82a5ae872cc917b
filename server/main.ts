import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROTOCOL_VERSION } from '../shared/protocol.ts';
import { toErrorData } from '../shared/errors.ts';
import { currentPaths, ensureHome } from './home.ts';
import { acquireLock } from './lifecycle/lock.ts';
import { processStart } from './lifecycle/processStart.ts';
import { productVersion } from './version.ts';

/**
 * The server process. Ends with 0 when another server has the home already, which is what a client that starts one
 * in a race expects. The options exist for tests of the life cycle.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'as-version': { type: 'string' },
      'as-protocol': { type: 'string' },
      'idle-minutes': { type: 'string' },
    },
  });
  const paths = currentPaths();
  const { secret } = ensureHome(paths);
  // A server outlives whoever started it, and must not hold on to the folder it was started in.
  process.chdir('/');
  const lock = await acquireLock(paths.lock, processStart);
  if (lock.kind === 'taken') return 0;
  try {
    enableCompileCache(join(paths.cache, 'node'));
    const [{ createLogger }, { Redactor }, { runServer }] = await Promise.all([
      import('./log.ts'),
      import('./logRedaction.ts'),
      import('./lifecycle/run.ts'),
    ]);
    const redactor = new Redactor();
    redactor.add(secret);
    const logger = createLogger({ file: paths.serverLog, redactor });
    const idle = values['idle-minutes'];
    try {
      return await runServer({
        paths,
        secret,
        logger,
        redactor,
        version: values['as-version'] ?? productVersion(),
        protocol: Number(values['as-protocol'] ?? PROTOCOL_VERSION),
        ...(idle === undefined ? {} : { idleMinutes: Number(idle) }),
        lockIsOurs: () => lock.isOurs(),
        releaseLock: () => lock.release(),
      });
    } catch (error) {
      logger.fatal({ err: error }, 'the server could not start');
      throw error;
    }
  } finally {
    lock.release();
  }
}

void main()
  .catch((error: unknown) => {
    const { message, next } = toErrorData(error);
    process.stderr.write(`greenroom server: ${message} ${next}\n`);
    return 1;
  })
  // Whatever a library left open must not keep a finished server alive.
  .then((code) => process.exit(code));
