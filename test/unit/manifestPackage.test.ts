import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/setup/sources.mjs';

interface Manifest {
  main: string;
  bin: Record<string, string>;
  engines: Record<string, string>;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

describe('the package', () => {
  it('names every dependency by its exact version', () => {
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    assert.deepEqual(ranges, []);
  });

  it('ships Playwright and bundles everything else', () => {
    assert.deepEqual(Object.keys(manifest.dependencies), ['playwright']);
  });

  it("compiles against the API of the oldest editor that it allows, and the command line against Node's", () => {
    assert.equal(manifest.engines['vscode'], `^${manifest.devDependencies['@types/vscode']}`);
    assert.equal(manifest.devDependencies['node']?.split('.')[0], '24');
  });

  it('has a script file behind every npm script', () => {
    const files = Object.values(manifest.scripts).flatMap(
      (script) => script.match(/[\w/.]+\.(mjs|ts)\b/g) ?? [],
    );
    assert.ok(files.length >= 10);
    assert.deepEqual(
      files.filter((file) => !existsSync(join(ROOT, file))),
      [],
    );
  });

  it('starts from bundles that the build makes', () => {
    assert.equal(manifest.main, './dist/client.cjs');
    assert.deepEqual(manifest.bin, { greenroom: 'dist/cli.mjs' });
  });
});
