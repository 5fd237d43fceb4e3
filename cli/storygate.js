#!/usr/bin/env node
// JavaScript: whatever is loaded after the compile cache is on comes from it, compiled and without its types.
import { enableCompileCache, registerHooks } from 'node:module';

enableCompileCache();

// Hundreds of imports name a file beside them in full. Node would look at each path piece by piece, for links and for the
// kind of module: a seventh of the start.
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!context.parentURL || !specifier.startsWith('.') || !specifier.endsWith('.ts'))
      return nextResolve(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true };
  },
});

await import('./storygate.ts');
