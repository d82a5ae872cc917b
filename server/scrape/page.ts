/** One page of a website, read and reduced to its content. */
export interface ReadPage {
  url: string;
  finalUrl: string;
  status: number;
  title: string;
  description: string;
  /** BCP 47, empty when the page does not say. */
  language: string;
  /** Main content without navigation and boilerplate; links absolute. */
  markdown: string;
  /** The same content as plain text. */
  text: string;
  /** Absolute http(s) addresses the page links to, in page order, without fragments and doubles. */
  links: string[];
  /** Time to fetch and render, then to extract. */
  ms: { load: number; extract: number };
}
