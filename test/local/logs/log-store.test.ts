import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MovableClock } from '../../../local/clock.ts';
import { Database } from '../../../local/database.ts';
import { LogStore } from '../../../local/logs/log-store.ts';
import { Logs } from '../../../local/logs/logs.ts';
import { eventually } from '../../support/eventually.ts';

const clock = new MovableClock();
let database: Database;

beforeEach(() => {
  database = new Database(':memory:');
});
afterEach(() => database.close());

const written = () => database.all<{ message: string }>('SELECT message FROM log_events ORDER BY id');

test('lines reach the file a moment after they came, in their order, and their streams know the times', async () => {
  const store = new LogStore(clock, database);
  store.createGroup('group');
  for (const stream of ['one', 'two']) store.createStream('group', stream);
  store.append('group', 'one', [{ timestamp: 5, message: 'first' }]);
  store.append('group', 'two', [{ timestamp: 7, message: 'second' }]);
  store.append('group', 'one', [{ timestamp: 3, message: 'third' }]);
  expect(written()).toEqual([]);
  const messages = await eventually('lines in the file', () => {
    const found = written().map(({ message }) => message);
    return found.length === 0 ? undefined : found;
  });
  expect(messages).toEqual(['first', 'second', 'third']);
  expect(database.all('SELECT name, first_event, last_event FROM log_streams ORDER BY name')).toEqual([
    { name: 'one', first_event: 3, last_event: 5 },
    { name: 'two', first_event: 7, last_event: 7 },
  ]);
});

test('however many lines come at once are written', () => {
  const store = new LogStore(clock, database);
  store.createGroup('group');
  store.createStream('group', 'noisy');
  const line = { timestamp: 1, message: '.' };
  store.append('group', 'noisy', Array<typeof line>(150_000).fill(line));
  store.flush();
  expect(database.get('SELECT count(*) AS count FROM log_events')).toEqual({ count: 150_000 });
});

test('lines that were not written yet are when the runtime stops', () => {
  const logs = new Logs({ clock, database });
  logs.putLogGroup('group');
  logs.append('group', 'stream', ['last words']);
  logs.close();
  logs.append('group', 'stream', ['after the end']);
  expect(written()).toEqual([{ message: 'last words' }]);
});
