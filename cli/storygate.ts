#!/usr/bin/env node
import { processIo } from './io.ts';
import { main } from './main.ts';

// Whoever reads a pipe may have read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), processIo());
