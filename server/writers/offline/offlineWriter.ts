import type { Writer, WriterInput } from '../writer.ts';
import { chooseActions } from './actions.ts';
import { writeArticles } from './articles.ts';
import { writeDescription } from './description.ts';
import { writeQuestions } from './questions.ts';
import { splitPages, type SplitPage } from './sections.ts';

/** Writes from the website's own words alone: no network, no model, the same input always gives the same text. */
export function createOfflineWriter(): Writer {
  function read(input: WriterInput, signal: AbortSignal): SplitPage[] {
    signal.throwIfAborted();
    return splitPages(input.pages, input.company);
  }
  return {
    id: 'offline',
    async description(input, signal) {
      return writeDescription(read(input, signal), input.company);
    },
    async articles(input, limit, signal) {
      return writeArticles(read(input, signal), input.company, limit);
    },
    async questions(input, limit, signal) {
      return writeQuestions(read(input, signal), limit);
    },
    async actions(input, signal) {
      return chooseActions(read(input, signal));
    },
  };
}
