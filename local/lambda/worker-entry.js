// JavaScript: what is loaded after the compile cache is on comes from it, compiled and without its types. Taking the
// types away anew costs each environment some 35 ms and 20 MB.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./worker.ts');
