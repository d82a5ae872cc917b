// @ts-check
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import * as esbuild from 'esbuild';
import { thirdPartyNotices } from './server/setup/notices.mjs';
import { fingerprint, ROOT, STAMP } from './server/setup/sources.mjs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What the editor loads: CommonJS, each in one file. */
const CLIENT = { client: 'client/extension.ts', connection: 'client/connection.ts' };

/**
 * What Node runs. What they import at first use becomes a chunk of its own: a server at rest holds in memory only
 * what it needs at rest. `server/entry.ts` finds them by these names.
 */
const SERVER = { server: 'server/main.ts', cli: 'server/cli.ts' };
const ALONE = { supervisor: 'server/browser/supervisor.ts', extractWorker: 'server/scrape/extractWorker.ts' };

/** CommonJS has no `import.meta`, ES modules have no `require`, and bundled packages use either. */
const IMPORT_META_URL = 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;';
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

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

/**
 * The same for what a starting server needs: the barrel files of the JSON-RPC packages hold a thousand names, and an ES
 * import of `node:crypto` reads every one of its getters, which loads the Web Crypto API.
 * @type {esbuild.Plugin}
 */
const leanImports = {
  name: 'lean imports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(vscode-languageserver(\/node)?|node:crypto)$/ }, ({ kind, path, importer }) =>
      kind === 'import-statement' && !importer.includes('node_modules')
        ? { path, namespace: 'lean' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => {
      const statement = new RegExp(`import \\{([^}]*)\\} from '${path}'`, 'g');
      const sources = globSync('server/**/*.ts', { cwd: ROOT }).map((file) =>
        readFileSync(join(ROOT, file), 'utf8'),
      );
      const lists = sources.flatMap((text) => [...text.matchAll(statement)].map(([, list]) => list ?? ''));
      const names = new Set(lists.flatMap((list) => list.match(/(?<!type )\b(?!type\b)\w+/g) ?? []));
      const exports = [...names].sort().map((name) => `export const ${name} = lean.${name};`);
      return { contents: `const lean = require('${path}');\n${exports.join('\n')}`, resolveDir: ROOT };
    });
  },
};

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: ROOT,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node22.15', // the Node of VS Code 1.101, the oldest that the manifest allows
  mainFields: ['module', 'main'], // UMD entries of the JSON-RPC packages hide their requires from a bundler
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};
const defined = { 'process.env.GREENROOM_VERSION': JSON.stringify(version) };

/** @type {(name: string, entry: string) => esbuild.BuildOptions} */
const clientBundle = (name, entry) => ({
  ...common,
  entryPoints: { [name]: entry },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external: name === 'client' ? [] : ['vscode'],
  banner: { js: IMPORT_META_URL },
  define: { ...defined, 'import.meta.url': '__importMetaUrl' },
  plugins: name === 'client' ? [lazyBundles, leanVscode] : [],
});

/** @type {(entries: Record<string, string>) => esbuild.BuildOptions} */
const serverBundles = (entries) => ({
  ...common,
  entryPoints: entries,
  format: 'esm',
  splitting: Object.keys(entries).length > 1,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  external: ['playwright'],
  banner: { js: REQUIRE },
  define: defined,
  plugins: [leanImports],
});

const options = [
  ...Object.entries(CLIENT).map(([name, entry]) => clientBundle(name, entry)),
  serverBundles(SERVER),
  ...Object.entries(ALONE).map(([name, entry]) => serverBundles({ [name]: entry })),
];

/** Removes what an earlier build made and this one did not. @param {string[]} made */
function removeStale(made) {
  const keep = new Set(made.map((file) => basename(file)));
  for (const file of readdirSync(join(ROOT, 'dist'))) {
    if (/\.[cm]js(\.map)?$/.test(file) && !keep.has(file)) rmSync(join(ROOT, 'dist', file), { force: true });
  }
}

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
    removeStale(results.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
    const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
    writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(inputs));
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error;
    process.exit(1); // esbuild has printed what is wrong
  }
  chmodSync(join(ROOT, 'dist/cli.mjs'), 0o755);
  writeFileSync(STAMP, made);
}
