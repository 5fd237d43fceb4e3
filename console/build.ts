import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the page into `console/dist`. Without the config file and plugins that Vite would look for: it strips types and JSX itself. */
await build({
  configFile: false,
  root: fileURLToPath(new URL('app', import.meta.url)),
  logLevel: 'error',
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false }, // it would be the only inline script
    chunkSizeWarningLimit: 2_000,
    assetsInlineLimit: 0,
  },
});
