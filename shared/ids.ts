import type { Settings } from './protocol.ts';

/** Every command, by the name the code uses. The manifest declares exactly these. */
export const COMMANDS = {
  provisionDemo: 'greenroom.provisionDemo',
  newDemoSpec: 'greenroom.newDemoSpec',
  cancelRun: 'greenroom.cancelRun',
  openReport: 'greenroom.openReport',
  showRun: 'greenroom.showRun',
  chatWithDemo: 'greenroom.chatWithDemo',
  openBot: 'greenroom.openBot',
  openSandboxDashboard: 'greenroom.openSandboxDashboard',
  settleDebt: 'greenroom.settleDebt',
  scrapeWebsite: 'greenroom.scrapeWebsite',
  closeSession: 'greenroom.closeSession',
  closeAllSessions: 'greenroom.closeAllSessions',
  copySessionUrl: 'greenroom.copySessionUrl',
  restartServer: 'greenroom.restartServer',
  stopServer: 'greenroom.stopServer',
  showLog: 'greenroom.showLog',
  setApiKey: 'greenroom.setApiKey',
  clearApiKey: 'greenroom.clearApiKey',
} as const;

export type CommandName = keyof typeof COMMANDS;

export const VIEWS = {
  sessions: 'greenroom.sessions',
  runs: 'greenroom.runs',
} as const;

export const PANELS = {
  report: 'greenroom.report',
  chat: 'greenroom.chat',
} as const;

/** Context keys of `when` clauses. */
export const CONTEXT_KEYS = {
  /** `idle`, `starting`, `ready`, `failed` or `stopped`. */
  server: 'greenroom.server',
} as const;

export const SETTINGS_SECTION = 'greenroom';

/** Settings the server takes, and those only the client reads. Exhaustive by type. */
export const SERVER_SETTINGS = Object.keys({
  'server.idleMinutes': true,
  'browser.maxPages': true,
  'browser.maxQueue': true,
  'browser.executablePath': true,
  'browser.headless': true,
  'provision.browserDeadlineSeconds': true,
} satisfies Record<keyof Settings, true>) as (keyof Settings)[];

export const CLIENT_SETTINGS = ['home'] as const;

/** A platform as the client offers it; what it can do is the server's business. */
export interface PlatformChoice {
  id: string;
  label: string;
  detail: string;
}

export const PLATFORMS: readonly [PlatformChoice, ...PlatformChoice[]] = [
  {
    id: 'sandbox',
    label: 'Sandbox',
    detail: 'A bot platform on this computer. Nothing to sign up for.',
  },
];

/** Name in the editor's secret storage of a platform's API key. */
export function apiKeyName(platform: string): string {
  return `greenroom.apiKey.${platform}`;
}
