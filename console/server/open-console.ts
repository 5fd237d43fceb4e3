import { userInfo } from 'node:os';
import type { Gate } from '../../cli/session.ts';
import { buildOnce } from './build.ts';
import { kept } from './kept.ts';
import { type RunningConsole, serveConsole } from './serve.ts';

export interface OpenConsoleOptions {
  port: number;
  portOption?: string;
  /** Finds the target and its stack. */
  gate: () => Promise<Gate>;
  targetName: string;
  now: () => Date;
  jiraUrl?: string;
  remote?: boolean;
}

/** A local run that was restarted may have another callback URL. */
const STACK_KEPT_MS = 30_000;

/** Starts the console. The page is built meanwhile when it has to be; whoever opens it sooner waits for that. */
export async function openConsole({ gate, ...options }: OpenConsoleOptions): Promise<RunningConsole> {
  const building = kept(Number.POSITIVE_INFINITY, buildOnce);
  const running = await serveConsole({
    ...options,
    gate: kept(STACK_KEPT_MS, gate),
    user: userInfo().username,
    built: building,
  });
  building().catch(() => undefined); // the first request tells
  return running;
}
