import type { RunContext, Outputs } from '../context.ts';
import type { Step } from '../engine/step.ts';
import { crawlSite } from '../../scrape/crawl.ts';
import { userAgent } from '../../scrape/robots.ts';

const PAGES_AT_ONCE = 3;

export function readWebsite(context: RunContext): Step<Outputs, 'read-website'> {
  const { spec, browsers, extractor, runId, tenant, browserDeadlineMs: deadlineMs } = context;
  return {
    id: 'read-website',
    title: 'Read the website',
    outcome: 'Website',
    kind: 'browser',
    // With articles of the user's own there is something to build on; without, nothing.
    critical: spec.knowledge.articles.length === 0,
    needs: [],
    after: [],
    estimateMs: 6_000,
    timeoutMs: deadlineMs,
    retry: { attempts: 2, delayMs: 500 },
    async run(_finished, control) {
      control.waiting('a browser session');
      const session = await browsers.open({
        purpose: `Read ${new URL(spec.website).host} for ${spec.company}`,
        owner: runId,
        tenant,
        pages: PAGES_AT_ONCE,
        deadlineMs,
        signal: control.signal,
      });
      control.waiting(undefined);
      try {
        const { pages, failed } = await crawlSite(session, extractor, context.logger, {
          url: spec.website,
          agent: userAgent(context.version),
          maxPages: spec.knowledge.maxPages,
          signal: control.signal,
          onProgress: (done, total) => control.report(`${done} of ${total} pages`),
        });
        const unread = failed.length === 0 ? '' : `, ${failed.length} could not be read`;
        control.report(`${pages.length} ${pages.length === 1 ? 'page' : 'pages'}${unread}`);
        return pages;
      } finally {
        await session.close();
      }
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'The bot knows only the articles of the demo spec.',
      remedy: `${error.data.next} Then provision again: the bot is updated, not doubled.`,
      url: spec.website,
    }),
  };
}
