/** Something to let go of; the editor's own disposables fit. */
export interface Disposable {
  dispose(): void;
}

/** Calls `listener` on each event until the result is disposed of. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The source of an event, for code that runs without the editor. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    const own = (value: T): void => {
      listener(value);
    };
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
