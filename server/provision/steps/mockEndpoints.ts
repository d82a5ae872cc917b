import type { RunContext, Outputs } from '../context.ts';
import { RETRY_SAFE, type Step } from '../engine/step.ts';
import { writerInput } from './write.ts';

export function mockEndpoints(context: RunContext): Step<Outputs, 'mock-endpoints'> {
  const { specActions, mockHost, handle } = context;
  return {
    id: 'mock-endpoints',
    title: 'Serve the mock endpoints',
    outcome: 'Mock endpoints',
    kind: 'api',
    critical: false,
    needs: [],
    after: specActions === undefined ? ['read-website'] : [],
    estimateMs: 300,
    timeoutMs: 60_000,
    retry: RETRY_SAFE,
    idempotencyKey: () => `mocks:${mockHost.id}:${handle}`,
    async run(finished, control) {
      const actions =
        specActions ?? (await context.writer.actions(writerInput(context, finished), control.signal));
      const endpoints = await mockHost.publish(handle, actions, control.signal);
      await control.made({ kind: 'mock-endpoints', id: handle });
      control.report(`${endpoints.length} on ${mockHost.id}: ${actions.map(({ name }) => name).join(', ')}`);
      return { actions: [...actions], endpoints };
    },
    debt: (error) => ({
      cause: error.message,
      consequence: 'The bot can answer from its knowledge but do nothing: no action has an address to call.',
      remedy: `${error.data.next} Then provision again: the bot is updated, not doubled.`,
    }),
  };
}
