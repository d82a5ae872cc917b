/**
 * The contract between Greenroom's clients (the extension, the command line, tests) and its server.
 * JSON-RPC 2.0 with LSP framing over a local socket. This file imports nothing.
 *
 * Conventions: times ending in `At` are milliseconds since the Unix epoch; values ending in `Ms` are
 * durations in milliseconds. Every failed request carries an {@link ErrorData} in its `data` member.
 */

/** Raised whenever a request or a notification changes incompatibly. */
export const PROTOCOL_VERSION = 1;

/** Requests a client sends to the server: method -> parameters and result. */
export interface Requests {
  /** Any client, once after the handshake: the whole state; changes follow as notifications. */
  'state/attach': { params: Empty; result: Snapshot };
  /** Any client: answers from memory without loading any service. */
  'health/get': { params: Empty; result: Health };

  /** Any client: computes the plan of a demo without running it. Errors: `invalid-input`. */
  'run/plan': { params: ProvisionParams; result: Plan };
  /** Any client: starts a run and answers at once. Errors: `invalid-input`, `draining`, `queue-full`. */
  'run/start': { params: ProvisionParams; result: { runId: string } };
  /** Any client: resolves when the run has ended. Cancelling this request cancels the run; closing the connection does not. */
  'run/wait': { params: RunRef; result: Run };
  /** Any client: one run, live or from its journal. Errors: `not-found`. */
  'run/get': { params: RunRef; result: Run };
  /** Any client: cancels a run; resolves once everything it held is closed. Cancelling an ended run is not an error. */
  'run/cancel': { params: RunRef; result: Run };

  /** Any client: runs one browser task by itself, in a session of its own. */
  'task/run': { params: TaskParams; result: TaskResult };

  /** Any client: the sessions that exist now, waiting ones included. */
  'session/list': { params: Empty; result: Session[] };
  /** Any client: ends a session; its job fails with `session-closed`. Errors: `not-found`. */
  'session/close': { params: { sessionId: string }; result: Empty };
  /** Any client: ends all sessions of the caller's tenant, or of all tenants. */
  'session/closeAll': { params: { allTenants?: boolean }; result: { closed: number } };

  /** Any client: starts reading one page and answers at once. Errors: `invalid-input`, `draining`. */
  'scrape/start': { params: ScrapeParams; result: { jobId: string } };
  /** Any client: resolves when the job has ended. Cancelling this request cancels the job. Errors: those of the job. */
  'scrape/wait': { params: { jobId: string }; result: ScrapeResult };
  /** Any client: cancels a job at once. */
  'scrape/cancel': { params: { jobId: string }; result: Empty };

  /** Any client: opens a conversation with a demo's bot. Errors: `not-found`, `platform-unavailable`. */
  'chat/open': { params: RunRef; result: ChatOpened };
  /** Any client: sends one message and resolves with the bot's reply. */
  'chat/send': { params: { conversationId: string; text: string }; result: ChatReply };

  /**
   * Any client: a one-time address that logs a person in to the sandbox dashboard (valid 60 s, once) and shows the page
   * at `path`, such as `/bots/acme-corp-demo`. Default: its start.
   */
  'sandbox/dashboard': { params: { path?: string }; result: { url: string } };

  /** Any client: ends the server. Waits for running work up to `graceMs` (default 10 000), then cancels it. */
  'server/stop': { params: { graceMs?: number }; result: Empty };
  /** A newer client: no new work; the server leaves when its running work has ended. */
  'server/drain': { params: { reason: string }; result: { activeRuns: number } };
}

/** Notifications the server sends to attached clients, coalesced to at most ten a second for each topic. */
export interface Notifications {
  /** State that changed since `version - 1`. A client that missed a version attaches again. */
  'state/changed': StateChange;
  /** The server is leaving, and why. Sent once, before it closes the connection. */
  'server/leaving': { reason: string };
}

export type RequestMethod = keyof Requests;
export type NotificationMethod = keyof Notifications;
export type ParamsOf<M extends RequestMethod> = Requests[M]['params'];
export type ResultOf<M extends RequestMethod> = Requests[M]['result'];

export type Empty = Record<string, never>;
export interface RunRef {
  runId: string;
}

/** What a client states in the `initializationOptions` of its `initialize` request. */
export interface Handshake {
  protocol: number;
  /** The content of the 0600 file `secret` in Greenroom's home. */
  secret: string;
  /** Version of the client, `major.minor.patch`. */
  version: string;
  client: 'vscode' | 'cli' | 'test';
  /** Whose share of the browser this connection uses; a workspace folder or a user-chosen name. */
  tenant: string;
  /** Settings that came with the client; absent ones keep the server's defaults. */
  settings?: Settings;
}

/** What the server answers under `capabilities.experimental.greenroom` of the `initialize` result. */
export interface ServerIdentity {
  protocol: number;
  version: string;
  pid: number;
  startedAt: number;
  draining: boolean;
}

/** Settings a client may pass; names equal the editor settings without the `greenroom.` prefix. */
export interface Settings {
  /** Minutes without client, run or sandbox visitor after which the server leaves. Default 10. */
  'server.idleMinutes'?: number;
  /** Pages open at once over all sessions. Default 5. */
  'browser.maxPages'?: number;
  /** Waiting sessions before a request is refused. Default 200. */
  'browser.maxQueue'?: number;
  /** A Chrome, Chromium or Edge to use instead of the first one found. */
  'browser.executablePath'?: string;
  'browser.headless'?: boolean;
  /** Seconds that the browser work of one run may take. Default 300. */
  'provision.browserDeadlineSeconds'?: number;
}

export interface Snapshot {
  version: number;
  server: ServerInfo;
  sessions: Session[];
  /** Newest first; at most 50. */
  runs: Run[];
  jobs: Job[];
}

/** Objects that changed, whole, and the ids of those that are gone. */
export interface StateChange {
  version: number;
  server?: ServerInfo;
  sessions?: { changed: Session[]; removed: string[] };
  runs?: { changed: Run[]; removed: string[] };
  jobs?: { changed: Job[]; removed: string[] };
}

export interface ServerInfo {
  pid: number;
  version: string;
  startedAt: number;
  socket: string;
  draining: boolean;
  clients: number;
  browser: BrowserInfo;
}

export interface BrowserInfo {
  state: 'absent' | 'launching' | 'ready' | 'closing' | 'broken';
  backend: 'legacy' | 'shared' | 'pooled' | 'remote';
  version?: string;
  pid?: number;
  startedAt?: number;
  /** Counts launches; a session belongs to one epoch. */
  epoch: number;
  /** Why the browser is `broken`, and what to do. */
  problem?: string;
}

export interface Health {
  server: ServerInfo;
  uptimeMs: number;
  memory: { rssBytes: number; heapUsedBytes: number };
  services: ServiceHealth[];
  pool: PoolInfo;
}

export interface ServiceHealth {
  name: 'browser' | 'sandbox' | 'mocks' | 'scraper' | 'runs';
  state: 'not-loaded' | 'ready' | 'failed';
  detail?: string;
}

export interface PoolInfo {
  /** Pages that may be open at once. */
  capacity: number;
  leased: number;
  waiting: number;
}

/** One leased browser context with its pages. */
export interface Session {
  id: string;
  /** What it is for, as a person would say it: "Provision Acme Corp: dashboard". */
  purpose: string;
  /** The run or job that owns it. */
  owner: string;
  tenant: string;
  state: 'waiting' | 'opening' | 'active' | 'closing';
  /** Address of its newest page. */
  url?: string;
  pages: number;
  requestedAt: number;
  openedAt?: number;
  deadlineAt: number;
  epoch?: number;
  /** One-based place in the queue and the reason, while `waiting`. */
  queue?: { position: number; reason: string };
}

/** Inputs of a demo: a spec, or its fields, or both (fields win). */
export interface ProvisionParams {
  /** Text of a `*.demo.yaml` file. */
  spec?: string;
  /** Where `spec` came from; relative files in it are resolved against this file's folder. */
  specPath?: string;
  company?: string;
  website?: string;
  platform?: string;
  mockHost?: string;
  writer?: string;
  /** How the platform's API key is come by. */
  key?: 'auto' | 'manual';
  /** The platform's API key for `manual`. Never stored or logged. */
  apiKey?: string;
}

export type StepStatus =
  'pending' | 'running' | 'done' | 'adopted' | 'failed' | 'degraded' | 'skipped' | 'cancelled';
export type StepKind = 'api' | 'browser' | 'write' | 'check';
export type RunStatus = 'planned' | 'running' | 'ready' | 'ready-with-debts' | 'failed' | 'cancelled';

export interface Plan {
  company: string;
  website: string;
  platform: string;
  mockHost: string;
  writer: string;
  key: 'auto' | 'manual';
  steps: PlanStep[];
  /** Ids of the steps whose estimates add up to the longest path. */
  criticalPath: string[];
  estimateMs: number;
}

export interface PlanStep {
  id: string;
  title: string;
  kind: StepKind;
  /** Its failure stops the run. */
  critical: boolean;
  /** Steps whose output it reads. */
  needs: string[];
  /** Steps it merely follows, whatever their outcome. */
  after: string[];
  estimateMs: number;
}

export interface Run {
  id: string;
  company: string;
  website: string;
  platform: string;
  tenant: string;
  status: RunStatus;
  startedAt: number;
  endedAt?: number;
  steps: RunStep[];
  /** What a person takes away, one line each; filled when the run has ended. */
  outcomes: Outcome[];
  /** Why a `failed` run failed. */
  error?: ErrorData;
  criticalPath: string[];
  reportPath?: string;
  reportJsonPath?: string;
  journalPath: string;
  botUrl?: string;
  specPath?: string;
}

export interface RunStep extends PlanStep {
  status: StepStatus;
  startedAt?: number;
  endedAt?: number;
  ms?: number;
  attempts: number;
  /** The live fact while running, the result once done: "12 of 20 pages", "10 articles". */
  detail?: string;
  /** What it waits for while not working: queue, host, platform, retry. */
  waiting?: string;
  error?: ErrorData;
  debt?: Debt;
}

/** What a non-critical step that failed leaves to be done by hand. */
export interface Debt {
  cause: string;
  /** What the demo lacks because of it. */
  consequence: string;
  /** How to settle it by hand. */
  remedy: string;
  /** A file made for doing it by hand. */
  file?: string;
  url?: string;
}

export interface Outcome {
  subject: string;
  status: 'ok' | 'degraded' | 'failed' | 'skipped';
  text: string;
}

export interface TaskParams {
  task: 'api-key' | 'website-source' | 'import-actions';
  platform: string;
  /** The bot's handle on the platform. */
  bot: string;
  /** For `website-source`. */
  website?: string;
  /** For `import-actions`: text of an actions file as the run's import file has it. */
  actions?: string;
}

export interface TaskResult {
  task: TaskParams['task'];
  ms: number;
  text: string;
  /** For `api-key`. */
  apiKey?: string;
}

/** Work outside runs that a person can watch and cancel. */
export interface Job {
  id: string;
  kind: 'scrape';
  subject: string;
  tenant: string;
  status: 'running' | 'done' | 'failed' | 'cancelled';
  startedAt: number;
  endedAt?: number;
  error?: ErrorData;
}

export interface ScrapeParams {
  url: string;
  /** Milliseconds for the whole job. Default 60 000. */
  timeoutMs?: number;
}

export interface ScrapeResult {
  url: string;
  finalUrl: string;
  status: number;
  outcome: 'ok' | 'empty' | 'not-found' | 'blocked' | 'timeout' | 'network-error' | 'unsupported-type';
  title: string;
  description: string;
  language: string;
  /** Absent when larger than 64 KB: then it is in `markdownPath`. */
  markdown?: string;
  markdownPath?: string;
  links: string[];
  via: 'http' | 'browser';
  ms: number;
  warnings: string[];
}

export interface ChatOpened {
  conversationId: string;
  botName: string;
  greeting: string;
  /** Questions the bot should be able to answer. */
  suggestions: string[];
  /** Messages that make the bot call each of its actions. */
  actionSuggestions: string[];
}

export interface ChatReply {
  text: string;
  citations: { title: string; url: string }[];
  /** The action the bot called, if one fitted. */
  action?: { name: string; request: string; status: number; result: string };
  ms: number;
}

export type ErrorCode =
  /** The input is wrong; `field` says which. */
  | 'invalid-input'
  | 'not-found'
  /** The server is leaving and takes no new work. */
  | 'draining'
  /** Client and server speak different protocol versions. */
  | 'version-mismatch'
  | 'unauthorized'
  /** All pages are in use and the queue is full, or the wait outlasted its deadline. */
  | 'exhausted'
  | 'queue-full'
  | 'browser-missing'
  | 'browser-launch-failed'
  | 'browser-crashed'
  /** A page's own process died; the browser lives. */
  | 'page-crashed'
  | 'session-closed'
  | 'deadline'
  | 'cancelled'
  | 'network'
  | 'platform-unavailable'
  /** The platform answered with an error that a retry does not mend. */
  | 'platform-rejected'
  | 'rate-limited'
  /** A page did not look as expected. */
  | 'page-changed'
  | 'conflict'
  | 'internal';

/** The typed content of every error: what happened, what to do next, whether a retry can help. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
  /** What the user does next, one sentence. */
  next: string;
  retryable: boolean;
  /** Which input was wrong. */
  field?: string;
  /** Numbers a caller can act on, such as `waiting` and `capacity` of an `exhausted` answer. */
  facts?: Record<string, number | string>;
}
