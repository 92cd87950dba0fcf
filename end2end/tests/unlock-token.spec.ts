import { checkOpen } from '../support/axe.ts';
import { wrong, type CountingApp } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newClient, newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';
import type { Page } from '@playwright/test';

/** Five wrong codes in a row, each from the form's own address. */
async function makeItWait(page: Page, description: string, app: CountingApp, awake: boolean): Promise<void> {
  const token = await row(page, description).getByRole('link', { name: /View token/ }).getAttribute('href');
  for (let n = 0; n < 5; n += 1) {
    await page.goto(`${token}/test`);
    await page.getByLabel('Code', { exact: true }).fill(wrong(app.next()));
    if (!awake) await page.getByRole('button', { name: 'Check code' }).click();
    await expect(page.getByRole('heading', { name: 'Wrong code' })).toBeVisible();
  }
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a token that waits is unlocked, and unlocked and reset', async ({ page }) => {
      test.slow();
      const name = newUser(`journey.unlock.${javaScriptEnabled}`, `Unlock ${javaScriptEnabled ? 'Awake' : 'Plain'}`);
      await openTokens(page, name);
      const app = await addCountingApp(page, 'Backup tablet');

      await makeItWait(page, 'Backup tablet', app, javaScriptEnabled);
      // the failed test itself leads on
      await expect(page.getByText('The token waits now.')).toBeVisible();
      await expect(page.getByRole('link', { name: /^Unlock and reset/ })).toBeVisible();

      await openTokens(page, name);
      await expect(row(page, 'Backup tablet')).toContainText(/Waits until/);
      await choose(page, 'Backup tablet', /^Unlock$/);
      await expect(page.getByRole('heading', { name: 'Unlock this token?' })).toBeVisible();
      await expect(page.getByText('5 in a row')).toBeVisible();
      if (javaScriptEnabled) {
        await expect(page.getByRole('dialog', { name: 'Unlock this token?' })).toBeVisible();
        await checkOpen(page.getByRole('dialog'), 'unlocking');
      }
      await page.getByLabel(/^Reason/).fill('The person called back');
      await page.getByRole('button', { name: 'Unlock', exact: true }).click();
      await expect(page.getByText('Token unlocked')).toBeVisible();
      await expect(row(page, 'Backup tablet')).not.toContainText(/Waits until/);

      await makeItWait(page, 'Backup tablet', app, javaScriptEnabled);
      await openTokens(page, name);
      await choose(page, 'Backup tablet', /^Unlock and reset$/);
      await expect(page).toHaveURL(/\/unlock-and-reset$/);
      const enter = async (first: string, second: string) => {
        await page.getByLabel('First code').fill(first);
        await page.getByLabel('Second code').fill(second);
        await page.getByRole('button', { name: 'Unlock and reset' }).click();
      };
      if (javaScriptEnabled) await checkOpen(page.getByRole('dialog'), 'unlocking and resetting');
      await enter(wrong(app.next()), app.next());
      await expect(page.getByText(/nothing was unlocked/)).toBeVisible();
      await expect(page.getByLabel('Second code')).toHaveValue('');
      await enter(app.next(), app.next());
      await expect(page.getByRole('heading', { name: 'The token is unlocked and back in step' })).toBeVisible();

      await openTokens(page, name);
      await expect(row(page, 'Backup tablet')).not.toContainText(/Waits until/);
    });
  });
}

test('the sample’s locked token is unlocked from its own page', async ({ page }) => {
  await openTokens(page, 'Anna Keller');
  await expect(row(page, 'Backup tablet')).toContainText('Locked');
  await row(page, 'Backup tablet').getByRole('link', { name: /View token/ }).click();
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Unlock', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Unlock this token?' })).toContainText('50 in a row');
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(page.getByText('Token unlocked')).toBeVisible();
  await expect(row(page, 'Backup tablet')).not.toContainText('Locked');
});

test('a user who waits is unlocked from the header', async ({ page, request }) => {
  const name = newUser('journey.unlock.user', 'Unlock Header');
  const key = newClient('journey-unlock', 'default');
  await openTokens(page, name);
  // with two tokens a wrong code counts on the user alone
  const apps = [await addCountingApp(page, 'First'), await addCountingApp(page, 'Second')];
  const right = apps.flatMap((app) => [app.next(), app.next(), app.next()]);
  for (let n = 0, guesses = 0; guesses < 10; n += 1) {
    const code = n.toString().padStart(6, '0');
    if (right.includes(code)) continue;
    guesses += 1;
    const data = { realm: 'default', username: 'journey.unlock.user', code, purpose: 'verification' };
    const answer = await request.post('/api/v1/verify', { headers: { authorization: `Bearer ${key}` }, data });
    expect(await answer.json()).toMatchObject({ result: false });
  }
  await page.reload();
  await page.getByRole('link', { name: 'Unlock', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Unlock this user?' })).toBeVisible();
  await checkOpen(page.getByRole('dialog'), 'unlocking a user');
  await page.getByLabel(/^Reason/).fill('A script of ours');
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'User unlocked' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Unlock', exact: true })).toHaveCount(0);
});
