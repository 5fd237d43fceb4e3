import { z } from 'zod';
import type { Fault } from '../../local/faults/fault.ts';

const Plan = z.object({ faults: z.array(z.object({ strikes: z.number() })) });

const urlOf = (endpoint: string) => `${endpoint}/_storygate/faults`;

/** Plans these faults and no others for the local run at an endpoint. Throws when they are refused. */
export async function planFaults(endpoint: string, faults: readonly Fault[]): Promise<void> {
  const url = urlOf(endpoint);
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify({ seed: 1, faults }) });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** How often each of the planned faults has struck so far. */
export async function strikes(endpoint: string): Promise<number[]> {
  const plan = Plan.parse(await (await fetch(urlOf(endpoint))).json());
  return plan.faults.map((fault) => fault.strikes);
}
