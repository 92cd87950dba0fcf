// A user's Activity says why codes failed, once for failures that repeat.
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens } from '../support/tokens.ts';

test('failures that repeat are one line', async ({ page }) => {
  const name = newUser('journey.repeat', 'Repeat');
  await openTokens(page, name);
  await addCountingApp(page, 'Pressed too often');
  await choose(page, 'Pressed too often', 'Test token');
  for (const wrong of ['000000', '111111']) {
    const field = page.getByRole('dialog').getByLabel('Code', { exact: true });
    await field.fill(wrong);
    await expect(page.getByText('What to do next')).toBeVisible();
    await page.getByRole('button', { name: 'Try again' }).or(page.getByRole('link', { name: 'Try again' })).click();
  }
  await page.keyboard.press('Escape');
  await page.getByRole('navigation', { name }).getByRole('link', { name: 'Activity' }).click();
  const line = page.getByRole('listitem').filter({ hasText: 'Test failed: wrong code, 2 times in a row' });
  await expect(line).toHaveCount(1);
  await expect(line).toContainText('Pressed too often');
});
