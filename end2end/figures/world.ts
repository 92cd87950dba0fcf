// What is measured: the pages that the goals name, seen by the sample operator.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { setting } from '../support/desk.ts';
import { openTokens, row } from '../support/tokens.ts';

/** Whose pages they are, and the token that is looked at. */
export const USER = 'Anna Keller';
export const TOKEN = 'iPhone 15';

export type Pages = Record<'sign-in' | 'users' | 'Tokens tab' | 'token page' | 'enrol', string>;

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** The browser that measures, the pages, and the operator's session. */
export type World = { browser: Browser; pages: Pages; session: Session };

/** Their addresses; numbers in them differ from server to server. */
export async function findPages(page: Page): Promise<Pages> {
  await openTokens(page, USER);
  const tokens = new URL(page.url()).pathname;
  const token = await row(page, TOKEN).getByRole('link', { name: /^View token/ }).getAttribute('href');
  const enrol = `${tokens}/new`;
  return { 'sign-in': '/sign-in', users: '/users', 'Tokens tab': tokens, 'token page': token!, enrol };
}

/** A browser that has never been here, though its operator is signed in where the page asks for that. */
export async function newcomer(world: World, address: string, options: BrowserContextOptions = {}) {
  const storageState = address === '/sign-in' ? undefined : world.session;
  return world.browser.newContext({ baseURL: setting('E2E_URL'), storageState, ...options });
}

/** Loads a page and waits until its code is awake. */
export async function load(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'load' });
  await page.locator('html[data-awake]').waitFor({ state: 'attached', timeout: 60_000 });
  await page.waitForLoadState('networkidle');
}
