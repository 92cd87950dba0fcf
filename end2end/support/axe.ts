// The rules of WCAG 2.2 AA, and good practice, on a page as it stands.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Whatever lies over a page. */
const OPEN = ':is(dialog[open], :popover-open)';

/** Fails, once the test is over, for each rule that the page breaks, or what is open over it. */
export async function check(page: Page, what: string, within?: string): Promise<void> {
  await test.step(what, async () => {
    const axe = new AxeBuilder({ page }).withTags(LEVELS);
    const { violations } = await (within ? axe.include(within) : axe).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n  ')}`);
    expect.soft(found, what).toEqual([]);
  });
}

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** What is open over a page, in light and dark, on a desk's screen and on a phone's. */
export async function checkOpen(open: Locator, what: string, sizes = [DESK, PHONE]): Promise<void> {
  const page = open.page();
  const before = page.viewportSize()!;
  // Without motion, for what fades in has less contrast meanwhile.
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      await expect(open).toBeInViewport();
      await check(page, `${what}, ${colorScheme}, ${size.width} wide`, OPEN);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(wider, `${what} makes the page wider than ${size.width}`).toBeLessThanOrEqual(0);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
}
