import type { Command } from 'commander';
import { NotFoundError } from '../errors.ts';
import { isStory, notAStory } from '../executions/reference.ts';
import { pendingWaits } from '../gates/pending-waits.ts';
import { storyRecords } from '../gates/story-records.ts';
import { examples, withTarget } from '../options.ts';
import type { Gate, Session } from '../session.ts';
import { type Column, printTable } from '../table.ts';
import type { TargetOptions } from '../target.ts';

interface TokensOptions extends TargetOptions {
  json?: boolean;
}

/** What is known of a stored task token. Never the token: it answers the gate. */
interface TokenFacts {
  jiraStoryId: string;
  executionName: string;
  token: 'usable' | 'overdue' | 'used' | 'expired';
  storedAt: string;
  usableUntil: string;
  /** Which callback used it. */
  callbackId?: string;
  /** When its record is forgotten; only known for a story. */
  keptUntil?: string;
}

/** `storygate tokens`: which task tokens are stored, and whether they can still be used. */
export function tokensCommand(command: Command, session: Session): void {
  withTarget(command.argument('[story]', 'also those of this story that were used or have expired'))
    .addHelpText(
      'after',
      examples(['storygate tokens', 'those that still wait'], ['storygate tokens PROJ-12345', 'all of a story']),
    )
    .action((story: string | undefined, options: TokensOptions) => tokens(story, options, session));
}

async function tokens(story: string | undefined, options: TokensOptions, session: Session): Promise<void> {
  if (story !== undefined && !isStory(story)) throw notAStory(story);
  const gate = await session.gate(options);
  const now = session.io.now();
  const found = story ? await ofStory(gate, story, now) : await pending(gate, now);
  if (story && found.length === 0)
    throw new NotFoundError(`no task token is stored for ${story}; storygate gates lists what waits`);
  session.show(options, { tokens: found }, (terminal) => {
    if (found.length === 0) terminal.line('No task token is stored.');
    else printTable(terminal, columns(session.asOf(now)), found);
  });
}

async function pending(gate: Gate, now: Date): Promise<TokenFacts[]> {
  return (await pendingWaits(gate, {}, now)).map(({ jiraStoryId, executionName, waitingSince, expiresAt }) => ({
    jiraStoryId,
    executionName,
    token: stateOf('WAITING', expiresAt, now),
    storedAt: waitingSince,
    usableUntil: expiresAt,
  }));
}

async function ofStory(gate: Gate, story: string, now: Date): Promise<TokenFacts[]> {
  return (await storyRecords(gate, story)).waits.map((wait) => ({
    jiraStoryId: wait.jiraStoryId,
    executionName: wait.executionName,
    token: stateOf(wait.status, wait.expiresAt, now),
    storedAt: wait.waitingSince,
    usableUntil: wait.expiresAt,
    ...(wait.callbackId && { callbackId: wait.callbackId }),
    ...(wait.ttl && { keptUntil: new Date(wait.ttl * 1000).toISOString() }),
  }));
}

function stateOf(status: string, expiresAt: string, now: Date): TokenFacts['token'] {
  if (status === 'ANSWERED') return 'used';
  if (status !== 'WAITING') return 'expired';
  return Date.parse(expiresAt) > now.getTime() ? 'usable' : 'overdue';
}

function columns(session: Session): Column<TokenFacts>[] {
  return [
    { title: 'STORY', value: (facts) => facts.jiraStoryId, style: () => 'bold' },
    { title: 'TOKEN', value: (facts) => facts.token, style: ({ token }) => (token === 'usable' ? 'green' : 'dim') },
    { title: 'STORED', value: (facts) => session.time(facts.storedAt) },
    { title: 'USABLE UNTIL', value: (facts) => session.time(facts.usableUntil) },
    { title: 'USED BY', value: (facts) => facts.callbackId ?? '', shrinks: true },
    { title: 'EXECUTION', value: (facts) => facts.executionName, shrinks: true },
  ];
}
