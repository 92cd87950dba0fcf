// Back, forward and reload at every step of what takes several: nothing is done twice, no secret comes
// back, no page is broken, and the address and the page agree.
import { ClockApp, CountingApp, wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser, sampleOperator, tokendesk } from '../support/desk.ts';
import { goBack, goForward, isWhole } from '../support/history.ts';
import { givePassword } from '../support/sign-in.ts';
import { REFUSED, TURNED } from '../support/text.ts';
import { choose, openTokens, picture, prove, row, secretOn } from '../support/tokens.ts';
import { addObsoleteToken } from '../support/types.ts';
import { said } from '../support/users.ts';

for (const javaScriptEnabled of [true, false]) {
  const which = javaScriptEnabled ? 'awake' : 'plain';
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('the steps of an enrolment and of a replacement', async ({ page }) => {
      test.slow();
      await openTokens(page, newUser(`journey.history.steps.${which}`, `Steps ${which}`));
      const tokens = page.url();
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const secretIsGone = async () => {
        await expect(page.getByText('The secret is not shown again.')).toBeVisible();
        await isWhole(page);
      };

      await page.getByRole('link', { name: 'Add new token' }).first().click();
      await expect(page.getByRole('radio', { name: /^HOTP app/ })).toBeVisible();
      const choice = page.url();
      await page.reload();
      await expect(page).toHaveURL(choice);
      await page.goBack();
      await expect(page.getByRole('heading', { name: 'No tokens' })).toBeVisible();
      await page.goForward();
      await page.getByRole('radio', { name: /^HOTP app/ }).check();
      await press('Continue');
      const field = page.getByLabel('Describe the device');
      await expect(field).toBeVisible();
      const form = page.url();
      await page.goBack();
      await expect(page).toHaveURL(choice);
      await expect(page.getByRole('radio', { name: /^HOTP app/ })).toBeVisible();
      await page.goForward();
      await expect(field).toBeVisible();
      await page.reload();
      await expect(page).toHaveURL(form);
      await field.fill(TURNED);
      await press('Continue');
      await expect(page.getByText(REFUSED)).toBeVisible();

      await field.fill('Tablet');
      await press('Continue');
      await expect(picture(page)).toBeVisible();
      await page.reload(); // a plain form's post is sent once more
      await secretIsGone();
      if (await goBack(page)) await isWhole(page);
      if (await goForward(page)) await secretIsGone();
      await page.goto(tokens);
      await expect(page.getByText('Waiting for proof: HOTP app, Tablet.')).toHaveCount(1);
      await page.getByRole('link', { name: 'Continue' }).click();
      await press('Start again');
      await expect(picture(page)).toBeVisible();
      const app = new CountingApp(await secretOn(page));
      await page.reload();
      await secretIsGone();
      await prove(page, wrong(app.next()));
      await expect(page.getByText(/^Wrong code\. 1 wrong code so far/)).toBeVisible();
      await page.reload();
      await secretIsGone();
      await prove(page, app.next());
      await expect(row(page, 'Tablet')).toContainText('ACTIVE');
      const made = page.url();
      if (await goBack(page)) await isWhole(page);
      if (await goForward(page)) await expect(page).toHaveURL(made);
      await page.goto(tokens);
      await expect(page.getByRole('row')).toHaveCount(2); // the head, and one token

      await addObsoleteToken(page, 'Old phone');
      await choose(page, 'Old phone', 'Replace');
      await expect(field).toHaveValue('Old phone');
      const replace = page.url();
      await page.goBack();
      await expect(field).toHaveCount(0);
      await page.goForward();
      await expect(field).toBeVisible();
      await page.reload();
      await expect(page).toHaveURL(replace);
      await press('Continue');
      await expect(picture(page)).toBeVisible();
      await page.reload();
      await expect(page).toHaveURL(replace);
      await secretIsGone();
      await page.goto(tokens);
      await expect(page.getByText('Waiting for proof: Authenticator app, Old phone.')).toHaveCount(1);
      await page.goto(replace);
      await press('Cancel enrolment');
      await expect(said(page, 'Enrolment cancelled')).toBeVisible();
      if (await goBack(page)) await isWhole(page);
      await page.goto(tokens);
      await expect(row(page, 'Old phone')).toContainText('OBSOLETE');
      await expect(page.getByText(/^Waiting for proof/)).toHaveCount(0);
    });

    test.describe('signed out', () => {
      test.use({ storageState: { cookies: [], origins: [] } });

      test('the steps of signing in and of a one-time link', async ({ page }) => {
        const { operator, password } = sampleOperator();
        const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
        const code = page.getByLabel('Code', { exact: true });
        await page.goto('/account');
        await page.getByRole('link', { name: 'Sign in' }).click();
        await expect(page).toHaveURL(/\/sign-in\?next=/);
        await page.reload();
        await givePassword(page, operator, password);
        await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
        const second = page.url();
        await page.reload();
        await code.fill('12345');
        await press('Sign in');
        await expect(code).toHaveAttribute('aria-invalid', 'true');
        await page.reload();
        await expect(page).toHaveURL(second);
        await isWhole(page);
        await expect(code).toHaveValue('');
        if (await goBack(page)) await isWhole(page);
        if (await goForward(page)) await expect(page).toHaveURL(second);

        const username = `journey.link.${which}`;
        const link = tokendesk('operator', 'create', username, '--role', 'viewer').match(/http\S+/)![0];
        await page.goto(link);
        await expect(page.getByRole('heading', { name: 'New password and app' })).toBeVisible();
        await page.reload();
        await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
        await press('Continue');
        const secret = await secretOn(page);
        await page.reload(); // a plain form's post is sent once more, and makes another secret
        await expect(page).toHaveURL(link);
        await expect(page.getByRole('heading', { name: 'Add an authenticator app' })).toBeVisible();
        await expect(page.getByText(secret.replaceAll(/(.{4})(?=.)/g, '$1 '))).toHaveCount(0);
        await page.goto(link);
        await isWhole(page);
        await press('Start again');
        await expect(picture(page)).toBeVisible();
        const app = new ClockApp(await secretOn(page));
        await page.goto(link);
        await isWhole(page);
        await code.fill(await app.next());
        await press('Finish and sign in');
        await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
        if (await goBack(page)) await isWhole(page);
        await page.goto(link);
        await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
      });
    });
  });
}
