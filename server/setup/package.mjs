// @ts-check
/** `npm run package`: makes the `.vsix`, and checks its size and its files. */
import { withSetup } from './setup.mjs';
import { packageVsix, SIZE_BUDGET, VSIX } from './vsix.mjs';

await withSetup(
  async () => {
    const { bytes, files } = await packageVsix();
    console.log(`${VSIX}: ${files.length} files, ${bytes} bytes of ${SIZE_BUDGET}`);
  },
  { browser: false, build: false },
);
