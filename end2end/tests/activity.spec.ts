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

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a part of the activity is chosen, and stands in the address', async ({ page }) => {
      const which = javaScriptEnabled ? 'Awake' : 'Plain';
      const name = newUser(`journey.part.${which.toLowerCase()}`, `Part ${which}`);
      await openTokens(page, name);
      await addCountingApp(page, 'First app');
      await addCountingApp(page, 'Second app');
      await page.getByRole('navigation', { name }).getByRole('link', { name: 'Activity' }).click();
      const rows = page.getByRole('list').getByRole('listitem');
      const created = (app: string) => rows.filter({ hasText: /^Created by/ }).filter({ hasText: app });
      await expect(created('First app')).toHaveCount(1);
      const choose = async (label: string, words: string) => {
        const choice = page.getByRole('form', { name: 'Activity' }).getByLabel(label, { exact: true });
        await choice.focus();
        await choice.selectOption({ label: words });
        if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show', exact: true }).click();
      };

      await choose('Token', 'HOTP app, First app');
      await expect(created('Second app')).toHaveCount(0);
      await expect(created('First app')).toHaveCount(1);
      // once what was chosen is here
      if (javaScriptEnabled) await expect(page.getByLabel('Token', { exact: true })).toBeFocused();
      await choose('Period', 'Last 7 days');
      await expect(page).toHaveURL(/period=7-days&(events=&)?token=HOTP-/);
      await expect(created('First app')).toHaveCount(1);

      await choose('Events', 'Failures');
      await expect(page.getByRole('heading', { name: 'Nothing of this kind happened' })).toBeVisible();
      await page.reload();
      await expect(page.getByRole('form', { name: 'Activity' }).getByLabel('Events')).toHaveValue('failures');
      await page.getByRole('link', { name: 'Show all activity' }).click();
      await expect(created('Second app')).toHaveCount(1);
      await expect(page.getByRole('form', { name: 'Activity' }).getByLabel('Events')).toHaveValue('');

      // what cannot be a token has no history, and is not taken for all of it
      await page.goto(`${page.url()}?token=${encodeURIComponent('no/serial!')}`);
      await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
      await expect(created('Second app')).toHaveCount(0);
    });
  });
}
