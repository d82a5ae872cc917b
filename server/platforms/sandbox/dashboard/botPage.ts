import { html, raw } from 'hono/html';
import type { IndexingReport } from '../botKnowledge.ts';
import { humanise } from '../findInputs.ts';
import type { Article, Bot, BotAction, Conversation, KnowledgeSource, Message } from '../model.ts';
import { alert, badge, dialog, type Markup, moment, outside, shell } from './layout.ts';
import { count } from './pages.ts';

/** What the page of a bot shows, and which of its dialogs is open with what. */
export interface BotView {
  bot: Bot;
  articles: readonly Article[];
  indexing: IndexingReport;
  conversations: readonly Conversation[];
  notice?: string | undefined;
  website?: { name: string; url: string; error: string };
  importing?: { json: string; error: string };
  review?: { action: Omit<BotAction, 'id' | 'createdAt' | 'updatedAt'>; json: string; replaces: boolean };
}

const SHOWN_ARTICLES = 200;
const SHOWN_CONVERSATIONS = 50;
const SHOWN_CHARS = 3_000;

export function botPage(view: BotView): Markup {
  const { bot, notice } = view;
  return shell(
    { title: bot.name, area: 'bots', notice },
    html`<div class="head">
        <div>
          <h1>${bot.name}</h1>
          <p class="soft">
            <code>${bot.handle}</code>${bot.website === undefined ? '' : html` · ${outside(bot.website)}`}
          </p>
        </div>
        <div class="buttons">
          <button type="button" data-dialog="add-website">Add website source</button>
          <button type="button" data-dialog="import-action">Import action</button>
          <button type="button" class="bad" data-dialog="delete-bot">Delete bot</button>
        </div>
      </div>
      ${bot.description === '' ? '' : html`<p>${bot.description}</p>`}
      <div class="columns">
        <div class="stack">
          ${knowledgeSection(view)} ${actionsSection(bot)} ${conversationsSection(view.conversations)}
        </div>
        ${chatSection(bot)}
      </div>
      ${websiteDialog(view)} ${importDialog(view)} ${reviewDialog(view)} ${deleteDialog(bot)}`,
  );
}

function knowledgeSection({ bot, articles, indexing }: BotView): Markup {
  const source = (each: KnowledgeSource): Markup => {
    const own = articles.filter(({ sourceId }) => sourceId === each.id).length;
    return html`<tr>
      <td>
        ${each.name}${each.url === undefined ? '' : html`<br /><span class="hint">${outside(each.url)}</span>`}
        ${each.error === undefined ? '' : html`<br /><span class="hint">${each.error}</span>`}
      </td>
      <td>${each.kind === 'website' ? 'Website' : 'API'}</td>
      <td>${own}</td>
      <td>${badge(each.state)}</td>
    </tr>`;
  };
  const article = (each: Article): Markup =>
    html`<li>
      <details id="article-${Buffer.from(each.id).toString('base64url')}">
        <summary>${each.name} ${each.state === 'indexed' ? '' : badge(each.state)}</summary>
        ${each.url === undefined ? '' : html`<p class="hint">${outside(each.url)}</p>`}
        ${each.error === undefined ? '' : html`<p class="hint">${each.error}</p>`}
        <p class="text">${each.content.slice(0, SHOWN_CHARS)}</p>
      </details>
    </li>`;
  const sources = html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Source</th>
          <th scope="col">Kind</th>
          <th scope="col">Articles</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        ${bot.sources.map(source)}
      </tbody>
    </table>
  </div>`;
  return html`<section class="card" id="knowledge" data-live aria-labelledby="knowledge-title">
    <div class="head">
      <h2 id="knowledge-title">Knowledge</h2>
      <span class="soft"
        >${indexing.total === 0 ? '' : html`${indexing.indexed} of ${count(indexing.total, 'article')} indexed `}${
          indexing.total === 0 ? '' : badge(indexing.state)
        }</span
      >
    </div>
    ${alert(indexing.error ?? undefined)}
    ${bot.sources.length === 0 ? html`<p class="soft">No knowledge sources yet.</p>` : sources}
    ${
      articles.length === 0
        ? ''
        : html`<details id="all-articles">
            <summary>${count(articles.length, 'article')}</summary>
            <ul class="list">
              ${articles.slice(0, SHOWN_ARTICLES).map(article)}
            </ul>
            ${articles.length > SHOWN_ARTICLES ? html`<p class="hint">The first ${SHOWN_ARTICLES} are shown.</p>` : ''}
          </details>`
    }
  </section>`;
}

function actionsSection(bot: Bot): Markup {
  const action = (each: BotAction): Markup =>
    html`<li>
      <details id="action-${each.id}">
        <summary>${each.name}</summary>
        ${facts(each)}
        <form method="post" action="/bots/${bot.handle}/actions/${each.id}/delete">
          <div class="buttons"><button class="bad" aria-label="Delete ${each.name}">Delete</button></div>
        </form>
      </details>
    </li>`;
  return html`<section class="card" aria-labelledby="actions-title">
    <h2 id="actions-title">Actions</h2>
    ${
      bot.actions.length === 0
        ? html`<p class="soft">No actions yet. An action lets the bot look something up or do something.</p>`
        : html`<ul class="list" aria-label="Actions">
            ${bot.actions.map(action)}
          </ul>`
    }
  </section>`;
}

function facts(action: Omit<BotAction, 'id' | 'createdAt' | 'updatedAt'>): Markup {
  const names = (fields: BotAction['inputs']): string =>
    fields.map(({ name, required }) => (required ? name : `${name} (optional)`)).join(', ') || 'none';
  return html`<dl>
    <dt>When</dt>
    <dd>${action.description}</dd>
    <dt>Calls</dt>
    <dd><code>${action.method} ${action.url}</code></dd>
    <dt>Inputs</dt>
    <dd>${names(action.inputs)}</dd>
    <dt>Outputs</dt>
    <dd>${action.outputs.map(({ name }) => humanise(name)).join(', ')}</dd>
  </dl>`;
}

function conversationsSection(conversations: readonly Conversation[]): Markup {
  const message = ({ role, body, citations, action }: Message): Markup =>
    html`<div class="bubble ${role}">
      ${body}${citations.map(
        ({ title, url }) =>
          html`<span class="meta">Source: ${url === '' ? title : outside(url, title)}</span>`,
      )}${action === undefined ? '' : html`<span class="meta">Action: ${action.name} (${action.request}, ${action.status || 'no answer'})</span>`}
    </div>`;
  const conversation = (each: Conversation): Markup => {
    const asked = each.messages.find(({ role }) => role === 'end_user')?.body ?? 'Nothing asked yet';
    return html`<li>
      <details id="conversation-${each.id}">
        <summary>${asked.slice(0, 140)} <span class="hint">${moment(each.createdAt)}</span></summary>
        <div class="log">${each.messages.map(message)}</div>
      </details>
    </li>`;
  };
  const newest = [...conversations].reverse().slice(0, SHOWN_CONVERSATIONS);
  return html`<section class="card" aria-labelledby="conversations-title">
    <div class="head">
      <h2 id="conversations-title">Conversations</h2>
      <span class="soft">${conversations.length}</span>
    </div>
    ${
      newest.length === 0
        ? html`<p class="soft">No conversations yet.</p>`
        : html`<ul class="list">
            ${newest.map(conversation)}
          </ul>`
    }
    ${conversations.length > newest.length ? html`<p class="hint">The newest ${newest.length} are shown.</p>` : ''}
  </section>`;
}

function chatSection(bot: Bot): Markup {
  return html`<section class="card chat" aria-labelledby="chat-title">
    <h2 id="chat-title">Try it</h2>
    <div class="log" id="chat-log" role="log" aria-live="polite" aria-label="Conversation">
      <div class="bubble ai_agent">${bot.greeting}</div>
    </div>
    <form class="row" data-chat="/bots/${bot.handle}/try">
      <input
        name="text"
        aria-label="Message"
        placeholder="Ask the bot something"
        maxlength="4000"
        autocomplete="off"
      />
      <button>Send</button>
    </form>
  </section>`;
}

function websiteDialog({ bot, website }: BotView): Markup {
  return dialog(
    'add-website',
    'Add website source',
    website !== undefined,
    html`<p class="soft">The website's pages are read and become part of what the bot knows.</p>
      ${alert(website?.error)}
      <form method="post" action="/bots/${bot.handle}/sources/website">
        <label
          >Name <input name="name" value="${website?.name ?? ''}" maxlength="255" autocomplete="off" required
        /></label>
        <label>
          URL
          <input
            name="url"
            inputmode="url"
            value="${website?.url ?? ''}"
            placeholder="https://"
            autocomplete="off"
            required
          />
        </label>
        <div class="buttons">
          <button type="button" class="second" data-close>Cancel</button>
          <button>Add</button>
        </div>
      </form>`,
  );
}

function importDialog({ bot, importing }: BotView): Markup {
  return dialog(
    'import-action',
    'Import action',
    importing !== undefined,
    html`<p class="soft">Paste the JSON of one action: name, description, method, URL, inputs and outputs.</p>
      ${alert(importing?.error)}
      <form method="post" action="/bots/${bot.handle}/actions/import">
        <label
          >Action JSON <textarea name="json" spellcheck="false" required>${importing?.json ?? ''}</textarea>
        </label>
        <div class="buttons">
          <button type="button" class="second" data-close>Cancel</button>
          <button>Import</button>
        </div>
      </form>`,
  );
}

function reviewDialog({ bot, review }: BotView): Markup | '' {
  if (review === undefined) return '';
  return dialog(
    'review-action',
    `Review “${review.action.name}”`,
    true,
    html`${facts(review.action)} ${review.replaces ? html`<p>It replaces the action of this name.</p>` : ''}
      <form method="post" action="/bots/${bot.handle}/actions">
        <input type="hidden" name="json" value="${review.json}" />
        <div class="buttons">
          <button type="button" class="second" data-close>Cancel</button>
          <button>Save and make active</button>
        </div>
      </form>`,
  );
}

function deleteDialog(bot: Bot): Markup {
  return dialog(
    'delete-bot',
    `Delete ${bot.name}?`,
    false,
    html`<p>Its knowledge, actions and conversations are deleted, too. This cannot be undone.</p>
      <form method="post" action="/bots/${bot.handle}/delete">
        <div class="buttons">
          <button type="button" class="second" data-close ${raw('autofocus')}>Cancel</button>
          <button class="bad">Delete for good</button>
        </div>
      </form>`,
  );
}
