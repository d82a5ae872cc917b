/** What the place of Greenroom's state depends on. Callers read it from the process; this module imports nothing. */
export interface PathInputs {
  /** `process.platform`. */
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
  homedir: string;
  tmpdir: string;
  /** Name or number of the user, for names outside the user's own folders. */
  user: string;
}

/** Where one installation keeps its state. One server at a time uses a home. */
export interface Paths {
  home: string;
  /** 32 random bytes in hex; who can read it may talk to the server. */
  secret: string;
  /** Held by the one server of this home. */
  lock: string;
  /** Facts about the running server, for people and tools. */
  serverInfo: string;
  /** Address of the local socket or, on Windows, the named pipe. */
  socket: string;
  /** The folder of `socket` that must belong to the user alone; absent for a named pipe. */
  socketFolder?: string;
  logs: string;
  serverLog: string;
  /** Everything in it can be deleted. */
  cache: string;
  /** Journals, reports and import files of runs. */
  runs: string;
  scrapes: string;
  /** One folder for each browser that runs, or was left behind. */
  browsers: string;
  sandbox: string;
  mocks: string;
}

/** macOS allows 104 bytes with the closing NUL, Linux 108 (`sun_path` in unix(4) and unix(7)). */
const SOCKET_PATH_BYTES = 103;

/**
 * The folder of all state: `GREENROOM_HOME`, else the platform's place for application state
 * (XDG Base Directory Specification 0.8 for `XDG_STATE_HOME`, which counts only when absolute).
 */
export function resolveHome(inputs: PathInputs): string {
  const { env, platform, homedir } = inputs;
  const join = joiner(platform);
  const chosen = env['GREENROOM_HOME'];
  if (chosen !== undefined && chosen !== '') return trimEnd(chosen, platform);
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(homedir, 'AppData', 'Local'), 'Greenroom');
  }
  if (platform === 'darwin') return join(homedir, 'Library', 'Application Support', 'Greenroom');
  const state = env['XDG_STATE_HOME'];
  return join(state?.startsWith('/') ? state : join(homedir, '.local', 'state'), 'greenroom');
}

/** All paths of an installation. The version is not among them: the handshake settles which version serves a home. */
export function resolvePaths(inputs: PathInputs): Paths {
  const home = resolveHome(inputs);
  const join = joiner(inputs.platform);
  const logs = join(home, 'logs');
  return {
    home,
    secret: join(home, 'secret'),
    lock: join(home, 'server.lock'),
    serverInfo: join(home, 'server.json'),
    ...socketOf(home, inputs),
    logs,
    serverLog: join(logs, 'server.log'),
    cache: join(home, 'cache'),
    runs: join(home, 'runs'),
    scrapes: join(home, 'scrapes'),
    browsers: join(home, 'browsers'),
    sandbox: join(home, 'sandbox'),
    mocks: join(home, 'mocks'),
  };
}

function socketOf(home: string, inputs: PathInputs): { socket: string; socketFolder?: string } {
  const user = inputs.user.replace(/[^\w.-]/g, '_');
  if (inputs.platform === 'win32') {
    return { socket: `\\\\.\\pipe\\greenroom-${user}-${hash(home.toLowerCase())}` };
  }
  const own = `${home}/server.sock`;
  if (utf8Length(own) <= SOCKET_PATH_BYTES) return { socket: own, socketFolder: home };
  const name = `${hash(home)}.sock`;
  const folders = [inputs.tmpdir, '/tmp'].map((tmp) => `${trimEnd(tmp, inputs.platform)}/greenroom-${user}`);
  const folder =
    folders.find((each) => utf8Length(`${each}/${name}`) <= SOCKET_PATH_BYTES) ?? '/tmp/greenroom';
  return { socket: `${folder}/${name}`, socketFolder: folder };
}

function joiner(platform: string): (...parts: string[]) => string {
  const separator = platform === 'win32' ? '\\' : '/';
  return (first, ...rest) => [trimEnd(first ?? '', platform), ...rest].join(separator);
}

function trimEnd(path: string, platform: string): string {
  const trimmed = path.replace(platform === 'win32' ? /[\\/]+$/ : /\/+$/, '');
  return trimmed === '' || /^[a-z]:$/i.test(trimmed) ? path : trimmed;
}

function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, 'x').length;
}

/** FNV-1a, 64 bits, in hex: a short name for a long path, not a protection. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const character of text) {
    value ^= BigInt(character.codePointAt(0) ?? 0);
    value = BigInt.asUintN(64, value * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, '0');
}
