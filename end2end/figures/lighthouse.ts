// What Lighthouse says of each page on its phone, which is slow and on a slow line. Both are slowed down as the
// page loads: computed afterwards, as it would by itself, the first paint waits for the WASM whenever this
// machine's own line had brought that before it painted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import lighthouse from 'lighthouse';
import { chromium as ours } from '../support/chromium.ts';
import { setting } from '../support/desk.ts';
import { figure, median, type Figure } from './report.ts';
import type { World } from './world.ts';

const TIMES = 3;
const GOALS = { performance: 95, accessibility: 100, 'best-practices': 100 };
type Category = keyof typeof GOALS;
const CATEGORIES = Object.keys(GOALS) as Category[];

/** The median of several runs, of each page. Prints what cost points. */
export async function scores(world: World): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokendesk-lighthouse-'));
  // Lighthouse opens its pages by the port, in the browser's own context: there the operator is signed in.
  const args = [...ours.args, '--remote-debugging-port=0'];
  const context = await chromium.launchPersistentContext(folder, { ...ours, args });
  try {
    const port = Number(readFileSync(join(folder, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
    const figures: Figure[] = [];
    for (const [name, address] of Object.entries(world.pages)) {
      await context.clearCookies();
      if (name !== 'sign-in') await context.addCookies(world.session.cookies);
      const runs = [];
      for (let time = 0; time < TIMES; time += 1) runs.push(await run(name, address, port));
      for (const category of CATEGORIES) {
        const score = median(runs.map((it) => it[category]));
        figures.push(figure(`${name}: Lighthouse, ${category}`, score, '', { at_least: GOALS[category] }));
      }
    }
    return figures;
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks again when the browser did not record the load, a few times; what it recorded counts as it is. */
async function run(name: string, address: string, port: number, again = 2): Promise<Record<Category, number>> {
  const url = new URL(address, setting('E2E_URL')).href;
  const flags = { port, throttlingMethod: 'devtools', logLevel: 'error' } as const;
  const result = await lighthouse(url, { ...flags, onlyCategories: CATEGORIES });
  const { lhr } = result!;
  if (lhr.runtimeError?.code === 'NO_NAVSTART' && again > 0) return run(name, address, port, again - 1);
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
  if (lhr.finalDisplayedUrl !== url) throw new Error(`${name}: led to ${lhr.finalDisplayedUrl}`);
  const entries = CATEGORIES.map((category) => {
    const { score, auditRefs } = lhr.categories[category]!;
    const lost = auditRefs.filter(({ id, weight }) => weight > 0 && (lhr.audits[id]!.score ?? 1) < 1);
    const why = lost.map(({ id }) => `${id} ${lhr.audits[id]!.displayValue ?? ''}`.trim()).join(', ');
    const points = Math.round((score ?? 0) * 100);
    if (points < 100) console.log(`    ${name}, ${category} ${points}: ${why}`);
    return [category, points];
  });
  return Object.fromEntries(entries);
}
