import * as vscode from 'vscode';
import { isGreenroomError } from '../../shared/errors.ts';
import { COMMANDS } from '../../shared/ids.ts';

/** Runs a command's body and gives every way of failing its one lane. */
export async function runCommand(
  output: vscode.LogOutputChannel,
  title: string,
  body: () => Promise<void>,
): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    if (isGreenroomError(error)) {
      if (error.code === 'cancelled') return;
      output.warn(`${title}: ${error.message} (${error.code})`);
      if (error.code === 'not-found') {
        void vscode.window.showInformationMessage(`${error.message} ${error.data.next}`);
        return;
      }
      await offerLog(`${title}: ${error.message} ${error.data.next}`);
      return;
    }
    output.error(error instanceof Error ? error : String(error));
    await offerLog(`${title} failed for a reason that Greenroom did not expect. The log has the details.`);
  }
}

async function offerLog(message: string): Promise<void> {
  const showLog = 'Show Log';
  // Not awaited by the caller of the command: a toast may stay for long.
  void vscode.window.showErrorMessage(message, showLog).then((answer) => {
    if (answer === showLog) void vscode.commands.executeCommand(COMMANDS.showLog);
  });
  return Promise.resolve();
}
