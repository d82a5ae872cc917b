// @ts-check
// The page of a chat panel: shows the state the extension sends and tells it what the user does.
(() => {
  /** @type {{ postMessage(message: unknown): void; setState(state: unknown): void; getState(): any }} */
  // @ts-expect-error the editor provides it
  const editor = acquireVsCodeApi();
  const log = /** @type {HTMLElement} */ (document.getElementById('log'));
  const status = /** @type {HTMLElement} */ (document.getElementById('status'));
  const suggestions = /** @type {HTMLElement} */ (document.getElementById('suggestions'));
  const form = /** @type {HTMLFormElement} */ (document.getElementById('form'));
  const text = /** @type {HTMLTextAreaElement} */ (document.getElementById('text'));
  const send = /** @type {HTMLButtonElement} */ (document.getElementById('send'));
  let shown = 0;
  let busy = false;

  /** @param {string} tag @param {string} [className] @param {string} [content] */
  function element(tag, className, content) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (content !== undefined) node.textContent = content;
    return node;
  }

  /** @param {any} turn @param {string} botName */
  function turnElement(turn, botName) {
    const node = element('article', `turn ${turn.from}`);
    const who = { user: 'You', bot: botName, problem: 'Problem' }[
      /** @type {'user' | 'bot' | 'problem'} */ (turn.from)
    ];
    const time =
      turn.ms === undefined
        ? ''
        : ` · ${turn.ms < 1000 ? `${Math.round(turn.ms)} ms` : `${(turn.ms / 1000).toFixed(2)} s`}`;
    node.append(element('p', 'who', who + time), element('p', 'text', turn.text));
    if (turn.action) node.append(actionElement(turn.action));
    if (turn.citations?.length) {
      const list = element('ul');
      list.setAttribute('aria-label', 'Sources');
      for (const { title, url } of turn.citations) {
        const link = /** @type {HTMLAnchorElement} */ (element('a', '', title));
        link.href = url;
        link.title = url;
        const item = element('li');
        item.append(link);
        list.append(item);
      }
      node.append(list);
    }
    return node;
  }

  /** @param {any} action */
  function actionElement(action) {
    const details = element('details', 'action');
    details.append(
      element('summary', '', `Called ${action.name}, answered ${action.status}`),
      element('pre', '', `${action.request}\n\n${action.result}`),
    );
    return details;
  }

  /** @param {any} state */
  function show(state) {
    editor.setState(state);
    if (state.turns.length < shown) {
      log.replaceChildren();
      shown = 0;
    }
    for (const turn of state.turns.slice(shown)) log.append(turnElement(turn, state.botName));
    if (state.turns.length > shown) log.scrollTop = log.scrollHeight;
    shown = state.turns.length;
    busy = state.busy;
    status.textContent = busy ? `${state.botName} is writing…` : '';
    send.disabled = busy;
    const asked = new Set(state.turns.map((/** @type {any} */ turn) => turn.text));
    suggestions.replaceChildren(
      ...state.suggestions
        .filter((/** @type {string} */ question) => !asked.has(question))
        .slice(0, 4)
        .map((/** @type {string} */ question) => {
          const button = /** @type {HTMLButtonElement} */ (element('button', '', question));
          button.type = 'button';
          button.disabled = busy;
          button.addEventListener('click', () => {
            ask(question);
            text.focus();
          });
          return button;
        }),
    );
  }

  /** @param {string} question */
  function ask(question) {
    if (busy || question.trim() === '') return;
    busy = true;
    editor.postMessage({ type: 'send', text: question.trim() });
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (busy) return;
    ask(text.value);
    text.value = '';
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  log.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    editor.postMessage({ type: 'open', url: link.href });
  });
  window.addEventListener('message', ({ data }) => {
    if (data?.type === 'state') show(data.state);
  });
  editor.postMessage({ type: 'ready' });
  text.focus();
})();
