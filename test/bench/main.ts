import { parseArgs } from 'node:util';
import { measureActivation } from './activation.ts';
import { formatMeasurements, median } from './measure.ts';
import { measureServer } from './serverStart.ts';

/** `npm run bench [-- --json]`: what the server and the extension cost at rest, side by side with the least that could be. */
const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const { start, memory, rpc } = await measureServer();
const groups = {
  'Start-up': start,
  'Memory at rest (RSS)': memory,
  'Round trip': rpc,
  'Activation of the extension (processor time)': await measureActivation(),
};

if (values.json === true) {
  const report = Object.entries(groups).map(([group, rows]) => ({
    group,
    rows: rows.map(({ name, unit, samples, target }) => ({
      name,
      unit,
      median: median(samples),
      ratio: median(samples) / median(rows[0]?.samples ?? []),
      samples: samples.length,
      ...(target === undefined ? {} : { target, met: median(samples) <= target }),
    })),
  }));
  console.log(JSON.stringify(report, undefined, 2));
} else {
  console.log(
    Object.entries(groups)
      .map(([group, rows]) => formatMeasurements(group, rows))
      .join('\n\n'),
  );
}
