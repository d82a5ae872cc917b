import { readFileSync } from 'node:fs';

/** Version of this build, `major.minor.patch`: fixed by the bundler, read from the manifest when run from source. */
export function productVersion(): string {
  return process.env.GREENROOM_VERSION ?? manifestVersion();
}

function manifestVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
