// How the console feels: nothing moves while a page wakes, dialogs open at once, and what is fast does not
// flicker.
import { DESK, PHONE } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { openTokens, row } from '../support/tokens.ts';
import type { Page } from '@playwright/test';

/** What moved on the page without anybody's doing, and how much. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Element }[] };
    const shifts: string[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        const what = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? 'text').join(', ');
        shifts.push(`${entry.value.toFixed(4)}: ${what}`);
      }
    });
    observer.observe({ type: 'layout-shift', buffered: true });
    Object.assign(window, { shifts });
  });
  return async () => {
    await page.evaluate(async () => {
      await document.fonts.ready;
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    });
    return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
  };
}

/** The page's code and letters come after the page was painted, as on a line that is not this machine. */
async function comeAfterPaint(page: Page): Promise<void> {
  await page.route(/\.(wasm|woff2)$/, async (route) => {
    const painted = () => performance.getEntriesByName('first-contentful-paint').length > 0;
    await page.waitForFunction(painted);
    await route.continue();
  });
}

for (const size of [DESK, PHONE]) {
  test(`nothing moves while a page loads and wakes, ${size.width} wide`, async ({ page }) => {
    await page.setViewportSize(size);
    await openTokens(page, 'Anna Keller');
    const tokens = page.url();
    const token = await row(page, 'iPhone 15').getByRole('link', { name: /^View token/ }).getAttribute('href');
    const moved = await watchShifts(page);
    await comeAfterPaint(page);
    for (const address of [
      '/sign-in', '/users', tokens, token!, `${token}/test`, `${tokens}/new`, `${tokens}/new/hotp-app`,
      '/token-types', '/token-types/hotp-app', '/account',
    ]) {
      await page.goto(address);
      expect.soft(await moved(), address).toEqual([]);
    }
  });
}

test('an action’s dialog opens at once, before the server has answered', async ({ page }) => {
  await openTokens(page, 'Anna Keller');
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  // from the click until the frame with the open dialog was painted, and until its form was
  await page.evaluate(() => {
    const times: Record<'opened' | 'filled', number[]> = { opened: [], filled: [] };
    const painted = () => new Promise((after) => requestAnimationFrame(() => setTimeout(after, 0)));
    addEventListener('click', async (click) => {
      if (!(click.target as Element).closest('[role=menuitem]')) return;
      const until = async (what: string) => {
        while (!document.querySelector(what)) await new Promise(requestAnimationFrame);
        await painted();
        return performance.now() - click.timeStamp;
      };
      times.opened.push(await until('dialog[open]'));
      times.filled.push(await until('dialog[open] form'));
    }, { capture: true });
    Object.assign(window, { times });
  });
  const actions = [
    ['iPhone 15', 'Edit'], ['iPhone 15', 'Test token'], ['iPhone 15', 'Disable temporarily'],
    ['iPhone 15', 'Delete token'], ['Work tablet', 'Reset token'], ['Old phone', 'Replace'],
    ['Spare in the branch safe', 'Enable'],
  ] as const;
  for (const [description, action] of actions) {
    await row(page, description).getByRole('button', { name: /^Actions for/ }).click();
    await row(page, description).getByRole('menuitem', { name: action }).click();
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
  type Times = Record<'opened' | 'filled', number[]>;
  const times = await page.evaluate(() => (window as unknown as { times: Times }).times);
  const median = (of: number[]) => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)]!.toFixed(0);
  expect(times.opened).toHaveLength(actions.length);
  console.log(`    click to dialog: ${median(times.opened)} ms, to its form: ${median(times.filled)} ms`);

  // Times depend on the machine; that nothing is waited for does not.
  let answer = () => {};
  const held = new Promise<void>((done) => (answer = done));
  await page.route('**/call/find-token', (route) => held.then(() => route.continue()));
  await row(page, 'iPhone 15').getByRole('button', { name: /^Actions for/ }).click();
  await row(page, 'iPhone 15').getByRole('menuitem', { name: 'Edit' }).click();
  await expect(dialog).toBeVisible();
  await expect(page).toHaveURL(/\/edit$/);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  answer();
});

test('what is loaded within 300 ms shows no sign of loading, what takes longer does', async ({ page }) => {
  await page.clock.install();
  await openTokens(page, 'Anna Keller');
  const loading = page.getByText('Loading token', { exact: true });
  const dialog = page.getByRole('dialog');
  let answer = () => {};
  const held = new Promise<void>((done) => (answer = done));
  await page.route('**/call/find-token', (route) => held.then(() => route.continue()));
  await page.clock.pauseAt(Date.now() + 60_000);
  const asked = page.waitForRequest('**/call/find-token');
  await row(page, 'iPhone 15').getByRole('button', { name: /^Actions for/ }).click();
  await row(page, 'iPhone 15').getByRole('menuitem', { name: 'Edit' }).click();
  await asked;
  await page.clock.runFor(290);
  await expect(loading).toHaveCount(0);
  await expect(dialog, 'an empty dialog is not seen').toHaveCSS('opacity', '0');
  await page.clock.runFor(20);
  await expect(loading).toHaveCount(1);
  await expect(dialog).toHaveCSS('opacity', '1');
  answer();
  await page.clock.resume();
  await expect(dialog.getByLabel('Description')).toBeVisible();
  await expect(loading).toHaveCount(0);
});
