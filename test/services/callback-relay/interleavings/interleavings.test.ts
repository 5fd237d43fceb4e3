import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WaitsTable } from '../../../../services/callback-relay/waits-table.ts';
import { inMemoryWaitsTable } from '../in-memory-waits-table.ts';
import { GateWorld } from './gate-world.ts';
import { violations } from './invariants.ts';
import { play, type Scenario, scenario } from './scenario.ts';

const LONG = process.env['STORYGATE_LONG'] === '1';
const RUNS = LONG ? 200_000 : 12_000;
/** Another one each time; a failure prints it, and the path to the smallest counterexample, to play it again. */
const SEED = Number(process.env['STORYGATE_SEED'] ?? Date.now() % 2 ** 31);
const PATH = process.env['STORYGATE_PATH'];

test(
  `${RUNS} interleavings hold what the rules promise`,
  async () => {
    const property = fc.asyncProperty(scenario, async (one) => {
      const rest = await play(one);
      const found = await violations(rest);
      const { history } = rest.world.interleaver;
      expect({ found, history: found.length > 0 ? history : [] }).toEqual({ found: [], history: [] });
    });
    const began = performance.now();
    await fc.assert(property, { numRuns: RUNS, seed: SEED, ...(PATH && { path: PATH }) });
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    process.stdout.write(`${RUNS} interleavings in ${seconds} s, STORYGATE_SEED=${SEED}\n`);
  },
  LONG ? 3_600_000 : 180_000,
);

/**
 * The check checks itself: each of these breaks one promise that the rules stand on, and the invariants must notice. To try
 * another one, break the code under test by hand, for instance drop a condition of `claim` in the table, and run the test
 * above. A mutant that survives means that an invariant, or a kind of event, is missing.
 */
const MUTANTS: Record<string, (table: WaitsTable) => Partial<WaitsTable>> = {
  'a claim that always wins': (table) => ({
    claim: async (...claim) => {
      await table.claim(...claim);
      return true;
    },
  }),
  'a callback that is not recorded first': () => ({ recordCallback: async () => true }),
  'a wait that does not look for early decisions': () => ({
    callbacksFor: async () => ({ callbacks: [], links: [] }),
  }),
  'a move that is forgotten': () => ({ link: async () => {} }),
  'a move that only one key learns of': (table) => ({
    link: async (from, to, at) => {
      if (from < to) await table.link(from, to, at);
    },
  }),
  'an end of an execution that closes nothing': () => ({ close: async () => true }),
  'an end that finds no story': () => ({ noteEnd: async () => ({}) }),
  'a vote that gets lost': () => ({ vote: async () => true }),
  'a record that is written over': (table) => ({
    saveCallback: async (seen, next) => {
      const current = await table.callback(seen.jiraStoryId, seen.callbackId);
      return current ? table.saveCallback(current, next) : false;
    },
  }),
  'a stored token that replaces a newer one': (table) => ({
    putWait: async (wait) => table.putWait({ ...wait, attempt: 0 }),
  }),
};

describe('the invariants notice', () => {
  async function isNoticed(mutate: (table: WaitsTable) => Partial<WaitsTable>): Promise<boolean> {
    const world = ({ seed, mishaps }: Scenario) => {
      const table = inMemoryWaitsTable();
      return new GateWorld(seed, mishaps, { ...table, ...mutate(table) });
    };
    const property = fc.asyncProperty(
      scenario,
      async (one) => (await violations(await play(one, world(one)))).length === 0,
    );
    const { failed } = await fc.check(property, { numRuns: 2_000, seed: 4711, endOnFailure: true });
    return failed;
  }

  test('nothing where nothing is broken', async () => {
    expect(await isNoticed(() => ({}))).toBe(false);
  });

  test.each(Object.entries(MUTANTS))('%s', async (_, mutate) => {
    expect(await isNoticed(mutate)).toBe(true);
  });
});
