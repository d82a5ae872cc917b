/** Longest HTML that is looked at; the rest of a longer page is left out, with a warning. */
export const MAX_HTML_CHARS = 2_000_000;
