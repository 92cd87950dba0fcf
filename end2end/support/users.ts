// The steps in a user's head that several journeys take.
import type { Locator, Page } from '@playwright/test';

/** What the page says was done. */
export function said(page: Page, words: string | RegExp): Locator {
  return page.getByRole('status').filter({ hasText: words });
}

/** Does one thing of the menu in the user's head, which is a list of links until the page's code is awake. */
export async function chooseOfUser(page: Page, deed: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: /^Actions for Journey/ }).first().click();
  await page.getByRole('menuitem', { name: deed }).or(page.getByRole('link', { name: deed })).first().click();
}
