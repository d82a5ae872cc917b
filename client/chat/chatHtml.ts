/** The page of a chat panel. Scripts and styles are ours alone; the page speaks to nobody but the extension. */
export function chatHtml(options: {
  cspSource: string;
  nonce: string;
  scriptUri: string;
  styleUri: string;
  title: string;
}): string {
  const { cspSource, nonce, scriptUri, styleUri, title } = options;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}';"
    />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="${escapeHtml(styleUri)}" />
  </head>
  <body>
    <main>
      <div id="log" role="log" aria-live="polite" aria-label="Conversation" tabindex="0"></div>
      <p id="status" role="status"></p>
      <div id="suggestions" role="group" aria-label="Suggested questions"></div>
      <form id="form">
        <textarea id="text" rows="1" maxlength="4000" aria-label="Message" placeholder="Ask the bot" required></textarea>
        <button id="send" type="submit">Send</button>
      </form>
    </main>
    <script nonce="${nonce}" src="${escapeHtml(scriptUri)}"></script>
  </body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
