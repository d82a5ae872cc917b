import * as vscode from 'vscode';
import { COMMANDS, PLATFORMS } from '../../shared/ids.ts';
import type { ProvisionParams } from '../../shared/protocol.ts';
import type { App } from '../app.ts';
import {
  apiKeyProblem,
  companyProblem,
  isDemoSpec,
  normalizeWebsite,
  platformOfMissingKey,
  websiteProblem,
} from './inputs.ts';
import { askAll, askChoice, askText } from './multiStep.ts';
import type { Question, StepOutcome } from './multiStep.ts';

const ANSWERS = 'greenroom.answers';

/** What is remembered of the last input. */
interface Answers {
  company: string;
  website: string;
  platform: string;
  key: 'auto' | 'manual';
}

/** Provisions the demo of the active `*.demo.yaml`, else the one the user describes. */
export async function provisionDemo(app: App): Promise<void> {
  const params = (await paramsOfActiveSpec()) ?? (await askParams(app));
  const { runId } = await start(app, params);
  // The command has done its part; the progress lives on by itself.
  void app.watcher.follow(runId);
}

/** What a spec says is the server's to read: where it wants a key of the user's own, that is learnt from the refusal. */
async function start(app: App, params: ProvisionParams): Promise<{ runId: string }> {
  try {
    return await app.server.request('run/start', params);
  } catch (error) {
    const platform = platformOfMissingKey(error);
    const apiKey = platform === undefined ? undefined : await app.apiKeys.get(platform);
    if (apiKey === undefined || params.apiKey !== undefined) throw error;
    return await app.server.request('run/start', { ...params, apiKey });
  }
}

async function paramsOfActiveSpec(): Promise<ProvisionParams | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || !isDemoSpec(document.uri.path)) return undefined;
  if (!vscode.workspace.isTrusted) {
    const manage = 'Manage Workspace Trust';
    const answer = await vscode.window.showWarningMessage(
      'In Restricted Mode Greenroom does not run a demo spec of the workspace, for it says which websites to open.',
      manage,
    );
    if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
    throw new vscode.CancellationError();
  }
  return {
    spec: document.getText(),
    ...(document.uri.scheme === 'file' ? { specPath: document.uri.fsPath } : {}),
  };
}

async function askParams(app: App): Promise<ProvisionParams> {
  const remembered = app.context.globalState.get<Partial<Answers>>(ANSWERS, {});
  const [{ id: firstPlatform }] = PLATFORMS;
  const known = PLATFORMS.some(({ id }) => id === remembered.platform);
  const answers: Answers = {
    company: remembered.company ?? '',
    website: remembered.website ?? '',
    platform: (known ? remembered.platform : undefined) ?? firstPlatform,
    key: remembered.key ?? 'auto',
  };
  const typed: { apiKey?: string } = {};
  const stored = new Map<string, string>();
  for (const { id } of PLATFORMS) {
    const key = await app.apiKeys.get(id);
    if (key !== undefined) stored.set(id, key);
  }
  await askAll('Provision Demo', questions(answers, typed, stored));
  if (typed.apiKey !== undefined) await app.apiKeys.set(answers.platform, typed.apiKey);
  await app.context.globalState.update(ANSWERS, answers);
  const apiKey = typed.apiKey ?? stored.get(answers.platform);
  return { ...answers, ...(answers.key === 'manual' && apiKey !== undefined ? { apiKey } : {}) };
}

function questions(
  answers: Answers,
  typed: { apiKey?: string },
  stored: ReadonlyMap<string, string>,
): Question[] {
  return [
    {
      applies: () => true,
      ask: async (place) =>
        keep(
          await askText(place, {
            value: answers.company,
            prompt: 'The company the demo is for',
            placeholder: 'Acme Corp',
            problem: companyProblem,
          }),
          (company) => (answers.company = company),
        ),
    },
    {
      applies: () => true,
      ask: async (place) =>
        keep(
          await askText(place, {
            value: answers.website,
            prompt: 'Its website; the knowledge of the bot comes from there',
            placeholder: 'https://www.example.com',
            problem: websiteProblem,
          }),
          (website) => (answers.website = normalizeWebsite(website) ?? website),
        ),
    },
    {
      applies: () => PLATFORMS.length > 1,
      ask: async (place) => {
        const items = PLATFORMS.map(({ id, label, detail }) => ({ id, label, detail }));
        return keep(
          await askChoice(place, {
            placeholder: 'Where the bot should live',
            items,
            active: items.find(({ id }) => id === answers.platform),
          }),
          ({ id }) => (answers.platform = id),
        );
      },
    },
    {
      applies: () => true,
      ask: async (place) => {
        const items = keyChoices(stored.has(answers.platform));
        return keep(
          await askChoice(place, {
            placeholder: "How Greenroom gets the platform's API key",
            items,
            active: items.find(({ id }) => id === answers.key),
          }),
          ({ id }) => (answers.key = id),
        );
      },
    },
    {
      applies: () => answers.key === 'manual' && !stored.has(answers.platform),
      ask: async (place) =>
        keep(
          await askText(place, {
            prompt: `API key of ${answers.platform}; kept in this editor's secret storage`,
            password: true,
            problem: apiKeyProblem,
            ...(answers.platform === 'sandbox' ? { button: DASHBOARD_BUTTON } : {}),
          }),
          (apiKey) => (typed.apiKey = apiKey),
        ),
    },
  ];
}

const DASHBOARD_BUTTON = {
  icon: 'link-external',
  tooltip: 'Open the sandbox dashboard, where keys are made',
  run: () => void vscode.commands.executeCommand(COMMANDS.openSandboxDashboard),
};

function keyChoices(stored: boolean): (vscode.QuickPickItem & { id: Answers['key'] })[] {
  return [
    {
      id: 'auto',
      label: 'Automatically',
      detail: 'Greenroom makes a key in the dashboard, in its own browser.',
    },
    {
      id: 'manual',
      label: 'With a key I have',
      ...(stored ? { description: 'stored' } : {}),
      detail: stored
        ? 'The key you gave before; "Greenroom: Clear API Key" forgets it.'
        : 'Faster: the browser work of making one falls away.',
    },
  ];
}

function keep<T>(outcome: StepOutcome<T>, store: (value: T) => void): 'next' | 'back' {
  if (outcome.kind === 'back') return 'back';
  store(outcome.value);
  return 'next';
}
