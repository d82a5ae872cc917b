/** Style of the report; follows the reader's light or dark preference. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1d2327; --soft: #5c6770; --line: #dde2e6; --paper: #fff; --card: #f6f8f9;
  --green: #2e8b57; --yellow: #c98a00; --red: #c8372d; --accent: #2563a8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --soft: #9aa5ad; --line: #343b41; --paper: #16191c; --card: #1f2428;
  --green: #4bb57c; --yellow: #e0aa36; --red: #ec6a5e; --accent: #7ab4f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; } h2 { margin: 2.2rem 0 .8rem; font-size: 1.15rem; } h3 { margin: 0 0 .5rem; font-size: 1rem; }
a { color: var(--accent); } code { font-size: .85em; overflow-wrap: anywhere; }
.kicker { margin: 0 0 .3rem; color: var(--soft); letter-spacing: .04em; }
.verdict { margin: .5rem 0; font-size: 1.2rem; font-weight: 600; } .verdict span { color: var(--soft); font-weight: 400; }
.verdict.ready { color: var(--green); } .verdict.ready-with-debts, .verdict.cancelled { color: var(--yellow); } .verdict.failed { color: var(--red); }
.facts, footer { color: var(--soft); overflow-wrap: anywhere; }
.problem { margin-top: 1.5rem; padding: .2rem 1.2rem .6rem; border-left: 4px solid var(--red); background: var(--card); }
.problem h2 { margin-top: .8rem; }
.outcomes { margin: 0; padding: 0; list-style: none; }
.outcomes li { display: grid; grid-template-columns: 1.6rem 11rem 1fr; gap: .4rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
.mark { font-weight: 700; } .ok .mark { color: var(--green); } .degraded .mark { color: var(--yellow); } .failed .mark { color: var(--red); } .skipped .mark { color: var(--soft); }
.debt { margin: 0 0 .8rem; padding: .9rem 1.2rem; border-left: 4px solid var(--yellow); background: var(--card); }
dl { display: grid; grid-template-columns: 4rem 1fr; gap: .2rem .8rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.waterfall, .scroll { overflow-x: auto; } svg { width: 100%; min-width: 44rem; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .axis, svg .time { fill: var(--soft); font-size: 11px; }
.tick { stroke: var(--line); } .bar { stroke: transparent; } .bar.green { fill: var(--green); } .bar.yellow { fill: var(--yellow); } .bar.red { fill: var(--red); }
.bar.failed { fill: var(--red); } .bar.cancelled { fill: var(--soft); } .bar.deciding { stroke: var(--ink); stroke-width: 2; }
.legend { color: var(--soft); font-size: .85rem; } .key { display: inline-block; width: .8rem; height: .8rem; margin: 0 .35rem 0 .9rem; border-radius: 3px; vertical-align: -1px; }
.key.green { background: var(--green); } .key.yellow { background: var(--yellow); } .key.red { background: var(--red); } .key.deciding { border: 2px solid var(--ink); }
table { width: 100%; border-collapse: collapse; } th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; } td:first-child { min-width: 12rem; } .number { text-align: right; white-space: nowrap; }
td.failed { color: var(--red); } td.degraded { color: var(--yellow); } td.done, td.adopted { color: var(--green); } td.skipped, td.cancelled, td.pending { color: var(--soft); }
.pill.green { color: var(--green); } .pill.yellow { color: var(--yellow); } .pill.red { color: var(--red); }
.critical { padding: 0 .4rem; border: 1px solid var(--line); border-radius: 999px; color: var(--soft); font-size: .75rem; white-space: nowrap; }
@media (max-width: 34rem) { .outcomes li { grid-template-columns: 1.6rem 1fr; } .outcomes li span:last-child { grid-column: 2; } }
`;
