// @ts-check
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from './problem.mjs';
import { ROOT } from './sources.mjs';

/** Where the whole output of every command of the set-up goes. */
export const LOG = join(ROOT, 'out', 'setup.log');

/**
 * @typedef {object} Options
 * @property {string} [cwd] default: the clone
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs] default 15 minutes
 * @property {(line: string) => void} [onLine] sees each line of output
 */

/**
 * Runs a command quietly; its output goes to {@link LOG}. Errors: {@link Problem} when it can't be started or
 * outlasts its time.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<{ code: number, output: string }>} its exit code and the last 64 KB of its output
 */
export function run(command, args, options = {}) {
  const timeoutMs = options.timeoutMs ?? 900_000;
  mkdirSync(dirname(LOG), { recursive: true });
  appendFileSync(LOG, `\n$ ${[command, ...args].join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command.endsWith('.cmd'),
    });
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill();
    }, timeoutMs);
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const text = chunk.toString('utf8');
      output = (output + text).slice(-65_536);
      appendFileSync(LOG, text);
      const line = text.trim().split('\n').at(-1);
      if (line !== undefined && line !== '') options.onLine?.(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Problem(`${command} can't be started (${error.message})`, 'install it and run this again'));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (timedOut)
        reject(
          new Problem(
            `${command} ${args[0] ?? ''} did not end within ${timeoutMs / 60_000} minutes`,
            `look in ${LOG}, and run this again`,
          ),
        );
      else resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Runs a command in the foreground: it has our terminal, and the signals that reach it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code
 */
export function foreground(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    // A terminal sends Ctrl-C to the child as well; it decides when to end, and we end with it.
    const ignore = () => undefined;
    const pass = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/**
 * Runs npm, the one that runs us if one does.
 * @param {readonly string[]} args
 * @param {Options} [options]
 */
export function npm(args, options = {}) {
  const self = process.env['npm_execpath'];
  if (self?.endsWith('.js')) return run(process.execPath, [self, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/**
 * What made npm fail, with its remedy.
 * @param {string} output
 * @param {string} doing
 * @returns {Problem}
 */
export function npmProblem(output, doing) {
  /** @type {readonly [RegExp, string, string][]} */
  const known = [
    [/ENOSPC|no space left/i, 'the disk is full', 'free about 1 GB'],
    [/EUSAGE|are in sync/, 'package-lock.json does not match package.json', 'run `npm install` once'],
    [/EACCES|EPERM|EROFS/, 'a file cannot be written', 'make the clone and ~/.npm yours'],
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|network|CERT_|self.signed/i,
      'the npm registry cannot be reached',
      'check the network, or the proxy and registry that `npm config list` shows',
    ],
    [
      /E40[134]|ETARGET/,
      'the npm registry refuses a package',
      'check the registry that `npm config list` shows',
    ],
  ];
  const found = known.find(([pattern]) => pattern.test(output));
  const [, why, remedy] = found ?? [undefined, 'npm failed', `look in ${LOG}`];
  return new Problem(`${doing} failed because ${why}`, `${remedy} and run this again`);
}
