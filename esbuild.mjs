// @ts-check
import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { thirdPartyNotices } from './server/setup/notices.mjs';
import { fingerprint, ROOT, STAMP } from './server/setup/sources.mjs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Bundle name -> entry point. `server/entry.ts` finds the bundles by these names. */
const ENTRIES = {
  client: 'client/extension.ts',
  connection: 'client/connection.ts',
  server: 'server/main.ts',
  cli: 'server/cli.ts',
  supervisor: 'server/browser/supervisor.ts',
  extractWorker: 'server/scrape/extractWorker.ts',
};

/** A bundle is CommonJS, where `import.meta` does not exist. */
const IMPORT_META_URL = 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;';

/**
 * What `import()` names is a bundle of its own when it is an entry point: activation is quick because the language
 * client is read at first use.
 * @type {esbuild.Plugin}
 */
const lazyBundles = {
  name: 'lazy bundles',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/connection\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './connection.cjs', external: true } : undefined,
    );
  },
};

/**
 * `import * as vscode` copies the editor's whole API once for each file that says it, 15 ms in all. This module
 * exports only the names that the client uses.
 * @type {esbuild.Plugin}
 */
const leanVscode = {
  name: 'lean vscode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ kind }) =>
      kind === 'import-statement'
        ? { path: 'vscode', namespace: 'lean' }
        : { path: 'vscode', external: true },
    );
    onLoad({ filter: /.*/, namespace: 'lean' }, () => {
      const sources = globSync('client/**/*.ts', { cwd: ROOT }).map((file) =>
        readFileSync(join(ROOT, file), 'utf8'),
      );
      const names = new Set(sources.flatMap((text) => text.match(/(?<=\bvscode\.)\w+/g) ?? []));
      const exports = [...names].sort().map((name) => `export const ${name} = vscode.${name};`);
      return { contents: `const vscode = require('vscode');\n${exports.join('\n')}`, resolveDir: ROOT };
    });
  },
};

/** @type {(name: string, entry: string) => esbuild.BuildOptions} */
const bundle = (name, entry) => ({
  absWorkingDir: ROOT,
  entryPoints: { [name]: entry },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22.15', // the Node of VS Code 1.101, the oldest that the manifest allows
  mainFields: ['module', 'main'], // UMD entries of the JSON-RPC packages hide their requires from a bundler
  external: name === 'client' ? [] : ['vscode', 'playwright'],
  banner: { js: name === 'cli' ? `#!/usr/bin/env node\n${IMPORT_META_URL}` : IMPORT_META_URL },
  define: {
    'import.meta.url': '__importMetaUrl',
    'process.env.GREENROOM_VERSION': JSON.stringify(version),
  },
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  plugins: name === 'client' ? [lazyBundles, leanVscode] : [],
  logLevel: 'warning',
});

const options = Object.entries(ENTRIES).map(([name, entry]) => bundle(name, entry));

if (watch) {
  /** @type {esbuild.Plugin} Lines that the problem matcher of `.vscode/tasks.json` knows. */
  const announce = {
    name: 'announce',
    setup({ onStart, onEnd }) {
      onStart(() => console.log('[watch] build started'));
      onEnd(() => console.log('[watch] build finished'));
    },
  };
  rmSync(STAMP, { force: true });
  for (const one of options) {
    const context = await esbuild.context({
      ...one,
      logLevel: 'info',
      plugins: [...(one.plugins ?? []), announce],
    });
    await context.watch();
  }
} else {
  const made = fingerprint();
  rmSync(STAMP, { force: true });
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  try {
    const results = await Promise.all(options.map((one) => esbuild.build({ ...one, metafile: true })));
    const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
    writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(inputs));
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error;
    process.exit(1); // esbuild has printed what is wrong
  }
  chmodSync(join(ROOT, 'dist/cli.cjs'), 0o755);
  writeFileSync(STAMP, made);
}
