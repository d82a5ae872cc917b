import { format } from 'node:util';
import * as vscode from 'vscode';
import type { Redactor } from './redact.ts';

/** The one output channel. What goes through it holds no secret; nothing reveals it but the user. */
export function createOutput(redactor: Redactor): vscode.LogOutputChannel {
  const channel = vscode.window.createOutputChannel('Greenroom', { log: true });
  const clean = (message: string | Error, args: unknown[]): string =>
    redactor.redact(args.length > 0 ? format(message, ...args) : textOf(message));
  return {
    get name() {
      return channel.name;
    },
    get logLevel() {
      return channel.logLevel;
    },
    onDidChangeLogLevel: channel.onDidChangeLogLevel,
    trace: (message, ...args: unknown[]) => channel.trace(clean(message, args)),
    debug: (message, ...args: unknown[]) => channel.debug(clean(message, args)),
    info: (message, ...args: unknown[]) => channel.info(clean(message, args)),
    warn: (message, ...args: unknown[]) => channel.warn(clean(message, args)),
    error: (message, ...args: unknown[]) => channel.error(clean(message, args)),
    append: (value) => channel.append(redactor.redact(value)),
    appendLine: (value) => channel.appendLine(redactor.redact(value)),
    replace: (value) => channel.replace(redactor.redact(value)),
    clear: () => channel.clear(),
    show: (first?: vscode.ViewColumn | boolean, preserveFocus?: boolean) =>
      channel.show(typeof first === 'boolean' ? first : preserveFocus),
    hide: () => channel.hide(),
    dispose: () => channel.dispose(),
  };
}

function textOf(message: string | Error): string {
  return typeof message === 'string' ? message : (message.stack ?? message.message);
}
