import type { Page } from 'playwright-core';
import { pendingWaits } from '../../cli/gates/pending-waits.ts';
import type { Gate } from '../../cli/session.ts';
import { startGate } from '../../console/server/actions.ts';
import type { RunningConsole } from '../../console/server/serve.ts';
import { eventually } from '../support/eventually.ts';
import { gateAt } from '../support/gate-at.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { type Browser, openBrowser } from './browser.ts';
import { addressOf, consoleFor } from './console-under-test.ts';

const STACK = ['--stack', 'storygate-dev-release-gate'];

/** A local run, its console and a browser that looks at it. The first two can go away and come back. */
export class ConsoleInBrowser {
  readonly browser: Browser;
  #runtime: LocalRuntime;
  #running: RunningConsole;

  private constructor(runtime: LocalRuntime, running: RunningConsole, browser: Browser) {
    this.#runtime = runtime;
    this.#running = running;
    this.browser = browser;
  }

  static async start(): Promise<ConsoleInBrowser> {
    const runtime = await startLocalRuntime({ args: STACK });
    return new ConsoleInBrowser(runtime, await consoleFor(runtime.endpoint), await openBrowser());
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.#running.close();
    await this.#runtime.stop();
  }

  get runtime(): LocalRuntime {
    return this.#runtime;
  }

  gate(): Promise<Gate> {
    return gateAt(this.#runtime.endpoint);
  }

  open(path: string, options?: { width?: number; dark?: boolean }): Promise<Page> {
    return this.browser.open(addressOf(this.#running, path), options);
  }

  /** Uploads a workflow file and waits until its gate waits. Returns the name of the execution. */
  async waitingGate(jiraStoryId: string, further: object = {}): Promise<string> {
    const gate = await this.gate();
    const content = JSON.stringify({ jiraStoryId, packageIds: ['pkg-001', 'pkg-002'], ...further });
    const { executionName } = await startGate(gate, { name: `${jiraStoryId}.json`, content });
    await eventually(`${jiraStoryId} waits`, async () =>
      (await pendingWaits(gate, { story: jiraStoryId }, new Date())).length > 0 ? true : undefined,
    );
    return executionName;
  }

  /** Does something while the console is gone; then it is back at its address. The browser's own complaints do not count. */
  async withoutConsole(page: Page, act: () => Promise<void>): Promise<void> {
    await this.#interrupted(page, async () => {
      await this.#running.close();
      await act();
      this.#running = await consoleFor(this.#runtime.endpoint, Number(new URL(this.#running.url).port));
    });
  }

  /** The same with the local run, which comes back empty. */
  async withoutTarget(page: Page, act: () => Promise<void>): Promise<void> {
    await this.#interrupted(page, async () => {
      const { port } = new URL(this.#runtime.endpoint);
      await this.#runtime.stop();
      await act();
      this.#runtime = await startLocalRuntime({ args: [...STACK, '--port', port] });
    });
  }

  /** The page tries to connect, and the browser complains, until the page is live again. */
  async #interrupted(page: Page, act: () => Promise<void>): Promise<void> {
    const before = this.browser.complaints.length;
    await page.getByText('Live', { exact: true }).waitFor();
    await act();
    await page.getByText('Live', { exact: true }).waitFor();
    this.browser.complaints.splice(before);
  }
}
