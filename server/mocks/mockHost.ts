import type { DemoAction } from '../../shared/demoSpec.ts';

export interface MockEndpoint {
  action: string;
  method: string;
  /** Absolute, with `{names}` of path inputs kept. */
  url: string;
}

/** A host that answers a demo's actions with realistic, schema-true data. */
export interface MockHost {
  readonly id: string;
  /** Serves `actions` under an address of the demo's own. Repeating it with the same `demo` replaces its actions. */
  publish(demo: string, actions: readonly DemoAction[], signal: AbortSignal): Promise<MockEndpoint[]>;
  /** Not an error when there is nothing to remove. */
  remove(demo: string): Promise<void>;
}
