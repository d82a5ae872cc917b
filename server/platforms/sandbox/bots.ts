import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import * as z from 'zod';
import { delay } from '../../timing/abort.ts';
import type { Background } from './background.ts';
import { BotKnowledge } from './botKnowledge.ts';
import { Conversations } from './conversations.ts';
import { JsonDocument } from './document.ts';
import type { Services } from './services.ts';
import {
  type Bot,
  botSchema,
  type CloneJob,
  jobSchema,
  type cloneInputSchema,
  SandboxProblem,
} from './model.ts';
import { findTemplate } from './templates.ts';

const MAX_JOBS = 200;

/** A bot with all that belongs to it. */
export interface HostedBot {
  readonly bot: Bot;
  readonly knowledge: BotKnowledge;
  readonly conversations: Conversations;
  /** Resolves when the bot as it is now is stored. */
  save(): Promise<void>;
  /** Finds or makes the channel called `name`. */
  channel(name: string): Promise<Bot['channels'][number]>;
}

interface Hosted extends HostedBot {
  document: JsonDocument<Bot>;
  folder: string;
}

/** The bots of the account and the jobs that make them. */
export class Bots {
  readonly #services: Services;
  readonly #background: Background;
  readonly #bots = new Map<string, Hosted>();
  readonly #jobs: JsonDocument<CloneJob[]>;

  private constructor(services: Services, jobs: JsonDocument<CloneJob[]>) {
    this.#services = services;
    this.#background = services.background;
    this.#jobs = jobs;
  }

  /** Reads what is stored. A damaged bot is left out, with a log line; its files stay. */
  static async open(services: Services): Promise<Bots> {
    const jobs = await JsonDocument.load(
      join(services.dir, 'jobs.json'),
      (content) => z.array(jobSchema).parse(content),
      () => [],
    );
    for (const job of jobs.value) {
      if (job.state === 'completed' || job.state === 'failed') continue;
      Object.assign(job, { state: 'failed', reason: 'The platform restarted in the middle of it.' });
    }
    const bots = new Bots(services, jobs);
    for (const id of await readdir(join(services.dir, 'bots')).catch(() => [])) {
      try {
        await bots.#load(id);
      } catch (error) {
        services.logger.warn({ err: error, bot: id }, 'cannot read a bot of the sandbox; it is left out');
      }
    }
    return bots;
  }

  /** Oldest first. */
  list(): Bot[] {
    return [...this.#bots.values()].map(({ bot }) => bot).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): HostedBot {
    const hosted = this.#bots.get(id);
    if (hosted === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such bot.');
    return hosted;
  }

  find(handle: string): HostedBot | undefined {
    return [...this.#bots.values()].find(({ bot }) => bot.handle === handle);
  }

  /** Starts a clone. The handle is taken from now on. */
  async clone(input: z.output<typeof cloneInputSchema>): Promise<CloneJob> {
    const template = findTemplate(input.template);
    if (template === undefined) {
      throw new SandboxProblem(422, 'validation_error', `There is no template "${input.template}".`, [
        { parameter: '$.template', location: 'body', message: 'unknown template' },
      ]);
    }
    const open = this.#jobs.value.some(
      ({ handle, state }) => handle === input.handle && (state === 'queued' || state === 'in_progress'),
    );
    if (open || this.find(input.handle) !== undefined) {
      throw new SandboxProblem(409, 'conflict', `The handle "${input.handle}" is taken.`);
    }
    const now = this.#services.now().toISOString();
    const job: CloneJob = { id: ulid(), state: 'queued', handle: input.handle, createdAt: now };
    this.#jobs.value.push(job);
    this.#jobs.value.splice(0, Math.max(0, this.#jobs.value.length - MAX_JOBS));
    await this.#jobs.save();
    this.#background.start('clone', this.#background.signal, async (signal) => {
      const { delays, faults } = this.#services;
      try {
        await delay(delays.cloneMs / 2, signal);
        job.state = 'in_progress';
        await faults.work('CLONE', `/bots/${input.handle}`, signal);
        await delay(delays.cloneMs / 2, signal);
        const hosted = this.#host({
          id: ulid(),
          handle: input.handle,
          name: input.name,
          ...(input.website === undefined ? {} : { website: input.website }),
          template: template.id,
          description: '',
          greeting: template.greeting.replaceAll('{name}', input.name),
          createdAt: now,
          updatedAt: now,
          sources: [],
          actions: [],
          channels: [],
        });
        await hosted.save();
        Object.assign(job, { state: 'completed', botId: hosted.bot.id });
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown';
        Object.assign(job, { state: 'failed', reason: `The template could not be copied: ${reason}` });
        if (signal.aborted) throw error;
      } finally {
        await this.#jobs.save();
      }
    });
    return job;
  }

  job(id: string): CloneJob {
    const job = this.#jobs.value.find((each) => each.id === id);
    if (job === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such job.');
    return job;
  }

  async delete(id: string): Promise<void> {
    const hosted = this.#bots.get(id);
    if (hosted === undefined) throw new SandboxProblem(404, 'not_found', 'There is no such bot.');
    this.#bots.delete(id);
    hosted.knowledge.close();
    hosted.conversations.close();
    await hosted.document.remove();
    await rm(hosted.folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }

  async #load(id: string): Promise<void> {
    const path = join(this.#services.dir, 'bots', id, 'bot.json');
    const document = await JsonDocument.load(
      path,
      (content) => botSchema.parse(content),
      () => undefined,
    );
    if (document.value === undefined) return;
    const hosted = this.#host(document.value);
    hosted.knowledge.resume();
  }

  #host(bot: Bot): Hosted {
    const folder = join(this.#services.dir, 'bots', bot.id);
    const document = JsonDocument.of(join(folder, 'bot.json'), bot);
    const save = (): Promise<void> => {
      bot.updatedAt = this.#services.now().toISOString();
      return document.save();
    };
    const knowledge = new BotKnowledge(bot, folder, save, this.#services);
    const conversations = new Conversations(bot, folder, knowledge, this.#services);
    const channel = async (name: string): Promise<Bot['channels'][number]> => {
      const known = bot.channels.find((each) => each.name === name);
      if (known !== undefined) return known;
      const made = { id: ulid(), name, createdAt: this.#services.now().toISOString() };
      bot.channels.push(made);
      await save();
      return made;
    };
    const hosted = { bot, knowledge, conversations, save, channel, document, folder };
    this.#bots.set(bot.id, hosted);
    return hosted;
  }
}
