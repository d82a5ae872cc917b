import type { Logger } from 'pino';
import type { Extractor } from '../../scrape/extractor.ts';
import type { Background } from './background.ts';
import type { Faults } from './faults.ts';

/** How long the platform takes for its background work, in milliseconds. */
export interface Delays {
  /** From the request to the finished bot. */
  cloneMs: number;
  /** For one article. */
  indexMs: number;
  /** From a message to its answer, besides the work itself. */
  answerMs: number;
}

export const DEFAULT_DELAYS: Delays = { cloneMs: 400, indexMs: 15, answerMs: 60 };

/** What all parts of the platform share. */
export interface Services {
  dir: string;
  logger: Logger;
  background: Background;
  faults: Faults;
  delays: Delays;
  /** Turns pages of websites into text. */
  extractor: Extractor;
  now: () => Date;
}
