import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

/** Runs `storygate dev` in a process of its own until it ends by itself. */
function dev(...argv: string[]): Promise<{ exitCode: unknown; stderr: string }> {
  const args = ['cli/storygate.js', 'dev', '--ephemeral', '--port', '0', ...argv];
  const options = { env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' }, timeout: 45_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, _, stderr) => resolve({ exitCode: error?.code ?? 0, stderr }));
  });
}

test('a run whose console cannot be served ends', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = Object(other.address());
  try {
    expect(await dev('--stack', 'storygate-dev-release-gate', '--console-port', String(port))).toEqual({
      exitCode: 1,
      stderr: `storygate: the console cannot listen on 127.0.0.1:${port}; give another --console-port\n`,
    });
  } finally {
    other.close();
  }
});
