import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built page is. */
export const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the built page. A path that is no file is one of the page's own addresses. */
export async function sendFile(response: ServerResponse, path: string, root = DIST): Promise<void> {
  const wanted = normalize(decodeURIComponent(path));
  const type = TYPES[extname(wanted)];
  const content = type && wanted.startsWith('/') ? await contentOf(join(root, wanted)) : undefined;
  if (content && type) {
    const named = wanted.startsWith('/assets/'); // their names hold a hash over their content
    response.writeHead(200, {
      'content-type': type,
      'cache-control': named ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(content);
  } else if (type) response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file\n');
  else await sendFile(response, '/index.html', root);
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}
