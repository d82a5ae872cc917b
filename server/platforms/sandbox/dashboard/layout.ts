import { html, raw } from 'hono/html';

/** Markup whose values are escaped. */
export type Markup = ReturnType<typeof html>;

export interface Shell {
  title: string;
  /** Which entry of the navigation is current; absent when nobody is logged in. */
  area?: 'bots' | 'keys';
  /** A success to announce. */
  notice?: string | undefined;
}

/** A whole page of the dashboard around `content`. */
export function shell({ title, area, notice }: Shell, content: Markup): Markup {
  const link = (href: string, label: string, current: boolean): Markup =>
    html`<a href="${href}" ${current ? raw('aria-current="page"') : ''}>${label}</a>`;
  const header =
    area === undefined
      ? html`<header class="top"><span class="brand">Sandbox</span></header>`
      : html`<header class="top">
          <a class="brand" href="/bots">Sandbox</a>
          <nav aria-label="Main">
            ${link('/bots', 'Bots', area === 'bots')} ${link('/keys', 'API keys', area === 'keys')}
          </nav>
          <form method="post" action="/logout"><button class="quiet">Log out</button></form>
        </header>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Sandbox</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
        <script src="/assets/app.js" defer></script>
      </head>
      <body>
        ${header}
        <main>
          ${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`} ${content}
        </main>
      </body>
    </html>`;
}

/** Title of the page for failures of the platform itself. */
export const FAILURE_TITLE = 'Something went wrong';

export function problemPage(status: number, message: string): string | Promise<string> {
  const title = status === 404 ? 'Not found' : status >= 500 ? FAILURE_TITLE : 'This did not work';
  return shell(
    { title },
    html`<section class="card narrow">
      <h1>${title}</h1>
      <p role="alert">${message}</p>
      <p><a class="button" href="/bots">Back to the bots</a></p>
    </section>`,
  );
}

/** The reason a form was refused. */
export function alert(message: string | undefined): Markup | '' {
  return message === undefined ? '' : html`<p class="alert" role="alert">${message}</p>`;
}

/** A dialog that a button with `data-dialog="${id}"` opens; `open` shows it at once. */
export function dialog(id: string, title: string, open: boolean, content: Markup): Markup {
  return html`<dialog id="${id}" aria-labelledby="${id}-title" ${open ? raw('data-open') : ''}>
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </dialog>`;
}

export function badge(state: string): Markup {
  const busy = /^(pending|crawling|indexing)$/.test(state);
  return html`<span class="badge ${state}" ${busy ? raw('data-busy') : ''}>${state}</span>`;
}

const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

export function moment(iso: string): Markup {
  return html`<time datetime="${iso}">${FORMAT.format(new Date(iso))} UTC</time>`;
}

export function outside(url: string, label = url): Markup {
  return html`<a href="${url}" rel="noopener noreferrer" target="_blank">${label}</a>`;
}
