// When a page's code is awake on a slow phone on a slow line, and whether anything moved until then.
import { devices, type Page } from '@playwright/test';
import { figure, median, type Figure } from './report.ts';
import { load, newcomer, type World } from './world.ts';

const TIMES = 3;

/** Lighthouse's slow 4G, as browsers slow themselves down: bytes a second, and milliseconds for a request. */
const LINE = { offline: false, latency: 562.5, downloadThroughput: 184_320, uploadThroughput: 84_375 };
/** Times that its processor is slower. */
const PROCESSOR = 4;

type Seen = { awake: number; shift: number };

export async function waking(world: World): Promise<Figure[]> {
  const figures: Figure[] = [];
  const shifts: number[] = [];
  const { defaultBrowserType: _, ...phone } = devices['Pixel 7']!;
  for (const [name, address] of Object.entries(world.pages)) {
    const cold: number[] = [], warm: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const context = await newcomer(world, address, phone);
      const page = await context.newPage();
      await slowDown(page);
      await page.addInitScript(watch);
      for (const times of [cold, warm]) {
        await page.goto('about:blank');
        await load(page, address);
        const { awake, shift } = await seen(page);
        times.push(awake);
        shifts.push(shift);
      }
      await context.close();
    }
    figures.push(figure(`${name}: from its HTML to awake, slow phone, cold`, median(cold), 'ms'));
    figures.push(figure(`${name}: from its HTML to awake, slow phone, warm`, median(warm), 'ms'));
  }
  const shift = Math.max(...shifts);
  return [...figures, figure('layout shift, at most, of all these loads', shift, '', { at_most: 0 })];
}

async function slowDown(page: Page): Promise<void> {
  const wire = await page.context().newCDPSession(page);
  await wire.send('Emulation.setCPUThrottlingRate', { rate: PROCESSOR });
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', LINE);
}

/** Runs in the page before anything else does. */
function watch(): void {
  const seen = { awoke: 0, shift: 0 };
  Object.assign(window, { seen });
  new MutationObserver((_, observer) => {
    if (!document.documentElement?.hasAttribute('data-awake')) return;
    observer.disconnect();
    seen.awoke = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
}

async function seen(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const { awoke, shift } = (window as unknown as { seen: { awoke: number; shift: number } }).seen;
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return { awake: awoke - navigation!.responseEnd, shift };
  });
}
