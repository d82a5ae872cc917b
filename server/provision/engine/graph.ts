/** A node as graph algorithms see it. */
export interface GraphNode {
  readonly id: string;
  readonly needs: readonly string[];
  readonly after: readonly string[];
}

export function predecessors(node: GraphNode): string[] {
  return [...new Set([...node.needs, ...node.after])];
}

/**
 * The nodes in an order in which each follows its predecessors.
 * Throws on doubled ids, unknown predecessors and cycles: a plan like that is a defect of ours.
 */
export function sortTopologically<Node extends GraphNode>(nodes: readonly Node[]): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  if (byId.size !== nodes.length) throw new Error('Two steps share an id.');
  const sorted: Node[] = [];
  const state = new Map<string, 'open' | 'closed'>();
  const visit = (node: Node, path: readonly string[]): void => {
    if (state.get(node.id) === 'closed') return;
    if (state.get(node.id) === 'open')
      throw new Error(`Steps wait for each other: ${[...path, node.id].join(' -> ')}`);
    state.set(node.id, 'open');
    for (const id of predecessors(node)) {
      const previous = byId.get(id);
      if (previous === undefined)
        throw new Error(`Step "${node.id}" follows "${id}", which is not in the plan.`);
      visit(previous, [...path, node.id]);
    }
    state.set(node.id, 'closed');
    sorted.push(node);
  };
  for (const node of nodes) visit(node, []);
  return sorted;
}

/** The longest path by `ms`, and its length. Ties go to the earlier node. */
export function longestPath<Node extends GraphNode>(
  nodes: readonly Node[],
  ms: (node: Node) => number,
): { path: string[]; ms: number } {
  const best = new Map<string, { ms: number; previous?: string }>();
  let end: string | undefined;
  for (const node of sortTopologically(nodes)) {
    let previous: string | undefined;
    let before = 0;
    for (const id of predecessors(node)) {
      const candidate = best.get(id)?.ms ?? 0;
      if (previous === undefined || candidate > before) [previous, before] = [id, candidate];
    }
    best.set(node.id, { ms: before + ms(node), ...(previous === undefined ? {} : { previous }) });
    if (end === undefined || before + ms(node) > (best.get(end)?.ms ?? 0)) end = node.id;
  }
  const path: string[] = [];
  for (let id = end; id !== undefined; id = best.get(id)?.previous) path.unshift(id);
  return { path, ms: end === undefined ? 0 : (best.get(end)?.ms ?? 0) };
}

/**
 * The chain of steps that decided when a finished run ended: from the step that ended last back, each time
 * to the predecessor that ended last. Steps that never ran are left out.
 */
export function decidingPath<Node extends GraphNode & { endedAt?: number; startedAt?: number }>(
  nodes: readonly Node[],
): string[] {
  const ran = new Map(nodes.filter((node) => node.startedAt !== undefined).map((node) => [node.id, node]));
  const latest = (candidates: Iterable<Node>): Node | undefined => {
    let found: Node | undefined;
    for (const node of candidates)
      if (found === undefined || (node.endedAt ?? 0) > (found.endedAt ?? 0)) found = node;
    return found;
  };
  const path: string[] = [];
  let node = latest(ran.values());
  while (node !== undefined) {
    path.unshift(node.id);
    node = latest(predecessors(node).flatMap((id) => ran.get(id) ?? []));
  }
  return path;
}
