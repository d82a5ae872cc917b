import * as z from 'zod';
import type { TaskParams, TaskResult } from '../../shared/protocol.ts';
import { actionSchema } from '../../shared/demoSpec.ts';
import { GreenroomError } from '../../shared/errors.ts';
import type { Browsers } from '../browser/backend.ts';
import type { BotRef, ImportableAction, Platform } from '../platforms/platform.ts';
import type { Secrets } from './context.ts';
import { DashboardSession } from './dashboardSession.ts';

export interface BrowserTask {
  params: TaskParams;
  platform: Platform;
  browsers: Browsers;
  tenant: string;
  signal: AbortSignal;
  secrets: Secrets;
}

const importFile = z.array(z.strictObject({ ...actionSchema.shape, url: z.url() })).min(1);

/**
 * One browser task by itself: it opens a session of its own, does its work and closes it. Errors:
 * `invalid-input`, `not-found` for an unknown bot, and those of the platform and of the browser.
 */
export async function runBrowserTask(task: BrowserTask): Promise<TaskResult> {
  const { params, platform, browsers, tenant, signal, secrets } = task;
  const started = performance.now();
  const work = prepare(params);
  const bot = await platform.findBot(params.bot, signal);
  if (bot === undefined) {
    throw new GreenroomError(
      'not-found',
      `${platform.title} has no bot "${params.bot}".`,
      'Check its handle in the dashboard.',
    );
  }
  const dashboard = new DashboardSession(browsers, {
    purpose: `${TITLES[params.task]} for ${params.bot}`,
    owner: `task:${params.task}`,
    tenant,
    signal,
  });
  try {
    const result = await work(platform, bot, dashboard, signal);
    if (result.apiKey !== undefined) secrets.add(result.apiKey);
    return { task: params.task, ms: Math.round(performance.now() - started), ...result };
  } finally {
    await dashboard.close();
  }
}

const TITLES = {
  'api-key': 'Get an API key',
  'website-source': 'Add a website source',
  'import-actions': 'Import actions',
} as const satisfies Record<TaskParams['task'], string>;

type Work = (
  platform: Platform,
  bot: BotRef,
  dashboard: DashboardSession,
  signal: AbortSignal,
) => Promise<{ text: string; apiKey?: string }>;

/** Checks the parameters before any browser starts. */
function prepare(params: TaskParams): Work {
  switch (params.task) {
    case 'api-key':
      return async (platform, bot, dashboard, signal) => {
        const tasks = platform.dashboard(bot);
        const name = `Greenroom ${new Date().toISOString().slice(0, 16)}`;
        const apiKey = await dashboard.use(tasks, signal, ignoreWait, (page, both) =>
          tasks.createApiKey(page, name, both),
        );
        return { text: `Made the key "${name}".`, apiKey };
      };
    case 'website-source': {
      const website = params.website;
      if (website === undefined || !URL.canParse(website)) {
        throw new GreenroomError('invalid-input', 'A website source needs an address.', 'Give --website.', {
          field: 'website',
        });
      }
      return async (platform, bot, dashboard, signal) => {
        const tasks = platform.dashboard(bot);
        const name = new URL(website).host;
        await dashboard.use(tasks, signal, ignoreWait, (page, both) =>
          tasks.addWebsiteSource(page, name, website, both),
        );
        return { text: `Added ${website} to ${bot.handle}.` };
      };
    }
    case 'import-actions': {
      const actions = readImportFile(params.actions);
      return async (platform, bot, dashboard, signal) => {
        const tasks = platform.dashboard(bot);
        for (const action of actions) {
          await dashboard.use(tasks, signal, ignoreWait, (page, both) =>
            tasks.importAction(page, action, both),
          );
        }
        return { text: `Imported ${actions.map(({ name }) => name).join(', ')} into ${bot.handle}.` };
      };
    }
    default:
      return params.task satisfies never;
  }
}

const ignoreWait = (): void => undefined;

function readImportFile(text: string | undefined): ImportableAction[] {
  const problem = (message: string): GreenroomError =>
    new GreenroomError(
      'invalid-input',
      `The actions file can't be used: ${message}`,
      'Use the "actions-to-import.json" of a run.',
      { field: 'actions' },
    );
  if (text === undefined) throw problem('none was given.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem('it is not JSON.');
  }
  const parsed = importFile.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw problem(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`);
  }
  return parsed.data;
}
