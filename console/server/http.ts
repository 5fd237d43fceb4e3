import type { IncomingMessage, ServerResponse } from 'node:http';
import { CliError, ExitCode } from '../../cli/errors.ts';
import { explain } from '../../cli/explain-error.ts';
import { InvalidInputError } from '../../services/shared/parse.ts';

/** A workflow file has at most 64 KiB; nothing that the page sends is larger. */
const LARGEST_BODY_BYTES = 256 * 1024;

const SECURITY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", // the graph and the components size things by style elements
    "font-src 'self' data:", // the style sheet of the components carries its own,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Sets what every answer carries. */
export function secure(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY)) response.setHeader(name, value);
}

/** Answers with JSON that nobody may keep. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

const STATUS: Readonly<Record<number, number>> = { [ExitCode.notFound]: 404, [ExitCode.unreachable]: 503 };

/** An error as the page shows it: one sentence with the way out. What nobody foresaw keeps its details to itself. */
export function problemOf(error: unknown, target: string): { status: number; message: string; problems?: unknown } {
  if (error instanceof InvalidInputError) return { status: 400, message: error.message, problems: error.problems };
  const known = explain(error, target);
  if (known) return { status: STATUS[known.exitCode] ?? 400, message: known.message };
  return { status: 500, message: `unexpected error: ${error instanceof Error ? error.message : String(error)}` };
}

/** Reads a JSON body. Throws `CliError` for one that is too large or no JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY_BYTES)
      throw new CliError(`the request is larger than ${LARGEST_BODY_BYTES / 1024} KiB, more than any workflow file`);
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || '{}');
  } catch (cause) {
    throw new CliError('the body of the request is not JSON', { cause });
  }
}
