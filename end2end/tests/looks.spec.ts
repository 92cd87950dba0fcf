// What a page keeps for people who look at it differently: at 400 % zoom, without motion, in colours of
// their own.
import { check } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens, row } from '../support/tokens.ts';
import type { Page } from '@playwright/test';

/** The pages about one user who has a token: their addresses. */
async function pages(page: Page, username: string, name: string): Promise<string[]> {
  await openTokens(page, newUser(username, name));
  await addCountingApp(page, 'Looked at');
  const token = await row(page, 'Looked at').getByRole('link', { name: /View token/ }).getAttribute('href');
  const user = page.url().replace(/\/tokens$/, '');
  const below = ['', '/test', '/disable'].map((action) => `${token}${action}`);
  return ['/users', '/account', user, `${user}/tokens`, `${user}/tokens/new`, `${user}/activity`, ...below];
}

test('400 % zoom loses nothing and scrolls one way', async ({ page }) => {
  const addresses = await pages(page, 'journey.zoom', 'Zoom');
  // 1280 by 1024 at 400 %
  await page.setViewportSize({ width: 320, height: 256 });
  for (const address of addresses) {
    await page.goto(address);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(wider, `${address} is wider than the window`).toBeLessThanOrEqual(0);
    await check(page, address);
  }
  await page.goto(addresses[3]!);
  await row(page, 'Looked at').getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Test token' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Check code' }).click();
  await expect(page.getByRole('dialog').getByLabel('Code', { exact: true })).toBeFocused();
});

test('nothing moves for who wants no motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const addresses = await pages(page, 'journey.still', 'Still');
  for (const address of addresses) {
    await page.goto(address);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((it) => {
          const style = getComputedStyle(it);
          return [...style.transitionDuration.split(','), ...style.animationDuration.split(',')].some(
            (time) => parseFloat(time) > 0.001,
          );
        })
        .map((it) => it.outerHTML.slice(0, 80)),
    );
    expect.soft(moving, address).toEqual([]);
  }
});

test('forced colours keep every control to be seen', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const addresses = await pages(page, 'journey.forced', 'Forced');
  for (const address of addresses) {
    await page.goto(address);
    await check(page, address);
    // What is only a background elsewhere needs an edge here.
    const bare = await page.evaluate(() =>
      [...document.querySelectorAll('.btn:not([data-variant=ghost]), .input, .choice')]
        .filter((it) => it.checkVisibility() && parseFloat(getComputedStyle(it).borderTopWidth) === 0)
        .map((it) => it.outerHTML.slice(0, 80)),
    );
    expect.soft(bare, address).toEqual([]);
  }
});
