import type { CommandIo } from './io.ts';

/** One command of the command line. Its code loads when it is called. */
export interface Command {
  /** One sentence. */
  summary: string;
  /** What follows the command's name. */
  usage: string;
  options: readonly (readonly [option: string, meaning: string])[];
  /** Resolves with the function that does it; that one resolves with the exit code. */
  load(): Promise<(argv: readonly string[], io: CommandIo) => Promise<number>>;
}

const json = ['--json', 'print one JSON document'] as const;

export const COMMANDS = {
  provision: {
    summary: 'Get a demo bot ready: from a company and its website to a bot with knowledge and actions.',
    usage: '[SPEC] [--company NAME --website URL] [--auto | --api-key KEY] [--json]',
    options: [
      ['SPEC', 'a *.demo.yaml file; options win over it'],
      ['--company NAME', 'the company the demo is for'],
      ['--website URL', "the company's home page"],
      ['--platform ID', 'where the bot lives (default: sandbox)'],
      ['--auto', "get the platform's API key in the browser (default)"],
      [
        '--api-key KEY',
        'use this API key; "-" reads it from standard input, GREENROOM_API_KEY gives it without an option',
      ],
      ['--ada-key KEY', 'the same for the platform ada'],
      ['--mock-host ID', "where the bot's actions call (default: local)"],
      ['--writer ID', 'what writes texts (default: offline)'],
      ['--sample', 'a sample company whose website is served from here'],
      ['--chat', 'talk with the finished bot for a moment'],
      json,
    ],
    load: async () => (await import('./provision.ts')).provisionCommand,
  },
  runs: {
    summary: 'List the runs, newest first.',
    usage: '[--json]',
    options: [json],
    load: async () => (await import('./runs.ts')).run,
  },
  cancel: {
    summary: 'Cancel a run and close everything it holds.',
    usage: 'RUN',
    options: [['RUN', 'id of the run, its beginning or end, or "last"']],
    load: async () => (await import('./cancel.ts')).run,
  },
  chat: {
    summary: 'Talk with the bot of a finished run.',
    usage: 'RUN [question] [--json]',
    options: [
      ['RUN', 'id of the run, its beginning or end, or "last"'],
      ['question', 'ask this and leave; without it, a conversation'],
      json,
    ],
    load: async () => (await import('./chat.ts')).run,
  },
  scrape: {
    summary: 'Read one web page and print its content as Markdown.',
    usage: 'URL [--json] [--out FILE] [--timeout SECONDS]',
    options: [
      ['--out FILE', 'write to a file instead'],
      ['--timeout SECONDS', 'for the whole job (default: 60)'],
      json,
    ],
    load: async () => (await import('./scrape.ts')).run,
  },
  task: {
    summary: 'Do one browser task by itself.',
    usage: 'api-key | website-source | import-actions  --bot HANDLE [options]',
    options: [
      ['--bot HANDLE', "the bot's handle on the platform"],
      ['--platform ID', 'where the bot lives (default: sandbox)'],
      ['--website URL', 'for website-source'],
      ['--actions FILE', 'for import-actions: an actions file'],
      json,
    ],
    load: async () => (await import('./task.ts')).run,
  },
  sessions: {
    summary: 'List the browser sessions, or close them.',
    usage: '[--json] [--close ID | --close-all]',
    options: [['--close ID', 'end one session'], ['--close-all', 'end all sessions'], json],
    load: async () => (await import('./sessions.ts')).run,
  },
  dashboard: {
    summary: "Print a one-time address that logs you in to the sandbox platform's dashboard.",
    usage: '[BOT]',
    options: [['BOT', 'handle of the bot whose page to show, such as acme-corp-demo']],
    load: async () => (await import('./dashboard.ts')).run,
  },
  status: {
    summary: 'Show the server, its sessions and runs; starts nothing.',
    usage: '[--json]',
    options: [json],
    load: async () => (await import('./status.ts')).run,
  },
  health: {
    summary: 'Show how the server is: memory, services, pages.',
    usage: '[--json]',
    options: [json],
    load: async () => (await import('./health.ts')).run,
  },
  logs: {
    summary: 'Say where the logs are and print the last lines.',
    usage: '[--follow] [--lines N] [--raw]',
    options: [
      ['-f, --follow', 'go on with new lines until Ctrl-C'],
      ['-n, --lines N', 'how many lines (default: 20)'],
      ['--raw', 'JSON lines as they are'],
    ],
    load: async () => (await import('./logs.ts')).run,
  },
  stop: {
    summary: 'End the server gently: running work may finish within a grace time.',
    usage: '[--grace SECONDS]',
    options: [['--grace SECONDS', 'for running work (default: 10)']],
    load: async () => (await import('./stop.ts')).run,
  },
  version: {
    summary: 'Print the version.',
    usage: '',
    options: [],
    load: async () => (await import('./version.ts')).run,
  },
  help: {
    summary: 'Explain the commands, or one of them.',
    usage: '[command]',
    options: [],
    load: async () => (await import('./help.ts')).run,
  },
} as const satisfies Record<string, Command>;

export function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
}
