/** Report pages hold their own styles and pictures and run nothing. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:;">`;

/** The colours of a report, by the names its style gives them, taken from the editor's theme. */
const THEME = `<style>
:root { --ink: var(--vscode-editor-foreground); --soft: var(--vscode-descriptionForeground);
  --line: var(--vscode-widget-border, var(--vscode-contrastBorder)); --paper: var(--vscode-editor-background);
  --card: var(--vscode-editorWidget-background); --green: var(--vscode-charts-green);
  --yellow: var(--vscode-charts-yellow); --red: var(--vscode-charts-red);
  --accent: var(--vscode-textLink-foreground); }
</style>`;

/** A report as an editor tab shows it: nothing in it runs or loads, and it wears the editor's colours. */
export function reportHtml(html: string): string {
  const guarded = /<head[^>]*>/i.test(html)
    ? html.replace(/<head[^>]*>/i, (head) => head + POLICY)
    : POLICY + html;
  // After the report's own style, so that it wins.
  return guarded.replace(/<\/head>/i, (end) => THEME + end);
}
