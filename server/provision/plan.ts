import type { Plan, PlanStep } from '../../shared/protocol.ts';
import type { DemoSpec } from '../../shared/demoSpec.ts';
import type { Outputs, RunContext } from './context.ts';
import { longestPath, sortTopologically } from './engine/graph.ts';
import type { AnyStep } from './engine/step.ts';
import { getApiKey } from './steps/apiKey.ts';
import { cloneBot } from './steps/cloneBot.ts';
import { checkBot, sampleConversations } from './steps/conversations.ts';
import { importActions } from './steps/importActions.ts';
import { describeBot, upsertArticles, waitForIndexing } from './steps/knowledge.ts';
import { mockEndpoints } from './steps/mockEndpoints.ts';
import { readWebsite } from './steps/readWebsite.ts';
import { addWebsiteSource } from './steps/websiteSource.ts';
import { writeArticles, writeDescription, writeQuestions } from './steps/write.ts';

/** The steps of a run: all of them on the auto path, without the one that gets a key on the manual path. */
export function planSteps(context: RunContext): AnyStep<Outputs>[] {
  const { spec } = context;
  return sortTopologically<AnyStep<Outputs>>([
    cloneBot(context),
    readWebsite(context),
    writeDescription(context),
    writeArticles(context),
    writeQuestions(context),
    mockEndpoints(context),
    ...(spec.key === 'auto' ? [getApiKey(context)] : []),
    addWebsiteSource(context),
    importActions(context),
    describeBot(context),
    upsertArticles(context),
    waitForIndexing(context),
    ...(spec.conversations.count > 0 ? [sampleConversations(context)] : []),
    checkBot(context),
  ]);
}

/** What a person and the contract see of the steps. */
export function describePlan(spec: DemoSpec, steps: readonly AnyStep<Outputs>[]): Plan {
  const planSteps = steps.map(({ id, title, kind, critical, needs, after, estimateMs }): PlanStep => {
    return { id, title, kind, critical, needs: [...needs], after: [...after], estimateMs };
  });
  const { path, ms } = longestPath(planSteps, (step) => step.estimateMs);
  const { company, website, platform, mockHost, writer, key } = spec;
  return {
    company,
    website,
    platform,
    mockHost,
    writer,
    key,
    steps: planSteps,
    criticalPath: path,
    estimateMs: ms,
  };
}
