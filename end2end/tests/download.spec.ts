// What a page costs to fetch. The sizes of its files are weighed when they are built (scripts/weigh).
import { expect, test } from '../support/console.ts';
import { openTokens } from '../support/tokens.ts';

test('the Tokens tab is fetched in few requests, none of them twice, and asks for little when it comes again', async ({ page, browser }) => {
  await openTokens(page, 'Anna Keller');
  const context = await browser.newContext({ storageState: await page.context().storageState() });
  const fetched = async () => {
    const tab = await context.newPage();
    let html = 0;
    tab.on('requestfinished', async (request) => {
      if (request.resourceType() === 'document') html = (await request.sizes()).responseBodySize;
    });
    await tab.goto(page.url());
    await tab.locator('html[data-awake]').waitFor({ state: 'attached' });
    await tab.waitForLoadState('networkidle');
    // what the browser had was transferred with no byte
    const paths = await tab.evaluate(() => (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ transferSize }) => transferSize > 0).map(({ name }) => new URL(name).pathname));
    await tab.close();
    return { paths, html };
  };

  const cold = await fetched();
  expect(cold.paths.length, cold.paths.join(' ')).toBeLessThanOrEqual(11); // and the page itself
  expect(cold.paths.filter((path, at) => cold.paths.indexOf(path) !== at)).toEqual([]);
  expect(cold.html).toBeGreaterThan(1000);
  expect(cold.html).toBeLessThanOrEqual(4600);

  const warm = await fetched();
  const kept = /\.(wasm|js|css|woff2)$|^\/(icons|art)\.svg$/;
  expect(cold.paths.filter((path) => kept.test(path)).length).toBeGreaterThanOrEqual(5);
  expect(warm.paths.filter((path) => kept.test(path))).toEqual([]);
  await context.close();
});
