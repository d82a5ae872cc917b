// @ts-check
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from './build.mjs';
import { requireInstalled } from './packages.mjs';
import { Problem } from './problem.mjs';
import { progress } from './progress.mjs';
import { LOG, run } from './run.mjs';
import { fingerprint, ROOT } from './sources.mjs';

/** The packaged extension. */
export const VSIX = join(ROOT, 'out', 'greenroom.vsix');
const STAMP = `${VSIX}.made-from`;

/** Largest size of the package, in bytes. */
export const SIZE_BUDGET = 2_500_000;

/** What a package may hold, and what it must. `.vscodeignore` decides; this notices when it decides otherwise. */
const MAY = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE(\.txt)?)$/,
  /^dist\/(client|connection)\.cjs$/,
  /^dist\/[\w-]+\.mjs$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^(client\/)?media\/.+\.(css|js|svg|png|md|html)$/,
  /^node_modules\/playwright(-core)?\/(package\.json|index\.m?js|browsers\.json|LICENSE|NOTICE|ThirdPartyNotices\.txt)$/,
  /^node_modules\/playwright-core\/lib\/([\w.-]+|(entry|server)\/.+)\.(js|LICENSE|png)$/,
];
const MUST = [
  ...['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'],
  ...['client.cjs', 'connection.cjs', 'server.mjs', 'cli.mjs', 'supervisor.mjs', 'extractWorker.mjs'].map(
    (name) => `dist/${name}`,
  ),
  'dist/THIRD-PARTY-NOTICES.txt',
  'node_modules/playwright/index.mjs', // what import() in a bundle loads
  'node_modules/playwright-core/index.mjs',
  'node_modules/playwright-core/lib/coreBundle.js',
];

/**
 * Makes {@link VSIX} from a production build, unless it was made from the files as they are.
 * Errors: {@link Problem} when it is too large or holds a wrong list of files.
 * @returns {Promise<{ bytes: number, files: string[] }>}
 */
export async function packageVsix() {
  const { listFiles, PackageManager } = requireInstalled('@vscode/vsce');
  const options = { cwd: ROOT, packageManager: PackageManager.Npm };
  const inputs = fingerprint(['.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'media']);
  if (!existsSync(VSIX) || !existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== inputs)
    await progress('Packaging the extension', async () => {
      mkdirSync(dirname(VSIX), { recursive: true });
      await build(['--production']);
      const vsce = join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
      const args = [
        vsce,
        'package',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
        '--out',
        VSIX,
      ];
      const { code, output } = await run(process.execPath, args);
      const error = output.split('\n').find((line) => line.includes('ERROR'));
      if (code !== 0)
        throw new Problem(`vsce refused (${error?.trim() ?? `exit code ${code}`})`, `look in ${LOG}`);
      writeFileSync(STAMP, inputs);
    });
  const files = /** @type {string[]} */ (await listFiles(options)).map((file) => file.replaceAll('\\', '/'));
  const bytes = statSync(VSIX).size;
  const wrong = [
    ...files.filter((file) => !MAY.some((pattern) => pattern.test(file))).map((file) => `${file} is in it`),
    ...MUST.filter((file) => !files.includes(file)).map((file) => `${file} is not in it`),
  ];
  if (wrong.length > 0)
    throw new Problem(
      `The package is wrong (${wrong.join(', ')})`,
      'correct .vscodeignore or its list in vsix.mjs',
    );
  if (bytes > SIZE_BUDGET)
    throw new Problem(
      `The package has ${bytes} bytes, more than its budget of ${SIZE_BUDGET}`,
      'find what made it grow, or raise the budget knowingly',
    );
  return { bytes, files };
}
