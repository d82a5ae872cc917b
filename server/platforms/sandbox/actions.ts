import { ulid } from 'ulid';
import type { HostedBot } from './bots.ts';
import { actionInputSchema, type BotAction, MAX_ACTIONS, SandboxProblem, validated } from './model.ts';

/**
 * Adds one action. With `replace` it takes the place of the one of its name. Throws 422 for a wrong shape and 409 when
 * the bot has one of this name.
 */
export async function addAction(
  hosted: HostedBot,
  input: unknown,
  { replace = false } = {},
): Promise<BotAction> {
  const { actions } = hosted.bot;
  const fields = validated(actionInputSchema, input);
  const now = new Date().toISOString();
  const known = findAction(hosted, fields.name);
  if (known !== undefined && replace) {
    Object.assign(known, fields, { updatedAt: now });
    await hosted.save();
    return known;
  }
  if (known !== undefined) throw taken(fields.name);
  if (actions.length >= MAX_ACTIONS) {
    throw new SandboxProblem(400, 'bad_request', `A bot has at most ${MAX_ACTIONS} actions.`);
  }
  const action: BotAction = { ...fields, id: ulid(), createdAt: now, updatedAt: now };
  actions.push(action);
  await hosted.save();
  return action;
}

/** The action called `name`, in any case. */
export function findAction(hosted: HostedBot, name: string): BotAction | undefined {
  return hosted.bot.actions.find((action) => action.name.toLowerCase() === name.toLowerCase());
}

/** Changes what `input` names; lists are replaced whole. */
export async function patchAction(hosted: HostedBot, id: string, input: unknown): Promise<BotAction> {
  const action = find(hosted, id);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new SandboxProblem(422, 'validation_error', 'The body must be an object.');
  }
  const { id: _id, createdAt: _created, updatedAt: _updated, ...fields } = action;
  const changed = validated(actionInputSchema, { ...fields, ...input });
  const other = findAction(hosted, changed.name);
  if (other !== undefined && other !== action) throw taken(changed.name);
  Object.assign(action, changed, { updatedAt: new Date().toISOString() });
  await hosted.save();
  return action;
}

export async function removeAction(hosted: HostedBot, id: string): Promise<void> {
  const action = find(hosted, id);
  hosted.bot.actions.splice(hosted.bot.actions.indexOf(action), 1);
  await hosted.save();
}

function find(hosted: HostedBot, id: string): BotAction {
  const action = hosted.bot.actions.find((each) => each.id === id);
  if (action === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such action.');
  return action;
}

function taken(name: string): SandboxProblem {
  return new SandboxProblem(409, 'conflict', `There is an action "${name}" already.`);
}
