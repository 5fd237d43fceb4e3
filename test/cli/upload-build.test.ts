import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uploadBuild } from '../../cli/distribution/upload-build.ts';
import { processIo } from '../../cli/io.ts';
import { Session } from '../../cli/session.ts';
import type { Target } from '../../cli/target.ts';

let server: Server;
let target: Target;
let received = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    for await (const chunk of request) received += chunk;
    if (request.url?.startsWith('/refused')) response.writeHead(403).end();
    else response.writeHead(200, { 'x-amz-version-id': 'v1' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = Object(server.address());
  const settings = {
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_000, throwOnRequestTimeout: true },
  };
  target = { kind: 'local', name: 'a server', stage: 'dev', prefix: 'storygate-dev', settings, pollMs: 1 };
});
afterAll(() => server.close().closeAllConnections());

const upload = (file: string, bucket = 'b') =>
  uploadBuild(new Session({ ...processIo(), stderr: { write: () => true } }), target, { file, bucket, key: 'k' });

test('a file is uploaded as it is', async () => {
  expect(await upload('examples/build-123.zip')).toBe('v1');
  expect(received.length).toBeGreaterThan(0);
});

test('a file that cannot be read fails the upload', async () => {
  if (process.platform !== 'linux') return; // elsewhere no file says that it can be read, and cannot
  await expect(upload('/proc/self/mem')).rejects.toThrow('/proc/self/mem cannot be read: EIO: i/o error, read');
});

test('what S3 says to the upload is told', async () => {
  await expect(upload('examples/build-123.zip', 'refused')).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
});
