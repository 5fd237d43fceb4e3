#!/usr/bin/env node
// JavaScript: whatever is loaded after the compile cache is on comes from it, compiled and without its types.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./storygate.ts');
