interface Entry {
  id: string;
  slots: number;
}

/**
 * Who holds the page slots and who is next. Pure: it knows no time and no promises. The free slots are derived from
 * the leases that exist, so that nothing can free a slot twice. First come, first served: a request for many slots
 * is not overtaken by later, smaller ones.
 */
export class AdmissionQueue {
  readonly #limits: () => { capacity: number; maxQueue: number };
  readonly #leases = new Map<string, number>();
  #queue: Entry[] = [];

  /** Limits are asked for each time: they are settings, which may change while sessions are open. */
  constructor(limits: () => { capacity: number; maxQueue: number }) {
    this.#limits = limits;
  }

  get capacity(): number {
    return this.#limits().capacity;
  }

  get leased(): number {
    let slots = 0;
    for (const held of this.#leases.values()) slots += held;
    return slots;
  }

  get free(): number {
    return Math.max(0, this.capacity - this.leased);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Asks for slots, at most `capacity` of them, under an id that is not in use. */
  enter(id: string, slots: number): 'granted' | 'waiting' | 'full' {
    if (this.#queue.length === 0 && slots <= this.free) {
      this.#leases.set(id, slots);
      return 'granted';
    }
    if (this.#queue.length >= this.#limits().maxQueue) return 'full';
    this.#queue.push({ id, slots });
    return 'waiting';
  }

  /** Gives the slots back, or leaves the queue. Idempotent. Returns the ids whose turn it is now, in order. */
  leave(id: string): string[] {
    if (!this.#leases.delete(id)) this.#queue = this.#queue.filter((entry) => entry.id !== id);
    const granted: string[] = [];
    for (let next = this.#queue[0]; next !== undefined && next.slots <= this.free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#leases.set(next.id, next.slots);
      granted.push(next.id);
    }
    return granted;
  }

  /** One-based place in the queue; undefined when not waiting. */
  position(id: string): number | undefined {
    const index = this.#queue.findIndex((entry) => entry.id === id);
    return index === -1 ? undefined : index + 1;
  }
}
