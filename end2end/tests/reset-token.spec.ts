import { checkOpen } from '../support/axe.ts';
import { wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('an app that ran away is brought back in step', async ({ page }) => {
      const name = newUser(`journey.reset.${javaScriptEnabled}`, `Reset ${javaScriptEnabled ? 'Awake' : 'Plain'}`);
      await openTokens(page, name);
      const app = await addCountingApp(page, 'Tablet at the counter');
      // codes that were made and never sent: further than a check looks
      for (let n = 0; n < 30; n += 1) app.next();

      const enter = async (first: string, second: string) => {
        await page.getByLabel('First code').fill(first);
        await page.getByLabel('Second code').fill(second);
        await page.getByRole('button', { name: 'Reset', exact: true }).click();
      };
      await choose(page, 'Tablet at the counter', 'Reset token');
      await expect(page).toHaveURL(/\/reset$/);
      const heading = page.getByRole('heading', { name: 'Reset token' });
      const dialog = page.getByRole('dialog', { name: 'Reset token' });
      await expect(heading).toBeVisible();
      if (javaScriptEnabled) {
        await expect(dialog).toBeVisible();
        await expect(page.getByLabel('First code')).toBeFocused();
        await checkOpen(dialog, 'the two codes');
      }

      const right = app.next();
      await enter(right, wrong(app.next()));
      await expect(page.getByText('These codes do not follow each other.')).toBeVisible();
      await expect(page.getByText('This counts as one failure.')).toBeVisible();
      await expect(page.getByLabel('First code')).toHaveValue('');
      await expect(page.getByLabel('Second code')).toHaveValue('');
      if (javaScriptEnabled) await checkOpen(dialog, 'a wrong pair');

      await enter(app.next(), app.next());
      await expect(page.getByRole('heading', { name: 'The token is back in step' })).toBeVisible();
      if (javaScriptEnabled) {
        await expect(page.getByRole('button', { name: 'Done' })).toBeFocused();
        await checkOpen(dialog, 'back in step');
      }

      await page.getByRole('link', { name: 'Test token' }).last().click();
      await page.getByLabel('Code', { exact: true }).fill(app.next());
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Check code' }).click();
      await expect(page.getByText('The token works')).toBeVisible();
    });
  });
}

test('a failed test leads to the reset, over the page it came from', async ({ page }) => {
  await openTokens(page, newUser('journey.reset.steps', 'Reset Steps'));
  const app = await addCountingApp(page, 'Spare');
  await row(page, 'Spare').getByRole('link', { name: /View token/ }).click();
  await page.getByRole('link', { name: 'Test token' }).first().click();
  await page.getByLabel('Code', { exact: true }).fill(wrong(app.next()));
  await page.getByRole('dialog').getByRole('link', { name: /^Reset token/ }).click();
  await expect(page.getByRole('dialog', { name: 'Reset token' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/tokens\/HOTP-[^/]+$/);
});
