import * as vscode from 'vscode';

/** What one step of an input came to. */
export type StepOutcome<T> = { kind: 'value'; value: T } | { kind: 'back' };

/** Where in the input a step stands. */
export interface StepPlace {
  title: string;
  /** One-based. */
  step: number;
  totalSteps: number;
}

/** A question. `ask` stores its own answer and says whether to go on or back. */
export interface Question {
  /** Left out when the answers so far make it pointless. */
  applies: () => boolean;
  ask: (place: StepPlace) => Promise<'next' | 'back'>;
}

/** Asks one question after the other, with a way back. Leaving at any point throws `CancellationError`. */
export async function askAll(title: string, questions: readonly Question[]): Promise<void> {
  let index = 0;
  const trail: number[] = [];
  while (index < questions.length) {
    const question = questions[index];
    if (!question?.applies()) {
      index += 1;
      continue;
    }
    const totalSteps = trail.length + questions.slice(index).filter((each) => each.applies()).length;
    const answer = await question.ask({ title, step: trail.length + 1, totalSteps });
    if (answer === 'next') {
      trail.push(index);
      index += 1;
    } else {
      index = trail.pop() ?? 0;
    }
  }
}

export interface InputOptions {
  value?: string;
  prompt: string;
  placeholder?: string;
  password?: boolean;
  problem: (text: string) => string | undefined;
  /** An extra button in the title, and what it does. */
  button?: { icon: string; tooltip: string; run: () => void };
}

export function askText(place: StepPlace, options: InputOptions): Promise<StepOutcome<string>> {
  const input = vscode.window.createInputBox();
  const own = options.button && {
    iconPath: new vscode.ThemeIcon(options.button.icon),
    tooltip: options.button.tooltip,
  };
  input.value = options.value ?? '';
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.password = options.password ?? false;
  return show(place, input, own ? [own] : [], (done) => [
    input.onDidChangeValue((text) => {
      // A problem shows once the user has tried, and goes away as soon as it is mended.
      if (input.validationMessage) input.validationMessage = options.problem(text);
    }),
    input.onDidAccept(() => {
      input.validationMessage = options.problem(input.value);
      if (input.validationMessage === undefined) done(input.value.trim());
    }),
    input.onDidTriggerButton((button) => {
      if (button === own) options.button?.run();
    }),
  ]);
}

export function askChoice<T extends vscode.QuickPickItem>(
  place: StepPlace,
  options: { placeholder: string; items: readonly T[]; active?: T | undefined },
): Promise<StepOutcome<T>> {
  const pick = vscode.window.createQuickPick<T>();
  pick.items = options.items;
  pick.placeholder = options.placeholder;
  if (options.active) pick.activeItems = [options.active];
  return show(place, pick, [], (done) => [
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) done(item);
    }),
  ]);
}

function show<T>(
  place: StepPlace,
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  buttons: vscode.QuickInputButton[],
  listen: (done: (value: T) => void) => vscode.Disposable[],
): Promise<StepOutcome<T>> {
  input.title = place.title;
  input.step = place.step;
  input.totalSteps = place.totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = place.step > 1 ? [vscode.QuickInputButtons.Back, ...buttons] : buttons;
  return new Promise<StepOutcome<T>>((resolve, reject) => {
    const listeners = [
      ...listen((value) => {
        resolve({ kind: 'value', value });
        input.dispose();
      }),
      input.onDidTriggerButton((button) => {
        if (button !== vscode.QuickInputButtons.Back) return;
        resolve({ kind: 'back' });
        input.dispose();
      }),
      input.onDidHide(() => {
        reject(new vscode.CancellationError());
        for (const listener of listeners) listener.dispose();
        input.dispose();
      }),
    ];
    input.show();
  });
}
