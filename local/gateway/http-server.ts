import type { Server } from 'node:http';

/** How long requests under way may take to finish when the server closes. */
const CLOSING_MS = 2_000;

/** The server cannot listen where it should. The message says why and what to do. */
export class BindingError extends Error {
  override readonly name = 'BindingError';
}

/** The one line a person needs when the server cannot listen. */
export function bindingError(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new BindingError(
      `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another port with --port.`,
      { cause: error },
    );
  if (code === 'EACCES')
    return new BindingError(
      `Port ${port} on 127.0.0.1 may not be opened by this user: choose one above 1023 with --port.`,
      {
        cause: error,
      },
    );
  return error;
}

/** Stops listening, ends idle connections, and after a moment those that are still busy. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const deadline = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
  await promise;
  clearTimeout(deadline);
}
