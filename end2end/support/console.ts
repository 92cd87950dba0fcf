// The test of every journey: it fails on anything the browser complains about.
import { test as base, expect, type ConsoleMessage, type Page } from '@playwright/test';

/** Chromium's own line about an answer of 4xx: a refused form, which is what the journey asked for. */
const REFUSED = /^Failed to load resource: the server responded with a status of (4\d\d|504)/;

/** Collects errors, warnings (hydration among them) and reports of broken policy. */
export async function complaints(page: Page): Promise<string[]> {
  const heard: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    const text = message.text();
    if (!['error', 'warning'].includes(message.type()) || REFUSED.test(text)) return;
    heard.push(`${message.type()}: ${text}`);
  });
  page.on('pageerror', (error) => heard.push(`uncaught: ${error.message}`));
  await page.exposeFunction('heardOfPolicy', (what: string) => heard.push(`policy: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (window as unknown as { heardOfPolicy(what: string): void }).heardOfPolicy;
      report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return heard;
}

/** Whoever loads this page waits until its code is awake: what is meant here happens in place. */
export function waitUntilAwake(page: Page): void {
  const awake = () => page.locator('html[data-awake]').waitFor({ state: 'attached', timeout: 20_000 });
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = async (...args) => {
    const answer = await goto(...args);
    if (answer?.headers()['content-type']?.startsWith('text/html')) await awake();
    return answer;
  };
  page.reload = async (...args) => {
    const answer = await reload(...args);
    await awake();
    return answer;
  };
}

export const test = base.extend<{ quiet: void }>({
  quiet: [
    async ({ page, javaScriptEnabled }, use) => {
      const heard = javaScriptEnabled === false ? [] : await complaints(page);
      if (javaScriptEnabled !== false) waitUntilAwake(page);
      await use();
      expect(heard, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
