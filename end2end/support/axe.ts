// The rules of WCAG 2.2 AA, and good practice, on a page as it stands.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails, once the test is over, for each rule that the page breaks. */
export async function check(page: Page, what: string): Promise<void> {
  await test.step(what, async () => {
    const { violations } = await new AxeBuilder({ page }).withTags(LEVELS).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n  ')}`);
    expect.soft(found, what).toEqual([]);
  });
}
