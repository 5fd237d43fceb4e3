import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or what CHROMIUM names. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser; without one the tests of the page are skipped, and say so. */
export function hasBrowser(): boolean {
  const found = existsSync(CHROMIUM);
  if (!found)
    console.error(`no Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM; the page is not tested`);
  return found;
}

/** A browser with a profile of its own. */
export interface Browser {
  /** Opens a page and notes what it complains of. */
  open(url: string, options?: { width?: number; dark?: boolean }): Promise<Page>;
  /** What pages have complained of so far. */
  complaints: string[];
  close(): Promise<void>;
}

/** Starts Chromium, with all that would call home switched off. */
export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'storygate-browser-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const complaints: string[] = [];
  return {
    complaints,
    async open(url, { width = 1280, dark = false } = {}) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
