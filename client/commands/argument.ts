/** The id of the row a menu passed, or undefined: a command may also come from the palette or a keybinding. */
export function idIn(
  argument: unknown,
  key: 'runId' | 'sessionId' | 'stepId' | 'platform',
): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const value = (argument as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
