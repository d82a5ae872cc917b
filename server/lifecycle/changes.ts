/** Something a client may see is different now. */
export type Change =
  { topic: 'server' } | { topic: 'sessions' } | { topic: 'runs'; id: string } | { topic: 'jobs'; id: string };

/** Carries changes from the services to the connections. */
export interface Changes {
  emit(change: Change): void;
  /** Returns the way to unsubscribe. */
  on(listener: (change: Change) => void): () => void;
}

export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  return {
    emit: (change) => {
      for (const listener of listeners) listener(change);
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
