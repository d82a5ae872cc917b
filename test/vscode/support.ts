import * as vscode from 'vscode';
import type { GreenroomApi } from '../../client/extension.ts';
import type { ServerState } from '../../client/server.ts';
import type { Run } from '../../shared/protocol.ts';

export function extension(): vscode.Extension<GreenroomApi> {
  const found = vscode.extensions.getExtension<GreenroomApi>('greenroom.greenroom');
  if (!found) throw new Error('the extension is not installed in this host');
  return found;
}

export async function api(): Promise<GreenroomApi> {
  return extension().activate();
}

type Listen = (listener: () => void) => { dispose(): void };

/** Resolves with what `look` finds, looking again whenever one of the events fires. */
export function eventually<T>(
  what: string,
  events: readonly Listen[],
  look: () => T | undefined | false,
  timeoutMs = 45_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const listener of listeners) listener.dispose();
    };
    const check = (): void => {
      const found = look();
      if (found === undefined || found === false) return;
      end();
      resolve(found);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`${what}: not within ${String(timeoutMs)} ms`));
    }, timeoutMs);
    const listeners = events.map((listen) => listen(check));
    check();
  });
}

export async function stateOf(kind: ServerState['kind']): Promise<ServerState> {
  const { server } = await api();
  return eventually(`server ${kind}`, [server.onDidChangeState], () =>
    server.state.kind === kind ? server.state : undefined,
  );
}

export async function runWhere(what: string, fits: (run: Run) => boolean): Promise<Run> {
  const { repository } = await api();
  return eventually(what, [repository.onDidChange], () => repository.runs.find(fits));
}
