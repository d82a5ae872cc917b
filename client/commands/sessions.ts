import * as vscode from 'vscode';
import { GreenroomError } from '../../shared/errors.ts';
import type { Session } from '../../shared/protocol.ts';
import type { App } from '../app.ts';
import { count } from '../format.ts';
import { idIn } from './argument.ts';

const NONE = 'No browser session is open.';
const NONE_NEXT = 'Provisioning a demo or scraping a website opens one.';

export async function closeSession(app: App, argument: unknown): Promise<void> {
  const session = await pickSession(app, argument, 'Which session should end? Its job fails.', () => true);
  await app.server.request('session/close', { sessionId: session.id });
}

export async function copySessionUrl(app: App, argument: unknown): Promise<void> {
  const session = await pickSession(app, argument, 'Whose address?', ({ url }) => url !== undefined);
  if (session.url === undefined) {
    throw new GreenroomError('not-found', 'The session has no page yet.', 'Wait until it has opened one.');
  }
  await vscode.env.clipboard.writeText(session.url);
  vscode.window.setStatusBarMessage('$(clippy) Address copied', 3000);
}

export async function closeAllSessions(app: App): Promise<void> {
  await app.server.ensureReady();
  const { sessions } = app.repository;
  if (sessions.length === 0) throw new GreenroomError('not-found', NONE, NONE_NEXT);
  const own = sessions.filter(({ tenant }) => tenant === app.tenant).length;
  const others = sessions.length - own;
  const mine = { title: others > 0 ? `Close Mine (${String(own)})` : 'Close All', allTenants: false };
  const all = { title: `Close All (${String(sessions.length)})`, allTenants: true };
  const answer = await vscode.window.showWarningMessage(
    `Close ${count(sessions.length, 'browser session')}?`,
    {
      modal: true,
      detail:
        'The jobs that use them fail.' +
        (others > 0 ? ` ${count(others, 'session')} of them belong to other windows or programs.` : ''),
    },
    ...(own > 0 ? [mine] : []),
    ...(others > 0 ? [all] : []),
  );
  if (!answer) return;
  const { closed } = await app.server.request(
    'session/closeAll',
    answer.allTenants ? { allTenants: true } : {},
  );
  app.output.info(`Closed ${count(closed, 'browser session')}.`);
}

async function pickSession(
  app: App,
  argument: unknown,
  placeHolder: string,
  fits: (session: Session) => boolean,
): Promise<Session> {
  await app.server.ensureReady();
  const id = idIn(argument, 'sessionId');
  if (id !== undefined) {
    const session = app.repository.session(id);
    if (session) return session;
    throw new GreenroomError('not-found', 'That browser session has ended already.', NONE_NEXT);
  }
  const sessions = app.repository.sessions.filter(fits);
  if (sessions.length === 0) throw new GreenroomError('not-found', NONE, NONE_NEXT);
  const items = sessions.map((session) => ({
    session,
    label: session.purpose,
    description: session.state,
    detail: session.url ?? '',
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  if (!picked) throw new vscode.CancellationError();
  return picked.session;
}
