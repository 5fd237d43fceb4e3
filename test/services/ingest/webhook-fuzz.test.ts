import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Callback, IssueMoved } from '../../../services/shared/callback.ts';
import { example, SECRET, sign, Webhook } from './webhook.ts';

const EXAMPLES = [
  ...['automation-success', 'automation-failure', 'native-cloud-done', 'native-data-center-rejected'],
  ...['post-function', 'service-management', 'automation-format', 'native-cloud-moved', 'native-cloud-moved-and-done'],
].map(example);

const headerValue = fc.oneof(fc.string(), fc.constantFrom('', 'application/json', 'sha256=', 'Bearer ', 'null'));
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'x-hub-signature',
    'authorization',
    'x-atlassian-webhook-identifier',
    'idempotency-key',
  ),
  headerValue,
  { noNullPrototype: true },
);

/** Bodies near the real ones: an example in which one field, somewhere, is another value or gone. */
const nearBody = fc
  .tuple(fc.constantFrom(...EXAMPLES), fc.nat(), fc.option(fc.jsonValue(), { nil: undefined }))
  .map(([body, at, value]) => mutated(body, at, value));

function mutated(body: object, at: number, value: unknown): unknown {
  const copy = structuredClone(body);
  const places = placesIn(copy);
  const place = places[at % places.length];
  if (place) Reflect.set(place.owner, place.name, value);
  return copy;
}

function placesIn(owner: object): { owner: object; name: string }[] {
  return Object.entries(owner).flatMap(([name, value]) => [
    { owner, name },
    ...(typeof value === 'object' && value !== null ? placesIn(value) : []),
  ]);
}

/** No answer may be a server error, tell the secret, or accept what the relay could not read. */
async function holds(request: Parameters<Webhook['send']>[0]): Promise<void> {
  const webhook = new Webhook();
  const answer = await webhook.send(request);
  expect([200, 202, 400, 401, 413, 415, 422]).toContain(answer.status);
  expect(webhook.queued.length + webhook.moves.length).toBe(answer.status === 202 ? 1 : 0);
  for (const callback of webhook.queued) expect(Callback.parse(JSON.parse(JSON.stringify(callback)))).toEqual(callback);
  for (const move of webhook.moves) expect(IssueMoved.parse(JSON.parse(JSON.stringify(move)))).toEqual(move);
  expect(answer.text + JSON.stringify(answer.headers) + JSON.stringify(webhook.log.entries)).not.toContain(SECRET);
}

test('any headers and bytes', async () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.uint8Array().map(Buffer.from),
    fc.constant(undefined),
  );
  await fc.assert(
    fc.asyncProperty(headers, body, (some, bytes) => holds({ headers: some, body: bytes })),
    { numRuns: 300 },
  );
});

test('any authenticated JSON', async () => {
  const json = { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` };
  const property = fc.asyncProperty(
    fc.oneof(
      fc.json(),
      nearBody.map((body) => JSON.stringify(body)),
    ),
    headers,
    (body, some) => holds({ headers: { ...some, ...json }, body }),
  );
  await fc.assert(property, { numRuns: 700 });
});

test('any signed bytes', async () => {
  const property = fc.asyncProperty(fc.uint8Array(), (bytes) => {
    const body = Buffer.from(bytes);
    return holds({ headers: { 'content-type': 'application/json', 'x-hub-signature': sign(body) }, body });
  });
  await fc.assert(property, { numRuns: 200 });
});
