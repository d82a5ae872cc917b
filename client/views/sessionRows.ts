import type { Session } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/timing.ts';
import { count, escapeMarkdown, formatAge } from '../format.ts';
import type { Row, RowIcon } from './row.ts';

const STATE_ICONS = {
  waiting: { id: 'watch', color: 'charts.yellow' },
  opening: { id: 'loading~spin' },
  active: { id: 'browser', color: 'charts.green' },
  closing: { id: 'loading~spin', color: 'disabledForeground' },
} as const satisfies Record<Session['state'], RowIcon>;

export function sessionRow(session: Session, now: number): Row {
  const fact = factOf(session, now);
  return {
    id: `session:${session.id}`,
    label: session.purpose,
    description: fact,
    icon: STATE_ICONS[session.state],
    context: facets(session),
    children: 'none',
    accessibilityLabel: `${session.purpose}, ${session.state}, ${fact}`,
  };
}

function factOf(session: Session, now: number): string {
  if (session.queue) {
    return `waiting, place ${String(session.queue.position)}: ${session.queue.reason}`;
  }
  const age = formatAge(now - (session.openedAt ?? session.requestedAt));
  const where = session.url === undefined ? undefined : shortUrl(session.url);
  return [session.state === 'active' ? undefined : session.state, where, age]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function facets(session: Session): string {
  const parts = ['session', session.state];
  if (session.state !== 'closing') parts.push('closable');
  if (session.url !== undefined && !session.url.startsWith('about:')) parts.push('addressed');
  return parts.join(' ');
}

/** Host and path without what makes a row too long. */
export function shortUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname, protocol } = new URL(url);
  return protocol.startsWith('http') ? `${host}${pathname === '/' ? '' : pathname}` : url;
}

/** Markdown shown on hover. */
export function sessionTooltip(session: Session, now: number): string {
  const lines = [`**${escapeMarkdown(session.purpose)}**`, ''];
  if (session.url !== undefined) lines.push(`- Page: ${escapeMarkdown(session.url)}`);
  lines.push(`- State: ${session.state}, ${count(session.pages, 'page')}`);
  if (session.queue) {
    lines.push(
      `- Place ${String(session.queue.position)} in the queue: ${escapeMarkdown(session.queue.reason)}`,
    );
  }
  lines.push(`- Owner: ${escapeMarkdown(session.owner)} (${escapeMarkdown(session.tenant)})`);
  lines.push(`- Age: ${formatDuration(now - session.requestedAt)}`);
  const left = session.deadlineAt - now;
  lines.push(left > 0 ? `- Ends by itself in ${formatDuration(left)}` : '- Its deadline has passed');
  return lines.join('\n');
}
