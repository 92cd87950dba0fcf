// What is promised of the browser's side, measured on the running server of scripts/bench, by the names of
// the parts.
import { chromium } from '@playwright/test';
import { chromium as ours } from '../support/chromium.ts';
import { setting } from '../support/desk.ts';
import { signIn } from '../support/sign-in.ts';
import { keep, print, type Figure } from './report.ts';
import { findPages, type World } from './world.ts';

/** Loaded when asked for. */
const PARTS: Record<string, () => Promise<{ measure(world: World): Promise<Figure[]> }>> = {
  download: () => import('./download.ts'),
  feel: () => import('./feel.ts'),
};

const browser = await chromium.launch(ours);
try {
  const context = await browser.newContext({ baseURL: setting('E2E_URL') });
  const page = await context.newPage();
  await signIn(page);
  const pages = await findPages(page);
  const world = { browser, pages, session: await context.storageState() };
  await context.close();
  for (const name of process.argv.slice(2)) {
    const part = PARTS[name];
    if (!part) throw new Error(`there is no part ${name}`);
    const figures = await (await part()).measure(world);
    print(name, figures);
    keep(name, figures);
  }
} finally {
  await browser.close();
}
