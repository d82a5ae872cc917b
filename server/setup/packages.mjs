// @ts-check
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { progress } from './progress.mjs';
import { npm, npmProblem, run } from './run.mjs';
import { ROOT } from './sources.mjs';

const MODULES = join(ROOT, 'node_modules');
const WINDOWS = process.platform === 'win32';

/** Only errors, whatever the npm that runs us was told. */
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** The Node that everything runs with: the binary that the development dependency `node` brings. */
export const NODE = join(MODULES, 'node', 'bin', WINDOWS ? 'node.exe' : 'node');

/**
 * Installs the packages of package-lock.json unless they are there, and the Node among them.
 * Runs on Node 20, with nothing installed.
 * @returns {Promise<void>}
 */
export async function ensurePackages() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Problem(`Node ${process.versions.node} is too old`, 'install Node 20.19 or newer');
  if (!packagesAreCurrent()) await installPackages();
  if (!existsSync(NODE)) await installNode();
  linkNode();
}

/**
 * Compares what npm says it installed with what the lock file wants.
 * @returns {boolean}
 */
export function packagesAreCurrent() {
  try {
    const wanted = packagesOf(join(ROOT, 'package-lock.json'));
    const installed = packagesOf(join(MODULES, '.package-lock.json'));
    return Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || optional === true || installed[path]?.version === version,
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

/** No package's own script runs: nothing we use needs one, and npm asks for consent from version 11 on. */
async function installPackages() {
  // Windows can't delete a running program, and `npm ci` would begin by deleting ours.
  const command = WINDOWS && existsSync(NODE) ? 'install' : 'ci';
  await progress('Installing packages', async () => {
    const { code, output } = await npm([command, '--ignore-scripts', '--prefer-offline', ...QUIET]);
    if (code !== 0) throw npmProblem(output, 'Installing packages');
  });
}

/** The package `node` fetches the binary for this machine in its install script, which we run ourselves. */
async function installNode() {
  const folder = join(MODULES, 'node');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  await progress(`Installing Node ${version}`, async () => {
    const { output } = await run(process.execPath, ['installArchSpecificPackage.js'], {
      cwd: folder,
      env: { ...process.env, npm_config_loglevel: 'error' },
    });
    if (!existsSync(NODE)) throw npmProblem(output, `Installing Node ${version}`);
    const check = await run(NODE, ['--version']);
    if (check.output.trim() !== `v${version}`)
      throw new Problem(
        `Node ${version} does not run on this machine`,
        `use a machine that it supports (${process.platform} ${process.arch} seen)`,
      );
  });
}

/** Puts that Node first on the PATH of every npm script, as npm does when it runs install scripts. */
function linkNode() {
  const folder = join(MODULES, '.bin');
  const link = join(folder, WINDOWS ? 'node.cmd' : 'node');
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(folder, { recursive: true });
  if (WINDOWS) writeFileSync(link, '@"%~dp0\\..\\node\\bin\\node.exe" %*\r\n');
  else symlinkSync('../node/bin/node', link);
}

/**
 * `require` of an installed package, for scripts that must load before anything is installed.
 * @type {NodeJS.Require}
 */
export const requireInstalled = createRequire(join(ROOT, 'package.json'));
