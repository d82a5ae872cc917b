/** The dashboard's own files; pages load nothing else. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #14171c); --card: light-dark(#fff, #1d2128); --text: light-dark(#1c2430, #e4e8ee);
  --soft: light-dark(#5a6575, #a0abba); --line: light-dark(#dde2e9, #323946); --accent: light-dark(#0b6b53, #4fd1a5);
  --on-accent: light-dark(#fff, #06281d); --bad: light-dark(#b3261e, #ff9c94); --bad-back: light-dark(#fdecea, #3a1f1e);
  --good-back: light-dark(#e4f5ee, #16352b); --busy: light-dark(#7a5500, #f0c36a); --busy-back: light-dark(#fff4d9, #3a2f15);
  --mine: light-dark(#e4f5ee, #1c3b31);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--accent); } h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.1rem; margin: 0; }
h1, h2, p, td, summary, li { overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.top { display: flex; align-items: center; gap: 1.25rem; padding: .6rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
.top nav { display: flex; gap: .25rem; flex: 1; } .top form { margin: 0; }
.top nav a { padding: .35rem .7rem; border-radius: 6px; text-decoration: none; color: var(--soft); white-space: nowrap; }
.top nav a[aria-current] { color: var(--text); background: var(--page); font-weight: 600; }
.brand { font-weight: 700; color: var(--text); text-decoration: none; letter-spacing: -.01em; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.head { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; justify-content: space-between; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; display: grid; gap: .9rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.card p, .card ul, .head p, main > p { margin: 0; } .narrow { width: min(26rem, 100%); margin: 8vh auto 0; }
.columns { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr) 23rem; align-items: start; }
.stack { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); } .soft { color: var(--soft); }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); list-style: none; margin: 0; padding: 0; }
.grid .card { height: 100%; gap: .3rem; } .grid h2 a { text-decoration: none; }
.empty { text-align: center; padding: 3rem 1.25rem; justify-items: center; }
button, .button { font: inherit; font-weight: 600; padding: .45rem .9rem; border-radius: 7px; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; display: inline-block; white-space: nowrap; }
button.second, .button.second { background: transparent; color: var(--accent); border-color: var(--line); }
button.quiet { background: transparent; border-color: transparent; color: var(--soft); padding: .3rem .5rem; font-weight: 500; }
button.bad { background: transparent; color: var(--bad); border-color: currentColor; } button:hover, .button:hover { filter: brightness(1.07); }
button:disabled { opacity: .55; cursor: default; }
label { display: grid; gap: .3rem; font-weight: 600; }
input, textarea { font: inherit; font-weight: 400; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 7px; padding: .5rem .65rem; width: 100%; }
textarea { min-height: 14rem; font: 13px/1.45 ui-monospace, monospace; resize: vertical; }
form { display: grid; gap: .9rem; margin: 0; } form.row { grid-auto-flow: column; grid-template-columns: minmax(0, 1fr); }
form.search { width: min(22rem, 100%); }
.buttons { display: flex; gap: .6rem; justify-content: flex-end; flex-wrap: wrap; }
.hint { font-weight: 400; color: var(--soft); font-size: .87rem; }
.alert { background: var(--bad-back); color: var(--bad); padding: .6rem .8rem; border-radius: 7px; margin: 0; overflow-wrap: anywhere; }
.notice { background: var(--good-back); color: var(--accent); padding: .6rem .8rem; border-radius: 7px; margin: 0; font-weight: 600; }
table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
th { text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft); padding: .25rem .6rem .4rem 0; white-space: nowrap; }
td { border-top: 1px solid var(--line); padding: .55rem .6rem .55rem 0; vertical-align: top; } td:last-child, th:last-child { padding-right: 0; text-align: right; }
td:not(:first-child) { white-space: nowrap; } td form { display: inline; } td button { padding: .2rem .6rem; font-size: .87rem; }
code, .key { font: 13px/1.4 ui-monospace, monospace; } .key { display: block; padding: .7rem; border: 1px dashed var(--accent); border-radius: 7px; overflow-wrap: anywhere; user-select: all; }
.badge { display: inline-block; font-size: .78rem; font-weight: 600; padding: .05rem .5rem; border-radius: 99px; background: var(--good-back); color: var(--accent); white-space: nowrap; }
.badge.failed { background: var(--bad-back); color: var(--bad); } .badge.pending, .badge.crawling, .badge.indexing { background: var(--busy-back); color: var(--busy); }
.list { list-style: none; margin: 0; padding: 0; } .list > li { border-top: 1px solid var(--line); padding: .5rem 0; } .list > li:first-child { border-top: 0; }
summary { cursor: pointer; } summary .badge { margin-left: .4rem; } details[open] > summary { margin-bottom: .5rem; }
.text { white-space: pre-wrap; color: var(--soft); max-height: 18rem; overflow: auto; overflow-wrap: anywhere; font-size: .93rem; }
dialog { border: 1px solid var(--line); border-radius: 12px; background: var(--card); color: var(--text); padding: 1.4rem; width: min(34rem, calc(100vw - 2rem)); }
dialog::backdrop { background: #0008; } dialog > * + * { margin-top: .9rem; }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .3rem 1rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.chat { position: sticky; top: 1.25rem; } .log { display: grid; gap: .6rem; max-height: 26rem; min-height: 8rem; overflow-y: auto; align-content: start; }
.bubble { padding: .55rem .75rem; border-radius: 10px; background: var(--page); white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 1.5rem 0 0; }
.bubble.end_user { background: var(--mine); margin: 0 0 0 1.5rem; } .bubble .meta { display: block; margin-top: .35rem; font-size: .83rem; color: var(--soft); white-space: normal; }
@media (max-width: 60rem) { .columns { grid-template-columns: minmax(0, 1fr); } .chat { position: static; } }
@media (max-width: 40rem) { .head .buttons { justify-content: flex-start; } main { padding: 1rem; } .top { padding: .6rem 1rem; gap: .6rem; } td, th { padding-right: .4rem; } }
`;

export const SCRIPT = `
'use strict';
for (const opener of document.querySelectorAll('[data-dialog]')) {
  opener.addEventListener('click', () => document.getElementById(opener.dataset.dialog).showModal());
}
for (const closer of document.querySelectorAll('[data-close]')) {
  closer.addEventListener('click', () => closer.closest('dialog').close());
}
for (const dialog of document.querySelectorAll('dialog[data-open]')) dialog.showModal();
for (const form of document.querySelectorAll('form[method=post]')) {
  form.addEventListener('submit', () => { for (const button of form.querySelectorAll('button')) button.disabled = true; });
}
addEventListener('pageshow', () => { for (const button of document.querySelectorAll('form[method=post] button')) button.disabled = false; });

async function refresh() {
  if (!document.querySelector('[data-live] [data-busy]')) return;
  if (!document.hidden && !document.querySelector('dialog[open]')) {
    const response = await fetch(location.pathname, { headers: { accept: 'text/html' } });
    if (!response.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const old of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(old.id);
      if (next === null) continue;
      const open = [...old.querySelectorAll('details[open]')].map((details) => details.id);
      old.replaceWith(next);
      for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    }
  }
  setTimeout(() => refresh().catch(() => {}), 1000);
}
setTimeout(() => refresh().catch(() => {}), 700);

const chat = document.querySelector('form[data-chat]');
if (chat !== null) {
  const log = document.getElementById('chat-log');
  const field = chat.elements.namedItem('text');
  const button = chat.querySelector('button');
  let conversation;
  const element = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  function show(role, text, citations, action) {
    const bubble = element('div', 'bubble ' + role, text);
    for (const { title, url } of citations ?? []) {
      const meta = element('span', 'meta', 'Source: ');
      const link = url === '' ? element('span', '', title) : Object.assign(element('a', '', title), { href: url, target: '_blank', rel: 'noopener noreferrer' });
      meta.append(link);
      bubble.append(meta);
    }
    if (action) bubble.append(element('span', 'meta', 'Action: ' + action.name + ' (' + action.request + ', ' + (action.status || 'no answer') + ')'));
    log.append(bubble);
    log.scrollTop = log.scrollHeight;
  }
  async function call(path, body) {
    const response = await fetch(chat.dataset.chat + path, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.errors?.[0]?.message ?? 'Something went wrong.');
    return answer;
  }
  async function ask(text) {
    const sent = await call('', { text, ...(conversation === undefined ? {} : { conversation }) });
    conversation = sent.conversation_id;
    for (let tries = 0; tries < 120; tries++) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 100 + tries * 50)));
      const { data } = await call('/' + conversation);
      const reply = data.find((message) => message.in_reply_to === sent.id);
      if (reply) return reply;
    }
    throw new Error('The bot does not answer.');
  }
  chat.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text === '' || button.disabled) return;
    field.value = '';
    button.disabled = true;
    show('end_user', text);
    try {
      const reply = await ask(text);
      show('ai_agent', reply.content.body, reply.citations, reply.action);
    } catch (error) {
      show('ai_agent', error.message);
    }
    button.disabled = false;
    field.focus();
  });
}
`;

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6b53"/><path d="M8 10h16v10H15l-5 4v-4H8z" fill="#fff"/></svg>';
