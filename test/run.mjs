// @ts-check
/** `npm test [-- lane ...]`: sets up what tests need and runs the lanes. Loads on Node 20 with nothing installed. */
import { withSetup } from '../server/setup/setup.mjs';

const lanes = process.argv.slice(2);
await withSetup(
  async () => {
    const source = './harness/lanes.ts'; // Node 20, which may load this file first, can't read TypeScript
    const { runLanes } = await import(source);
    return runLanes(lanes);
  },
  { browser: lanes.some((lane) => lane !== 'lint' && lane !== 'unit') || lanes.length === 0 },
);
