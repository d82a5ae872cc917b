import type { DemoAction } from '../../shared/demoSpec.ts';
import type { ReadPage } from '../scrape/page.ts';

/** What a writer works from. */
export interface WriterInput {
  company: string;
  website: string;
  pages: readonly ReadPage[];
}

export interface WrittenArticle {
  /** Stable for the same website and heading, 1-160 characters, so that a second run updates instead of doubling. */
  id: string;
  title: string;
  /** Markdown. */
  body: string;
  /** The page it came from. */
  url: string;
}

/** A question a customer would ask, and where its answer stands. */
export interface WrittenQuestion {
  text: string;
  /** The page or article address that answers it; absent for a question whose answer's place is not known. */
  expectedUrl?: string;
}

/** Turns what was read of a website into the texts of a demo. Every method may be cancelled by `signal`. */
export interface Writer {
  readonly id: string;
  /** Two to four sentences on the company. */
  description(input: WriterInput, signal: AbortSignal): Promise<string>;
  articles(input: WriterInput, limit: number, signal: AbortSignal): Promise<WrittenArticle[]>;
  questions(input: WriterInput, limit: number, signal: AbortSignal): Promise<WrittenQuestion[]>;
  /** Actions that suit what the website offers, for a spec that names none. */
  actions(input: WriterInput, signal: AbortSignal): Promise<DemoAction[]>;
}
