import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decidingPath, longestPath, sortTopologically } from '../../server/provision/engine/graph.ts';

interface Node {
  id: string;
  needs: string[];
  after: string[];
  ms: number;
}

/** Random graphs: a node may follow any earlier one, listed in random order. */
const graphs = fc
  .array(fc.record({ ms: fc.nat(1_000), links: fc.array(fc.nat(20), { maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 9,
  })
  .chain((drafts) => {
    const nodes = drafts.map(({ ms, links }, index): Node => {
      const earlier = [...new Set(links.filter((link) => link < index))].map((link) => `n${link}`);
      return { id: `n${index}`, needs: earlier.slice(0, 2), after: earlier.slice(2), ms };
    });
    return fc.shuffledSubarray(nodes, { minLength: nodes.length });
  });

describe('the step graph', () => {
  it('sorts every node behind all it needs and follows', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const order = sortTopologically(nodes).map(({ id }) => id);
        assert.equal(order.length, nodes.length);
        for (const node of nodes) {
          for (const before of [...node.needs, ...node.after]) {
            assert.ok(order.indexOf(before) < order.indexOf(node.id));
          }
        }
      }),
    );
  });

  it('finds the longest path that trying all paths finds', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const byId = new Map(nodes.map((node) => [node.id, node]));
        const longestTo = (node: Node): number =>
          node.ms + Math.max(0, ...[...node.needs, ...node.after].map((id) => longestTo(byId.get(id)!)));
        const found = longestPath(nodes, (node) => node.ms);
        assert.equal(found.ms, Math.max(...nodes.map(longestTo)));
        assert.equal(
          found.ms,
          found.path.reduce((sum, id) => sum + byId.get(id)!.ms, 0),
        );
        found.path.forEach((id, index) => {
          const next = byId.get(found.path[index + 1] ?? '');
          if (next !== undefined) assert.ok([...next.needs, ...next.after].includes(id));
        });
      }),
    );
  });

  it('refuses a circle, a doubled id and an unknown predecessor', () => {
    const node = (id: string, ...needs: string[]): Node => ({ id, needs, after: [], ms: 1 });
    assert.throws(
      () => sortTopologically([node('a', 'b'), node('b', 'a')]),
      /wait for each other: a -> b -> a/,
    );
    assert.throws(() => sortTopologically([node('a'), node('a')]), /share an id/);
    assert.throws(() => sortTopologically([node('a', 'z')]), /"a" follows "z"/);
  });

  it('names the chain of steps that decided when a run ended', () => {
    const at = (id: string, needs: string[], startedAt: number, endedAt: number) => ({
      id,
      needs,
      after: [],
      startedAt,
      endedAt,
    });
    const steps = [
      at('clone', [], 0, 10),
      at('read', [], 0, 50),
      at('write', ['read'], 50, 60),
      at('upload', ['clone', 'write'], 60, 70),
    ];
    assert.deepEqual(decidingPath(steps), ['read', 'write', 'upload']);
  });
});
