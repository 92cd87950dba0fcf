import { check } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, beginEnrolment, openTokens, row } from '../support/tokens.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('no page has a violation', async ({ page }) => {
      test.slow();
      const name = newUser(`journey.axe.${colorScheme}`, `Axe ${colorScheme}`);
      await page.goto('/users');
      await check(page, 'users');
      await page.goto('/users?q=nobody-at-all');
      await check(page, 'nobody found');
      await page.goto('/account');
      await check(page, 'account');
      await page.goto('/nothing-here');
      await check(page, 'not found');

      await openTokens(page, name);
      await check(page, 'no tokens yet');
      const overview = page.url().replace(/\/tokens$/, '');
      await page.goto(`${overview}/tokens/new`);
      await check(page, 'choosing a type');
      await openTokens(page, name);
      await addCountingApp(page, 'Checked');
      await check(page, 'tokens');
      const token = await row(page, 'Checked').getByRole('link', { name: /View token/ }).getAttribute('href');
      for (const [address, title] of [
        [overview, 'overview'],
        [`${overview}/activity`, 'activity'],
        [token!, 'token'],
        [`${token}/test`, 'testing'],
        [`${token}/disable`, 'disabling'],
        [`${token}/edit`, 'editing'],
        [`${token}/delete`, 'deleting'],
      ] as const) {
        await page.goto(address);
        await check(page, title);
      }
      await page.goto(`${token}/test`);
      await page.getByLabel('Code', { exact: true }).fill('000000');
      await expect(page.getByText('What to do next')).toBeVisible();
      await check(page, 'a failed test');
      await openTokens(page, name);
      await beginEnrolment(page, 'Authenticator app', 'Shown');
      await check(page, 'picture and proof');
      await page.getByRole('button', { name: 'Show full screen' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await check(page, 'picture alone');
    });

    test.describe('signed out', () => {
      test.use({ storageState: { cookies: [], origins: [] } });
      test('the sign-in has no violation', async ({ page }) => {
        await page.goto('/sign-in');
        await check(page, 'sign-in');
      });
    });
  });
}
