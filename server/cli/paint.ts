import { styleText } from 'node:util';

/** Colours of the terminal; each returns its text unchanged where colours are off. */
export type Paint = Record<'green' | 'yellow' | 'red' | 'dim' | 'bold', (text: string) => string>;

/** Colours for `stream`: only on a terminal, and never against `NO_COLOR`. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const paint = (format: keyof Paint) => (text: string) => styleText(format, text, { stream });
  return {
    green: paint('green'),
    yellow: paint('yellow'),
    red: paint('red'),
    dim: paint('dim'),
    bold: paint('bold'),
  };
}
