import { html } from 'hono/html';
import type { ApiKey, Bot } from '../model.ts';
import { alert, dialog, type Markup, moment, shell } from './layout.ts';

export function loginPage(email: string, to: string, error?: string): Markup {
  return shell(
    { title: 'Log in' },
    html`<section class="card narrow">
      <h1>Log in</h1>
      ${alert(error)}
      <form method="post" action="/login">
        <input type="hidden" name="to" value="${to}" />
        <label
          >E-mail <input name="email" type="email" value="${email}" autocomplete="username" required
        /></label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <button>Log in</button>
      </form>
      <p class="hint">
        For a link that logs you in, run <code>greenroom dashboard</code>, or the command
        <i>Greenroom: Open Sandbox Dashboard</i> in the editor. The account of this computer stands in
        account.json of the sandbox's folder.
      </p>
    </section>`,
  );
}

export function botsPage(bots: readonly Bot[], total: number, query: string, notice?: string): Markup {
  const card = (bot: Bot): Markup =>
    html`<li>
      <article class="card">
        <h2><a href="/bots/${bot.handle}">${bot.name}</a></h2>
        <p><code>${bot.handle}</code></p>
        <p class="soft">
          ${count(bot.sources.length, 'knowledge source')}, ${count(bot.actions.length, 'action')}
        </p>
        <p class="soft hint">Made ${moment(bot.createdAt)}</p>
      </article>
    </li>`;
  const none =
    total === 0
      ? html`<section class="card empty">
          <h2>No bots yet</h2>
          <p class="soft">Provision a demo, and its bot appears here.</p>
        </section>`
      : html`<section class="card empty">
          <h2>No bot fits “${query}”</h2>
          <p><a href="/bots">Show all ${total}</a></p>
        </section>`;
  return shell(
    { title: 'Bots', area: 'bots', notice },
    html`<div class="head">
        <h1>Bots</h1>
        <form class="row search" method="get" action="/bots" role="search">
          <input
            name="q"
            type="search"
            value="${query}"
            placeholder="Name, handle or website"
            aria-label="Search bots"
          />
          <button class="second">Search</button>
        </form>
      </div>
      ${
        bots.length === 0
          ? none
          : html`<ul class="grid" aria-label="Bots">
              ${bots.map(card)}
            </ul>`
      }`,
  );
}

export interface KeysView {
  keys: readonly ApiKey[];
  /** A key just made: shown now and never again. */
  made?: { name: string; text: string } | undefined;
  error?: string;
  name?: string;
  notice?: string | undefined;
}

export function keysPage({ keys, made, error, name = '', notice }: KeysView): Markup {
  const row = (key: ApiKey): Markup =>
    html`<tr>
      <td>${key.name}</td>
      <td><code>${key.masked}</code></td>
      <td>${moment(key.createdAt)}</td>
      <td>
        <form method="post" action="/keys/${key.id}/revoke">
          <button class="bad" aria-label="Revoke ${key.name}">Revoke</button>
        </form>
      </td>
    </tr>`;
  const table =
    keys.length === 0
      ? html`<section class="card empty">
          <h2>No API keys</h2>
          <p class="soft">A key lets a program use the REST API in your name.</p>
        </section>`
      : html`<section class="card scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Key</th>
                <th scope="col">Made</th>
                <th scope="col"><span class="soft">Action</span></th>
              </tr>
            </thead>
            <tbody>
              ${keys.map(row)}
            </tbody>
          </table>
        </section>`;
  return shell(
    { title: 'API keys', area: 'keys', notice },
    html`<div class="head">
        <h1>API keys</h1>
        <button type="button" data-dialog="new-key">New API key</button>
      </div>
      <p class="soft">Each key may read and write every bot of this account. Keys do not expire.</p>
      ${table}
      ${dialog(
        'new-key',
        'New API key',
        error !== undefined,
        html`${alert(error)}
          <form method="post" action="/keys">
            <label
              >Name <input name="name" value="${name}" maxlength="80" autocomplete="off" required
            /></label>
            <div class="buttons">
              <button type="button" class="second" data-close formnovalidate>Cancel</button>
              <button>Generate key</button>
            </div>
          </form>`,
      )}
      ${
        made === undefined
          ? ''
          : dialog(
              'made-key',
              'Your new API key',
              true,
              html`<p>Copy “${made.name}” now. This key will only be shown once.</p>
                <output class="key" aria-label="API key">${made.text}</output>
                <div class="buttons"><button type="button" data-close>Done</button></div>`,
            )
      }`,
  );
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
