import * as vscode from 'vscode';
import { toErrorData } from '../../shared/errors.ts';
import { PANELS } from '../../shared/ids.ts';
import type { ChatOpened, ChatReply, Run } from '../../shared/protocol.ts';
import type { Rpc } from '../rpc.ts';
import { chatHtml } from './chatHtml.ts';
import type { ChatState } from './messages.ts';
import { parseChatState, parsePageMessage } from './messages.ts';

/** Conversations with demos in editor tabs, one tab for each run. They outlive a reload of the window. */
export class ChatPanels implements vscode.Disposable {
  readonly #media: vscode.Uri;
  readonly #rpc: Rpc;
  readonly #panels = new Map<string, vscode.WebviewPanel>();
  readonly #serializer: vscode.Disposable;

  constructor(extensionUri: vscode.Uri, rpc: Rpc) {
    this.#media = vscode.Uri.joinPath(extensionUri, 'client', 'media');
    this.#rpc = rpc;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(PANELS.chat, {
      deserializeWebviewPanel: (panel, kept: unknown) => {
        const state = parseChatState(kept);
        if (state) this.#fill(panel, state);
        else panel.dispose();
        return Promise.resolve();
      },
    });
  }

  /** Opens a conversation with the demo of a run, or brings the open one to the front. */
  async show(run: Run): Promise<void> {
    const existing = this.#panels.get(run.id);
    if (existing) {
      existing.reveal();
      return;
    }
    const opened = await this.#rpc.request('chat/open', { runId: run.id });
    const panel = vscode.window.createWebviewPanel(
      PANELS.chat,
      `Chat: ${run.company}`,
      vscode.ViewColumn.Active,
    );
    this.#fill(panel, {
      runId: run.id,
      company: run.company,
      conversationId: opened.conversationId,
      botName: opened.botName,
      suggestions: suggestionsOf(opened),
      turns: [{ from: 'bot', text: opened.greeting }],
      busy: false,
    });
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #fill(panel: vscode.WebviewPanel, state: ChatState): void {
    this.#panels.set(state.runId, panel);
    panel.iconPath = vscode.Uri.joinPath(this.#media, 'icon.png');
    panel.onDidDispose(() => this.#panels.delete(state.runId));
    const post = (): void => {
      // A reply may come after the user closed the tab.
      if (this.#panels.get(state.runId) === panel) void panel.webview.postMessage({ type: 'state', state });
    };
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = parsePageMessage(raw);
      if (message?.type === 'ready') post();
      if (message?.type === 'open') void openLink(message.url);
      if (message?.type === 'send' && !state.busy) void this.#send(state, message.text, post);
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.#media] };
    panel.webview.html = chatHtml({
      cspSource: panel.webview.cspSource,
      nonce: crypto.randomUUID(),
      scriptUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#media, 'chat.js')).toString(),
      styleUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#media, 'chat.css')).toString(),
      title: `Chat: ${state.company}`,
    });
  }

  async #send(state: ChatState, text: string, post: () => void): Promise<void> {
    state.turns.push({ from: 'user', text });
    state.busy = true;
    post();
    try {
      const reply = await this.#reply(state, text);
      state.turns.push({ from: 'bot', ...reply });
    } catch (error) {
      const { message, next } = toErrorData(error);
      state.turns.push({ from: 'problem', text: `${message} ${next}` });
    } finally {
      state.busy = false;
      post();
    }
  }

  /** A server that was started anew does not know the conversation: then a new one goes on where it ended. */
  async #reply(state: ChatState, text: string): Promise<ChatReply> {
    const { conversationId, runId } = state;
    if (conversationId !== undefined) {
      try {
        return await this.#rpc.request('chat/send', { conversationId, text });
      } catch (error) {
        if (toErrorData(error).code !== 'not-found') throw error;
      }
    }
    const opened = await this.#rpc.request('chat/open', { runId });
    state.conversationId = opened.conversationId;
    return this.#rpc.request('chat/send', { conversationId: opened.conversationId, text });
  }
}

async function openLink(url: string): Promise<void> {
  if (/^https?:\/\//i.test(url)) await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

/** In the order in which they are offered, four at a time: an action is among the first. */
function suggestionsOf({ suggestions, actionSuggestions }: ChatOpened): string[] {
  const [action, ...actions] = actionSuggestions;
  const first = action === undefined ? [] : [action];
  return [...suggestions.slice(0, 3), ...first, ...suggestions.slice(3), ...actions];
}
