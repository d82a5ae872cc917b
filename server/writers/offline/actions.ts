import type { DemoAction } from '../../../shared/demoSpec.ts';
import type { SplitPage } from './sections.ts';
import { GENERAL_ACTIONS, KNOWN_ACTIONS } from './actionCatalogue.ts';

const MOST = 5;
const LEAST = 2;

/** Actions that suit what the pages say, those with most evidence first; always at least two. */
export function chooseActions(pages: readonly SplitPage[]): DemoAction[] {
  const text = pages
    .flatMap((page) => [
      page.title,
      page.intro.text,
      ...page.sections.flatMap((part) => [part.heading, part.text]),
    ])
    .join('\n');
  const shown = KNOWN_ACTIONS.map((known) => ({
    ...known,
    strength: (text.match(known.evidence) ?? []).length / known.least,
  }))
    .filter(({ strength }) => strength >= 1)
    .sort((a, b) => Math.min(b.strength, 3) - Math.min(a.strength, 3))
    .slice(0, MOST - 1)
    .map(({ action }) => action);
  const general = GENERAL_ACTIONS.slice(0, Math.max(1, LEAST - shown.length));
  return [...shown, ...general].map((action) => withOwnNumbers(action, text));
}

/** Order numbers look as the website says they do. */
function withOwnNumbers(action: DemoAction, text: string): DemoAction {
  const own = /\border\b[^.]{0,120}?\b([A-Z]{2,4}-\d{4,8})\b/.exec(text)?.[1];
  return {
    ...action,
    inputs: action.inputs.map((input) =>
      own !== undefined && input.name === 'order_number' ? { ...input, example: own } : { ...input },
    ),
    outputs: action.outputs.map((output) => ({ ...output })),
  };
}
